"""How this installation reaches Twilio, from environment variables (docs/sms.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

API: Final = "https://api.twilio.com"


class TwilioSettingsError(ValueError):
    """Texting is half configured; the text names the variable that is missing."""


@dataclass(frozen=True)
class TwilioSettings:
    """The account and its secret token, the number (E.164) or messaging service that texts come from, and our own address.

    `public_url` is the address under which Twilio reaches us, as it stands at Twilio: signatures are made over it, whatever a
    proxy makes of it on the way, and the links that we text begin with it.
    """

    account: str
    token: str
    number: str
    service: str
    public_url: str
    api: str

    @staticmethod
    def from_environment() -> TwilioSettings | None:
        """TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, LEEWARD_SMS_NUMBER or TWILIO_MESSAGING_SERVICE_SID, and LEEWARD_PUBLIC_URL.

        None without an account, number or service; LEEWARD_TWILIO_API may name another API. Raises TwilioSettingsError where
        some are set and others missing.
        """
        found = {name: os.environ.get(name, "").strip() for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")}
        public_url = os.environ.get("LEEWARD_PUBLIC_URL", "").strip().rstrip("/")
        number = os.environ.get("LEEWARD_SMS_NUMBER", "").strip()
        service = os.environ.get("TWILIO_MESSAGING_SERVICE_SID", "").strip()
        if not any((*found.values(), number, service)):
            return None
        missing = [name for name, value in found.items() if not value]
        if not number and not service:
            missing.append("LEEWARD_SMS_NUMBER")
        if not public_url:
            missing.append("LEEWARD_PUBLIC_URL")
        if missing:
            raise TwilioSettingsError(f"Texting needs {' and '.join(missing)} as well; see docs/sms.md.")
        return TwilioSettings(
            account=found["TWILIO_ACCOUNT_SID"],
            token=found["TWILIO_AUTH_TOKEN"],
            number=number,
            service=service,
            public_url=public_url,
            api=os.environ.get("LEEWARD_TWILIO_API", API).rstrip("/"),
        )
