"""Following conversations: one look for all streams, each stream woken for its own news, no more streams than there is room."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError

from leeward.assistant.channels import event_streams
from leeward.assistant.channels.chat_token import ChatToken
from leeward.assistant.channels.event_streams import MOST_OF_ALL, MOST_OF_ONE_ADDRESS, MOST_OF_ONE_CHAT, EventStreams, Follower
from leeward.assistant.channels.gate import Refused
from leeward.ops.web_server import MOST_CONNECTIONS
from leeward.records.services.conversations import Standing

HOME = "203.0.113.7"
# Far from now, whatever the clock says.
LATER = datetime(2999, 1, 1, tzinfo=UTC)


def token(conversation: str, *, expires_at: datetime = LATER) -> ChatToken:
    return ChatToken(conversation, 0, expires_at)


class Records:
    """Where conversations stand, as a test sets it; notes who was looked for, each time."""

    def __init__(self, **standings: Standing) -> None:
        self.standings: dict[str, Standing] = dict(standings)
        self.looks: list[set[str]] = []
        self.fails = 0

    async def __call__(self, conversations: set[str]) -> Mapping[str, Standing]:
        self.looks.append(conversations)
        if self.fails:
            self.fails -= 1
            raise OperationalError
        return {name: standing for name, standing in self.standings.items() if name in conversations}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_streams, "LOOK_EVERY_SECONDS", 0.01)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 10))


def test_a_stream_is_woken_for_its_own_news_and_not_for_anothers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_streams, "STILL_HERE_SECONDS", 0.1)

    async def test() -> None:
        records = Records(a=Standing(3, 0), b=Standing(3, 0))
        streams = EventStreams(records)
        with (
            streams.follow(token("a"), network=HOME, after=3) as mine,
            streams.follow(token("b"), network=HOME, after=3) as other,
        ):
            records.standings["a"] = Standing(4, 0)
            assert await mine.news()
            assert not await other.news()
            mine.last = 4
            # Some looks may have been made before the stream had sent what it was woken for.
            await mine.news()
            assert not await mine.news()

    run(test())


def test_what_came_before_the_first_look_is_news_too() -> None:
    async def test() -> None:
        with EventStreams(Records(a=Standing(7, 0))).follow(token("a"), network=HOME, after=3) as follower:
            assert await follower.news()
            assert not follower.is_over

    run(test())


@pytest.mark.parametrize("standing", [None, Standing(3, 1)])
def test_a_stream_is_over_once_its_token_is_ended_or_the_conversation_is_gone(standing: Standing | None) -> None:
    async def test() -> None:
        records = Records(a=Standing(3, 0))
        with EventStreams(records).follow(token("a"), network=HOME, after=3) as follower:
            await asyncio.sleep(0)
            assert not follower.is_over
            if standing is None:
                del records.standings["a"]
            else:
                records.standings["a"] = standing
            assert await follower.news()
            assert follower.is_over

    run(test())


def test_a_stream_is_over_when_the_time_of_its_token_is_up() -> None:
    async def test() -> None:
        past = token("a", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
        streams = EventStreams(Records(a=Standing(3, 0)))
        with streams.follow(past, network=HOME, after=3) as expired, streams.follow(token("a"), network=HOME, after=3) as good:
            assert await expired.news()
            assert (expired.is_over, good.is_over) == (True, False)

    run(test())


def test_all_streams_are_looked_for_together() -> None:
    async def test() -> None:
        records = Records(**{f"c{number}": Standing(1, 0) for number in range(40)})
        streams = EventStreams(records)
        with contextlib.ExitStack() as opened:
            for number in range(40):
                opened.enter_context(streams.follow(token(f"c{number}"), network=HOME, after=1))
            while len(records.looks) < 3:
                await asyncio.sleep(0.01)
        assert [len(look) for look in records.looks] == [40] * len(records.looks)

    run(test())


def test_nobody_looks_while_nobody_follows_and_the_next_one_is_looked_for_again() -> None:
    async def test() -> None:
        records = Records(a=Standing(1, 0))
        streams = EventStreams(records)
        with streams.follow(token("a"), network=HOME, after=1):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.05)
        looks = len(records.looks)
        await asyncio.sleep(0.05)
        assert len(records.looks) == looks
        records.standings["a"] = Standing(2, 0)
        with streams.follow(token("a"), network=HOME, after=1) as follower:
            assert await follower.news()

    run(test())


def test_records_that_are_away_for_a_while_end_no_stream() -> None:
    async def test() -> None:
        records = Records(a=Standing(3, 0))
        records.fails = 3
        with EventStreams(records).follow(token("a"), network=HOME, after=2) as follower:
            assert await follower.news()
            assert not follower.is_over
        assert len(records.looks) >= 4

    run(test())


def test_who_comes_while_a_look_is_on_its_way_is_not_taken_for_gone() -> None:
    async def test() -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slowly(conversations: set[str]) -> Mapping[str, Standing]:
            begun.set()
            await go_on.wait()
            return {name: Standing(1, 0) for name in conversations}

        streams = EventStreams(slowly)
        with streams.follow(token("a"), network=HOME, after=1):
            await begun.wait()
            with streams.follow(token("b"), network=HOME, after=0) as late:
                go_on.set()
                assert await late.news()
                assert not late.is_over

    run(test())


@pytest.mark.parametrize(
    ("most", "chat", "address"),
    [
        (MOST_OF_ONE_CHAT, "one", "{}"),
        (MOST_OF_ONE_ADDRESS, "{}", HOME),
        (MOST_OF_ALL, "{}", "{}"),
    ],
)
def test_beyond_the_most_a_stream_is_refused_until_another_ends(most: int, chat: str, address: str) -> None:
    async def test() -> None:
        streams = EventStreams(Records())

        def follow(number: int) -> contextlib.AbstractContextManager[Follower]:
            return streams.follow(token(chat.format(number)), network=address.format(number), after=0)

        with contextlib.ExitStack() as opened:
            with follow(0):
                for number in range(1, most):
                    opened.enter_context(follow(number))
                for number in range(most, 1_500):
                    with pytest.raises(Refused) as refused, follow(number):
                        pass
                    assert refused.value.status == 429
            with follow(0):
                pass

    run(test())


def test_there_is_room_for_who_writes_however_many_follow() -> None:
    assert MOST_OF_ALL <= MOST_CONNECTIONS / 2
