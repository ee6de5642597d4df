"""Dates of a sale, a hearing and of being served: which of the days that a message names is which (see calendar_grammar).

A date without a year is resolved to the past for events that have happened (served_on, sold_on) and to the future for those to
come (court_date, sale_date).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

from leeward.core.spans import Span
from leeward.nlu.calendar_grammar import DayExpression, find_days
from leeward.nlu.calendar_words import MONTHS, any_of
from leeward.nlu.normalization import words
from leeward.nlu.suppositions import is_supposed
from leeward.nlu.tagger import PLAIN, SURE, Tags

_MONTH: Final = any_of(MONTHS)
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
_TO_COME: Final = re.compile(r"\b(?:will|going to|gonna|to be|gets?|getting|van? a|set for|scheduled|programad\w)\b")
# The tagger's roles of dates: those that are facts, and all others.
_TAGGED: Final = {"served": "served_on", "hearing": "court_date", "sale_ahead": "sale_date", "sale_past": "sold_on"}
_TAGGED_OTHER: Final = frozenset({"answer_due", "letter", "payment", "event", "months_behind"})
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


# A day that another has replaced: "moved from july 8 to july 22", "not the 8th, the 18th", "june 20 got cancelled".
_REPLACES: Final = re.compile(
    r"\b(?:moved|postponed|rescheduled|pushed|changed|cancell?ed|new one|instead|originally|was going to|adjourned|"
    r"movieron|movio|aplazaron|aplazada|cambiaron|cambio|pospusieron|cancelaron|cancelada|en vez|en lugar|but now|pero ahora)\b"
    r"|\bnot (?:the |on )?(?:\d|[a-z]{3,9} \d)|\bno (?:es )?el \d"
)
# Words of whoever corrects themselves: the last day is the one they mean.
_CORRECTS: Final = re.compile(r"\b(?:correction|sorry|i mean|i meant|my bad|corrijo|perdon|quise decir|digo)\b")
_REPLACED_BEFORE: Final = re.compile(
    r"\b(?:not|from|instead of|originally|rather than|en vez de(?:l)?|en lugar de(?:l)?|no|no es|del|was|era|cancell?ed|"
    r"cancelaron|movieron)(?: on| the| el| for| set for| going to be)*\s*$"
)
_REPLACED_AFTER: Final = re.compile(
    r"^\s*(?:th)?,? (?:was|got|has been|fue|quedo) (?:cancell?ed|postponed|moved|cancelad|aplazad)"
)


def read_dates(normalized: str, *, asked: str | None, on: date, tags: Tags | None = None) -> list[Dated]:
    """The dates in a normalized text that are of a sale, a hearing or service, by the tagger where it is sure of what they are
    of, else by the nearest word, or as the answer to the question `asked`. One for each fact: the day that holds now.

    `on` is today, from which relative dates are counted.
    """
    found: list[Dated] = []
    days = find_days(normalized, bare=asked in _ROLES)
    standing = _standing(normalized, days)
    for expression in days:
        fact = _role(normalized, expression.span, asked, of_its_sentence=expression.kind in _OF_ITS_SENTENCE)
        fact = _weighed(fact, expression.span, tags, normalized)
        if fact is not None and expression in standing:
            day = _day(fact, expression, normalized, on)
            if fact == "sold_on" and day is None and expression.year:
                # A sale on a day to come has not been held.
                fact, day = "sale_date", expression.day(on, ahead=True)
            found.append(Dated(fact, day, expression.span))
    vague = _VAGUE.search(normalized)
    if vague and not found:
        fact = _weighed(_role(normalized, Span(*vague.span()), asked), Span(*vague.span()), tags, normalized)
        if fact is not None:
            found.append(Dated(fact, None, Span(*vague.span())))
    return found


def _standing(normalized: str, days: list[DayExpression]) -> list[DayExpression]:
    """The days without those that another has replaced, where words say that one was moved or corrected."""
    corrects = _CORRECTS.search(normalized) is not None
    if len(days) < 2 or not (corrects or _REPLACES.search(normalized)):
        return days
    kept = [
        day
        for day in days
        if not _REPLACED_BEFORE.search(normalized[max(0, day.span.start - 40) : day.span.start])
        and not _REPLACED_AFTER.search(normalized[day.span.end : day.span.end + 40])
    ]
    return days[-1:] if not kept or (corrects and len(kept) == len(days)) else kept


def _day(fact: str, expression: DayExpression, normalized: str, on: date) -> date | None:
    before = normalized[max(0, expression.span.start - 14) : expression.span.start]
    day = expression.day(on, ahead=not (fact in _PAST or _WAS.search(before) is not None))
    if fact not in _PAST or day is None or day <= on:
        return day
    # What has happened was not on a day to come: without a year it was the last such day.
    return None if expression.year else day - relativedelta(years=1)


def date_spans(normalized: str) -> list[Span]:
    """The span of every date expression, whatever the date is about."""
    return [expression.span for expression in find_days(normalized)]


def _weighed(fact: str | None, span: Span, tags: Tags | None, normalized: str) -> str | None:
    """What a date is of: the tagger's word where it is sure, else `fact`.

    A sale that is to come, or that is only asked about, is no past one.
    """
    if tags is None:
        return fact
    chances = tags.role(span)
    role, chance = max(chances.items(), key=lambda item: item[1])
    if chance < SURE or not (role in _TAGGED or role in _TAGGED_OTHER):
        return fact
    tagged = _TAGGED.get(role)
    if tagged == "sold_on" and fact != "sold_on":
        if is_supposed(normalized, span.start):
            return fact
        return "sale_date" if _TO_COME.search(normalized[max(0, span.start - 40) : span.start]) else tagged
    return fact if fact is not None and len(words(normalized)) <= PLAIN else tagged


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
