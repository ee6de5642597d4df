"""Chat tokens: whoever holds one may read and go on with one conversation, for a time and until its tokens are ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

import jwt
from jwt.types import Options

from leeward.ops.secret_key import derived_key
from leeward.records.services.conversations import OPEN_DAYS

LIFE: Final = timedelta(days=OPEN_DAYS)
# A closed tab that is opened again brings its token back with it; where someone dangerous may do that, not for long.
LIFE_IN_DANGER: Final = timedelta(hours=12)
# While someone goes on writing, a token that has lost more than this of its life is replaced with the answer.
RENEWED_AFTER: Final = timedelta(hours=1)
_ALGORITHM: Final = "HS256"


class NoToken(Exception):
    """What was given is no token of ours: not signed by us for this purpose, or of a shape that we no longer make."""


@dataclass(frozen=True, slots=True)
class ChatToken:
    """What a token says: its conversation, the epoch it was made in (records, conversation_access), and when it expires."""

    conversation: str
    epoch: int
    expires_at: datetime

    @classmethod
    def issue(cls, conversation: str, *, epoch: int, in_danger: bool) -> Self:
        """A token that is good from now on."""
        return cls(conversation, epoch, datetime.now(UTC) + (LIFE_IN_DANGER if in_danger else LIFE))

    @property
    def is_expired(self) -> bool:
        """Whether its time is up, by this machine's clock."""
        return self.expires_at <= datetime.now(UTC)

    def is_replaced_by(self, newer: ChatToken) -> bool:
        """Whether its holder should take `newer` in its place: it belongs to a later epoch or lives markedly longer."""
        return newer.epoch > self.epoch or newer.expires_at - self.expires_at > RENEWED_AFTER

    def encode(self) -> str:
        """As a signed JWT (RFC 7519; HMAC with SHA-256)."""
        claims = {"sub": self.conversation, "epoch": self.epoch, "exp": int(self.expires_at.timestamp())}
        return jwt.encode(claims, derived_key("chat"), algorithm=_ALGORITHM)

    @classmethod
    def decode(cls, text: str) -> Self:
        """The token in a text, though it may have expired. Raises NoToken."""
        # Whether it has expired is asked after whether its conversation is there at all, so that what is told is true.
        options: Options = {"require": ["sub", "epoch", "exp"], "verify_exp": False}
        try:
            claims = jwt.decode(text, derived_key("chat"), algorithms=[_ALGORITHM], options=options)
            return cls(claims["sub"], int(claims["epoch"]), datetime.fromtimestamp(claims["exp"], UTC))
        except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError, OSError):
            raise NoToken from None
