"""Sends what is due in the outbox to Twilio: each number's texts in order, with bounded retries, and nothing twice.

Twilio's Messages API takes no key that would make a second request harmless. So a text is marked before it is sent, and where
it is not known whether Twilio got it (a time-out, a crash, a 5xx) Twilio is asked first: a message to that number with the
same words, made since, that no other text of ours accounts for, is this one. Where Twilio accepted a message but does not
list it yet, it is sent a second time; that is as far as its API allows (docs/sms.md).
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Dict, Final, Set

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from leeward.ops.twilio_config import API, TwilioSettings
from leeward.records import opt_outs, outbox
from leeward.records.database import db_call, db_read
from leeward.records.outbox import OutboxItem

logger = logging.getLogger(__name__)

AT_ONCE: Final = 20
LOOK_EVERY_SECONDS: Final = 0.25
ANSWER_SECONDS: Final = 10.0
TOO_OFTEN: Final = 429
SERVER_TROUBLE: Final = 500
# A token that was changed or an account that is held up: nothing is wrong with the text.
NOT_LET_IN: Final = (401, 403)
OPTED_OUT_AT_TWILIO: Final = 21610
# Twilio's clock and ours need not agree.
CLOCKS_DIFFER: Final = timedelta(minutes=5)
MOST_LISTED: Final = 50


class _Client(AsyncTwilioHttpClient):
    """Twilio's own asynchronous client, with the address of its API taken from the settings and a limit on waiting."""

    def __init__(self, api: str) -> None:
        super().__init__(timeout=ANSWER_SECONDS)
        self._api = api

    async def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        """As the client does it."""
        if options.get("timeout") is None:
            options["timeout"] = ANSWER_SECONDS
        return await super().request(method, url.replace(API, self._api, 1), *arguments, **options)


class OutboxWorker:
    """The one that empties the outbox. Made inside the running event loop."""

    def __init__(self, settings: TwilioSettings) -> None:
        # Twilio's client logs every request with its numbers and words otherwise.
        logging.getLogger("twilio.async_http_client").setLevel(logging.WARNING)
        self._settings = settings
        self._http = _Client(settings.api)
        self._twilio = Client(settings.account, settings.token, http_client=self._http)

    async def send_due(self) -> None:
        """Sends all that is due, several numbers at once; one that is slow holds up no other."""
        sending: Set[asyncio.Task[None]] = set()
        while True:
            if len(sending) < AT_ONCE:
                going = await db_call(outbox.claim_due, most=AT_ONCE - len(sending))
                sending |= {asyncio.get_running_loop().create_task(self._send(text)) for text in going}
            if not sending:
                return
            done, sending = await asyncio.wait(sending, timeout=LOOK_EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._http.close()

    async def _send(self, text: OutboxItem) -> None:
        try:
            if text.uncertain:
                earlier = await self._already_there(text)
                if earlier is not None:
                    await db_call(outbox.mark_accepted, text_id=text.id, sid=earlier.sid, status=str(earlier.status))
                    return
            made = await self._twilio.messages.create_async(**self._message(text))
        except TwilioRestException as error:
            await self._refused(text, error)
        except aiohttp.ClientConnectorError as error:
            await self._again(text, error, uncertain=text.uncertain)
        except (TimeoutError, aiohttp.ClientError, TwilioException, ValueError) as error:
            # ValueError: an answer that is no JSON, as a proxy in trouble gives.
            await self._again(text, error, uncertain=True)
        else:
            await db_call(outbox.mark_accepted, text_id=text.id, sid=made.sid, status=str(made.status))

    def _message(self, text: OutboxItem) -> Dict[str, str]:
        report_to = f"{self._settings.public_url}/sms/status?text={text.id}"
        message = {"to": text.to, "body": text.body, "status_callback": report_to}
        if self._settings.service:
            message["messaging_service_sid"] = self._settings.service
        else:
            message["from_"] = self._settings.number
        return message

    async def _already_there(self, text: OutboxItem) -> Any | None:
        """The message that Twilio has for this text from an earlier try, if it has one."""
        known = await db_read(outbox.sids_known, phone=text.to)
        since = text.created_at - CLOCKS_DIFFER
        for message in await self._twilio.messages.list_async(to=text.to, limit=MOST_LISTED):
            made_at = message.date_created or datetime.now(UTC)
            if message.body == text.body and message.sid not in known and made_at >= since:
                return message
        return None

    async def _refused(self, text: OutboxItem, error: TwilioRestException) -> None:
        if error.status in (TOO_OFTEN, *NOT_LET_IN) or error.status >= SERVER_TROUBLE:
            await self._again(text, error, uncertain=text.uncertain or error.status >= SERVER_TROUBLE)
            return
        logger.error("text %s refused by Twilio: %s", text.id, error.code)
        await db_call(outbox.mark_failed, text_id=text.id, error=str(error.code))
        if error.code == OPTED_OUT_AT_TWILIO:
            await db_call(opt_outs.opt_outs_add, rows=[(text.to, "opted out at Twilio")], channel="sms")

    async def _again(self, text: OutboxItem, error: Exception, *, uncertain: bool) -> None:
        again = await db_call(outbox.schedule_retry, text_id=text.id, error=type(error).__name__, uncertain=uncertain)
        logger.warning("text %s not sent (%s), %s", text.id, type(error).__name__, "trying again" if again else "given up")
