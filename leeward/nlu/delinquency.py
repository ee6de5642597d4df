"""Number of monthly payments in arrears: "4 months behind", "3 payments", "90+ days late", "hace tres meses que no pago"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from leeward.core.spans import Span
from leeward.nlu.calendar_words import MONTHS, any_of
from leeward.nlu.normalization import words
from leeward.nlu.number_words import ARTICLES, PAIRS, count_phrases
from leeward.nlu.tagger import OTHER, PLAIN, SURE, Tags

DAYS_IN_A_MONTH: Final = 30
# From this probability on the tagger's word counts where no phrase says how many.
_SURE_ALONE: Final = 0.85
# "Uno" is most often a pronoun.
_NO_COUNT: Final = frozenset({"uno"})
MOST_MONTHS: Final = 240

_COUNTS: Final = ARTICLES | PAIRS | {word: number for word, number in count_phrases(120).items() if word not in _NO_COUNT}
_N: Final = (
    rf"(?<![a-z])(?:a (?=couple)|un (?=par))?(?P<n>\d{{1,3}}|(?:{any_of(_COUNTS)})(?![a-z]))\+?(?: (?:of|de)(?= [a-z]))?"
    r"(?P<half> and a half| y medio)?"
)
_UNIT: Final = (
    r"(?P<unit>months?|mos?|full months?|house payments?|mortgage payments?|payments?|meses|mes|pagos?|"
    r"mensualidad(?:es)?|letras?"
    r"|days?|dias?|weeks?|wks?|semanas?|years?|yrs?|anos?)\b(?P<tail> and a half| y medio)?"
)
_ABOUT: Final = (
    r"(?: (?:by|about|like|on|for|in|over|around|almost|nearly|at least|the last|my|our|the|now|con|como|unos|ya|casi|mas de"
    r"|por|en|de|hace))*"
)
_STATED: Final = (
    # "4 months behind", "tres pagos atrasados"
    rf"\b{_N}[ -]?{_UNIT} ?(?:\w+ )?(?:behind|late|past ?due|delinquent|missed|overdue|in arrears|atrasad\w*|de"
    rf" atraso|vencid\w*|sin pagar"
    r"|de retraso|en mora|que no pago|debiendo)\b",
    # "behind 4 months", "fell behind on my mortgage for about 2 months", "missed two payments", "debo tres mensualidades"
    rf"\b(?:behind|late|missed|skipped|delinquent|owe|atrasad\w*|debo|debemos|llevo|llevamos|fallado|perdido|"
    rf"atraso|retraso)"
    rf"(?: (?:on|in|with) (?:my|the|our) \w+|(?: my| the| our)? (?:mortgage|payments?|loan))?{_ABOUT} {_N} {_UNIT}",
    # "haven't paid in 8 months", "no he pagado en 6 meses", "hace 3 meses que no pago"
    rf"\b(?:haven'?t|have not|hasn'?t|no he|no hemos|no) (?:paid|made|pago|pagado|been"
    rf" paying)\b[^.;!?]{{0,30}}?{_ABOUT} {_N} {_UNIT}",
    rf"\bhace{_ABOUT} {_N} {_UNIT} que no (?:pag\w+|he pagado|hemos pagado)",
)
_PATTERNS: Final = tuple(re.compile(pattern) for pattern in _STATED)
_HALF_YEAR: Final = re.compile(r"\b(?:half a year|medio ano|half year)\b")
_YEAR_AND_HALF: Final = re.compile(r"\b(?:(?:a|one|un) )?(?:year|ano) (?:and a half|y medio)\b")
_BARE: Final = re.compile(rf"(?<![\d$,.]){_N}(?: {_UNIT})?(?![\d,]|\.\d)")
_LAST_FEW: Final = re.compile(rf"\b(?:missed|skipped)(?: the| my)? last {_N}\W*$")
_SPREAD: Final = re.compile(rf"\b(?:\d{{1,2}}|{any_of(_COUNTS)}) ?(?:-|or|to|o|a|u) ?(?:\d{{1,2}}|{any_of(_COUNTS)})\b")
# What is no whole number of months: "half a month", "3.5 months", "4, almost 5", "about to miss my third", "missed 3, paid 1".
_NOT_WHOLE: Final = re.compile(
    rf"\bhalf a month\b|\bmedio mes\b|\d[.,]\d+ (?:months?|mes)"
    rf"|\b(?:almost|casi|going on)\b.{{0,4}}(?:\d|{any_of(_COUNTS)})\b"
    rf"|\babout to miss (?:my |our |the |a )?(?:second|third|fourth|2nd|3rd|4th)\b|\bpaid (?:\d|one|two)\b"
    rf"|\blast (?:payment|paid)\b.{{0,20}}(?:{any_of(MONTHS)})\b"
)
_YEARS_AND_MONTHS: Final = re.compile(
    rf"\b(?:(?P<years>\d|{any_of(_COUNTS)}) )?(?:years?|yrs?|anos?) (?:and|y) (?P<months>\d{{1,2}}|{any_of(_COUNTS)})"
    r" (?:months?|mos?|mes|meses)\b"
)
_DECIMAL_YEARS: Final = re.compile(r"(?P<years>\d)\.5 (?:years?|yrs?|anos?)\b")
# What a few months are called one by one: "missed jan feb and april".
_NAMED: Final = re.compile(rf"\b(?:{any_of(MONTHS)})\b")
_VAGUE: Final = re.compile(
    r"\b(?:a handful|a few|few|several|some|many|lots|unos cuantos|varios|varias|algunos|muchos|too many)\b"
)
_SINCE: Final = re.compile(
    rf"\b(?:since|desde)\b.{{0,25}}\b(?:{any_of(MONTHS)}|last|el|ano|year|summer|winter|spring|fall|verano|christmas|"
    rf"navidad|covid|20\d\d)\b"
)
_UNPAID: Final = re.compile(
    r"\b(?:haven'?t|have not|not|stopped|no he|no hemos|deje de|dejamos de) (?:paid|paying|been paying|made|pagado|pagar)\b"
)
_PAID_SOME: Final = re.compile(r"\bbut (?:i |we )?(?:made|paid|caught up)\b|\bpero (?:ya )?(?:hice|pague|pagamos)\b")
_BEHIND: Final = re.compile(r"\b(?:behind|late|past due|atrasad\w*|atraso|debo|debemos)\b")
# Not behind, said of oneself and now.
_NOT_BEHIND: Final = re.compile(
    r"\b(?:am|are|'m|'re|be|estoy|estamos|voy|vamos) (?:still |not |totally |completely )*(?:current|up to date|"
    r"behind (?:in|on) any|al dia|al corriente)\b"
    r"|\b(?:not|n't) missed any\b|\b(?:am|are|'m|'re) not behind\b"
)
_NOT_YET: Final = re.compile(
    r"\b(?:gonna|going to|about to|will|might) (?:miss|be late|fall behind)\b|\bvoy a (?:fallar|atrasarme|dejar"
    r" de pagar)\b|\bnot behind\b"
    r"|\b(?:not|n't|never) missed\b|\b(?:up to date|current|al dia|al corriente|on time)\b"
)


@dataclass(frozen=True, slots=True)
class MonthsBehind:
    """The number of months behind, or `doubtful` where it must be clarified, and the spans it was read from."""

    months: int | None = None
    doubtful: bool = False
    spans: tuple[Span, ...] = ()


def read_months_behind(normalized: str, *, asked: bool, tags: Tags | None = None) -> MonthsBehind:
    """The months behind stated in a normalized text. `asked`: the question just put was this one, so a bare number counts.

    What the tagger is sure speaks of something else (a neighbor's months) does not count; what it is sure of does.
    """
    said = _said(normalized, asked=asked)
    if tags is None:
        return said
    if (
        len(words(normalized)) > PLAIN
        and said.spans
        and said.months
        and all(_speaks_of_something_else(tags.strongest(span)) for span in said.spans)
    ):
        return MonthsBehind()
    if said.months is None and not said.doubtful:
        return _tagged(normalized, tags)
    return said


def _speaks_of_something_else(chances: dict[str, float]) -> bool:
    others = (chance for role, chance in chances.items() if role not in (OTHER, "months_behind"))
    return chances["months_behind"] < 1 - SURE and max(others) >= SURE


def _tagged(normalized: str, tags: Tags) -> MonthsBehind:
    """The count in the one stretch that the tagger is sure of: "3 de la hipoteca", "jan feb and march"."""
    stretches = [span for span, chance in tags.stretches("months_behind") if chance >= _SURE_ALONE]
    if len(stretches) != 1:
        return MonthsBehind()
    span = stretches[0]
    stretch = normalized[span.start : span.end]
    named = len(set(_NAMED.findall(stretch)))
    if named > 1 and not _SINCE.search(normalized):
        return MonthsBehind(named, spans=(span,))
    answer = _answered(stretch.strip(" ,.;!?"))
    return MonthsBehind(answer.months, answer.doubtful, (span,))


def _said(normalized: str, *, asked: bool) -> MonthsBehind:
    for pattern, months in ((_YEARS_AND_MONTHS, _years_and_months), (_DECIMAL_YEARS, _decimal_years)):
        match = pattern.search(normalized)
        if match is not None and (asked or _BEHIND.search(normalized)):
            return MonthsBehind(months(match), spans=(Span(*match.span()),))
    if asked and _NOT_WHOLE.search(normalized):
        return MonthsBehind(doubtful=True)
    stated = _stated(normalized)
    if _PAID_SOME.search(normalized) and (asked or stated.months is not None):
        return MonthsBehind(doubtful=True)
    if stated.months is not None or stated.doubtful:
        return stated
    if _SINCE.search(normalized) and (asked or _UNPAID.search(normalized)):
        return MonthsBehind(doubtful=True)
    not_behind = (_NOT_YET if asked else _NOT_BEHIND).search(normalized)
    if not_behind:
        return MonthsBehind(0, spans=(Span(*not_behind.span()),))
    return _answered(normalized) if asked else MonthsBehind()


def _years_and_months(match: re.Match[str]) -> int:
    years = match.group("years")
    return 12 * (_whole(years) if years else 1) + _whole(match.group("months"))


def _decimal_years(match: re.Match[str]) -> int:
    return 12 * int(match.group("years")) + 6


def _stated(normalized: str) -> MonthsBehind:
    for pattern in _PATTERNS:
        match = pattern.search(normalized)
        if match is None:
            continue
        if re.search(r"\b(?:never|not|n't|nunca|no) (?:\w+ )?$", normalized[max(0, match.start() - 20) : match.start()]):
            continue
        if _SPREAD.search(normalized, max(0, match.start() - 6), match.end()):
            return MonthsBehind(doubtful=True, spans=(Span(*match.span()),))
        months, spans = _count(match), (Span(*match.span()),)
        return MonthsBehind(months, spans=spans) if months is not None else MonthsBehind(doubtful=True, spans=spans)
    last = _LAST_FEW.search(normalized)
    return MonthsBehind(_whole(last.group("n")), spans=(Span(*last.span()),)) if last else MonthsBehind()


def _answered(normalized: str) -> MonthsBehind:
    """A number on its own, as the answer to this question."""
    for pattern, known in ((_HALF_YEAR, 6), (_YEAR_AND_HALF, 18)):
        match = pattern.search(normalized)
        if match:
            return MonthsBehind(known, spans=(Span(*match.span()),))
    if _VAGUE.search(normalized) or _SPREAD.search(normalized):
        return MonthsBehind(doubtful=True)
    numbers = [match for match in _BARE.finditer(normalized) if match.group("unit") or match.group("n") not in ("a", "an")]
    if len(numbers) != 1:
        return MonthsBehind(doubtful=len(numbers) > 1)
    months = _count(numbers[0])
    if months is None or months > MOST_MONTHS:
        return MonthsBehind(doubtful=True)
    return MonthsBehind(months, spans=(Span(*numbers[0].span()),))


def _count(match: re.Match[str]) -> int | None:
    """The months that were named; None where weeks were, which are no number of payments."""
    number, unit = _whole(match.group("n")), match.group("unit") or "months"
    halves = bool(match.group("half") or match.group("tail"))
    if unit.startswith(("w", "s")):
        return None
    if unit.startswith(("y", "a")):
        return 12 * number + (6 if halves else 0)
    return number // DAYS_IN_A_MONTH if unit.startswith("d") else number


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else _COUNTS[text]
