"""One turn with Rasa, whichever channel a message came by: exactly one for each message, kept whole or not at all.

A turn reads where its conversation stands, runs Rasa on it, and commits everything at once (leeward/records/turns.py). Within
this process the turns of one conversation run one after the other; between processes the records decide which one counts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Dict, Final, List
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from leeward.assistant.action_endpoint import ActionServerLost
from leeward.assistant.logging_config import describe_error
from leeward.assistant.payloads import as_words, parsed
from leeward.assistant.tracker_store import TurnMemory, current_turn
from leeward.core.firm import firm
from leeward.dialogue import effects
from leeward.dialogue.policy import COUNT_ONLY_WHEN_SEEN
from leeward.nlu import safety_rules
from leeward.records import opt_outs
from leeward.records import turns as turn_records
from leeward.records.database import RecordsUnavailable, db_call, db_read
from leeward.records.services import conversations
from leeward.records.services.messages import ReceivedMessage, Reply
from leeward.records.turns import Question, Texts, TurnEnd, TurnStart

logger = logging.getLogger(__name__)

OPENING: Final = "/greet"
ASK_PREFIXES: Final = ("utter_ask_", "say_ask_")
# What a question has at its end where it is put in other words: the question is the same.
ASK_WORDINGS: Final = ("_between", "_amount", "_private", "_sold")
ERASED: Final = "say_erased"
EARLIER_QUESTION: Final = "say_earlier_question"
SET_ASIDE: Final = "say_set_aside"
CRISIS: Final = "say_crisis"
DANGER: Final = "say_danger"
# What no one wrote: the record holds a payload of ours for it.
SYSTEM_KINDS: Final = ("start", "return")
TURN_SECONDS: Final = 10.0
# So many turns are thought at once on the page, and as many by text. They share one processor: more of them would all be slow,
# and TURN_SECONDS would end turns in which nothing stands still.
AT_ONCE: Final = 4
# How long a request of the page waits for the turns before it. Who texts waits at no open line.
OTHERS_SECONDS: Final = 30.0
LOOK_EVERY_SECONDS: Final = 1.0
# A message that nobody has answered for so long is not in the middle of a request any more.
LEFT_WAITING: Final = timedelta(seconds=5)

ReplyHandler = Callable[["Turn"], Awaitable[TurnEnd | None]]
TextComposer = Callable[["Turn", Sequence[Reply]], Awaitable[Texts]]


class TurnFailed(Exception):
    """A message that could not be answered now; it stays in the record and waits.

    `counts` says that the message itself may be the cause, and not a part that is down.
    """

    def __init__(self, conversation: str, *, counts: bool) -> None:
        super().__init__(conversation)
        self.conversation = conversation
        self.counts = counts


class ReplyCollector(OutputChannel):
    """Collects one turn's replies whole; nothing reaches the person until the turn is complete and recorded."""

    def __init__(self, channel: str) -> None:
        self.replies: List[Reply] = []
        self._channel = channel

    def name(self) -> str:
        """The channel's name, as responses may be varied by it."""
        return self._channel

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Takes one response of Rasa's with its text, buttons and card together."""
        name = str(message.get("utter_action") or "")
        self.replies.append(
            Reply(
                text=str(message.get("text") or ""),
                buttons=[{"title": b["title"], "payload": b["payload"]} for b in message.get("buttons") or []],
                card=message.get("custom"),
                asked=_asked(name),
                response=name,
            )
        )


def _asked(response_name: str) -> str | None:
    for prefix in ASK_PREFIXES:
        if response_name.startswith(prefix):
            name = response_name.removeprefix(prefix)
            for wording in ASK_WORDINGS:
                name = name.removesuffix(wording)
            return name
    return None


