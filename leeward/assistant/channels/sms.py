"""The text channel: Twilio's webhooks in, an outbox out.

    POST /sms/twilio            a text that came (https://www.twilio.com/docs/messaging/guides/webhook-request)
    POST /sms/status?text=n     a delivery report on text n of our outbox

Every request must carry Twilio's signature (403 otherwise). A text is recorded once, under Twilio's own id, and the webhook is
answered at once; the turn happens after, in order for each number, and its texts wait in the outbox for the sender
(leeward/assistant/outbox_worker.py). Why not Rasa's own Twilio channel: docs/decisions/0009-text-channel.md.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Dict, Set
from urllib.parse import parse_qsl

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from twilio.request_validator import RequestValidator

from leeward.assistant.outbox_worker import OutboxWorker
from leeward.assistant.rate_limit import RateLimit
from leeward.assistant.turn_processor import Turn, TurnFailed, language_of, render_response, turns
from leeward.core.firm import firm
from leeward.core.language import Language
from leeward.core.phone import is_e164
from leeward.nlu import opt_out, safety_rules
from leeward.nlu.dialogue_acts import language_of as spoken_language
from leeward.nlu.normalization import normalize
from leeward.ops.twilio_config import TwilioSettings
from leeward.records import inbound_sms, opt_outs, outbox, reminders, staff_texts, web_links
from leeward.records import turns as turn_records
from leeward.records.database import RecordsUnavailable, db_call
from leeward.records.services import consents, messages
from leeward.records.services.messages import Reply
from leeward.records.turns import Texts, TurnEnd
from leeward.sms import composer, send_policy
from leeward.sms.segments import to_gsm7

logger = logging.getLogger(__name__)

CHANNEL = "sms"
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
LARGEST_BODY = 64_000
LOOK_EVERY_SECONDS = 1.0
REMINDERS_EVERY_SECONDS = 15.0
# Someone whose message could not be answered for so long hears that it is kept, once.
WORD_AFTER = timedelta(seconds=12)
NOT_SAFE = "say_sms_not_safe"
# What repeats someone's affairs; the first is what they asked for.
ASKED_DETAILS = "say_summary"
DETAILS = frozenset({ASKED_DETAILS, "say_summary_for_staff"})
TOO_MANY = "say_sms_too_many"
SAFETY_WORDS = frozenset({"say_crisis", "say_crisis_again", "say_danger"})
ESTIMATE_WORDS = ("say_estimate", "say_standing", "say_if_less")


class NotTwilio(Exception):
    """A request without Twilio's signature on it."""


