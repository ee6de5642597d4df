"""Facts with few values: stage, purpose, loan type, use of the home, goal, units, months behind, flags, lender, language."""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from leeward.facts import Value
from leeward.reading.amounts import find_amounts
from leeward.reading.text import Phrases, Span

_DATA: Final = Path(__file__).with_name("data")
_NEGATED: Final = re.compile(
    r"\b(?:not|no|never|haven'?t|havent|hasn'?t|wasn'?t|isn'?t|aren'?t|weren'?t|didn'?t|don'?t|dont|without|no me han|no he|no hay|sin|nunca|"
    r"aun no|todavia no|avoid|before|until|stop|evitar|antes de|not (?:yet|been|in)|how (?:do|can)|what (?:is|happens|if)|if)(?: \w+){0,2}\s*$"
)
_NUMBER: Final = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce"
_PERIOD: Final = r"months?|mos?|payments?|pymts?|pmts?|meses|mes|pagos?|mensualidades|mensualidad|letras?"
_MONTHS_BEHIND: Final = (
    re.compile(rf"\b(?P<n>{_NUMBER})(?P<plus>\+)? ?(?:full |whole |house |mortgage )?(?P<unit>{_PERIOD}) ?(?:\w+ ){{0,2}}?(?:behind|behnd|late|past ?due|delinquent|missed|overdue|down|back|due|atrasad\w*|de atraso|vencid\w*|sin pagar|de retraso|en mora|que no pago|debiendo)\b"),
    re.compile(rf"\b(?:behind|late|missed|delinquent|skipped|owe them|owe|atrasad\w*|debo|debemos|llevo|llevamos|tengo|no (?:he|hemos) pagado|hace|fallado|perdido|deje de pagar hace|atraso de|retraso de)(?: by| about| like| on| for| the last| my| the| around| con| como| unos| ya)* (?P<n>{_NUMBER}) (?P<unit>{_PERIOD})\b"),
    re.compile(rf"\b(?:haven'?t|havent|have not|not|hasn'?t|no) (?:paid|made|been paid|pago|pagado|he pagado|hemos pagado)\b.{{0,30}}?\b(?:in|for|since|en|desde hace|por|hace) (?:about |like |over |the last |almost |mas de |casi )*(?P<n>{_NUMBER}) (?P<unit>{_PERIOD})\b"),
)  # fmt: skip
_DAYS_BEHIND: Final = re.compile(r"\b(?P<n>30|60|90|120|150|180)\+? ?(?:days?|dias?) ?(?:\w+ )?(?:behind|late|past ?due|delinquent|overdue|atrasad\w*|de atraso|tarde)\b")
_YEARS_BEHIND: Final = re.compile(rf"\b(?:(?P<n>{_NUMBER}) (?:years?|anos?)) (?:behind|late|past ?due|delinquent|sin pagar|atrasad\w*|de atraso)\b|\b(?:haven'?t|havent|have not|no he|no hemos) (?:paid|pagado)\b.{{0,20}}\b(?:in|for|en|por|desde hace|hace) (?:over |about |almost |mas de |casi )?(?P<n2>{_NUMBER}) (?:years?|anos?)\b")
_SINCE: Final = re.compile(r"\b(?:since|desde)\b.{0,25}\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|last|el|ano|year|summer|verano|christmas|navidad)\b")
_PAID_SOME: Final = re.compile(r"\bbut (?:i )?(?:made|paid|caught up)\b|\bpero (?:hice|pague)\b")
_NOT_YET: Final = re.compile(r"\b(?:gonna|going to|about to|will|might) (?:miss|be late|fall behind)\b|\bvoy a (?:fallar|atrasarme|dejar de pagar)\b|\bnot behind( yet)?\b|\bhaven'?t missed\b|\bup to date\b|\bal (?:dia|corriente)\b")
_UNITS: Final = (
    (re.compile(r"\b(?:single[- ]?family|one[- ]family|1[- ]family|single home|una sola familia|unifamiliar|casa sola)\b"), 1),
    (re.compile(r"\b(?:duplex|two[- ]?flat|2[- ]?flat|two[- ]?family|2[- ]?family|two[- ]?unit|2[- ]?units?|dos familias)\b"), 2),
    (re.compile(r"\b(?:triplex|three[- ]?flat|3[- ]?flat|three[- ]?family|3[- ]?family|three[- ]?unit|3[- ]?units?|tres familias)\b"), 3),
    (re.compile(r"\b(?:fourplex|quadplex|four[- ]?flat|4[- ]?flat|four[- ]?family|4[- ]?family|four[- ]?unit|4[- ]?units?|cuatro familias)\b"), 4),
)
_WORDS: Final = {
    "a": 1, "an": 1, "one": 1, "un": 1, "una": 1, "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4, "five": 5, "cinco": 5,
    "six": 6, "seis": 6, "seven": 7, "siete": 7, "eight": 8, "ocho": 8, "nine": 9, "nueve": 9, "ten": 10, "diez": 10, "eleven": 11, "once": 11,
    "twelve": 12, "doce": 12,
}  # fmt: skip
# Facts whose words are too everyday to be believed unless their question was asked, or the words are plain.
_ONLY_WHEN_ASKED: Final = frozenset({"contact_by"})


