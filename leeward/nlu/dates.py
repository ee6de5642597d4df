"""Dates near today, English and Spanish: "the 14th", "next tuesday", "in two weeks", "7/8", "14 de octubre".

Numeric dates are month first, as in the United States. A date without a year is resolved to the past for events that have
happened (served_on, sold_on) and to the future for those to come (court_date, sale_date).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from leeward.core.spans import Span
from leeward.nlu.calendar_words import MONTHS, WEEKDAYS, any_of
from leeward.nlu.number_words import ARTICLES, PAIRS, counts
from leeward.nlu.suppositions import is_supposed

_COUNTS: Final = ARTICLES | PAIRS | {"a couple": 2, "a couple of": 2, "un par de": 2} | counts(30)
_MONTH: Final = any_of(MONTHS)
_DAY: Final = any_of(WEEKDAYS)
_COUNT: Final = rf"\d{{1,3}}|{any_of(_COUNTS)}"
_UNIT: Final = r"days?|dias?|weeks?|wks?|semanas?|months?|mes(?:es)?|years?|anos?"
_PATTERNS: Final = {
    "iso": re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"),
    "month_day": re.compile(rf"\b(?P<name>{_MONTH})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?:de |"
        rf"del )?(?P<year>20\d\d))?\b(?!,\d)"),
    "day_month": re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?o? (?:de |of )?(?P<name>{_MONTH})\b(?:,?"
        rf" (?:de |del )?(?P<year>20\d\d))?"),
    "numeric": re.compile(r"(?<![\d/$.-])(?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?:[/-](?P<year>\d{4}|\d{2}))?(?![\d/%-])"),
    "relative": re.compile(rf"\b(?:in|en|dentro de|within) (?P<count>{_COUNT}) (?P<unit>{_UNIT})\b"),
    "from_now": re.compile(rf"\b(?P<count>{_COUNT}) (?P<unit>{_UNIT}) (?:from now|from today|away|left)\b"),
    "ago": re.compile(rf"\b(?P<count>{_COUNT}) (?P<unit>{_UNIT}) (?:ago|back|atras)\b|\bhace"
        rf" (?P<count2>{_COUNT}) (?P<unit2>{_UNIT})\b"),
    "week_from": re.compile(rf"\b(?P<count>a|one|two|1|2|una|dos) (?:week|weeks|semana|semanas) (?:from|de)"
        rf" (?:this |next |el |este )?(?P<name>{_DAY})\b"),
    "weekday": re.compile(rf"\b(?:(?P<which>next|this|this coming|coming|last|past|on|el proximo|proximo|este|"
        rf"el|el pasado) )?(?P<name>{_DAY})\b(?: (?P<after>que viene|proximo|pasado))?"),
    "after_tomorrow": re.compile(r"\b(?:day after tomorrow|pasado manana)\b"),
    "tomorrow": re.compile(r"\b(?:tomorrow|tmrw|tmw|tomorow|tommorow|tomorrrow|2moro)\b|(?<!por la )(?<!de la"
        r" )(?<!en la )\bmanana\b"),
    "today": re.compile(r"\b(?:today|tonight|hoy|esta tarde|this (?:morning|afternoon))\b"),
    "yesterday": re.compile(r"\b(?:yesterday|ayer|last night|anoche)\b"),
    "week": re.compile(r"\b(?:last week|la semana pasada)\b"),
    "ordinal": re.compile(r"\b(?:on )?the (?P<day>\d{1,2})(?:st|nd|rd|th)\b|\b(?:el |dia |el dia"
        r" )(?P<day2>\d{1,2})\b(?! ?(?:de|%|mil|anos|meses|dias))|^\W*(?P<day3>\d{1,2})(?:st|nd|rd|th)\W*$"),
}  # fmt: skip
_WAS: Final = re.compile(r"\b(?:was|happened|fue|era)(?: on)?(?: the| el)?\s*$")
_VAGUE: Final = re.compile(
    rf"\b(?:in|en|around|sometime in|early|late|mid|a principios de|a fines de|para) (?:{_MONTH})\b(?! ?\d)|"
    rf"^\W*(?:{_MONTH})\W*$|"
    r"\b(?:next week|this week|next month|this month|end of the month|soon|la proxima semana|la semana que"
    r" viene|esta semana|"
    r"el proximo mes|el mes que viene|este mes|pronto|last month|el mes pasado)\b"
)
_ROLES: Final = {
    "sale_date": re.compile(
        r"\b(?:sale|auction(?:ed|ing)?|sell(?:ing)?|(?:gets?|getting|be|being) sold|sheriff'?s?|trustee|"
        r"subasta|subastan|subastar|remate|rematan|rematar|remata|venta|venden|vender)\b"
    ),
    "sold_on": re.compile(
        r"(?<!be )(?<!get )(?<!gets )(?<!getting )(?<!being )(?<!is )(?<!not )(?<!n't )(?<!want it )(?<!have it )\bsold\b|"
        r"\b(?:was|were|got|been|they|bank|lender|already) (?:auctioned|foreclosed)\b|"
        r"\b(?:lost|took) (?:the|my|our) (?:house|home)\b|"
        r"\b(?:se|la|me|nos|ya|banco) (?:vendio|vendieron|remataron|subastaron|remato)\b|"
        r"\b(?:vendieron|remataron|subastaron) (?:la|mi|nuestra) casa\b|"
        r"\b(?:fue|quedo) (?:vendida|rematada|subastada)\b|\b(?:quitaron|perdi|perdimos) (?:la|mi|nuestra) casa\b"
    ),
    "court_date": re.compile(
        r"\b(?:court(?! (?:papers?|documents?|letters?|notice|summons|packet))|hearing|judge|trial|conference|audiencia|"
        r"(?<!papeles de la )corte|(?<!papeles del )tribunal|(?<!papeles del )juzgado|juez|juicio|cita)\b"
    ),
    "served_on": re.compile(
        r"\b(?:served|server|summons|lawsuit|papers|(?:court|legal|foreclosure) (?:paper|documents?|packet)|complaint|sued|"
        r"entreg(?:o|aron|ado|ada)|notificaron|"
        r"demanda(?:ron|do|da)?|citatorio|papeles)\b"
    ),
}
DATE_FACTS: Final = tuple(_ROLES)
_PAST: Final = frozenset({"served_on", "sold_on"})
_REACH: Final = 60  # characters between a date and the word that says what it is of
# A loan that was sold to another servicer is no home that was sold.
_LOAN_SOLD: Final = re.compile(
    r"\b(?:loan|mortgage|note|debt|servicing|prestamo|hipoteca) (?:\w+ ){0,2}(?:sold|vendieron|vendio)\b|"
    r"\b(?:sold|vendieron|vendio) (?:my|the|our|mi|el|la) (?:loan|mortgage|note|debt|prestamo|hipoteca)\b"
)
_SENTENCE_ENDS: Final = re.compile(r"[.!?;\n](?:\s|$)")
# Said of today or yesterday, a new sentence speaks of something new ("it was auctioned last year. today a letter came").
_OF_ITS_SENTENCE: Final = frozenset({"today", "yesterday"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A date, the fact that it is the value of, and its span. `day` is None where the words are too vague."""

    fact: str
    day: date | None
    span: Span


