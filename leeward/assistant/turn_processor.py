"""One turn with Rasa, whichever channel a message came by: in order, one at a time for each conversation, recorded whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Dict, List, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from leeward.assistant import tracker_store
from leeward.assistant.action_endpoint import ActionServerLost
from leeward.core.firm import firm
from leeward.records.services import conversations, messages
from leeward.records.services.messages import ReceivedMessage, Reply

logger = logging.getLogger(__name__)

OPENING = "/greet"
ASK_PREFIXES = ("utter_ask_", "say_ask_")
ERASED = "say_erased"
# What no one wrote: the record holds a payload of ours for it.
SYSTEM_KINDS = ("start", "return")

Handle = Callable[[UserMessage], Awaitable[Any]]
ReplyHandler = Callable[[str, ReceivedMessage, Handle], Awaitable[None]]
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class TurnFailed(Exception):
    """A message that could not be answered now; it stays in the record and waits."""

    def __init__(self, conversation: str) -> None:
        super().__init__(conversation)
        self.conversation = conversation


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
            return response_name.removeprefix(prefix).removesuffix("_between").removesuffix("_amount")
    return None


class Turns:
    """Answers the messages that wait; what came by text is answered by text, whoever sets it going."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._answerers: dict[str, ReplyHandler] = {}

    def answer_kind(self, kind: str, answerer: ReplyHandler) -> None:
        """Lets a channel answer its own kind of message; all other kinds are the web's."""
        self._answerers[kind] = answerer

    async def answer_waiting(self, conversation: str, handle: Handle) -> None:
        """Answers every message that waits, in order. Raises TurnFailed where one cannot be answered now."""
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock:
            for message in await db_call(messages.messages_waiting, conversation_id=conversation):
                await self._answerers.get(message.kind, _answer_web)(conversation, message, handle)
        if not lock.locked():
            self._locks.pop(conversation, None)


async def _answer_web(conversation: str, message: ReceivedMessage, handle: Handle) -> None:
    replies = await replies_of_rasa(conversation, message, handle, channel="web")
    await db_call(messages.message_answer, message_id=message.id, replies=replies)
    await erase_if_asked(conversation, message, replies)


async def replies_of_rasa(
    conversation: str,
    message: ReceivedMessage,
    handle: Handle,
    *,
    channel: str,
    opening: bool = False,
    choice: str | None = None,
) -> list[Reply]:
    """What the assistant says to a message, not yet recorded. Raises TurnFailed where it can say nothing now.

    `opening` greets someone new in place of reading the message; `choice` is the title that the words stood for.
    """
    collector = ReplyCollector(channel)
    buttons = await db_call(messages.last_buttons, conversation_id=conversation)
    kind = "start" if opening else message.kind
    text = OPENING if opening else choice or message.text
    user_message = UserMessage(
        text=_for_rasa(text, kind, buttons),
        output_channel=collector,
        sender_id=conversation,
        input_channel=channel,
        message_id=message.key,
        metadata={
            "asked": await db_call(messages.last_asked, conversation_id=conversation),
            "today": datetime.now(ZoneInfo(firm().timezone)).date().isoformat(),
            "language": await language_of(conversation),
            "masked": message.masked,
            "words": message.text,
            "opening": kind == "start",
            "returning": kind == "return",
        },
    )
    try:
        await handle(user_message)
    except (ActionServerLost, Exception) as error:
        await db_call(messages.message_fail, message_id=message.id)
        logger.error("turn lost: conversation=%s message=%s %s", conversation, message.key, type(error).__name__)
        raise TurnFailed(conversation) from error
    if not collector.replies:
        logger.error("turn without a reply: conversation=%s message=%s", conversation, message.key)
        raise TurnFailed(conversation)
    return collector.replies


async def erase_if_asked(conversation: str, message: ReceivedMessage, replies: list[Reply]) -> None:
    """Once someone has been told that all is deleted, it is."""
    if any(reply.response == ERASED for reply in replies):
        # The person hears that it is done; the answer itself stays, so that a page that asks again hears it too.
        await db_call(conversations.conversation_erase, conversation_id=conversation, request_id=message.key, up_to=message.n)
        await sync_to_async(tracker_store.delete_tracker)(conversation)


async def render_response(agent: Agent, response: str, language: str, channel: str, **filling: str) -> str:
    """One of the domain's own responses, in a language and in a channel's words."""
    if agent.domain is None:
        raise RuntimeError("the assistant has no domain yet")
    tracker = DialogueStateTracker("", agent.domain.slots)
    tracker.update(SlotSet("language", language))
    words = await agent.nlg.generate(response, tracker, channel, **filling)
    return str((words or {}).get("text", ""))


async def db_call(operation: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
    """One call into the records, off the event loop."""
    result: Result = await sync_to_async(operation)(*arguments, **named)
    return result


async def language_of(conversation: str) -> str:
    """The language that a conversation is held in."""
    return str((await db_call(conversations.conversation_get, conversation_id=conversation)).language)


def _for_rasa(text: str, kind: str, buttons: list[dict[str, str]]) -> str:
    """What Rasa is given: a shown button's payload, or the words themselves, which can never be a payload.

    Rasa reads any text that begins with a slash as an intent; only what stands in our own record may do so.
    """
    if kind in SYSTEM_KINDS:
        return text
    said = " ".join(text.split()).casefold()
    for button in buttons:
        if button["title"].casefold() == said:
            return button["payload"]
    return as_words(text)


def as_words(text: str) -> str:
    """Words as Rasa may be given them: never what it would read as an intent."""
    return text.lstrip("/ \t\n") or "…"


turns = Turns()
"""The one queue of turns of this process, shared by all channels: a conversation goes on from text to web and back."""
