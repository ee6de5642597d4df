"""The web channel: plain HTTP with a signed conversation token, idempotent messages, replay and honest failure.

    POST /chat/sessions  {"language": "en"|"es"}                      → 201 {token, language, messages, …}
    POST /chat/continue  {"code"}                                     → 200 {token, …}: a link that was texted, once
    POST /chat/messages  {"id", "text" | "answer": {"ask", "choice"}, "seen"?, "language"?} → 200 {id, replies, …}
    GET  /chat/messages?after=n                                       → 200 {messages, …}
    GET  /chat/events?after=n                                         → Server-Sent Events on the same record

The token goes in `Authorization: Bearer …`. A message is recorded under its own id before anything else happens; the same
id again gets the same answer again. What cannot be answered now is 503 with words to say so, and waits in the record: it
is answered, in its order, before the next message. Never an empty success. Codes: 400 what the body lacks, 401 no or bad
token, 409 the id was used for another text, 410 the link is spent, 413 too long, 429 too often, 503 not now.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import jwt
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from leeward.assistant import chat_page
from leeward.assistant.channels import gate
from leeward.assistant.channels.gate import Refused
from leeward.assistant.rate_limit import RateLimit
from leeward.assistant.turn_processor import OPENING, TurnFailed, language_of, render_response, turns
from leeward.core.firm import firm
from leeward.nlu import safety_rules
from leeward.ops import secret_key
from leeward.records import web_links
from leeward.records.database import RecordsUnavailable, db_call
from leeward.records.services import cases, conversations, messages
from leeward.records.services.conversations import ConversationMissing
from leeward.records.services.messages import MessageConflict, TranscriptMessage

logger = logging.getLogger(__name__)

RETURN = "/greet"
TRY_AGAIN_AFTER_SECONDS = 3
EVENTS_POLL_SECONDS = 1.0
# A person has the chat open in a few tabs; whoever opens more is no person.
MOST_STREAMS = 5


@dataclass(frozen=True)
class Caller:
    """Whose request this is: the conversation that the token names."""

    conversation: str


class WebChannel(InputChannel):
    """Rasa's input channel for the chat page and the terminal."""

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return "web"

    def url_prefix(self) -> str:
        """At the root: the page is /, the rest under /chat/."""
        return ""

    def __init__(self) -> None:
        self._sessions = RateLimit(burst=300, per_second=10)
        self._streams: Counter[str] = Counter()
        self._messages = RateLimit(burst=60, per_second=2)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel."""
        routes = Blueprint("leeward_web")

        @routes.exception(Refused)
        async def refused(request: Request, error: Refused) -> HTTPResponse:
            headers = {"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)} if error.status in (429, 503) else {}
            return response.json({"error": error.sentence}, status=error.status, headers=headers)

        @routes.exception(TurnFailed)
        async def lost(request: Request, error: TurnFailed) -> HTTPResponse:
            return await _not_now(request, "say_try_again")

        @routes.exception(*RecordsUnavailable)
        async def no_records(request: Request, error: Exception) -> HTTPResponse:
            logger.error("records unavailable: %s", type(error).__name__)
            return await _not_now(request, "say_try_again" if request.ctx.is_saved else "say_not_saved")

        @routes.middleware("request")
        async def begin(request: Request) -> None:
            request.ctx.is_saved = False
            request.ctx.language = "en"
            request.ctx.text = ""

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            await db_call(conversations.conversation_is_open, conversation_id="health")
            return response.json({"status": "ok", "model": request.app.ctx.agent.is_ready()})

        @routes.post("/chat/sessions")
        async def sessions(request: Request) -> HTTPResponse:
            return await self._open(request)

        @routes.post("/chat/messages")
        async def messages(request: Request) -> HTTPResponse:
            return await self._receive(request)

        @routes.post("/chat/return")
        async def come_back(request: Request) -> HTTPResponse:
            return await self._welcome_back(request)

        @routes.post("/chat/continue")
        async def go_on(request: Request) -> HTTPResponse:
            return await self._continue(request)

        @routes.get("/chat/messages")
        async def replay(request: Request) -> HTTPResponse:
            caller = await self._caller(request)
            return response.json(await _transcript(caller.conversation, gate.after_of(request.args.get("after"))))

        @routes.get("/chat/events")
        async def events(request: Request) -> HTTPResponse:
            caller = await self._caller(request)
            if self._streams[caller.conversation] >= MOST_STREAMS:
                raise Refused(429, "This chat is open in too many places. Close one and try again.")
            self._streams[caller.conversation] += 1
            try:
                return await _stream_events(request, caller.conversation, gate.after_of(request.args.get("after")))
            finally:
                self._streams[caller.conversation] -= 1
                if not self._streams[caller.conversation]:
                    del self._streams[caller.conversation]

        chat_page.add_routes(routes)
        return routes

    # ---------------------------------------------------------------- opening

    async def _open(self, request: Request) -> HTTPResponse:
        if not self._sessions.allows(request.remote_addr or request.ip):
            raise Refused(429, "Too many new chats from this address. Please wait a minute and try again.")
        chosen = gate.language_of_body(gate.body_of(request.body)) or "en"
        request.ctx.language = chosen
        conversation = await db_call(conversations.conversation_start, channel="web", language=chosen)
        key = f"open-{uuid.uuid4().hex}"
        await db_call(
            messages.message_receive, conversation_id=conversation.id, key=key, text=OPENING, kind="start", language=chosen
        )
        await turns.answer_waiting(conversation.id, request.app.ctx.agent)
        view = await _transcript(conversation.id, 0)
        return response.json({"token": _sign(conversation.id), **view}, status=201)

    async def _welcome_back(self, request: Request) -> HTTPResponse:
        """Greets someone who comes back, sums up and goes on; the whole conversation is given back."""
        caller = await self._caller(request)
        if not self._messages.allows(caller.conversation):
            raise Refused(429, "That was a lot at once. Please wait a few seconds and send it again.")
        key = f"return-{uuid.uuid4().hex}"
        language = await language_of(caller.conversation)
        await db_call(
            messages.message_receive,
            conversation_id=caller.conversation,
            key=key,
            text=RETURN,
            kind="return",
            language=language,
        )
        await turns.answer_waiting(caller.conversation, request.app.ctx.agent)
        return response.json(await _transcript(caller.conversation, 0))

    async def _continue(self, request: Request) -> HTTPResponse:
        """Opens the conversation of a link that was texted; the link is spent with it."""
        if not self._sessions.allows(request.remote_addr or request.ip):
            raise Refused(429, "Too many new chats from this address. Please wait a minute and try again.")
        code = gate.body_of(request.body).get("code")
        try:
            conversation = await db_call(web_links.link_use, code=code if isinstance(code, str) else "")
        except web_links.LinkSpent:
            raise Refused(
                410, "This link was used before or is too old. Text us for a new one, or start a new chat here."
            ) from None
        return response.json({"token": _sign(conversation), **await _transcript(conversation, 0)})

    # ---------------------------------------------------------------- one message

    async def _receive(self, request: Request) -> HTTPResponse:
        _bearer(request)
        sent = gate.inbound_of(gate.body_of(request.body))
        # Known before any storage, so that a cry for help is answered whatever else fails.
        request.ctx.text = sent.text
        request.ctx.language = sent.language or "en"
        caller = await self._caller(request)
        if not self._messages.allows(caller.conversation):
            raise Refused(429, "That was a lot at once. Please wait a few seconds and send it again.")
        ask = None if sent.ask is None else gate.ask_number(caller.conversation, sent.ask)
        if sent.ask is not None and ask is None:
            raise Refused(400, 'The "ask" of an answer is the id that came with the question.')
        try:
            message, _ = await db_call(
                messages.message_receive,
                conversation_id=caller.conversation,
                key=sent.id,
                text=sent.text,
                kind="choice" if sent.is_choice else "text",
                language=sent.language,
                seen=sent.seen,
                answers_ask=ask,
            )
        except MessageConflict:
            raise Refused(409, "This message id was already used for other words. Send it again under a new id.") from None
        except ConversationMissing:
            raise Refused(401, "This chat is no longer here. Please start a new one.") from None
        request.ctx.is_saved = True
        request.ctx.language = message.language
        await turns.answer_waiting(caller.conversation, request.app.ctx.agent)
        replies, state = await db_call(_answer, conversation=caller.conversation, message_id=message.id)
        if not replies:
            raise TurnFailed(caller.conversation, counts=False)
        shown = [_reply_json(caller.conversation, reply) for reply in replies]
        return response.json({"id": sent.id, "replies": shown, **state})

    # ---------------------------------------------------------------- who is this

    async def _caller(self, request: Request) -> Caller:
        """Whose request this is. Raises Refused where the token is none of ours or its chat has ended."""
        caller = _bearer(request)
        if not await db_call(conversations.conversation_is_open, conversation_id=caller.conversation):
            raise Refused(401, "This chat has ended. Please start a new one.")
        return caller


def _bearer(request: Request) -> Caller:
    """The conversation that the request's token names, by its signature alone. Raises Refused."""
    scheme, _, token = (request.headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(401, "This request has no chat token. Start a chat first.")
    try:
        claims = jwt.decode(token, secret_key.secret_key(), algorithms=["HS256"], options={"require": ["conversation"]})
    except jwt.InvalidTokenError:
        raise Refused(401, "This chat token is not valid. Please start a new chat.") from None
    return Caller(str(claims["conversation"]))


async def _not_now(request: Request, response_name: str) -> HTTPResponse:
    """503 with the domain's own words in the person's language; whoever cries for help is answered that first of all."""
    agent, language = request.app.ctx.agent, request.ctx.language
    alerts = safety_rules.screen(request.ctx.text)
    names = [name for name, raised in (("say_crisis", alerts.crisis), ("say_danger", alerts.danger)) if raised]
    filling = {"firm": firm().name, "firm_phone": firm().phone_display}
    said = [await render_response(agent, name, language, WebChannel.name(), **filling) for name in (*names, response_name)]
    headers = {"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)}
    return response.json({"error": "\n\n".join(said)}, status=503, headers=headers)


async def _stream_events(request: Request, conversation: str, after: int) -> HTTPResponse:
    """New messages of the assistant and of staff as they are recorded, until the caller goes away."""
    stream = await request.respond(content_type="text/event-stream", headers={"Cache-Control": "no-store"})
    last = after
    while True:
        rows = await db_call(messages.messages_after, conversation_id=conversation, n=last)
        for row in rows:
            last = row.n
            await stream.send(f"id: {row.n}\nevent: message\ndata: {json.dumps(_message_json(conversation, row))}\n\n")
        if not rows:
            await stream.send(": still here\n\n")
        await asyncio.sleep(EVENTS_POLL_SECONDS)


def _sign(conversation: str) -> str:
    """A token that lets its holder speak in this conversation (RFC 7519, HMAC with SHA-256)."""
    return jwt.encode({"conversation": conversation}, secret_key.secret_key(), algorithm="HS256")


def _answer(*, conversation: str, message_id: int) -> tuple[list[TranscriptMessage], dict[str, Any]]:
    """What was answered to a message, and where the conversation stands; read in one go."""
    return messages.replies_to(message_id=message_id), _state(conversation)


def _state(conversation: str) -> dict[str, Any]:
    """Where the conversation stands, as every answer says it."""
    row = conversations.conversation_get(conversation_id=conversation)
    return {
        "language": row.language,
        "facts": row.facts,
        "paused": row.paused,
        "case": cases.case_number(conversation_id=conversation),
        # A phone or computer that someone dangerous may look at keeps no way back into the chat.
        "remember": not row.danger,
    }


async def _transcript(conversation: str, after: int) -> dict[str, Any]:
    rows, state = await db_call(_messages_and_state, conversation=conversation, after=after)
    return {"messages": [_message_json(conversation, row) for row in rows], **state}


def _messages_and_state(*, conversation: str, after: int) -> tuple[list[TranscriptMessage], dict[str, Any]]:
    return messages.messages_after(conversation_id=conversation, n=after), _state(conversation)


def _message_json(conversation: str, row: TranscriptMessage) -> dict[str, Any]:
    who = "you" if row.direction == "in" else "staff" if row.direction == "staff" else "assistant"
    message = {"from": who, "at": row.created_at.isoformat(), "language": row.language}
    if row.direction == "in":
        return {**message, "n": row.n, "text": row.text, "id": row.key, "kind": row.kind, "status": row.status}
    return {**message, **_reply_json(conversation, row)}


def _reply_json(conversation: str, row: TranscriptMessage) -> dict[str, Any]:
    titles = [button["title"] for button in row.buttons]
    ask = {"id": gate.ask_id(conversation, row.n), "slot": row.asked, "choices": titles} if row.asked else None
    return {"n": row.n, "text": row.text, "buttons": titles, "card": row.card, "asked": row.asked, "ask": ask}
