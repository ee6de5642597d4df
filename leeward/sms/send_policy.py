"""Which texts may be sent, and when: the one place that decides it.

An answer to a text that has just come goes out at any hour, for the person is awake and waiting; so do help in danger, the one
confirmation of a stop, and HELP. What we begin (a reminder, a text by staff) and what comes late waits for the morning, needs
consent, and is limited as long as nobody answers. Sources: 47 CFR 64.1200(a)(10), (a)(12), (c)(1), (f)(4) and (f)(9).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from leeward.sms import quiet_hours

MessageKind = Literal["reply", "safety", "stopped", "help", "staff", "reminder"]
DenialReason = Literal["opted_out", "no_number", "no_consent", "not_safe", "daily_cap", "total_cap"]

# An answer this old is no longer an answer to someone who waits with the phone in hand.
REPLY_WINDOW: Final = timedelta(minutes=10)
# At any hour, and to a number that opted out: help for a life in danger, the one confirmation of a stop, HELP.
ALWAYS: Final = frozenset({"safety", "stopped", "help"})
FIRM_INITIATED: Final = frozenset({"staff", "reminder"})

DAILY_CAP: Final = 3
"""The most texts in 24 hours that we begin to a number that has not answered."""
TOTAL_CAP: Final = 6
"""The most texts that we begin to a number since it last wrote."""

REMIND_AFTER: Final = timedelta(hours=20)
REMIND_BEFORE: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Thread:
    """What is on record about texting one number: consents, safety, and the texts we began since it last wrote."""

    phone: str
    state: str | None
    opted_out: bool
    consented: bool
    safe: bool | None
    begun_today: int = 0
    begun: int = 0


def denial_reason(thread: Thread) -> DenialReason | None:
    """Why we must not begin a text to this number now, or None where we may."""
    if not thread.phone:
        return "no_number"
    if thread.opted_out:
        return "opted_out"
    if not thread.consented:
        return "no_consent"
    if thread.safe is False:
        return "not_safe"
    return frequency_cap(thread)


def frequency_cap(thread: Thread) -> Literal["daily_cap", "total_cap"] | None:
    """Whether so many texts of ours have gone unanswered that another must wait, and until when."""
    if thread.begun >= TOTAL_CAP:
        return "total_cap"
    return "daily_cap" if thread.begun_today >= DAILY_CAP else None


def not_before(kind: MessageKind, phone: str, state: str | None, *, prompted_at: datetime | None, now: datetime) -> datetime:
    """The moment from which a text may go out: `now`, or the morning. `prompted_at` is when the text it answers came."""
    if kind in ALWAYS:
        return now
    if kind == "reply" and prompted_at is not None and now - prompted_at <= REPLY_WINDOW:
        return now
    return quiet_hours.next_moment(phone, state, now)


def still_allowed(kind: MessageKind, thread: Thread) -> bool:
    """Whether a text that waited may go now, as things have become: nobody stopped it, and a phone has not become unsafe."""
    if kind in ALWAYS:
        return True
    if thread.opted_out:
        return False
    if kind not in FIRM_INITIATED:
        return True
    # A reminder rests on a consent of its own, which a stop takes back.
    return thread.safe is not False and (thread.consented or kind == "reminder")
