"""The work beside the text channel's webhooks: turns of texts that wait, the outbox, reminders."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Set

from rasa.core.agent import Agent

from leeward.assistant.background import for_ever
from leeward.assistant.outbox_worker import OutboxWorker
from leeward.assistant.sms_turn import sms_words
from leeward.assistant.turn_processor import TurnFailed, language_of, turns
from leeward.ops.twilio_config import TwilioSettings
from leeward.records import inbound_sms, outbox, reminders
from leeward.records import turns as turn_records
from leeward.records.database import RecordsUnavailable, db_call, db_read
from leeward.records.services import messages
from leeward.sms.segments import to_gsm7

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 1.0
REMINDERS_EVERY_SECONDS: Final = 15.0
# Whoever texts waits a minute with ease. Someone whose message could not be answered for so long hears that it is kept, once.
WORD_AFTER: Final = timedelta(minutes=1)


class SmsWorker:
    """Starts and keeps the channel's tasks. Made inside the running event loop."""

    def __init__(self, settings: TwilioSettings, agent: Agent) -> None:
        self._settings = settings
        self._agent = agent
        self._work: Set[asyncio.Task[None]] = set()
        self._going: Set[str] = set()
        self._wake = asyncio.Event()

    def begin(self) -> None:
        """Sends and keeps up, until `end`."""
        self.start(for_ever(self._keep_sending))
        self.start(for_ever(self._keep_up))

    def answer(self, conversation: str, *, urgent: bool) -> None:
        """Answers what waits in a conversation, as soon as it is its turn; what is `urgent` waits for no one else's."""
        self._going.add(conversation)
        self.start(self._turn(conversation, urgent=urgent)).add_done_callback(lambda _: self._going.discard(conversation))

    def end(self) -> None:
        """Cancels everything that goes on."""
        for task in list(self._work):
            task.cancel()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("work on texts ended: %s", type(task.exception()).__name__)

    async def _turn(self, conversation: str, *, urgent: bool) -> None:
        """Answers what waits in a conversation; what cannot be answered now is tried again, ever more slowly."""
        try:
            await turns.answer_texts(conversation, self._agent, urgent=urgent)
        except TurnFailed:
            await self._tell_that_it_waits(conversation)
        except RecordsUnavailable as error:
            logger.error("records unavailable: %s", type(error).__name__)
        self._wake.set()

    async def _tell_that_it_waits(self, conversation: str) -> None:
        """Someone whose turn failed hears that their message is kept, once, when they have waited a while."""
        waiting = await db_read(messages.messages_waiting, conversation_id=conversation)
        if waiting and datetime.now(UTC) - waiting[0].created_at > WORD_AFTER:
            body = to_gsm7(await sms_words(self._agent, "say_try_again", await language_of(conversation)))
            await db_call(outbox.notice_put, message_id=waiting[0].id, body=body)

    async def _keep_sending(self) -> None:
        """Sends what is due, as soon as it is put into the outbox here, and soon after where the desk put it; for ever."""
        sender = OutboxWorker(self._settings)
        try:
            while True:
                try:
                    await sender.send_due()
                except RecordsUnavailable as error:
                    logger.error("records unavailable: %s", type(error).__name__)
                await self._wait_for_more()
        finally:
            await sender.close()

    async def _wait_for_more(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_SECONDS)
        except TimeoutError:
            return
        self._wake.clear()

    async def _keep_up(self) -> None:
        """Takes up what waits, also from before a restart, and reminds; for ever."""
        next_reminders = 0.0
        while True:
            try:
                await db_call(outbox.recover_stuck)
                for conversation in await db_read(turn_records.conversations_due, kinds=inbound_sms.KINDS):
                    self.take_up(conversation)
                if time.monotonic() >= next_reminders:
                    next_reminders = time.monotonic() + REMINDERS_EVERY_SECONDS
                    await self._remind()
            except RecordsUnavailable as error:
                logger.error("records unavailable: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def take_up(self, conversation: str) -> None:
        """Begins to answer what waits in a conversation, unless that is going on already."""
        if conversation not in self._going:
            self.answer(conversation, urgent=False)

    async def _remind(self) -> None:
        for due in await db_read(reminders.reminders_due, now=datetime.now(UTC)):
            body = to_gsm7(await sms_words(self._agent, "say_sms_reminder", due.language))
            await db_call(reminders.reminder_put, conversation_id=due.conversation_id, body=body)
