"""Grammar of days in English and Spanish: "the 14th", "first tues of july", "in 72 hours", "15JUL25", "de hoy en ocho".

Numeric dates are month first, as in the United States, unless only the other order is a date. An expression without a year is
resolved to the past or to the future, by what it is the date of. One that names no single day ("the week of july 7", "in about
a month") resolves to None, so that it can be asked again.
"""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from leeward.core.spans import Span
from leeward.nlu.calendar_words import MONTHS, WEEKDAYS, any_of
from leeward.nlu.number_words import ARTICLES, PAIRS, count_phrases

_ORDINALS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
# Days of the month in words: "fifteenth", "twenty-fifth", "primero", "veinticuatro".
_DAY_WORDS: Final = (
    {word: number for number, word in enumerate(_ORDINALS, start=1)}
    | {f"twenty{joint}{word}": 20 + number for number, word in enumerate(_ORDINALS[:9], start=1) for joint in (" ", "-", "")}
    | {"thirtieth": 30, "thirty first": 31, "thirty-first": 31, "primero": 1}
)
_SPANISH_DAYS: Final = {
    word: number
    for word, number in count_phrases(31).items()
    if number and not re.search(r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|twent|thirt", word)
}
_COUNTS: Final = count_phrases(180) | ARTICLES | PAIRS | {"a couple": 2, "a couple of": 2, "un par de": 2, "dies": 10}
_MONTH: Final = any_of(MONTHS)
_WEEKDAY: Final = any_of(WEEKDAYS)
_COUNT: Final = rf"\d{{1,3}}|{any_of(_COUNTS)}"
_UNIT: Final = r"hours?|hrs?|horas?|days?|dias?|weeks?|wks?|semanas?|months?|mes(?:es)?|years?|yrs?|anos?"
_SUFFIX: Final = r"(?:st|nd|rd|th)"
_DAY: Final = rf"(?:\d{{1,2}}{_SUFFIX}?o?|{any_of(_DAY_WORDS)})"
_DIA: Final = rf"(?:\d{{1,2}}o?|{any_of(_SPANISH_DAYS | {'primero': 1})})"
_YEAR: Final = r"(?:,? ?(?:de |del |in |of )?(?P<year>20\d\d))?"
_NTH: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "last": -1,
    "primer": 1, "primero": 1, "segundo": 2, "tercer": 3, "tercero": 3, "cuarto": 4, "quinto": 5, "ultimo": -1,
}  # fmt: skip
# In this order: of two that overlap the earlier one counts.
_PATTERNS: Final = {
    "no_single_day": re.compile(
        rf"\b(?:the )?week of (?:the )?(?:(?:{_MONTH}) )?{_DAY}\b|\bsemana del? {_DIA}(?: de (?:{_MONTH}))?\b"
        rf"|\bbetween (?:the |(?:{_MONTH}) )?{_DAY} (?:and|or) (?:the |(?:{_MONTH}) )?{_DAY}\b"
        rf"|\bentre el {_DIA} y el {_DIA}\b"
        rf"|\b(?:in |en )?\d ?(?:-|or|to|o|a) ?\d (?:{_UNIT})\b"
        rf"|\b(?:by |at |around |a )?(?:the )?(?:end|beginning|middle|start) of (?:the )?(?:month|year|week|{_MONTH})\b"
        rf"|\b(?:in|en|dentro de) (?:about|around|like|roughly|maybe|como|unos|unas) (?:{_COUNT}) (?:months?|mes|meses)\b"
        rf"|\ba (?:principios|fines|finales|mediados) de (?:{_MONTH}|mes|ano)\b"
    ),
    "iso": re.compile(r"\b(?P<year>20\d\d)[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?=\b|t\d)"),
    "nth_weekday": re.compile(
        rf"\b(?:el |the )?(?P<nth>{any_of(_NTH)}) (?P<name>{_WEEKDAY}) (?:of|in|de|del)"
        rf" (?:(?P<month>{_MONTH})|(?P<here>this month|este mes)|(?P<next>next month|(?:el )?proximo mes|mes que viene))"
        rf"{_YEAR}\b"
    ),
    "after": re.compile(
        rf"\b(?:the )?(?P<count>day|{_COUNT})(?: (?P<unit>{_UNIT}))? (?:from|after|despues del?|desde) "
        rf"(?=(?:the |el )?(?:\d|{_MONTH}|{any_of(_DAY_WORDS)}|tomorrow|manana|hoy|today\b))"
    ),
    "glued": re.compile(rf"\b(?P<day>\d{{1,2}})[- /]?(?P<name>{_MONTH})[- /]?(?P<year>20\d\d|\d\d)?\b(?![a-z])"),
    "month_day": re.compile(
        rf"\b(?P<name>{_MONTH})\.?[ -]?(?:the )?(?P<day>{_DAY}){_YEAR}\b"
        rf"(?!,\d|{_SUFFIX}|:\d| ?(?:k\b|mil\b|thousand|percent|%))"
    ),
    "day_month": re.compile(rf"\b(?P<day>{_DAY}|{_DIA}) (?:de |of |del mes de )?(?P<name>{_MONTH})\b{_YEAR}"),
    "numeric": re.compile(
        # "24/7" and "1/2 of it" are no days.
        r"(?<![\d/$.,-])(?!24/7\b|1/[234] (?:of|de|mil))(?P<month>\d{1,2}) ?[/-] ?(?P<day>\d{1,2})"
        r"(?: ?[/-] ?(?P<year>\d{4}|\d{2}))?(?![\d/%-])"
        r"|(?<![\d/$.,-])(?P<month2>\d{1,2})\.(?P<day2>\d{1,2})\.(?P<year2>\d{4}|\d{2})(?![\d/%.-])"
    ),
    "from_today": re.compile(r"\bde hoy en (?P<count>ocho|quince)\b"),
    "relative": re.compile(rf"\b(?:in|en|dentro de|within) (?P<count>{_COUNT}) (?P<unit>{_UNIT})\b"),
    "from_now": re.compile(
        rf"\b(?P<count>{_COUNT}) (?P<unit>{_UNIT}) (?:from now|from today|away|left|despues de hoy|a partir de hoy)\b"
    ),
    "ago": re.compile(
        rf"\b(?P<count>{_COUNT}) (?P<unit>{_UNIT}) (?:ago|back|atras)\b|\bhace (?:como |unos |unas |casi )?(?P<count2>{_COUNT})"
        rf" (?P<unit2>{_UNIT})\b"
    ),
    "week_from": re.compile(
        rf"\b(?P<count>a|one|two|1|2|una|dos) (?:week|weeks|semana|semanas) (?:from|de)(?: this| next| el| este)?"
        rf" (?P<name>{_WEEKDAY})\b"
    ),
    "weekday_day": re.compile(rf"\b(?:{_WEEKDAY}),? (?:the |el )?(?:dia )?(?P<day>\d{{1,2}}){_SUFFIX}?\b(?! ?(?:de|:|am|pm))"),
    "of_next_month": re.compile(
        rf"\b(?:the |el )?(?P<day>{_DIA}|{_DAY}) (?:of next month|del (?:proximo mes|mes que viene|mes entrante))\b"
    ),
    "weekday": re.compile(
        rf"\b(?:(?P<which>next|this|this coming|coming|last|past|on|el proximo|proximo|este|el|el pasado) )?"
        rf"(?P<name>{_WEEKDAY})\b(?: (?P<after>que viene|proximo|pasado))?"
    ),
    "after_tomorrow": re.compile(r"\b(?:day after tomorrow|pasado manana)\b"),
    "tomorrow": re.compile(
        r"\b(?:tomorrow|tmrw|tmw|tomorow|tommorow|tomorrrow|2moro)\b|(?<!por la )(?<!de la )(?<!en la )(?<!a la )\bmanana\b"
    ),
    "today": re.compile(r"\b(?:today|tonight|hoy|esta tarde|esta manana|this (?:morning|afternoon))\b"),
    "yesterday": re.compile(r"\b(?:yesterday|ayer|last night|anoche)\b"),
    "week": re.compile(r"\b(?:last week|la semana pasada)\b"),
    "ordinal": re.compile(
        rf"\b(?:on )?the (?P<day>\d{{1,2}}{_SUFFIX}|{any_of(_DAY_WORDS)})\b(?! (?:time|one|mortgage|loan|floor|of)\b)"
        rf"|\b(?:el |dia |el dia |al )(?P<day2>\d{{1,2}})\b(?! ?(?:de (?!este)|%|mil|anos|meses|dias|por))"
        rf"|^\W*(?P<day3>\d{{1,2}}){_SUFFIX}\W*$"
    ),
}  # fmt: skip
# Only as the answer to a question for a day: "21 days", "7.15", "eleven days".
_BARE: Final = {
    "span": re.compile(rf"^\W*(?:like |about )?(?P<count>{_COUNT}) (?P<unit>{_UNIT})\W*$"),
    "dotted": re.compile(r"^\W*(?P<month>\d{1,2})\.(?P<day>\d{1,2})\W*$"),
}
_ABOUT_A_MONTH: Final = re.compile(r"months?|mes(?:es)?|years?|yrs?|anos?")


