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

_DATA: Final = Path(__file__).with_name("data")
# Context in which a phrase does not count: negated, asked about or feared ("not served yet", "can they come after me").
_NEGATED: Final = re.compile(
    r"\b(?:not|no|never|haven'?t|hasn'?t|wasn'?t|isn'?t|aren'?t|weren'?t|didn'?t|don'?t|without|no me han|no he|no hay|sin"
    r"|nunca|aun no|todavia no|avoid|before|until|stop|evitar|antes de|not (?:yet|been|in))(?: \w+){0,2}\s*$"
    r"|\b(?:if|what (?:is|happens if)|how (?:do|can)|can|could|will|would|may|might|si|pueden?|podrian?|me van a)"
    r"(?: \w+){0,4}\s*$"
    # Somebody else's home: "the neighbors' house was sold", "los vecinos vendieron".
    r"|\b(?:neighbou?r\w*|next door|similar|comparable|comps?|same street|other|another|vecin\w*|parecid\w*|otr\w)\b"
    r"(?:'s|s')?(?: \w+){0,4}\s*$"
)
_MOST_UNITS: Final = 4
_BARE_UNITS: Final = re.compile(
    rf"\W*(?:just |only |solo )?(?P<n>\d{{1,2}}|{'|'.join(counts(_MOST_UNITS))})(?: units?| viviendas?| unidades)?\W*"
)
# Facts whose words are too common to be used unless their question was just asked. No question asks for contact_by yet.
_ONLY_WHEN_ASKED: Final = frozenset({"contact_by"})


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((_DATA / "categorical_slots.yml").read_text(encoding="utf-8"))
    return table


@functools.cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(patterns)})(?![a-z])")


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
            span = None if (fact, value) == ("goal", "unsure") and asked != "goal" else _search(normalized, patterns)
            if span is not None:
                found[fact] = (value, span)
                break
    for fact, values in _table()["flags"].items():
        for value, patterns in values.items():
            span = _search(normalized, patterns)
            if span is not None:
                found.setdefault(fact, (value == "true", span))
    units = _units(normalized, asked=asked == "units")
    if units is not None:
        found["units"] = units
    return {fact: value for fact, (value, _) in found.items()}, [span for _, span in found.values()]


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


def _search(normalized: str, patterns: list[str]) -> Span | None:
    """The first match that is not negated, hypothetical or about somebody else by the words right before it."""
    for match in _compiled(tuple(patterns)).finditer(normalized):
        if not _NEGATED.search(normalized[max(0, match.start() - 40) : match.start()]):
            return Span(*match.span())
    return None