class SmsChannel(InputChannel):
    """Rasa's input channel for text messages through Twilio."""

    @classmethod
    def name(cls) -> str:
        """The channel's name, by which responses are varied."""
        return CHANNEL

    def url_prefix(self) -> str:
        """At the root, as the web channel."""
        return ""

    def __init__(self) -> None:
        self._settings = TwilioSettings.from_environment()
        # A machine that answers every text, like ours, must not keep us talking for ever.
        self._limit = RateLimit(burst=40, per_second=1 / 60)
        self._work: Set[asyncio.Task[None]] = set()
        self._going: Set[str] = set()
        self._wake = asyncio.Event()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel, and its work beside them; none of it where Twilio is not set up."""
        routes = Blueprint("leeward_sms")
        settings = self._settings
        if settings is None:
            return routes
        for kind in inbound_sms.KINDS:
            turns.answer_kind(kind, self._answer, self._as_texts)

        @routes.exception(NotTwilio)
        async def not_twilio(request: Request, error: NotTwilio) -> HTTPResponse:
            logger.warning("a request to %s without Twilio's signature was refused", request.path)
            return response.text("This address is for Twilio; the signature does not fit.", status=403)

        @routes.exception(*RecordsUnavailable)
        async def no_records(request: Request, error: Exception) -> HTTPResponse:
            # Twilio tries its fallback address, and lists the message as not taken.
            logger.error("records unavailable: %s", type(error).__name__)
            return response.text("The records are not available now.", status=503)

        @routes.post("/sms/twilio")
        async def incoming(request: Request) -> HTTPResponse:
            fields = _signed_fields(request, settings)
            await self._take(fields)
            return response.text(EMPTY_ANSWER, content_type="text/xml; charset=utf-8")

        @routes.post("/sms/status")
        async def reported(request: Request) -> HTTPResponse:
            fields = _signed_fields(request, settings)
            number = request.args.get("text") or ""
            if number.isdigit():
                await db_call(
                    outbox.apply_delivery_report,
                    text_id=int(number),
                    sid=fields.get("MessageSid", ""),
                    status=fields.get("MessageStatus", ""),
                    error=fields.get("ErrorCode", ""),
                )
            return response.empty()

        @routes.listener("after_server_start")
        async def begin(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            self._wake = asyncio.Event()
            self._agent: Agent = app.ctx.agent
            self._keep(lambda: self._keep_sending(settings))
            self._keep(self._keep_up)

        @routes.listener("before_server_stop")
        async def end(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            for task in list(self._work):
                task.cancel()

        return routes

    # ---------------------------------------------------------------- taking

    async def _take(self, fields: Dict[str, str]) -> None:
        """Records one text and sets its turn going; the same id again changes nothing."""
        sid, phone, body = fields.get("MessageSid", ""), fields.get("From", ""), fields.get("Body", "")
        media = fields.get("NumMedia", "0") not in ("", "0")
        if not sid or not is_e164(phone) or not (body.strip() or media):
            logger.warning("a text without a sender's number, an id or words was left")
            return
        language = spoken_language(body, normalize(body)) or "en"
        message = await db_call(
            inbound_sms.receive_sms, sid=sid, phone=phone, text=body.strip(), media=media, language=language
        )
        if message is not None:
            self._start(self._turn(message.conversation_id))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ended)
        return task

    def _keep(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Starts work that goes on for ever; should it end by a fault, it is begun anew."""

        def again(task: asyncio.Task[None]) -> None:
            if not task.cancelled():
                asyncio.get_running_loop().call_later(LOOK_EVERY_SECONDS, self._keep, work)

        self._start(work()).add_done_callback(again)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("work on texts ended: %s", type(task.exception()).__name__)

    async def _turn(self, conversation: str) -> None:
        """Answers what waits in a conversation; what cannot be answered now is tried again, ever more slowly."""
        try:
            await turns.answer_waiting(conversation, self._agent)
        except TurnFailed:
            await self._tell_that_it_waits(conversation)
        except RecordsUnavailable as error:
            logger.error("records unavailable: %s", type(error).__name__)
        self._wake.set()

    async def _tell_that_it_waits(self, conversation: str) -> None:
        """Someone who has waited a while hears that their message is kept, once."""
        waiting = await db_call(messages.messages_waiting, conversation_id=conversation)
        if waiting and datetime.now(UTC) - waiting[0].created_at > WORD_AFTER:
            body = to_gsm7(await self._say("say_try_again", await language_of(conversation)))
            await db_call(outbox.notice_put, message_id=waiting[0].id, body=body)

    # ---------------------------------------------------------------- working

    async def _keep_sending(self, settings: TwilioSettings) -> None:
        """Sends what is due, as soon as it is put into the outbox here, and soon after where the desk put it; for ever."""
        sender = OutboxWorker(settings)
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
                for conversation in await db_call(turn_records.conversations_due, kinds=inbound_sms.KINDS):
                    self._take_up(conversation)
                if time.monotonic() >= next_reminders:
                    next_reminders = time.monotonic() + REMINDERS_EVERY_SECONDS
                    await self._remind()
            except RecordsUnavailable as error:
                logger.error("records unavailable: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _take_up(self, conversation: str) -> None:
        """Begins to answer what waits in a conversation, unless that is going on already."""
        if conversation not in self._going:
            self._going.add(conversation)
            self._start(self._turn(conversation)).add_done_callback(lambda _: self._going.discard(conversation))

    async def _remind(self) -> None:
        for due in await db_call(reminders.reminders_due, now=datetime.now(UTC)):
            body = to_gsm7(await self._say("say_sms_reminder", due.language))
            await db_call(reminders.reminder_put, conversation_id=due.conversation_id, body=body)

    # ---------------------------------------------------------------- answering one text

    async def _answer(self, turn: Turn) -> TurnEnd | None:
        """Decides what a text is handled as. Lives come first, then the law of texting, then the conversation."""
        message, conversation = turn.message, turn.conversation
        phone = await db_call(inbound_sms.phone_of, key=message.key)
        newer = await db_call(inbound_sms.reassign_message, message_id=message.id, phone=phone)
        if newer is not None:
            # Another person has taken the phone over meanwhile: what came after belongs to them.
            self._take_up(newer)
            return None
        opts_out = opt_out.opts_out(message.text, closing=turn.asked == "anything_else")
        in_need = await self._is_in_need(turn, opts_out=opts_out)
        if opts_out and in_need:
            await db_call(opt_outs.opt_out, phone=phone, words=message.text, language=message.language, message_key=message.key)
            return await self._after_stop(turn, phone, in_need=True)
        if opts_out:
            return await self._stop(turn, phone)
        if opt_out.is_help(message.text):
            return await self._reply_with(turn, phone, "say_sms_help", kind="help")
        if await db_call(opt_outs.is_opted_out, phone=phone):
            return await self._after_stop(turn, phone, in_need=in_need)
        if not in_need and await db_call(staff_texts.is_handed_off, conversation_id=conversation):
            return await self._leave_to_staff(turn)
        if not in_need and not self._limit.allows(phone):
            return await self._too_many(turn, phone)
        if opt_out.is_new_person(message.text) and turn.start.active_loop:
            # Another person at the same phone: nothing of the conversation before is kept with theirs.
            moved = await db_call(
                inbound_sms.conversation_hand_over, message_id=message.id, phone=phone, language=turn.language
            )
            self._take_up(moved.conversation_id)
            return None
        if not message.text:
            return await self._reply_with(turn, phone, "say_sms_no_media")
        if opt_out.asks_reminder(message.text):
            return await self._agree_to_remind(turn, phone)
        if opt_out.asks_link(message.text) and self._settings is not None:
            return await self._give_link(turn, phone, self._settings.public_url)
        return await self._converse(turn, phone)

    async def _is_in_need(self, turn: Turn, *, opts_out: bool) -> bool:
        """Whether a text cries for help or tells of danger. A stop is not doubted for what only sounds like it."""
        text = turn.message.text
        alerts = safety_rules.screen(text)
        if alerts.crisis or alerts.danger or opts_out or not text:
            return bool(alerts.crisis or alerts.danger)
        return bool((await turn.understanding())["intent"]["name"] == "crisis")

    async def _leave_to_staff(self, turn: Turn) -> TurnEnd | None:
        """The assistant says nothing; the message is with staff."""
        await db_call(inbound_sms.message_for_staff, message_id=turn.message.id)
        return None

    async def _too_many(self, turn: Turn, phone: str) -> TurnEnd | None:
        """So many texts in so short a time that a machine may be answering us: a person hears once how to go on."""
        if await db_call(messages.was_said, conversation_id=turn.conversation, response=TOO_MANY):
            return await self._leave_to_staff(turn)
        return await self._reply_with(turn, phone, TOO_MANY)

    async def _give_link(self, turn: Turn, phone: str, public_url: str) -> TurnEnd:
        """A link to go on on the web; not to a phone that someone dangerous may hold, for it opens all that was told."""
        if await db_call(inbound_sms.may_be_read_by_others, conversation_id=turn.conversation, phone=phone):
            return await self._reply_with(turn, phone, NOT_SAFE)
        code = await db_call(web_links.link_make, conversation_id=turn.conversation)
        return await self._reply_with(turn, phone, "say_sms_link", link=f"{public_url}/c/{code}")

    async def _stop(self, turn: Turn, phone: str) -> TurnEnd | None:
        """One confirmation, and only the first time; then silence (47 CFR 64.1200(a)(12))."""
        news = await db_call(
            opt_outs.opt_out, phone=phone, words=turn.message.text, language=turn.message.language, message_key=turn.message.key
        )
        if news:
            return await self._reply_with(turn, phone, "say_sms_stopped", kind="stopped")
        return await self._leave_to_staff(turn)

    async def _after_stop(self, turn: Turn, phone: str, *, in_need: bool) -> TurnEnd | None:
        """Silence, unless they ask to come back, or a life may be in danger (47 CFR 64.1200(f)(4))."""
        if opt_out.is_start(turn.message.text):
            await db_call(opt_outs.opt_back_in, phone=phone, words=turn.message.text)
            return await self._reply_with(turn, phone, "say_sms_started")
        if in_need:
            replies = await turn.run_rasa(channel=CHANNEL)
            said = [reply for reply in replies if reply.response in SAFETY_WORDS]
            return turn.end(said, texts=self._texts(turn, phone, said, kind="safety"))
        return await self._leave_to_staff(turn)

    async def _agree_to_remind(self, turn: Turn, phone: str) -> TurnEnd:
        """Keeps the wish for one reminder, with the words sent and received."""
        words = to_gsm7(await self._say("say_sms_reminder_agreed", turn.language))
        await db_call(
            consents.consent_record,
            conversation_id=turn.conversation,
            kind="reminder",
            given=True,
            text=words,
            version="reminder-asked-for",
            words=turn.message.text,
            language=turn.language,
            channel=CHANNEL,
            phone=phone,
            message_key=turn.message.key,
        )
        return await self._reply_with(turn, phone, "say_sms_reminder_agreed")

    async def _converse(self, turn: Turn, phone: str) -> TurnEnd:
        """The assistant's own turn; who writes for the first time is told first whom they write to."""
        opening: list[Reply] = []
        said: list[Reply] = []
        text = turn.message.text
        told = await db_call(inbound_sms.disclosure_channel, conversation_id=turn.conversation)
        if told == "nowhere":
            opening = await turn.run_rasa(channel=CHANNEL, opening=True)
            if opt_out.is_new_person(text) or _is_greeting(await turn.understanding()):
                return turn.end(opening, texts=self._texts(turn, phone, opening))
            opening = opening[:1]
        elif told == "on_the_web":
            opening = [await self._reply(inbound_sms.WELCOME, turn.language)]
        choice = composer.parse_numbered_choice(text, [button["title"] for button in turn.buttons])
        if turn.asked == "phone" and opt_out.means_this_number(choice or text):
            choice = phone
        if turn.message.kind == "media":
            said.append(await self._reply("say_sms_no_media", turn.language))
        said += await turn.run_rasa(channel=CHANNEL, choice=choice)
        if await db_call(inbound_sms.may_be_read_by_others, conversation_id=turn.conversation, phone=phone) or turn.is_unsafe(
            phone
        ):
            said = await self._without_details(turn, said)
        # Help in danger comes before all else, then whom they write to, then the rest.
        help_first = sorted(opening + said, key=lambda reply: reply.response not in SAFETY_WORDS)
        return turn.end(help_first, texts=self._texts(turn, phone, help_first))

    async def _without_details(self, turn: Turn, said: list[Reply]) -> list[Reply]:
        """To a phone that others read: no summary, and once (and to whoever asks for a summary) how to go on safely."""
        kept = [reply for reply in said if reply.response not in DETAILS]
        asked = any(reply.response == ASKED_DETAILS for reply in said)
        if asked or not await db_call(messages.was_said, conversation_id=turn.conversation, response=NOT_SAFE):
            kept.insert(0, await self._reply(NOT_SAFE, turn.language_now))
        return kept

    # ---------------------------------------------------------------- replying

    async def _reply_with(
        self, turn: Turn, phone: str, name: str, *, kind: send_policy.MessageKind = "reply", **filling: str
    ) -> TurnEnd:
        """One of our own sentences, after which the question that stood open stands open still."""
        reply = await self._reply(name, turn.language, **filling)
        open_still = Reply(text=reply.text, buttons=[dict(b) for b in turn.buttons], asked=turn.asked, response=name)
        return turn.end([open_still], texts=Texts([to_gsm7(reply.text)], kind, phone))

    async def _reply(self, name: str, language: str, **filling: str) -> Reply:
        return Reply(text=await self._say(name, language, **filling), response=name)

    async def _say(self, name: str, language: str, **filling: str) -> str:
        details = firm()
        filling = {"firm": details.name, "firm_phone": details.phone_display, **filling}
        return await render_response(self._agent, name, language, CHANNEL, **filling)

    async def _as_texts(self, turn: Turn, replies: Sequence[Reply]) -> Texts:
        return self._texts(turn, await db_call(inbound_sms.phone_of, key=turn.message.key), replies)

    def _texts(self, turn: Turn, phone: str, replies: Sequence[Reply], *, kind: send_policy.MessageKind | None = None) -> Texts:
        """An answer as texts to a phone; the outbox is looked at as soon as they are recorded."""
        language: Language = "es" if turn.language_now == "es" else "en"
        said = [
            composer.OutgoingMessage(reply.text, tuple(b["title"] for b in reply.buttons), _group(reply)) for reply in replies
        ]
        saves_lives = any(reply.response in SAFETY_WORDS for reply in replies)
        return Texts(composer.compose(said, language), kind or ("safety" if saves_lives else "reply"), phone)


def _signed_fields(request: Request, settings: TwilioSettings) -> Dict[str, str]:
    """The fields of a request that Twilio signed over our public address. Raises NotTwilio.

    Twilio signs empty fields too, which Sanic's own form leaves out
    (https://www.twilio.com/docs/usage/security#validating-requests).
    """
    if len(request.body) > LARGEST_BODY:
        raise NotTwilio
    try:
        fields = dict(parse_qsl(request.body.decode("utf-8"), keep_blank_values=True))
    except UnicodeDecodeError:
        raise NotTwilio from None
    query = f"?{request.query_string}" if request.query_string else ""
    signature = request.headers.get("x-twilio-signature", "")
    if not RequestValidator(settings.token).validate(f"{settings.public_url}{request.path}{query}", fields, signature):
        raise NotTwilio
    return fields


def _is_greeting(understood: Dict[str, Any]) -> bool:
    """Whether a first text only says hello, so that the opening is all the answer it needs."""
    reading = understood.get("reading") or {}
    only_hello = not understood["entities"] and not reading.get("clarify") and len(str(understood["text"]).split()) <= 4
    return "greeting" in reading.get("acts", ()) and only_hello


def _group(reply: Reply) -> str:
    if reply.response == inbound_sms.WELCOME:
        return "opening"
    if reply.response in SAFETY_WORDS:
        return "safety"
    return "estimate" if reply.response.startswith(ESTIMATE_WORDS) else ""
