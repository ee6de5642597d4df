"""A stand-in for Twilio on this machine: its Messages API for what we send, its signed webhooks for what a phone sends us.

For development without an account (`leeward sms`) and for tests; it answers Twilio's own client library. Nothing leaves the
machine. What it speaks: https://www.twilio.com/docs/messaging/api/message-resource and
https://www.twilio.com/docs/usage/webhooks/webhooks-security.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from twilio.request_validator import RequestValidator

ACCOUNT: Final = "AC00000000000000000000000000000000"
NUMBER: Final = "+15005550006"
# How long Twilio itself waits for a webhook's answer.
WEBHOOK_SECONDS: Final = 15.0

# What can be made to go wrong with the next requests: see `FakeTwilio.troubles`.
TROUBLES: Final = ("server", "busy", "lost", "locked", "garbled", "opted_out", "bad_number")


@dataclass
class FakeTwilio:
    """One account with one number. `sent` holds what was accepted, in its order, as Twilio would list it.

    `troubles` are taken one a request: "server" answers 500, "busy" 429, "lost" accepts the message and breaks the line,
    "locked" answers 401, "garbled" what is no JSON, "opted_out" and "bad_number" refuse it as Twilio does. While it is `down`,
    everything is answered 500. With `reports`, each message is reported as sent and delivered. It waits `patience` seconds for
    a webhook's answer.
    """

    reports: bool = True
    down: bool = False
    patience: float = WEBHOOK_SECONDS
    # Numbers (E.164) whose messages are accepted only once `let_go` is called: a slow Twilio.
    held: set[str] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)
    troubles: deque[str] = field(default_factory=deque)
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    tries: int = 0

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where its API answers."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def environment(self, public_url: str) -> dict[str, str]:
        """The environment that makes an assistant at `public_url` use it."""
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": self.token,
            "LEEWARD_SMS_NUMBER": NUMBER,
            "LEEWARD_TWILIO_API": self.url,
            "LEEWARD_PUBLIC_URL": public_url,
        }

    def text(self, public_url: str, phone: str, body: str, *, media: int = 0, sid: str | None = None) -> httpx.Response:
        """A text from a phone (E.164), handed to the assistant as Twilio hands it over, with its signature."""
        fields = {
            "MessageSid": sid or new_sid(),
            "AccountSid": ACCOUNT,
            "From": phone,
            "To": NUMBER,
            "Body": body,
            "NumMedia": str(media),
            "FromCity": "",
        }
        return self.post(f"{public_url}/sms/twilio", fields)

    def post(self, url: str, fields: dict[str, str]) -> httpx.Response:
        """A webhook with Twilio's signature on it."""
        signature = RequestValidator(self.token).compute_signature(url, fields)
        return httpx.post(url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=self.patience)

    def to(self, phone: str) -> list[str]:
        """The words of all texts that a phone has received, in their order."""
        with self._changed:
            return self._bodies(phone)

    def _bodies(self, phone: str) -> list[str]:
        return [message["body"] for message in self.sent if message["to"] == phone]

    def wait_for(self, phone: str, count: int, seconds: float) -> bool:
        """Waits until a phone has received `count` texts, at most so long; whether it has."""
        with self._changed:
            return bool(self._changed.wait_for(lambda: len(self._bodies(phone)) >= count, timeout=seconds))

    def let_go(self) -> None:
        """Answers what was held."""
        with self._changed:
            self.held.clear()
            self._changed.notify_all()

    def wait_while_held(self, phone: str) -> None:
        """Waits for as long as this number is held."""
        with self._changed:
            self._changed.wait_for(lambda: phone not in self.held, timeout=60)

    def close(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._server.server_close()

    # ---------------------------------------------------------------- the API's side

    def accept(self, fields: dict[str, str]) -> dict[str, Any]:
        """Keeps a message as accepted and gives its resource."""
        now = format_datetime(datetime.now(UTC))
        message: dict[str, Any] = {
            "sid": new_sid(),
            "account_sid": ACCOUNT,
            "to": fields["To"],
            "from": fields.get("From"),
            "messaging_service_sid": fields.get("MessagingServiceSid"),
            "body": fields["Body"],
            "status": "queued",
            "date_created": now,
            "date_updated": now,
            "date_sent": None,
            "direction": "outbound-api",
            "num_segments": "1",
            "num_media": "0",
            "api_version": "2010-04-01",
            "error_code": None,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "uri": "",
            "subresource_uris": {},
        }
        with self._changed:
            self.sent.append(message)
            self._changed.notify_all()
        if self.reports and fields.get("StatusCallback"):
            threading.Thread(target=self.report, args=(fields["StatusCallback"], message), daemon=True).start()
        return message

    def report(self, url: str, message: dict[str, Any]) -> None:
        """Reports a message as sent and as delivered."""
        for status in ("sent", "delivered"):
            try:
                self.post(url, {"MessageSid": message["sid"], "MessageStatus": status, "To": message["to"]})
            except httpx.HTTPError:
                return


def new_sid() -> str:
    """An id as Twilio gives them to messages."""
    return f"SM{secrets.token_hex(16)}"


def _handler(twilio: FakeTwilio) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """POST and GET on /2010-04-01/Accounts/{account}/Messages.json, with HTTP Basic authentication."""

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            fields = dict(parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True))
            if not self._is_ours():
                return
            twilio.tries += 1
            twilio.wait_while_held(fields.get("To", ""))
            trouble = twilio.troubles.popleft() if twilio.troubles else None
            if trouble == "server":
                self._problem(500, 20500, "Internal server error")
            elif trouble == "busy":
                self._problem(429, 20429, "Too many requests")
            elif trouble == "locked":
                self._problem(401, 20003, "Authenticate")
            elif trouble == "garbled":
                self._send(200, b"<html>Bad gateway</html>", "text/html")
            elif trouble == "opted_out":
                self._problem(400, 21610, "Attempt to send to unsubscribed recipient")
            elif trouble == "bad_number":
                self._problem(400, 21211, "Invalid 'To' phone number")
            elif not fields.get("To") or not fields.get("Body"):
                self._problem(400, 21602, "Message body is required")
            elif trouble == "lost":
                twilio.accept(fields)
                self.close_connection = True
                self.connection.close()
            else:
                self._answer(201, twilio.accept(fields))

        def do_GET(self) -> None:
            if not self._is_ours():
                return
            wanted = parse_qs(urlsplit(self.path).query).get("To", [None])[0]
            found = [message for message in reversed(twilio.sent) if wanted in (None, message["to"])]
            page = {"messages": found, "page": 0, "page_size": 50, "uri": self.path, "next_page_uri": None}
            self._answer(200, page)

        def _is_ours(self) -> bool:
            expected = base64.b64encode(f"{ACCOUNT}:{twilio.token}".encode()).decode()
            if self.headers.get("Authorization") != f"Basic {expected}":
                self._problem(401, 20003, "Authenticate")
                return False
            if urlsplit(self.path).path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
                self._problem(404, 20404, "The requested resource was not found")
                return False
            if twilio.down:
                self._problem(500, 20500, "Internal server error")
                return False
            return True

        def _problem(self, status: int, code: int, message: str) -> None:
            self._answer(status, {"code": code, "message": message, "status": status, "more_info": ""})

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            self._send(status, json.dumps(body).encode(), "application/json")

        def _send(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is logged: requests hold numbers."""

    return Handler