def read_dates(normalized: str, *, asked: str | None, on: date) -> list[Dated]:
    """The dates in a normalized text that answer the question `asked` or stand near words for a sale, a hearing or service.

    `on` is today, from which relative dates are counted.
    """
    found: list[Dated] = []
    for span, make in _candidates(normalized):
        if any(span.overlaps(other.span) for other in found):
            continue
        fact = _role(normalized, span, asked, of_its_sentence=make.kind in _OF_ITS_SENTENCE)
        if fact is not None:
            past = fact in _PAST or _WAS.search(normalized[max(0, span.start - 14) : span.start]) is not None
            day = make(on, not past)
            found.append(Dated(fact, _not_to_come(day, make, on) if fact in _PAST else day, span))
    vague = _VAGUE.search(normalized)
    if vague and not found:
        fact = _role(normalized, Span(*vague.span()), asked)
        if fact is not None:
            found.append(Dated(fact, None, Span(*vague.span())))
    return found


def _not_to_come(day: date | None, make: Make, on: date) -> date | None:
    """The day of what has happened: without a year the last such day, and none at all in a year to come."""
    if day is None or day <= on:
        return day
    return None if make.match.groupdict().get("year") else day - relativedelta(years=1)


def date_spans(normalized: str) -> list[Span]:
    """The span of every date expression, whatever the date is about."""
    return [span for span, _ in _candidates(normalized)]


