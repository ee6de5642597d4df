"""The web channel's limits: each use counts for the address it comes from, and for the chat that its token names.

They are kept in memory, per process. docs/security.md lists them for operators; a test holds it equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from leeward.assistant.channels.gate import Refused
from leeward.assistant.rate_limit import RateLimit

Use = Literal["pages", "health", "opening", "continuing", "writing", "reading"]


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` uses at once, and `per_second` more each second."""

    burst: int
    per_second: float


# What each route counts as; those without a line are the pages, for whoever comes by.
USES: Final[Mapping[tuple[str, str], Use]] = {
    ("GET", "/health"): "health",
    ("POST", "/chat/sessions"): "opening",
    ("POST", "/chat/continue"): "continuing",
    ("POST", "/chat/messages"): "writing",
    ("POST", "/chat/return"): "writing",
    ("POST", "/chat/leave"): "writing",
    ("GET", "/chat/messages"): "reading",
    ("GET", "/chat/events"): "reading",
}
# An address may be a whole office or, behind a phone company's gateway, a town.
BY_ADDRESS: Final[Mapping[Use, Rate]] = {
    "pages": Rate(300, 10),
    "health": Rate(60, 5),
    "opening": Rate(300, 2),
    # A code has 128 random bits; whoever tries many has none.
    "continuing": Rate(30, 0.2),
    "writing": Rate(1_200, 50),
    "reading": Rate(1_200, 50),
}
BY_CHAT: Final[Mapping[Use, Rate]] = {"writing": Rate(60, 2), "reading": Rate(120, 4)}
# A message counts once for so many characters that it begins: reading one takes time with its length.
CHARACTERS_OF_ONE_USE: Final = 1_000

_SENTENCES: Final[Mapping[Use, str]] = {
    "opening": "Too many new chats from this address. Please wait a minute and try again.",
    "continuing": "Too many links were tried from this address. Please wait a minute and try again.",
}
_SENTENCE: Final = "That was a lot at once. Please wait a few seconds and try again."


class Limits:
    """Counts uses. Raises Refused (429) for one too many."""

    def __init__(self) -> None:
        self._by_address = {use: RateLimit(burst=rate.burst, per_second=rate.per_second) for use, rate in BY_ADDRESS.items()}
        self._by_chat = {use: RateLimit(burst=rate.burst, per_second=rate.per_second) for use, rate in BY_CHAT.items()}

    def count_for_address(self, use: Use, network: str) -> None:
        """One use from an address, as leeward.ops.client_address names it. Raises Refused."""
        if not self._by_address[use].allows(network):
            raise Refused(429, _SENTENCES.get(use, _SENTENCE))

    def count_for_chat(self, use: Use, conversation: str, *, characters: int = 0) -> None:
        """One use of a conversation's token, for a message of this length. Raises Refused."""
        if not self._by_chat[use].allows(conversation, cost=1 + characters // CHARACTERS_OF_ONE_USE):
            raise Refused(429, _SENTENCE)