@dataclass(frozen=True, slots=True)
class DayExpression:
    """A stretch of text that names a day. `kind` is the rule that found it."""

    span: Span
    kind: str
    year: bool
    _resolve: Callable[[date, bool], date | None]

    def day(self, on: date, *, ahead: bool) -> date | None:
        """The day, given today and whether it lies ahead; None where there is no such day, or where several may be meant."""
        return self._resolve(on, ahead)


def find_days(normalized: str, *, bare: bool = False) -> list[DayExpression]:
    """The expressions of days in a normalized text, in order. `bare`: a day was asked for, so that "21 days" is one."""
    found: list[DayExpression] = []
    for expression in _expressions(normalized, bare=bare):
        if not any(expression.span.overlaps(other.span) for other in found):
            found.append(expression)
    return sorted(found, key=lambda expression: expression.span)


def _expressions(normalized: str, *, bare: bool) -> Iterator[DayExpression]:
    for kind, pattern in (*_PATTERNS.items(), *(_BARE.items() if bare else ())):
        for match in pattern.finditer(normalized):
            if kind == "after":
                expression = _after(normalized, match)
                if expression is not None:
                    yield expression
                continue
            groups = match.groupdict()
            year = bool(groups.get("year") or groups.get("year2"))
            yield DayExpression(Span(*match.span()), kind, year, functools.partial(_resolve, kind, match))


