"""The web channel: plain HTTP with a signed conversation token, idempotent messages, replay and honest failure.

    POST /chat/sessions  {"language": "en"|"es"}                      → 201 {token, language, messages, …}
    POST /chat/continue  {"code"}                                     → 200 {token, …}: a link that was texted, once
    POST /chat/return    {}                                           → 200 {token, …}: someone comes back on another day
    POST /chat/leave     {}                                           → 204: every token of this conversation is ended
    POST /chat/messages  {"id", "text" | "answer": {"ask", "choice"}, "seen"?, "language"?} → 200 {id, replies, token?, …}
    GET  /chat/messages?after=n                                       → 200 {messages, …}
    GET  /chat/events?after=n                                         → Server-Sent Events on the same record

The token goes in `Authorization: Bearer …`. A message is recorded under its own id before anything else happens; the same
id again gets the same answer again. What cannot be answered now is 503 with words to say so, and waits in the record: it
is answered, in its order, before the next message. Never an empty success. Codes: 400 what the body lacks, 401 no or bad
token, 409 the id was used for another text, 410 the link is spent, 413 too long, 415 no JSON, 429 too often, 503 not now.

A `token` in an answer takes the place of the one that was sent. Its first use ends the older ones, where the person has just
told of danger at home (docs/decisions/0014-ending-tokens.md).
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from leeward.assistant import chat_page
from leeward.assistant.channels import gate
from leeward.assistant.channels.chat_token import ChatToken, NoToken
from leeward.assistant.channels.event_streams import EventStreams
from leeward.assistant.channels.gate import Refused
from leeward.assistant.channels.limits import USES, Limits
from leeward.assistant.turn_processor import DANGER, OPENING, TurnFailed, language_of, render_response, safety_responses, turns
from leeward.core.firm import firm
from leeward.ops.client_address import network_of
from leeward.records import installation, web_links
from leeward.records.database import RecordsUnavailable, db_call, db_read
from leeward.records.installation import NoRoom, RecordsReplaced
from leeward.records.services import cases, conversations, messages
from leeward.records.services.conversations import Access, ConversationMissing, Standing
from leeward.records.services.messages import MessageConflict, TranscriptMessage

logger = logging.getLogger(__name__)

RETURN = "/greet"
TRY_AGAIN_AFTER_SECONDS = 3
# Being refused must cost less than what is refused.
LONGEST_SCREENED_WHEN_REFUSED = 1_000
TIME_IS_UP = (
    "By our clock, this chat's time is up, so it can't be opened here now. What you told us is kept. "
    "You can start a new chat, or call us at {phone}."
)


class ConversationRow(Protocol):
    """What is told of a conversation as it stands on record; the tables themselves are the records' own."""

    id: str
    language: str
    facts: Mapping[str, Any]
    paused: bool
    danger: bool
    token_epoch: int


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
        self._limits = Limits()
        self._streams = EventStreams(_standing)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel."""
        routes = Blueprint("leeward_web")

        @routes.exception(Refused)
        async def refused(request: Request, error: Refused) -> HTTPResponse:
            headers = {"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)} if error.status in (429, 503) else {}
            told = await _told(request, error.sentence, request.ctx.text[:LONGEST_SCREENED_WHEN_REFUSED])
            return response.json(
                {**told, **({"reason": error.reason} if error.reason else {})}, status=error.status, headers=headers
            )

        @routes.exception(TurnFailed)
        async def lost(request: Request, error: TurnFailed) -> HTTPResponse:
            return await _not_now(request, "say_try_again")

        @routes.exception(ConversationMissing)
        async def gone(request: Request, error: ConversationMissing) -> HTTPResponse:
            return await refused(request, Refused(401, "This chat is no longer here. Please start a new one."))

        @routes.exception(*RecordsUnavailable)
        async def no_records(request: Request, error: Exception) -> HTTPResponse:
            logger.error("records unavailable: %s", type(error).__name__)
            # What was saved in records that are gone is gone with them.
            is_saved = request.ctx.is_saved and not isinstance(error, RecordsReplaced)
            return await _not_now(request, "say_try_again" if is_saved else "say_not_saved")

        @routes.middleware("request")
        async def begin(request: Request) -> None:
            request.ctx.is_saved = False
            request.ctx.language = "en"
            request.ctx.text = ""
            request.ctx.network = network_of(request.ip)
            use = USES.get((request.method, request.uri_template), "pages")
            self._limits.count_for_address(use, request.ctx.network)

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            try:
                await db_read(installation.check_health)
            except RecordsUnavailable as error:
                told = str(error) if isinstance(error, (RecordsReplaced, NoRoom)) else "The records cannot be reached."
                status = "no room" if isinstance(error, NoRoom) else "no records"
                headers = {"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)}
                return response.json({"status": status, "error": told}, status=503, headers=headers)
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

        @routes.post("/chat/leave")
        async def leave(request: Request) -> HTTPResponse:
            return await self._leave(request)

        @routes.get("/chat/messages")
        async def replay(request: Request) -> HTTPResponse:
            caller = await self._caller(request)
            self._limits.count_for_chat("reading", caller.conversation)
            return response.json(await _transcript(caller.conversation, gate.after_of(request.args.get("after"))))

        @routes.get("/chat/events")
        async def events(request: Request) -> None:
            await self._stream_events(request)

        chat_page.add_routes(routes)
        return routes

    # ---------------------------------------------------------------- opening

    async def _open(self, request: Request) -> HTTPResponse:
        chosen = gate.language_of_body(_body(request)) or "en"
        request.ctx.language = chosen
        conversation = await db_call(conversations.conversation_start, channel="web", language=chosen)
        key = f"open-{uuid.uuid4().hex}"
        await db_call(
            messages.message_receive, conversation_id=conversation.id, key=key, text=OPENING, kind="start", language=chosen
        )
        await turns.answer_waiting(conversation.id, request.app.ctx.agent)
        return response.json(await _transcript(conversation.id, 0, opens=True), status=201)

    async def _welcome_back(self, request: Request) -> HTTPResponse:
        """Greets someone who comes back, sums up and goes on; the whole conversation is given back, with a new token."""
        _body(request)
        caller = await self._caller(request)
        self._limits.count_for_chat("writing", caller.conversation)
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
        return response.json(await _transcript(caller.conversation, 0, opens=True))

    async def _leave(self, request: Request) -> HTTPResponse:
        """Ends every token and link of the conversation: nothing on this device, or any other, opens it again."""
        _body(request)
        caller = await self._caller(request)
        await db_call(conversations.conversation_end_access, conversation_id=caller.conversation)
        return response.empty()

    async def _continue(self, request: Request) -> HTTPResponse:
        """Opens the conversation of a link that was texted; the link is spent with it."""
        code = _body(request).get("code")
        try:
            conversation = await db_call(web_links.link_use, code=code if isinstance(code, str) else "")
        except web_links.LinkSpent:
            raise Refused(
                410, "This link was used before or is too old. Text us for a new one, or start a new chat here."
            ) from None
        return response.json(await _transcript(conversation, 0, opens=True))

    # ---------------------------------------------------------------- one message

    async def _receive(self, request: Request) -> HTTPResponse:
        _bearer(request)
        sent = gate.inbound_of(_body(request))
        # Known before any storage, so that a cry for help is answered whatever else fails.
        request.ctx.text = sent.text
        request.ctx.language = sent.language or "en"
        caller = await self._caller(request)
        self._limits.count_for_chat("writing", caller.conversation, characters=len(sent.text))
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
        request.ctx.is_saved = True
        request.ctx.language = message.language
        urgent = bool(safety_responses(sent.text))
        await turns.answer_waiting(caller.conversation, request.app.ctx.agent, urgent=urgent)
        replies, row, case = await db_read(_answer, conversation=caller.conversation, message_id=message.id)
        if not replies:
            raise TurnFailed(caller.conversation, counts=False)
        shown = [_reply_json(caller.conversation, reply) for reply in replies]
        newer = _token(row)
        renewed = {"token": newer.encode()} if caller.is_replaced_by(newer) else {}
        return response.json({"id": sent.id, "replies": shown, **renewed, **_state(row, case)})

    # ---------------------------------------------------------------- who is this

    async def _caller(self, request: Request) -> ChatToken:
        """Whose request this is. Raises Refused where the token is none of ours or opens nothing any more."""
        caller = _bearer(request)
        access = await db_read(conversations.conversation_access, conversation_id=caller.conversation, epoch=caller.epoch)
        if access is Access.ENDED:
            raise Refused(401, "This chat has ended. Please start a new one.")
        if access is Access.RESTED or caller.is_expired:
            # True also where our clock is wrong.
            raise Refused(401, TIME_IS_UP.format(phone=firm().phone_display), reason="expired")
        if access is Access.FIRST_USE:
            await db_call(conversations.conversation_use_token, conversation_id=caller.conversation, epoch=caller.epoch)
        return caller

    # ---------------------------------------------------------------- as it goes on

    async def _stream_events(self, request: Request) -> None:
        """New messages of the assistant and of staff as they are recorded, until the caller goes away or is kept out."""
        caller = await self._caller(request)
        self._limits.count_for_chat("reading", caller.conversation)
        after = gate.after_of(request.args.get("after"))
        place = self._streams.follow(caller, network=request.ctx.network, after=after)
        with place as follower:
            stream = await request.respond(content_type="text/event-stream", headers={"Cache-Control": "no-store"})
            while not follower.is_over:
                for row in await db_read(messages.messages_after, conversation_id=caller.conversation, n=follower.last):
                    follower.last = row.n
                    data = json.dumps(_message_json(caller.conversation, row))
                    await stream.send(f"id: {row.n}\nevent: message\ndata: {data}\n\n")
                if not await follower.news():
                    await stream.send(": still here\n\n")
            await stream.eof()


async def _standing(conversation_ids: set[str]) -> Mapping[str, Standing]:
    found: Mapping[str, Standing] = await db_read(conversations.conversations_standing, conversation_ids=conversation_ids)
    return found


def _body(request: Request) -> Mapping[str, Any]:
    return gate.body_of(request.body, request.headers.get("content-type"))


def _bearer(request: Request) -> ChatToken:
    """The token that comes with the request, by its signature alone. Raises Refused."""
    scheme, _, token = (request.headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(401, "This request has no chat token. Start a chat first.")
    try:
        return ChatToken.decode(token)
    except NoToken:
        raise Refused(401, "This chat token is not valid. Please start a new chat.") from None


async def _not_now(request: Request, response_name: str) -> HTTPResponse:
    """503 with the domain's own words in the person's language."""
    filling = {"firm": firm().name, "firm_phone": firm().phone_display}
    agent, language = request.app.ctx.agent, request.ctx.language
    sentence = await render_response(agent, response_name, language, WebChannel.name(), **filling)
    headers = {"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)}
    return response.json(await _told(request, sentence, request.ctx.text), status=503, headers=headers)


async def _told(request: Request, sentence: str, text: str) -> dict[str, Any]:
    """A failure as it is told: a sentence, before which whoever cries for help in `text` is answered that first of all."""
    names = safety_responses(text)
    filling = {"firm": firm().name, "firm_phone": firm().phone_display}
    agent, language = request.app.ctx.agent, request.ctx.language
    said = [await render_response(agent, name, language, WebChannel.name(), **filling) for name in names]
    help_ = {"help": "\n\n".join(said)} if said else {}
    # The page must know of danger from this: the message may never be recorded.
    remember = {"remember": False} if DANGER in names else {}
    return {"error": "\n\n".join([*said, sentence]), **help_, **remember}


def _token(row: ConversationRow) -> ChatToken:
    """A token that lets its holder speak in this conversation from now on."""
    return ChatToken.issue(row.id, epoch=row.token_epoch, in_danger=row.danger)


def _answer(*, conversation: str, message_id: int) -> tuple[list[TranscriptMessage], ConversationRow, str | None]:
    """What was answered to a message, and where the conversation stands; read in one go."""
    return messages.replies_to(message_id=message_id), *_where_it_stands(conversation)


def _where_it_stands(conversation: str) -> tuple[ConversationRow, str | None]:
    """The conversation and the number of its case, if it has one."""
    return conversations.conversation_get(conversation_id=conversation), cases.case_number(conversation_id=conversation)


def _state(row: ConversationRow, case: str | None) -> dict[str, Any]:
    """Where the conversation stands, as every answer says it."""
    return {
        "language": row.language,
        "facts": row.facts,
        "paused": row.paused,
        "case": case,
        # A phone or computer that someone dangerous may look at keeps no way back into the chat.
        "remember": not row.danger,
    }


async def _transcript(conversation: str, after: int, *, opens: bool = False) -> dict[str, Any]:
    """The messages after number `after`, and where the conversation stands; with `opens`, also a token that opens it."""
    rows, row, case = await db_read(_messages_and_state, conversation=conversation, after=after)
    token = {"token": _token(row).encode()} if opens else {}
    return {**token, "messages": [_message_json(conversation, message) for message in rows], **_state(row, case)}


def _messages_and_state(*, conversation: str, after: int) -> tuple[list[TranscriptMessage], ConversationRow, str | None]:
    return messages.messages_after(conversation_id=conversation, n=after), *_where_it_stands(conversation)


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
