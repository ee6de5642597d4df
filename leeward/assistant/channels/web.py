"""The web channel: plain HTTP with a signed conversation token, idempotent messages, replay and honest failure.

    POST /chat/sessions  {"language": "en"|"es"}                      → 201 {token, language, messages, …}
    POST /chat/continue  {"code"}                                     → 200 {token, …}: a link that was texted, once
    POST /chat/messages  {"id", "text" | "choice", "language"?}       → 200 {id, replies, …}
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
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import jwt
from django.db import DatabaseError
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from leeward.assistant import chat_page
from leeward.assistant.rate_limit import RateLimit
from leeward.assistant.turn_processor import OPENING, TurnFailed, db_call, language_of, render_response, turns
from leeward.core import formatting
from leeward.core.firm import firm
from leeward.ops import secret_key
from leeward.records import web_links
from leeward.records.services import cases, conversations, messages
from leeward.records.services.conversations import ConversationMissing
from leeward.records.services.messages import MessageConflict, TranscriptMessage

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 12_000
LARGEST_BODY = 64_000
LANGUAGES = ("en", "es")
RETURN = "/greet"
TRY_AGAIN_AFTER_SECONDS = 3
EVENTS_POLL_SECONDS = 1.0


class Refused(Exception):
    """A request that is not served: its status and one sentence for the caller."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


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
            sentence = await _try_again(request.app.ctx.agent, await language_of(error.conversation))
            headers = {"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)}
            return response.json({"error": sentence}, status=503, headers=headers)

        @routes.exception(DatabaseError)
        async def no_records(request: Request, error: DatabaseError) -> HTTPResponse:
            logger.error("records unavailable: %s", type(error).__name__)
            sentence = await _try_again(request.app.ctx.agent, "en")
            return response.json({"error": sentence}, status=503, headers={"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)})

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok", "model": request.app.ctx.agent.is_ready()})

        @routes.post("/chat/sessions")
        async def sessions(request: Request) -> HTTPResponse:
            return await self._open(request, on_new_message)

        @routes.post("/chat/messages")
        async def receive(request: Request) -> HTTPResponse:
            return await self._receive(request, on_new_message)

        @routes.post("/chat/return")
        async def come_back(request: Request) -> HTTPResponse:
            return await self._welcome_back(request, on_new_message)

        @routes.post("/chat/continue")
        async def go_on(request: Request) -> HTTPResponse:
            return await self._continue(request)

        @routes.get("/chat/messages")
        async def replay(request: Request) -> HTTPResponse:
            caller = await self._caller(request)
            return response.json(await _transcript(caller.conversation, _after(request)))

        @routes.get("/chat/events")
        async def events(request: Request) -> HTTPResponse:
            caller = await self._caller(request)
            return await _stream_events(request, caller.conversation, _after(request))

        chat_page.add_routes(routes)
        return routes

    # ---------------------------------------------------------------- opening

    async def _open(self, request: Request, handle: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
        if not self._sessions.allows(request.remote_addr or request.ip):
            raise Refused(429, "Too many new chats from this address. Please wait a minute and try again.")
        body = _body(request)
        language = body.get("language")
        chosen = language if language in LANGUAGES else "en"
        conversation = await db_call(conversations.conversation_start, channel="web", language=chosen)
        key = f"open-{uuid.uuid4().hex}"
        await db_call(
            messages.message_receive, conversation_id=conversation.id, key=key, text=OPENING, kind="start", language=chosen
        )
        await turns.answer_waiting(conversation.id, handle)
        view = await _transcript(conversation.id, 0)
        return response.json({"token": _sign(conversation.id), **view}, status=201)

    async def _welcome_back(self, request: Request, handle: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
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
        await turns.answer_waiting(caller.conversation, handle)
        return response.json(await _transcript(caller.conversation, 0))

    async def _continue(self, request: Request) -> HTTPResponse:
        """Opens the conversation of a link that was texted; the link is spent with it."""
        if not self._sessions.allows(request.remote_addr or request.ip):
            raise Refused(429, "Too many new chats from this address. Please wait a minute and try again.")
        code = _body(request).get("code")
        try:
            conversation = await db_call(web_links.link_use, code=code if isinstance(code, str) else "")
        except web_links.LinkSpent:
            raise Refused(
                410, "This link was used before or is too old. Text us for a new one, or start a new chat here."
            ) from None
        return response.json({"token": _sign(conversation), **await _transcript(conversation, 0)})

    # ---------------------------------------------------------------- one message

    async def _receive(self, request: Request, handle: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
        caller = await self._caller(request)
        body = _body(request)
        key = body.get("id")
        if not isinstance(key, str) or not key or len(key) > 100:
            raise Refused(400, 'Each message needs an "id" of its own, up to 100 characters.')
        if not self._messages.allows(caller.conversation):
            raise Refused(429, "That was a lot at once. Please wait a few seconds and send it again.")
        text, kind = await self._words(caller, body)
        language = body.get("language") if body.get("language") in LANGUAGES else None
        try:
            message, _ = await db_call(
                messages.message_receive,
                conversation_id=caller.conversation,
                key=key,
                text=text,
                kind=kind,
                language=language,
            )
        except MessageConflict:
            raise Refused(409, "This message id was already used for other words. Send it again under a new id.") from None
        except ConversationMissing:
            raise Refused(401, "This chat is no longer here. Please start a new one.") from None
        await turns.answer_waiting(caller.conversation, handle)
        replies = await db_call(messages.replies_to, message_id=message.id)
        if not replies:
            raise TurnFailed(caller.conversation)
        state = await _state(caller.conversation)
        return response.json({"id": key, "replies": [_reply_json(reply) for reply in replies], **state})

    async def _words(self, caller: Caller, body: dict[str, Any]) -> tuple[str, str]:
        """What was written or tapped. A tap is the title of a button that was shown last."""
        choice, text = body.get("choice"), body.get("text")
        words = choice if isinstance(choice, str) else text
        if not isinstance(words, str) or not words.strip():
            raise Refused(400, 'Write something, or send the title of a button as "choice".')
        if len(words) > LONGEST_MESSAGE:
            raise Refused(413, f"That is too long for one message. Please keep it under {LONGEST_MESSAGE:,} characters.")
        return words.strip(), "choice" if isinstance(choice, str) else "text"

    # ---------------------------------------------------------------- who is this

    async def _caller(self, request: Request) -> Caller:
        scheme, _, token = (request.headers.get("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused(401, "This request has no chat token. Start a chat first.")
        try:
            claims = jwt.decode(token, secret_key.secret_key(), algorithms=["HS256"])
        except jwt.InvalidTokenError:
            raise Refused(401, "This chat token is not valid. Please start a new chat.") from None
        conversation = str(claims["conversation"])
        if not await db_call(conversations.conversation_is_open, conversation_id=conversation):
            raise Refused(401, "This chat has ended. Please start a new one.")
        return Caller(conversation)


async def _try_again(agent: Agent, language: str) -> str:
    """The domain's own words for "not now", in the person's language."""
    if agent.domain is None:
        return "The assistant is still starting. Please try again in a moment."
    return await render_response(agent, "say_try_again", language, WebChannel.name(), firm_phone=formatting.phone(firm().phone))


async def _stream_events(request: Request, conversation: str, after: int) -> HTTPResponse:
    """New messages of the assistant and of staff as they are recorded, until the caller goes away."""
    stream = await request.respond(content_type="text/event-stream", headers={"Cache-Control": "no-store"})
    last = after
    while True:
        rows = await db_call(messages.messages_after, conversation_id=conversation, n=last)
        for row in rows:
            last = row.n
            await stream.send(f"id: {row.n}\nevent: message\ndata: {json.dumps(_message_json(row))}\n\n")
        if not rows:
            await stream.send(": still here\n\n")
        await asyncio.sleep(EVENTS_POLL_SECONDS)


def _sign(conversation: str) -> str:
    """A token that lets its holder speak in this conversation (RFC 7519, HMAC with SHA-256)."""
    return jwt.encode({"conversation": conversation}, secret_key.secret_key(), algorithm="HS256")


def _body(request: Request) -> dict[str, Any]:
    if len(request.body) > LARGEST_BODY:
        raise Refused(413, "That is too much for one message. Please send less.")
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise Refused(400, "The body of this request is not JSON.") from None
    if not isinstance(body, dict):
        raise Refused(400, "The body of this request is not a JSON object.")
    return body


def _after(request: Request) -> int:
    value = request.args.get("after") or "0"
    if not value.isdigit():
        raise Refused(400, '"after" is the number of the last message you have.')
    return int(value)


async def _state(conversation: str) -> dict[str, Any]:
    """Where the conversation stands, as every answer says it."""
    row = await db_call(conversations.conversation_get, conversation_id=conversation)
    return {
        "language": row.language,
        "facts": row.facts,
        "paused": row.paused,
        "case": await db_call(cases.case_number, conversation_id=conversation),
        # A phone or computer that someone dangerous may look at keeps no way back into the chat.
        "remember": not row.danger,
    }


async def _transcript(conversation: str, after: int) -> dict[str, Any]:
    rows = await db_call(messages.messages_after, conversation_id=conversation, n=after)
    return {"messages": [_message_json(row) for row in rows], **await _state(conversation)}


def _message_json(row: TranscriptMessage) -> dict[str, Any]:
    who = "you" if row.direction == "in" else "staff" if row.direction == "staff" else "assistant"
    message = {"n": row.n, "from": who, "text": row.text, "at": row.created_at.isoformat(), "language": row.language}
    if row.direction == "in":
        return {**message, "id": row.key, "kind": row.kind, "status": row.status}
    return {**message, "buttons": [b["title"] for b in row.buttons], "card": row.card, "asked": row.asked}


def _reply_json(row: TranscriptMessage) -> dict[str, Any]:
    return {"n": row.n, "text": row.text, "buttons": [b["title"] for b in row.buttons], "card": row.card, "asked": row.asked}