def _role(normalized: str, span: Span, asked: str | None, *, of_its_sentence: bool = False) -> str | None:
    """The nearest word for a sale, a hearing or being served, within the sentence; else the fact asked for."""
    nearest: tuple[int, str] | None = None
    near: set[str] = set()
    for fact, pattern in _ROLES.items():
        for match in pattern.finditer(normalized):
            gap = span.start - match.end() if match.end() <= span.start else match.start() - span.end
            between = normalized[match.end() : span.start] or normalized[span.end : match.start()]
            if not -1 < gap <= _REACH or (of_its_sentence and _SENTENCE_ENDS.search(between)):
                continue
            if fact == "sold_on" and (_LOAN_SOLD.search(normalized) or is_supposed(normalized, match.start())):
                continue
            near.add(fact)
            if nearest is None or gap < nearest[0]:
                nearest = (gap, fact)
    if asked in _ROLES and (nearest is None or nearest[0] > 15):
        return asked
    if nearest is not None and nearest[1] == "sale_date" and ("sold_on" in near or asked == "sold_on"):
        # "It sold at auction on June 2": the sale is over.
        return "sold_on"
    return nearest[1] if nearest else None


def _candidates(normalized: str) -> Iterator[tuple[Span, Make]]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(normalized):
            yield Span(*match.span()), Make(kind, match)


@dataclass(frozen=True, slots=True)
class Make:
    """A parsed date expression, to be resolved against today."""

    kind: str
    match: re.Match[str]

    def __call__(self, on: date, ahead: bool) -> date | None:
        """The date, given today and whether it lies ahead; None where there is no such date or it is ambiguous."""
        groups = self.match.groupdict()
        match self.kind:
            case "iso":
                return _day(int(groups["year"]), int(groups["month"]), int(groups["day"]))
            case "month_day" | "day_month":
                return _near(MONTHS[groups["name"]], int(groups["day"]), groups["year"], on, ahead)
            case "numeric":
                return _near(int(groups["month"]), int(groups["day"]), groups["year"], on, ahead)
            case "relative" | "from_now":
                return on + _span(groups["count"], groups["unit"])
            case "ago":
                if (groups["unit"] or groups["unit2"]).startswith(("m", "y", "a")):
                    return None
                return on - _span(groups["count"] or groups["count2"], groups["unit"] or groups["unit2"])
            case "week_from":
                return _weekday(WEEKDAYS[groups["name"]], on, past=False) + timedelta(
                    weeks=_COUNTS.get(groups["count"]) or int(groups["count"])
                )
            case "weekday":
                # On a Wednesday, "next Friday" is this week's to some and next week's to others.
                if groups["which"] == "next" and ahead and WEEKDAYS[groups["name"]] > on.weekday():
                    return None
                past = groups["which"] in ("last", "past", "el pasado") or groups["after"] == "pasado" or not ahead
                return _weekday(WEEKDAYS[groups["name"]], on, past=past)
            case "tomorrow":
                return on + timedelta(days=1)
            case "after_tomorrow":
                return on + timedelta(days=2)
            case "today":
                return on
            case "yesterday":
                return on - timedelta(days=1)
            case "week":
                return on - timedelta(days=7)
        return _monthday(int(groups["day"] or groups["day2"] or groups["day3"]), on, ahead)


def _day(year: int, month: int, day: int) -> date | None:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _near(month: int, day: int, year: str | None, on: date, ahead: bool) -> date | None:
    if year is not None:
        return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    if not 1 <= month <= 12:
        return None
    this = _day(on.year, month, day)
    if this is not None and (this >= on if ahead else this <= on):
        return this
    other = _day(on.year + (1 if ahead else -1), month, day)
    # A hearing "on March 3", said in April, was a month ago rather than in eleven months.
    if this is not None and other is not None and abs((this - on).days) <= 45 < abs((other - on).days):
        return this
    return other or this


def _span(count: str, unit: str) -> relativedelta:
    number = int(count) if count.isdigit() else _COUNTS[count]
    if unit.startswith("d"):
        return relativedelta(days=number)
    if unit.startswith(("w", "s")):
        return relativedelta(weeks=number)
    if unit.startswith(("y", "a")):
        return relativedelta(years=number)
    return relativedelta(months=number)


def _weekday(number: int, on: date, *, past: bool) -> date:
    if past:
        return on - timedelta(days=(on.weekday() - number) % 7 or 7)
    return on + timedelta(days=(number - on.weekday()) % 7 or 7)


def _monthday(day: int, on: date, ahead: bool) -> date | None:
    for months in range(3):
        month = on + relativedelta(months=months if ahead else -months, day=1)
        found = _day(month.year, month.month, day)
        if found is not None and (found >= on if ahead else found <= on):
            return found
    return None
