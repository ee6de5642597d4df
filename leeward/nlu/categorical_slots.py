"""Categorical facts by patterns: stage, loan purpose and type, occupancy, goal, units, flags and the lender."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, Final

import yaml

from leeward.core.facts import Value
from leeward.core.spans import Span
from leeward.nlu.normalization import Phrases
from leeward.nlu.number_words import counts
from leeward.nlu.suppositions import is_supposed

_DATA: Final = Path(__file__).with_name("data")
# Context in which a phrase does not count: negated, asked about or feared ("not served yet", "can they come after me").
_NEGATED: Final = re.compile(
    r"\b(?:not|no|never|haven'?t|hasn'?t|wasn'?t|isn'?t|aren'?t|weren'?t|didn'?t|don'?t|without|no me han|no he|no hay|sin"
    r"|nunca|aun no|todavia no|avoid|before|until|stop|evitar|antes de|not (?:yet|been|in))(?: \w+){0,2}\s*$"
    r"|\b(?:if|what (?:is|happens if)|how (?:do|can)|can|could|will|would|may|might|si|pueden?|podrian?|me van a)"
    r"(?: \w+){0,4}\s*$"
    # Somebody else's home: "the neighbors' house was sold", "los vecinos vendieron".
    r"|\b(?:neighbou?r\w*|next door|similar|comparable|comps?|same street|across the street"
    r"|other|another|vecin\w*|parecid\w*|otr\w|de enfrente|de al lado)\b"
    r"(?:'s|s')?(?: \w+){0,4}\s*$"
)
_MOST_UNITS: Final = 4
_BARE_UNITS: Final = re.compile(
    rf"\W*(?:just |only |solo )?(?P<n>\d{{1,2}}|{'|'.join(counts(_MOST_UNITS))})(?: units?| viviendas?| unidades)?\W*"
)
# Facts whose words are too common to be used unless their question was just asked. No question asks for contact_by yet.
_ONLY_WHEN_ASKED: Final = frozenset({"contact_by"})
# Heard only where they are stated: what somebody asks about or imagines of them has not happened.
_ONLY_WHEN_STATED: Final = frozenset({("stage", "sold"), ("stage", "deficiency_claim")})
_PERSON_FLAGS: Final = frozenset({"on_the_loan", "borrower_died", "discharged", "military"})
# Whether the person owes the loan turns on these, so that what is only asked about or denied is put to them as a question.
_ASKED_IN_DOUBT: Final = frozenset({"on_the_loan", "discharged"})
# What a relative died of a loan of one's own says nothing; a husband's or wife's death may.
_OWN_LOAN: Final = re.compile(r"\bmy (?:own )?(?:mortgage|loan|payments?)\b|\bmi (?:propia )?(?:hipoteca|prestamo)\b")


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((_DATA / "categorical_slots.yml").read_text(encoding="utf-8"))
    return table


@functools.cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(patterns)
    for name in ("kin", "spouse"):
        joined = joined.replace(f"<{name}>", _table()[name])
    return re.compile(rf"(?<![a-z])(?:{joined})(?![a-z])")


@functools.cache
def _lenders() -> Phrases:
    table: dict[str, list[str]] = yaml.safe_load((_DATA / "lenders.yml").read_text(encoding="utf-8"))
    return Phrases(table)


def find_lenders(normalized: str) -> list[tuple[str, Span]]:
    """The lenders and servicers named in a normalized text, by their usual names, in order."""
    return _lenders().find(normalized)


def read_choices(normalized: str, *, asked: str | None) -> tuple[dict[str, Value], list[Span]]:
    """The categorical facts stated in a normalized text, and their spans. `asked` is the question just put."""
    found: dict[str, tuple[Value, Span]] = {}
    for fact, values in _table()["choices"].items():
        if fact in _ONLY_WHEN_ASKED and asked != fact:
            continue
        for value, patterns in values.items():
            if (fact, value) == ("goal", "unsure") and asked != "goal":
                continue
            span = _search(normalized, patterns, stated=(fact, value) in _ONLY_WHEN_STATED)
            if span is not None:
                found[fact] = (value, span)
                break
    for fact, values in _table()["flags"].items():
        for value, patterns in values.items():
            span = _search(normalized, patterns, stated=fact in _PERSON_FLAGS)
            if span is not None:
                found.setdefault(fact, (value == "true", span))
    if "borrower_died" in found and _is_of_another_loan(normalized, found["borrower_died"][1]):
        del found["borrower_died"]
    units = _units(normalized, asked=asked == "units")
    if units is not None:
        found["units"] = units
    return {fact: value for fact, (value, _) in found.items()}, [span for _, span in found.values()]


def read_doubts(normalized: str) -> frozenset[str]:
    """What decides whether the person owes the loan and is spoken of, but asked about, imagined or denied and not stated."""
    found, _ = read_choices(normalized, asked=None)
    flags = _table()["flags"]
    return frozenset(
        fact
        for fact in _ASKED_IN_DOUBT
        if fact not in found and any(_compiled(tuple(patterns)).search(normalized) for patterns in flags[fact].values())
    )


def _is_of_another_loan(normalized: str, span: Span) -> bool:
    """Whether a death says nothing of this loan: a parent's, beside a loan of one's own, or one of nobody that is kin."""
    told = normalized[span.start : span.end]
    if re.match(r"(?:he|she)\b", told) and re.search(rf"\b(?:{_table()['kin']})\b", normalized) is None:
        return True
    return _OWN_LOAN.search(normalized) is not None and re.search(rf"\b(?:{_table()['spouse']})\b", told) is None


def _units(normalized: str, *, asked: bool) -> tuple[int, Span] | None:
    for number, patterns in _table()["units"].items():
        span = _search(normalized, patterns)
        if span is not None:
            return number, span
    bare = _BARE_UNITS.fullmatch(normalized) if asked else None
    if bare is None:
        return None
    written = bare.group("n")
    return int(written) if written.isdigit() else counts(_MOST_UNITS)[written], Span(0, len(normalized))


def _search(normalized: str, patterns: list[str], *, stated: bool = False) -> Span | None:
    """The first match that is not negated, hypothetical or about somebody else by the words right before it.

    `stated`: nor may it stand in a question or a supposition.
    """
    for match in _compiled(tuple(patterns)).finditer(normalized):
        if stated and is_supposed(normalized, match.start()):
            continue
        if not _NEGATED.search(normalized[max(0, match.start() - 40) : match.start()]):
            return Span(*match.span())
    return None
