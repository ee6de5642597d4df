"""How this installation reaches Twilio, from environment variables (docs/sms.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from leeward.ops.settings import Settings

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
        """The account as the environment has it; None without an account, number or messaging service.

        Raises TwilioSettingsError where some of what texting needs is set and the rest missing, and SettingsError.
        """
        settings = Settings.from_environment()
        has_sender = bool(settings.sms_number or settings.twilio_messaging_service_sid)
        if not (settings.twilio_account_sid or settings.twilio_auth_token or has_sender):
            return None
        needed = {
            "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
            "LEEWARD_SMS_NUMBER": has_sender,
            "LEEWARD_PUBLIC_URL": settings.public_url,
        }
        missing = [name for name, is_given in needed.items() if not is_given]
        if missing:
            raise TwilioSettingsError(f"Texting needs {' and '.join(missing)} as well; see docs/sms.md.")
        return TwilioSettings(
            account=settings.twilio_account_sid,
            token=settings.twilio_auth_token,
            number=settings.sms_number,
            service=settings.twilio_messaging_service_sid,
            public_url=settings.public_url,
            api=settings.twilio_api or API,
        )