@dataclass
class Turn:
    """One message being answered. Rasa may run more than once in it (an opening, then the message); all of it is one turn."""

    start: TurnStart
    memory: TurnMemory
    agent: Agent
    _parsed: dict[str, Any] | None = None

    @property
    def conversation(self) -> str:
        """The conversation's id."""
        return self.start.conversation_id

    @property
    def message(self) -> ReceivedMessage:
        """The message to answer."""
        return self.start.message

    @property
    def language(self) -> str:
        """The language the conversation is held in."""
        return self.start.language

    @property
    def language_now(self) -> str:
        """The language after what Rasa has made of the message so far."""
        return str(self.memory.slots.get("language") or self.language)

    def is_unsafe(self, phone: str) -> bool:
        """Whether this very message told that a phone (E.164) is not safe."""
        unsafe = self.memory.slots.get("safe_to_contact") is False and self.memory.slots.get("phone", phone) == phone
        return unsafe or bool((self.memory.slots.get("progress") or {}).get("danger"))

    @property
    def asked(self) -> str | None:
        """The question that stands open."""
        return self.start.questions[0].slot if self.start.questions and self._is_open(self.start.questions[0]) else None

    @property
    def buttons(self) -> Sequence[Mapping[str, str]]:
        """The buttons that were shown last."""
        return self.start.last_buttons

    def _is_open(self, question: Question) -> bool:
        return question.n >= self.start.last_turn_begins

    def asked_when_written(self) -> str | None:
        """The question that the message may answer: the last one that had reached the person when they wrote.

        A consent, a deletion and a wish for a person count only where it is known that their question was on the screen.
        """
        if self.asked is None:
            return None
        question = self.start.questions[0]
        seen = question.n if self.message.answers_ask == question.n else self.message.seen
        if seen is None:
            return None if question.slot in COUNT_ONLY_WHEN_SEEN else question.slot
        if seen >= question.n:
            return question.slot
        earlier = next((asked.slot for asked in self.start.questions if asked.n <= seen), None)
        return None if earlier in COUNT_ONLY_WHEN_SEEN else earlier

    async def ask_again(self) -> list[Reply]:
        """A choice under an earlier question fills nothing; the open question is put again."""
        words = await self.say(EARLIER_QUESTION)
        return [words, *(reply for reply in self.start.last_turn if reply.asked)]

    async def say(self, response: str, **filling: str) -> Reply:
        """One of the domain's own responses, in this conversation's language and channel."""
        filling = {"firm": firm().name, "firm_phone": firm().phone_display, **filling}
        text = await render_response(self.agent, response, self.language, self.start.channel, **filling)
        return Reply(text, response=response)

    @property
    def is_for_an_earlier_question(self) -> bool:
        """Whether a choice was tapped under another question than the open one."""
        ask = self.message.answers_ask
        return ask is not None and (not self.start.questions or ask != self.start.questions[0].n)

    async def run_rasa(self, *, channel: str, opening: bool = False, choice: str | None = None) -> list[Reply]:
        """What the assistant says, not yet recorded. Raises TurnFailed where it can say nothing now.

        `opening` greets someone new in place of reading the message; `choice` is the title that the words stood for.
        """
        collector = ReplyCollector(channel)
        said = choice or self.message.text
        payload = OPENING if opening or self.message.kind in SYSTEM_KINDS else self._payload_of(said)
        if payload is not None:
            parse_data = parsed(payload)
        else:
            parse_data = await self.understanding() if choice is None else await self._parse(choice)
        metadata = {**self._metadata(opening=opening), **await self._contact_standing(parse_data)}
        user_message = UserMessage(
            text=payload or as_words(said),
            output_channel=collector,
            sender_id=self.conversation,
            input_channel=channel,
            message_id=self.message.key,
            parse_data=parse_data,
            metadata=metadata,
        )
        token = current_turn.set(self.memory)
        try:
            await asyncio.wait_for(self.agent.handle_message(user_message), TURN_SECONDS)
        except (ActionServerLost, TimeoutError) as error:
            self.note_failure(error)
            raise TurnFailed(self.conversation, counts=isinstance(error, ActionServerLost) and error.by_message) from error
        except Exception as error:
            self.note_failure(error)
            raise TurnFailed(self.conversation, counts=True) from error
        finally:
            current_turn.reset(token)
        if not collector.replies:
            logger.error("turn without a reply: conversation=%s n=%s", self.conversation, self.message.n)
            raise TurnFailed(self.conversation, counts=True)
        return collector.replies

    async def understanding(self) -> dict[str, Any]:
        """What Rasa's pipeline makes of the words; they are read once, however many ask."""
        if self._parsed is None:
            self._parsed = await self._parse(self.message.text)
        return self._parsed

    async def _parse(self, words: str) -> dict[str, Any]:
        if self.agent.processor is None:
            raise TurnFailed(self.conversation, counts=False)
        message = UserMessage(text=as_words(words), sender_id=self.conversation, metadata=self._metadata(opening=False))
        found: dict[str, Any] = await self.agent.processor.parse_message(message)
        return found

    async def _contact_standing(self, parse_data: Mapping[str, Any]) -> dict[str, Any]:
        """What is on record about the person's numbers and addresses, also one that this very message gives."""
        known = {self.start.facts.get("phone"), self.memory.slots.get("phone")}
        given = {entity["value"] for entity in parse_data.get("entities") or [] if entity["entity"] == "phone"}
        phones = [phone for phone in known | given if isinstance(phone, str)]
        standing: dict[str, Any] = await db_read(opt_outs.contact_standing, conversation_id=self.conversation, phones=phones)
        return standing

    def _metadata(self, *, opening: bool) -> dict[str, Any]:
        """What the conversation knows and the reading needs."""
        kind = "start" if opening else self.message.kind
        return {
            "asked": None if opening else self.asked_when_written(),
            "today": datetime.now(ZoneInfo(firm().timezone)).date().isoformat(),
            "language": self.language,
            "masked": self.message.masked,
            "words": self.message.text,
            "opening": kind == "start",
            "returning": kind == "return",
        }

    def note_failure(self, error: BaseException) -> None:
        """Logs by place what went wrong, without a word of the person's."""
        logger.error("turn lost: conversation=%s n=%s %s", self.conversation, self.message.n, describe_error(error))

    def _payload_of(self, said: str) -> str | None:
        """The payload of a button that was shown last and whose title these words are."""
        words = " ".join(said.split()).casefold()
        return next((button["payload"] for button in self.buttons if button["title"].casefold() == words), None)

    def end(self, replies: Sequence[Reply], *, texts: Texts | None = None) -> TurnEnd:
        """The turn with these replies, to be committed."""
        return TurnEnd(
            replies=replies,
            slots=self.memory.unrecorded,
            active_loop=self.memory.active_loop,
            effects=effects.from_json(self.memory.asked_effects),
            texts=texts,
            erases=any(reply.response == ERASED for reply in replies),
        )


