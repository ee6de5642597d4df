"""The ways to reach a person, and which of them may be used.

A way is a phone number (E.164) or an email address. What someone allows, and whether it is safe, is said of a way, never of the
person: the chat asks consent for the way that `to_use` names, and the desk reaches the person by the same one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ways:
    """How a person can be reached, as far as they said.

    `phone_is_safe` is None where that was not said; `phone_opted_out` says that the number must not be called or texted;
    `email_only` that they would rather be written to; `danger` that someone at home may be dangerous.
    """

    phone: str | None
    email: str | None
    phone_is_safe: bool | None = None
    phone_opted_out: bool = False
    email_only: bool = False
    danger: bool = False

    @property
    def phone_is_feared(self) -> bool:
        """Whether someone else at the phone may be dangerous: it is not safe, or danger was told of and nothing said of it."""
        return self.phone_is_safe is False or (self.danger and self.phone_is_safe is None)

    @property
    def phone_to_use(self) -> str | None:
        """The number that may be called or texted once its owner consents; None where it is feared, and after a stop."""
        return None if self.phone_is_feared or self.phone_opted_out or self.email_only else self.phone

    @property
    def to_use(self) -> str | None:
        """The way to ask consent for: the phone, or where that may not be used the email address."""
        return self.phone_to_use or self.email


def is_email(way: str) -> bool:
    """Whether a way is an email address, and not a phone number."""
    return "@" in way
