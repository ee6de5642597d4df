"""The text channel's webhooks: texts that come in, and Twilio's delivery reports.

    POST /sms/twilio            a text that came (https://www.twilio.com/docs/messaging/guides/webhook-request)
    POST /sms/status?text=n     a delivery report on text n of our outbox

Every request must carry Twilio's signature (403 otherwise). A text is recorded once, under Twilio's own id, and the webhook is
answered at once; the turn happens after (leeward/assistant/sms_worker.py), in order for each number, and its texts wait in the
outbox for the sender (leeward/assistant/outbox_worker.py). Why not Rasa's own Twilio channel:
docs/decisions/0009-text-channel.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Dict
from urllib.parse import parse_qsl

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from twilio.request_validator import RequestValidator

from leeward.assistant.sms_turn import CHANNEL, SmsTurn
from leeward.assistant.sms_worker import SmsWorker
from leeward.assistant.turn_processor import safety_responses, turns
from leeward.core.phone import is_e164
from leeward.nlu.dialogue_acts import language_of as spoken_language
from leeward.nlu.normalization import normalize
from leeward.ops.twilio_config import TwilioSettings
from leeward.records import inbound_sms, outbox
from leeward.records.database import RecordsUnavailable, db_call

logger = logging.getLogger(__name__)

EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
LARGEST_BODY = 64_000


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

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel, and its work beside them; none of it where Twilio is not set up."""
        routes = Blueprint("leeward_sms")
        settings = self._settings
        if settings is None:
            return routes

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
            await _take(fields, request.app.ctx.sms_worker)
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
            worker = app.ctx.sms_worker = SmsWorker(settings, app.ctx.agent)
            texts = SmsTurn(public_url=settings.public_url, take_up=worker.take_up)
            for kind in inbound_sms.KINDS:
                turns.answer_kind(kind, texts.answer, texts.as_texts)
            worker.begin()

        @routes.listener("before_server_stop")
        async def end(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            app.ctx.sms_worker.end()

        return routes


async def _take(fields: Dict[str, str], worker: SmsWorker) -> None:
    """Records one text and sets its turn going; the same id again changes nothing."""
    sid, phone, body = fields.get("MessageSid", ""), fields.get("From", ""), fields.get("Body", "")
    media = fields.get("NumMedia", "0") not in ("", "0")
    if not sid or not is_e164(phone) or not (body.strip() or media):
        logger.warning("a text without a sender's number, an id or words was left")
        return
    language = spoken_language(body, normalize(body)) or "en"
    message = await db_call(inbound_sms.receive_sms, sid=sid, phone=phone, text=body.strip(), media=media, language=language)
    if message is not None:
        worker.answer(message.conversation_id, urgent=bool(safety_responses(body)))


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