def _after(normalized: str, match: re.Match[str]) -> DayExpression | None:
    """ "2 weeks from the 20th", "the day after the 4th of july": counted from the day that follows."""
    base = next((day for day in find_days(normalized[match.end() :]) if day.span.start <= 4), None)
    if base is None or (match["unit"] is None and match["count"] != "day"):
        return None

    def resolve(on: date, ahead: bool) -> date | None:
        start = base.day(on, ahead=ahead)
        step = relativedelta(days=1) if match["unit"] is None else _length(match["count"], match["unit"])
        return None if start is None or step is None else start + step

    return DayExpression(Span(match.start(), match.end() + base.span.end), "after", base.year, resolve)


def _resolve(kind: str, match: re.Match[str], on: date, ahead: bool) -> date | None:
    groups = match.groupdict()
    match kind:
        case "no_single_day":
            return None
        case "iso":
            return _day(int(groups["year"]), int(groups["month"]), int(groups["day"]))
        case "month_day" | "day_month" | "glued":
            return _near(MONTHS[groups["name"]], _number(groups["day"]), groups["year"], on, ahead)
        case "numeric":
            month, day = int(groups["month"] or groups["month2"]), int(groups["day"] or groups["day2"])
            if month > 12 >= day:
                month, day = day, month
            return _near(month, day, groups["year"] or groups["year2"], on, ahead)
        case "dotted":
            return _near(int(groups["month"]), int(groups["day"]), None, on, ahead)
        case "nth_weekday":
            return _nth_weekday(groups, on, ahead)
        case "from_today":
            return on + timedelta(days=7 if groups["count"] == "ocho" else 15)
        case "relative" | "from_now" | "span":
            if kind == "span" and _ABOUT_A_MONTH.fullmatch(groups["unit"]):
                return None
            length = _length(groups["count"], groups["unit"])
            return None if length is None else on + length if ahead else on - length
        case "ago":
            unit = groups["unit"] or groups["unit2"]
            length = None if _ABOUT_A_MONTH.fullmatch(unit) else _length(groups["count"] or groups["count2"], unit)
            return None if length is None else on - length
        case "week_from":
            weeks = _COUNTS.get(groups["count"]) or int(groups["count"])
            return _weekday(WEEKDAYS[groups["name"]], on, past=False) + timedelta(weeks=weeks)
        case "weekday":
            # On a Wednesday, "next Friday" is this week's to some and next week's to others.
            if groups["which"] == "next" and ahead and WEEKDAYS[groups["name"]] > on.weekday():
                return None
            past = groups["which"] in ("last", "past", "el pasado") or groups["after"] == "pasado" or not ahead
            return _weekday(WEEKDAYS[groups["name"]], on, past=past)
        case "of_next_month":
            following = on + relativedelta(months=1)
            return _day(following.year, following.month, _number(groups["day"]))
        case "tomorrow" | "after_tomorrow" | "today" | "yesterday" | "week":
            return on + timedelta(days={"tomorrow": 1, "after_tomorrow": 2, "today": 0, "yesterday": -1, "week": -7}[kind])
    return _monthday(_number(next(groups[name] for name in ("day", "day2", "day3") if groups.get(name))), on, ahead)


def _number(written: str) -> int:
    """A day of the month in figures ("14th") or words ("fourteenth", "catorce")."""
    figures = re.match(r"\d+", written)
    return int(figures.group()) if figures else _DAY_WORDS.get(written) or _SPANISH_DAYS[written]


def _day(year: int, month: int, day: int) -> date | None:
    if not MINYEAR <= year <= MAXYEAR or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
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


def _nth_weekday(groups: dict[str, str | None], on: date, ahead: bool) -> date | None:
    if groups["month"] is not None:
        month = MONTHS[groups["month"]]
        year = int(groups["year"]) if groups["year"] else on.year
        day = _nth(year, month, groups)
        if groups["year"] is None and day is not None and (day < on if ahead else day > on):
            return _nth(year + (1 if ahead else -1), month, groups)
        return day
    that = on + relativedelta(months=1) if groups["next"] else on
    return _nth(that.year, that.month, groups)


def _nth(year: int, month: int, groups: dict[str, str | None]) -> date | None:
    weekday, nth = WEEKDAYS[str(groups["name"])], _NTH[str(groups["nth"])]
    days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    fitting = [day for day in days if day.weekday() == weekday]
    return fitting[nth - 1 if nth > 0 else nth] if nth <= len(fitting) else None


def _length(count: str, unit: str) -> relativedelta | None:
    number = int(count) if count.isdigit() else _COUNTS[count]
    if unit.startswith("h"):
        return relativedelta(days=number // 24) if number % 24 == 0 else None
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
