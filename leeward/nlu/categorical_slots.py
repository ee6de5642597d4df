"""Categorical facts by patterns: stage, loan purpose and type, occupancy, goal, units, flags and the lender."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, Final

import yaml

from leeward.core.facts import SPECS, Kind, Value
from leeward.core.spans import Span
from leeward.nlu.normalization import Phrases, normalize, words
from leeward.nlu.number_words import counts
from leeward.nlu.suppositions import is_supposed
from leeward.nlu.tagger import PLAIN, SURE, Tags

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
# Whether the person owes the loan and which ways out come first turn on these, so that the tagger must be surer; and the least
# chance that it must give to what a phrase says in more than a few words.
_SURE_OF: Final = {"on_the_loan": 0.75, "discharged": 0.75, "borrower_died": 0.75, "goal": 0.75}
_LEAST: Final = 0.03
# A phrase that counts however long the message: whoever inherited the home may owe nothing.
_ALWAYS: Final = frozenset({("occupancy", "inherited")})
_BORROWER: Final = (
    "borrowers?|owners?|widow(?:er)?|viud[ao]|duen[ao]|titular|aunt|uncle|ti[ao]|partner|pareja|inherit\\w*|hered\\w+"
)
_LOAN_WORDS: Final = re.compile(
    r"\b(?:loan|mortgage|note|sign\w*|co-?sign\w*|borrow\w*|debt|prestamo|hipoteca|pagare|firm\w+|deudor\w*|deuda)\b"
)
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


def read_choices(normalized: str, *, asked: str | None, tags: Tags | None = None) -> tuple[dict[str, Value], list[Span]]:
    """The categorical facts stated in a normalized text, and the spans of the phrases that state them.

    `asked` is the question just put. The tagger's word counts where it is sure, else the phrases'.
    """
    by_phrase, spans = _by_phrase(normalized, asked=asked)
    return (by_phrase if tags is None else _weighed(by_phrase, tags)), spans


def _weighed(by_phrase: dict[str, Value], tags: Tags) -> dict[str, Value]:
    """The tagger's value of each fact where it is sure; else the phrase's, unless the tagger gives it next to no chance.

    Phrases that say yes or no about the person are few and plain: they count beside it.
    """
    normalized = normalize(tags.text)
    plain = len(words(normalized)) <= PLAIN
    found: dict[str, Value] = {}
    for fact in tags.choices.keys() & SPECS.keys():
        value, chance = tags.choice(fact)
        said = by_phrase.get(fact)
        if said is not None and (plain or (fact, said) in _ALWAYS or fact == tags.asked):
            found[fact] = said
        elif value is not None and chance >= _SURE_OF.get(fact, SURE) and _may_be_said(fact, normalized, tags.asked):
            found[fact] = value
        elif said is not None and (SPECS[fact].kind is Kind.FLAG or _chance(tags, fact, said) >= _LEAST):
            found[fact] = said
    return found | {fact: value for fact, value in by_phrase.items() if fact not in tags.choices}


def _may_be_said(fact: str, normalized: str, asked: str | None) -> bool:
    """Whether the words can be about a fact on which it turns who owes: a name on the deed says nothing of the loan."""
    if fact == "on_the_loan":
        return asked == fact or _LOAN_WORDS.search(normalized) is not None
    if fact == "borrower_died":
        return _is_of_a_borrower(normalized) and not _is_own_loan(normalized)
    return True


def _is_of_a_borrower(normalized: str) -> bool:
    """Whether somebody is named who may have borrowed: a relative, an owner, whoever signed."""
    return re.search(rf"\b(?:{_table()['kin']}|{_table()['spouse']}|{_BORROWER})\b", normalized) is not None


def _is_own_loan(normalized: str) -> bool:
    """Whether the loan is said to be the writer's own, and no husband or wife is spoken of."""
    return _OWN_LOAN.search(normalized) is not None and re.search(rf"\b(?:{_table()['spouse']})\b", normalized) is None


def _chance(tags: Tags, fact: str, said: Value) -> float:
    """The tagger's probability of a value that a phrase gave."""
    return next((chance for value, chance in tags.choices[fact].items() if value == said), 0.0)


def _by_phrase(normalized: str, *, asked: str | None) -> tuple[dict[str, Value], list[Span]]:
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
    found, _ = _by_phrase(normalized, asked=None)
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
