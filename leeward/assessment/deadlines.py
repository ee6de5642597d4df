"""The last day of a time limit that a law file states in days or months."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta

from leeward.law.model import Provision


def last_day(provision: Provision, start: date) -> date | None:
    """The last day of the time counted from `start`, a day that itself does not count; None where the law fixes no time.

    Where a file gives both, days are counted and months are not.
    """
    if provision.days is not None:
        return start + relativedelta(days=provision.days)
    return None if provision.months is None else start + relativedelta(months=provision.months)
