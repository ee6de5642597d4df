"""Chat tokens: what makes one good, and for how long."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.assistant.channels.chat_token import LIFE, LIFE_IN_DANGER, ChatToken, NoToken
from leeward.ops.secret_key import derived_key, secret_key

CONVERSATION = "c0ffee"
NEXT_YEAR = int((datetime.now(UTC) + timedelta(days=365)).timestamp())
CLAIMS = {"sub": CONVERSATION, "epoch": 0, "exp": NEXT_YEAR}


def signed(claims: object, key: bytes | str | None = None, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, derived_key("chat") if key is None else key, algorithm=algorithm)  # type: ignore[arg-type]


def unsigned(algorithm: str) -> str:
    parts = ({"alg": algorithm}, CLAIMS)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


@given(st.text(alphabet="0123456789abcdef", min_size=1, max_size=32), st.integers(0, 10_000), st.booleans())
def test_what_a_token_says_is_what_was_written_into_it(conversation: str, epoch: int, in_danger: bool) -> None:
    issued = ChatToken.issue(conversation, epoch=epoch, in_danger=in_danger)
    read = ChatToken.decode(issued.encode())
    assert (read.conversation, read.epoch, read.is_expired) == (conversation, epoch, False)
    assert timedelta(0) <= issued.expires_at - read.expires_at < timedelta(seconds=1)


def test_a_token_lives_a_month_and_in_danger_half_a_day() -> None:
    assert (timedelta(days=30), timedelta(hours=12)) == (LIFE, LIFE_IN_DANGER)
    calm, danger = (ChatToken.issue(CONVERSATION, epoch=0, in_danger=in_danger) for in_danger in (False, True))
    assert calm.expires_at - danger.expires_at > timedelta(days=29)


def test_a_token_whose_time_is_up_is_still_read_so_that_its_holder_can_be_told() -> None:
    past = ChatToken(CONVERSATION, 0, datetime.now(UTC) - timedelta(seconds=1))
    assert ChatToken.decode(past.encode()).is_expired


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "a.b.c",
        unsigned("none"),
        unsigned("None"),
        signed(CLAIMS, key=b"x" * 32),
        signed(CLAIMS, key=derived_key("desk")),
        signed(CLAIMS, key=secret_key()),
        # As they were made before tokens had an end.
        signed({"conversation": CONVERSATION}, key=secret_key()),
        signed({"conversation": CONVERSATION}),
        signed(CLAIMS, algorithm="HS512"),
        signed(CLAIMS)[:-2],
        signed({**CLAIMS, "sub": {"a": 1}}),
        signed({**CLAIMS, "epoch": None}),
        signed({**CLAIMS, "epoch": "one"}),
        signed({**CLAIMS, "exp": 1e30}),
        signed({**CLAIMS, "exp": "soon"}),
        *(signed({name: value for name, value in CLAIMS.items() if name != left_out}) for left_out in CLAIMS),
    ],
)
def test_what_is_no_token_of_ours_opens_nothing(token: str) -> None:
    with pytest.raises(NoToken):
        ChatToken.decode(token)


@given(st.text())
def test_nobody_makes_a_token_up(token: str) -> None:
    with pytest.raises(NoToken):
        ChatToken.decode(token)


@pytest.mark.parametrize(
    ("age", "epoch", "is_replaced"),
    [
        (timedelta(minutes=10), 1, False),
        (timedelta(hours=2), 1, True),
        (timedelta(days=29), 1, True),
        (timedelta(minutes=10), 2, True),
    ],
)
def test_a_token_is_replaced_once_it_has_aged_or_a_new_epoch_has_begun(age: timedelta, epoch: int, is_replaced: bool) -> None:
    held = ChatToken(CONVERSATION, 1, datetime.now(UTC) + LIFE - age)
    assert held.is_replaced_by(ChatToken.issue(CONVERSATION, epoch=epoch, in_danger=False)) is is_replaced


def test_in_danger_a_long_lived_token_is_replaced_by_a_short_lived_one_of_the_new_epoch() -> None:
    held = ChatToken.issue(CONVERSATION, epoch=0, in_danger=False)
    assert held.is_replaced_by(ChatToken.issue(CONVERSATION, epoch=1, in_danger=True))