@functools.cache
def _choices() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((_DATA / "choices.yml").read_text(encoding="utf-8"))
    return table


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])")


@functools.cache
def _lenders() -> Phrases:
    table: dict[str, list[str]] = yaml.safe_load((_DATA / "lenders.yml").read_text(encoding="utf-8"))
    return Phrases(table)


def find_lenders(folded: str) -> list[tuple[str, Span]]:
    """The lenders and servicers named in a folded text, by their usual names, in order."""
    return _lenders().find(folded)


def read_choices(folded: str, *, asked: str | None) -> tuple[dict[str, Value], list[Span]]:
    """The facts with few values that a folded text settles, and where."""
    facts: dict[str, Value] = {}
    spans: list[Span] = []
    for fact, values in _choices().items():
        if fact == "flags" or (fact in _ONLY_WHEN_ASKED and asked != fact):
            continue
        _first(folded, fact, values, facts, spans, asked)
    for fact, values in _choices()["flags"].items():
        for value, patterns in values.items():
            match = _search(folded, patterns)
            if match is not None and fact not in facts:
                facts[fact] = value == "true"
                spans.append(match)
    for pattern, number in _UNITS:
        found = pattern.search(folded)
        if found:
            facts["units"] = number
            spans.append(Span(*found.span()))
            break
    if asked == "units" and "units" not in facts:
        bare = re.fullmatch(rf"\W*(?:just |only |solo )?(?P<n>{_NUMBER})(?: units?| viviendas?| unidades)?\W*", folded)
        if bare:
            facts["units"] = _count(bare.group("n"))
            spans.append(Span(0, len(folded)))
    return facts, spans


def _first(folded: str, fact: str, values: dict[str, list[str]], facts: dict[str, Value], spans: list[Span], asked: str | None) -> None:
    for value, patterns in values.items():
        if fact == "goal" and value == "unsure" and asked != "goal":
            continue
        match = _search(folded, patterns)
        if match is not None:
            facts[fact] = value
            spans.append(match)
            return


def _search(folded: str, patterns: list[str]) -> Span | None:
    for pattern in patterns:
        for match in _compiled(pattern).finditer(folded):
            if not _NEGATED.search(folded[max(0, match.start() - 40) : match.start()]):
                return Span(*match.span())
    return None


def read_months_behind(folded: str, *, asked: str | None) -> tuple[int | None, bool, list[Span]]:
    """Months behind; whether it is to be clarified instead; and where it stands."""
    if _PAID_SOME.search(folded) and (asked == "months_behind" or any(p.search(folded) for p in _MONTHS_BEHIND)):
        return None, True, []
    for pattern in _MONTHS_BEHIND:
        match = pattern.search(folded)
        if match:
            return _count(match.group("n")), False, [Span(*match.span())]
    days = _DAYS_BEHIND.search(folded)
    if days:
        return int(days.group("n")) // 30, False, [Span(*days.span())]
    years = _YEARS_BEHIND.search(folded)
    if years:
        return 12 * _count(years.group("n") or years.group("n2")), False, [Span(*years.span())]
    if asked != "months_behind":
        return None, False, []
    return _asked_months(folded)


def _asked_months(folded: str) -> tuple[int | None, bool, list[Span]]:
    if _SINCE.search(folded):
        return None, True, []
    none_yet = _NOT_YET.search(folded)
    if none_yet:
        return 0, False, [Span(*none_yet.span())]
    year = re.search(rf"\b(?P<n>{_NUMBER}) (?:years?|anos?)\b", folded)
    if year:
        return 12 * _count(year.group("n")), False, [Span(*year.span())]
    days = re.search(r"\b(?P<n>\d{2,3})\+? ?(?:days?|dias?)\b", folded)
    if days:
        return int(days.group("n")) // 30, False, [Span(*days.span())]
    bare = re.search(rf"\b(?P<n>{_NUMBER})\b", folded)
    amounts = find_amounts(folded, spanish=False)
    if bare and all(amount.value < Decimal(120) for amount in amounts):
        return _count(bare.group("n")), False, [Span(*bare.span())]
    return None, False, []


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS[text]