async def keep_up(agent: Agent) -> None:
    """Takes up web messages that were left waiting, by a failure or a restart; for ever."""
    while True:
        try:
            for conversation in await db_read(
                turn_records.conversations_due, kinds=turn_records.PAGE_KINDS, waited=LEFT_WAITING
            ):
                try:
                    await turns.answer_waiting(conversation, agent)
                except TurnFailed:
                    continue
        except RecordsUnavailable as error:
            logger.error("records unavailable: %s", type(error).__name__)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


class Turns:
    """Answers the messages that wait; what came by text is answered by text, whoever sets it going."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._at_page = asyncio.Semaphore(AT_ONCE)
        self._by_text = asyncio.Semaphore(AT_ONCE)
        self._handlers: dict[str, ReplyHandler] = {}
        self._composers: dict[str, TextComposer] = {}

    def answer_kind(self, kind: str, handler: ReplyHandler, composer: TextComposer) -> None:
        """Lets a channel answer its own kind of message, as texts; all other kinds are the web's."""
        self._handlers[kind] = handler
        self._composers[kind] = composer

    async def answer_waiting(self, conversation: str, agent: Agent, *, urgent: bool = False) -> None:
        """Answers every message that waits, in order, for a request of the page.

        `urgent` lets a cry for help pass those who wait in other conversations. Raises TurnFailed where one cannot be answered
        now, or its turn has not come within OTHERS_SECONDS.
        """
        await self._in_its_turn(conversation, agent, None if urgent else self._at_page, OTHERS_SECONDS)

    async def answer_texts(self, conversation: str, agent: Agent, *, urgent: bool = False) -> None:
        """As `answer_waiting`, for who texts: its turn is waited for as long as it takes. Raises TurnFailed."""
        await self._in_its_turn(conversation, agent, None if urgent else self._by_text, None)

    async def _in_its_turn(
        self, conversation: str, agent: Agent, line: asyncio.Semaphore | None, seconds: float | None
    ) -> None:
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(seconds):
                    await held.enter_async_context(lock)
                    if line is not None:
                        await held.enter_async_context(line)
            except TimeoutError:
                raise TurnFailed(conversation, counts=False) from None
            start = await db_read(turn_records.turn_start, conversation_id=conversation)
            while start is not None:
                start = await self._answer(start, agent)

    async def _answer(self, start: TurnStart, agent: Agent) -> TurnStart | None:
        """Answers one message and gives the next that waits, if one does."""
        memory = TurnMemory({**start.slots, **start.recorded_slots}, start.active_loop)
        turn = Turn(start, memory, agent)
        try:
            return await self._think_and_keep(turn)
        except TurnFailed as failure:
            if await self._set_aside(turn, failure):
                logger.error("message set aside: conversation=%s n=%s", start.conversation_id, start.message.n)
                return await db_read(turn_records.turn_start, conversation_id=start.conversation_id)
            raise

    async def _think_and_keep(self, turn: Turn) -> TurnStart | None:
        """One try at a turn; gives the next that waits.

        Raises TurnFailed for whatever the message may be the cause of, RecordsUnavailable else.
        """
        try:
            end = await self._handlers.get(turn.message.kind, _answer_web)(turn)
            return await db_call(turn_records.turn_next, start=turn.start, end=end)
        except (TurnFailed, OperationalError, InterfaceError):
            # The records are away, locked or full; no message is to blame for that.
            raise
        except Exception as error:
            turn.note_failure(error)
            raise TurnFailed(turn.conversation, counts=True) from error

    async def _set_aside(self, turn: Turn, failure: TurnFailed) -> bool:
        """Counts a failed try; says whether the message was set aside for it, with words to the person."""
        help_first = safety_responses(turn.message.text)
        replies = [await turn.say(name) for name in (*help_first, SET_ASIDE)]
        composer = self._composers.get(turn.message.kind)
        set_aside: bool = await db_call(
            turn_records.turn_fail,
            start=turn.start,
            counts=failure.counts,
            replies=replies,
            texts=None if composer is None else await composer(turn, replies),
            crisis=CRISIS in help_first,
            danger=DANGER in help_first,
        )
        return set_aside


async def _answer_web(turn: Turn) -> TurnEnd:
    if turn.is_for_an_earlier_question:
        return turn.end(await turn.ask_again())
    return turn.end(await turn.run_rasa(channel="web"))


def safety_responses(text: str) -> list[str]:
    """The responses that a cry for help or a word of danger needs whatever else fails, the first first."""
    alerts = safety_rules.screen(text)
    return [name for name, raised in ((CRISIS, alerts.crisis), (DANGER, alerts.danger)) if raised]


async def render_response(agent: Agent, response: str, language: str, channel: str, **filling: str) -> str:
    """One of the domain's own responses, in a language and in a channel's words."""
    if agent.domain is None:
        raise RuntimeError("the assistant has no domain yet")
    tracker = DialogueStateTracker("", agent.domain.slots)
    tracker.update(SlotSet("language", language))
    words = await agent.nlg.generate(response, tracker, channel, **filling)
    return str((words or {}).get("text", ""))


async def language_of(conversation: str) -> str:
    """The language that a conversation is held in."""
    return str((await db_read(conversations.conversation_get, conversation_id=conversation)).language)


turns = Turns()
"""The one queue of turns of this process, shared by all channels: a conversation goes on from text to web and back."""
