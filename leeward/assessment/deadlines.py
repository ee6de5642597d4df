"""The last day of a time limit that a law file states in days or months."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import MO, relativedelta

from leeward.law.model import Provision


def last_day(provision: Provision, start: date) -> date | None:
    """The last day of the time counted from `start`, a day that itself does not count; None where the law fixes no time.

    A time that ends before a sale is counted back from its day.

    Where a file gives both, days are counted and months are not. Where the law names the Monday after the count, one that ends
    on a Monday runs on to the next.
    """
    if provision.days is None and provision.months is None:
        return None
    counted = relativedelta(months=provision.months or 0) if provision.days is None else relativedelta(days=provision.days)
    end = start - counted if provision.counts_from == "before_sale" else start + counted
    return end + relativedelta(days=1, weekday=MO) if provision.ends_on == "next_monday" else end
