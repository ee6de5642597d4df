"""Server-Sent Events: who follows which conversation, and one look at the records for all of them.

A stream reads the records only when something has come for it. That something has come is found out by one query a second for
all streams together, so that a stream costs next to nothing while nobody writes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from leeward.assistant.channels.chat_token import ChatToken
from leeward.assistant.channels.gate import Refused
from leeward.records.database import RecordsUnavailable
from leeward.records.services.conversations import Standing

logger = logging.getLogger(__name__)

# A person has the chat open in a few tabs; an office or a phone company's gateway has many people.
MOST_OF_ONE_CHAT: Final = 5
MOST_OF_ONE_ADDRESS: Final = 50
# Fewer than the server's connections (leeward/ops/web_server.py), so that there is always room for who writes.
MOST_OF_ALL: Final = 500
LOOK_EVERY_SECONDS: Final = 1.0
# As the standard proposes against proxies that drop a silent line (WHATWG HTML, section 9.2.7).
STILL_HERE_SECONDS: Final = 15.0

Look = Callable[[set[str]], Awaitable[Mapping[str, Standing]]]


@dataclass(eq=False)
class Follower:
    """One open stream: the token by which it follows its conversation, the last message it has sent, and whether it is over."""

    token: ChatToken
    last: int
    is_over: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def notice(self, standing: Standing | None) -> None:
        """Takes note of where the conversation stands now (None: it is erased or gone), and of the time."""
        self.is_over = standing is None or standing.oldest_token_epoch > self.token.epoch or self.token.is_expired
        if self.is_over or (standing is not None and standing.newest > self.last):
            self._news.set()

    async def news(self) -> bool:
        """Waits until there is something to send, or the end; False where nothing came for STILL_HERE_SECONDS."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), STILL_HERE_SECONDS)
        came = self._news.is_set()
        self._news.clear()
        return came


class EventStreams:
    """The open streams of this process. `look` tells where conversations stand (records, conversations_standing)."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._followers: set[Follower] = set()
        self._of_chat: Counter[str] = Counter()
        self._of_address: Counter[str] = Counter()
        self._looking: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def follow(self, token: ChatToken, *, network: str, after: int) -> Iterator[Follower]:
        """A stream's place among the others for the length of a block. Raises Refused (429) where there is none left."""
        conversation = token.conversation
        if self._of_chat[conversation] >= MOST_OF_ONE_CHAT:
            raise Refused(429, "This chat is open in too many places. Close one and try again.")
        if self._of_address[network] >= MOST_OF_ONE_ADDRESS or len(self._followers) >= MOST_OF_ALL:
            raise Refused(429, "Too many chats are followed at once. Please try again in a minute.")
        follower = Follower(token, after)
        self._followers.add(follower)
        self._of_chat[conversation] += 1
        self._of_address[network] += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._keep_looking())
        try:
            yield follower
        finally:
            self._followers.discard(follower)
            for counter, key in ((self._of_chat, conversation), (self._of_address, network)):
                counter[key] -= 1
                if not counter[key]:
                    del counter[key]

    async def _keep_looking(self) -> None:
        """Looks for all streams together, until the last of them has gone."""
        while self._followers:
            try:
                asked = tuple(self._followers)
                found = await self._look({follower.token.conversation for follower in asked})
                for follower in asked:
                    follower.notice(found.get(follower.token.conversation))
            except RecordsUnavailable as error:
                logger.error("records unavailable: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
