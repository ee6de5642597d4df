"""The firm that the assistant speaks for, from firm.yml."""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jsonschema
import yaml

from leeward.core.business_days import is_federal_holiday
from leeward.core.phone import display as display_phone

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Open one day a week, an office misses at most two in a row to holidays: Christmas and New Year's Day.
_DAYS_LOOKED_AHEAD: Final = 22
_PROJECT: Final = Path(__file__).resolve().parents[2]
_SCHEMA: Final = Path(__file__).with_name("firm_schema.json")

Hours = tuple[time, time]
Callback = Literal["same_business_day", "next_business_day"]


class FirmFileError(ValueError):
    """firm.yml is missing or does not fit; the text names the file, the place and what to do."""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days records are kept; None: until someone deletes them.

    `conversations` are those without a case, after their last message; `closed_cases` after the last change and message;
    `sessions` are logins, links and counts of tries, after they ended; `logs` after their last line.
    """

    conversations: int | None
    closed_cases: int | None
    sessions: int | None
    logs: int | None


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm's names, phone (E.164), where it practises and when its office is open (local time of `timezone`).

    `hours` begins with Monday; None is a day on which the office is closed, as it also is on federal holidays. What the firm
    has yet to fill in is None.
    """

    name: str
    short_name: str
    legal_names: tuple[str, ...]
    phone: str
    office_address: str | None
    responsible_attorney: str | None
    states_practised: tuple[str, ...]
    debt_relief_agency: bool
    timezone: str
    hours: tuple[Hours | None, ...]
    callback: Callback
    retention: Retention

    @property
    def phone_display(self) -> str:
        """The phone number as people in the US read it: "(312) 555-0123"."""
        return display_phone(self.phone)

    def is_open(self, now: datetime) -> bool:
        """Whether the office is open at `now`, an aware moment."""
        local = now.astimezone(ZoneInfo(self.timezone))
        today = self._hours_on(local.date())
        return today is not None and today[0] <= local.time() < today[1]

    def next_opening(self, now: datetime) -> datetime | None:
        """When the office opens next after `now`, in its own time zone; None for one that never opens."""
        local = now.astimezone(ZoneInfo(self.timezone))
        for ahead in range(_DAYS_LOOKED_AHEAD):
            day = local + timedelta(days=ahead)
            hours = self._hours_on(day.date())
            if hours is None:
                continue
            opening = day.replace(hour=hours[0].hour, minute=hours[0].minute, second=0, microsecond=0)
            if opening > local:
                return opening
        return None

    def _hours_on(self, day: date) -> Hours | None:
        """The office's hours on that day: those of its weekday, and none on a federal holiday."""
        return None if is_federal_holiday(day) else self.hours[day.weekday()]


def load(path: Path) -> Firm:
    """The firm in one file. Raises FirmFileError."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FirmFileError(f"The firm's file {path} cannot be read; put one there or point LEEWARD_FIRM at it.") from error
    except yaml.YAMLError as error:
        place = str(getattr(error, "problem_mark", "")).strip()
        raise FirmFileError(f"The firm's file {path} is not YAML ({place}); mend that line.") from error
    fault = _fault(values)
    if fault is not None:
        raise FirmFileError(f"In the firm's file {path}, {fault}.")
    return _firm(values)


def _fault(values: Any) -> str | None:
    """What is wrong with a firm's values, with its place; None where nothing is."""
    if isinstance(values, dict) and "notify" in values:
        return "notify is not available yet: nobody is mailed of a new case; take it out"
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    error = next(iter(jsonschema.Draft7Validator(schema).iter_errors(values)), None)
    if error is not None:
        return f"{'.'.join(map(str, error.path)) or 'the file'}: {error.message}"
    try:
        ZoneInfo(values["timezone"])
    except (ZoneInfoNotFoundError, ValueError):
        return f"timezone: {values['timezone']!r} is no time zone"
    backwards = next((day for day, pair in values["hours"].items() if pair and pair[0] >= pair[1]), None)
    return None if backwards is None else f"hours.{backwards}: it closes before it opens"


def _firm(values: dict[str, Any]) -> Firm:
    lists = ("legal_names", "states_practised")
    shaped = {
        **values,
        **{name: tuple(values[name]) for name in lists},
        "hours": tuple(_hours(values["hours"][day]) for day in DAYS),
        "retention": Retention(**values["retention"]),
    }
    return Firm(**shaped)


def _hours(pair: list[str] | None) -> Hours | None:
    return None if pair is None else (time.fromisoformat(pair[0]), time.fromisoformat(pair[1]))


@functools.cache
def firm() -> Firm:
    """The firm of this installation: the file that LEEWARD_FIRM names, or firm.yml. Raises FirmFileError."""
    return load(Path(os.environ.get("LEEWARD_FIRM") or _PROJECT / "firm.yml"))
