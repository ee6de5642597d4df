"""What each amount stands for: owed, worth, monthly, arrears, second lien, or something else that is no fact of ours.

A wrong amount is worse than a question, so an amount without words around it is taken only as the answer to the question
just asked, and what may be read two ways is to be clarified.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import yaml

from leeward.facts import Facts, Range
from leeward.reading.amounts import Amount, find_amounts
from leeward.reading.text import Span

LARGE: Final = frozenset({"balance_owed", "home_value", "second_lien"})
MONEY: Final = LARGE | {"monthly_payment", "arrears"}
NEAREST: Final = 45
AFTER_PENALTY: Final = 6
WEAK_PENALTY: Final = 25
_FILE: Final = Path(__file__).with_name("data") / "roles.yml"
_CLAUSE: Final = re.compile(r"[;.!?\n]+(?=\s|$)|,(?=\s)|\s(?:and|but|y|pero|while|mientras|con|with|then|so)\s")
_BETWEEN: Final = re.compile(r"\s*(?:-|–|—|to|and|a|y|or|o|hasta)\s*$")
_RANGE_LEAD: Final = re.compile(r"\b(?:between|from|entre|de|somewhere (?:from|between)|desde)\s*\$?\s*$")
_NOT_THIS: Final = re.compile(r"\b(?:not|no|instead of|rather than|en vez de|en lugar de)\s*\$?\s*$")
_DOWN_TO: Final = re.compile(r"\b(?:down to|now (?:it'?s |i owe |at )?|ahora (?:debo )?|bajado a|quedan?)\s*\$?\s*$")
_CORRECTION: Final = re.compile(
    r"\b(?:actually|sorry|i meant|i mean|correction|no wait|wait|my mistake|oops|make that|not \d|should be|"
    r"en realidad|perdon|quise decir|me equivoque|digo|corrijo|mas bien|no, son|es decir)\b"
)
_NEGATIVE_EQUITY: Final = re.compile(r"\bmore than (?:it'?s|its|the (?:house|home)|what (?:it'?s|the))|\bmas de lo que vale\b")
_NOT_MONEY_AFTER: Final = re.compile(
    r"\s*(?:%|percent|por ciento|months?\b|mos?\b|meses\b|mes\b|weeks?\b|semanas?\b|days?\b|dias?\b|years?\b|anos?\b|yrs?\b|hours?\b|"
    r"horas?\b|payments?\b|pagos?\b|mensualidades\b|units?\b|unidades\b|viviendas\b|bed|bath|acres?\b|kids?\b|hijos?\b|people\b|times\b|"
    r"veces\b|st\b|nd\b|rd\b|th\b|(?:am|pm|a\.m|p\.m)\b|o'?clock\b|:\d\d|/\d|family\b|flats?\b|floors?\b|"
    r"(?:n |s |e |w |north |south |east |west )?[a-z]+ (?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|ct|way|pl)\b)"
)
_NOT_MONEY_BEFORE: Final = re.compile(
    r"\b(?:chapter|capitulo|ch|age|aged|case|caso|no\.|number|zip|section|form|rule|unit|apt|since|desde|in|until|en el|el dia|day|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\s*$|[/:#]\s*$|-\d\s*$"
)


@dataclass(frozen=True, slots=True)
class OtherAmount:
    """An amount that is no fact of ours, with what it seems to be."""

    value: Decimal
    role: str


@dataclass(frozen=True, slots=True)
class Money:
    """The money in a text: facts, what is to clarify about them, other amounts, and the stretches they were read from."""

    facts: Facts
    others: tuple[OtherAmount, ...]
    spans: tuple[Span, ...]
    correction: bool


@dataclass(frozen=True, slots=True)
class _Cue:
    role: str
    span: Span
    weak: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    amount: Amount
    role: str | None
    upper: Amount | None = None  # the other bound, when it is a range


def is_correction(folded: str) -> bool:
    """Whether the words take back something said before."""
    return _CORRECTION.search(folded) is not None


def read_money(
    folded: str, *, asked: str | None, spanish: bool, taken: Iterable[Span], periods: Iterable[Span] = ()
) -> Money:
    """The money in a folded text; `taken` are stretches that are dates, phones, places and the like.

    `periods` are stretches such as "3 payments behind", whose words say nothing about an amount beside them.
    """
    blocked = tuple(taken)
    amounts = [a for a in find_amounts(folded, spanish=spanish) if _may_be_money(folded, a, asked, blocked)]
    correction = is_correction(folded)
    amounts = [a for a in amounts if not _NOT_THIS.search(folded[: a.span.start])] if correction or len(amounts) > 1 else amounts
    cues = [cue for cue in _cues_in(folded) if not any(cue.span.overlaps(span) for span in periods)]
    placed = _answering([_place(folded, item, cues) for item in _joined(folded, amounts)], asked)
    return _facts(folded, _latest_only(folded, placed), asked=asked, correction=correction)


def _may_be_money(folded: str, amount: Amount, asked: str | None, blocked: tuple[Span, ...]) -> bool:
    if any(amount.span.overlaps(span) for span in blocked):
        return False
    after, before = folded[amount.span.end :], folded[max(0, amount.span.start - 14) : amount.span.start]
    if amount.dollar:
        return True
    if _NOT_MONEY_AFTER.match(after):
        return False
    bare = not amount.scaled
    if bare and _NOT_MONEY_BEFORE.search(before):
        return False
    if bare and amount.value in range(1900, 2100) and asked not in MONEY:
        return False
    return not (bare and amount.value < 10 and asked not in MONEY)


def _joined(folded: str, amounts: list[Amount]) -> list[tuple[Amount, Amount | None]]:
    """Amounts with their upper bound where two stand as a range: "between 200 and 220k", "95 to 100 thousand"."""
    joined: list[tuple[Amount, Amount | None]] = []
    index = 0
    while index < len(amounts):
        low = amounts[index]
        high = amounts[index + 1] if index + 1 < len(amounts) else None
        if high is not None and _is_range(folded, low, high):
            joined.append((_same_scale(low, high), high))
            index += 2
        else:
            joined.append((low, None))
            index += 1
    return joined


def _is_range(folded: str, low: Amount, high: Amount) -> bool:
    gap = folded[low.span.end : high.span.start].replace("$", "")
    if not _BETWEEN.fullmatch(gap) or _same_scale(low, high).value >= high.value:
        return False
    led = _RANGE_LEAD.search(folded[: low.span.start]) is not None
    return led or gap.strip() in ("-", "–", "—", "to", "or", "o", "hasta")


def _same_scale(low: Amount, high: Amount) -> Amount:
    """"200 and 220k": the first takes the second's thousands."""
    if low.scaled or not high.scaled:
        return low
    for factor in (1_000, 1_000_000):
        if low.value * factor < high.value and high.value < low.value * factor * 20:
            return replace(low, value=low.value * factor, scaled=True)
    return low


@functools.cache
def _cues() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    table = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        (name.removeprefix("weak_"), name.startswith("weak_"), re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])"))
        for name, patterns in table.items()
        for pattern in patterns
    )


def _cues_in(folded: str) -> list[_Cue]:
    """Every cue; one inside a longer one does not count."""
    found = [_Cue(role, Span(*match.span()), weak) for role, weak, pattern in _cues() for match in pattern.finditer(folded)]
    found.sort(key=lambda cue: cue.span.start - cue.span.end)
    kept: list[_Cue] = []
    for cue in found:
        if not any(cue.span.overlaps(other.span) for other in kept):
            kept.append(cue)
    return kept


def _answering(placed: list[_Placed], asked: str | None) -> list[_Placed]:
    """The one amount without words around it answers the question just asked, unless another amount does."""
    unplaced = [item for item in placed if item.role is None]
    if asked not in MONEY or len(unplaced) != 1 or any(item.role == asked for item in placed):
        return placed
    return [replace(item, role=asked) if item.role is None else item for item in placed]


def _place(folded: str, item: tuple[Amount, Amount | None], cues: list[_Cue]) -> _Placed:
    amount, upper = item
    whole = Span(amount.span.start, (upper or amount).span.end)
    clause = _clause_around(folded, whole)
    if _NEGATIVE_EQUITY.match(folded[whole.end :].lstrip()):
        return _Placed(amount, "negative_equity", upper)
    best: tuple[int, str] | None = None
    for cue in cues:
        if cue.span.overlaps(whole):
            continue
        distance = _distance(cue, whole, clause)
        if distance <= NEAREST + WEAK_PENALTY * cue.weak and (best is None or distance < best[0]):
            best = (distance, cue.role)
    return _Placed(amount, best[1] if best else None, upper)


def _distance(cue: _Cue, whole: Span, clause: Span) -> int:
    """How far a cue stands from an amount, in characters; outside its clause and after it counts as farther."""
    before = cue.span.end <= whole.start
    gap = whole.start - cue.span.end if before else cue.span.start - whole.end
    outside = cue.span.start < clause.start or cue.span.end > clause.end
    return gap + (0 if before else AFTER_PENALTY) + WEAK_PENALTY * cue.weak + (40 if outside else 0)


def _clause_around(folded: str, span: Span) -> Span:
    start, end = 0, len(folded)
    for match in _CLAUSE.finditer(folded):
        if match.end() <= span.start:
            start = match.end()
        elif match.start() >= span.end:
            end = match.start()
            break
    return Span(start, end)


def _latest_only(folded: str, placed: list[_Placed]) -> list[_Placed]:
    """Of two amounts in one role, "paid it down to 212" and "now 212" replace the earlier one."""
    current = [item for item in placed if item.role and _DOWN_TO.search(folded[: item.amount.span.start])]
    replaced = {item.role for item in current}
    return [item for item in placed if item.role not in replaced or item in current]


def _facts(folded: str, placed: list[_Placed], *, asked: str | None, correction: bool) -> Money:
    facts = Facts()
    others: list[OtherAmount] = []
    spans: list[Span] = []
    by_role: dict[str, list[_Placed]] = {}
    for item in placed:
        if item.role in MONEY:
            by_role.setdefault(str(item.role), []).append(item)
            spans += [item.amount.span] + ([item.upper.span] if item.upper else [])
        else:
            role = "correction" if item.role is None and correction else item.role or "unknown"
            scale = _in_thousands(item.amount, LARGE) if role == "correction" else item.amount
            others.append(OtherAmount(scale.value, role))
    for role, items in by_role.items():
        facts = _learn(facts, role, items, asked)
    if _NEGATIVE_EQUITY.search(folded):
        for role in ("balance_owed", "home_value"):
            if not facts.is_answered(role):
                facts = facts.ask_again(role)
    return Money(facts, tuple(others), tuple(spans), correction)


def _learn(facts: Facts, role: str, items: list[_Placed], asked: str | None) -> Facts:
    bounds: list[Decimal] = []
    for item in items:
        for amount in (item.amount, item.upper):
            if amount is None:
                continue
            read = _in_thousands(amount, {role} & LARGE)
            if amount.doubtful or (amount.colloquial and role in LARGE and asked != role) or _is_odd(read, role):
                return facts.ask_again(role)
            bounds.append(read.value)
    low, high = min(bounds), max(bounds)
    if low == high:
        return facts.learn(role, low)
    if role == "balance_owed" and len(items) > 1:
        return facts.ask_again(role)
    return facts.learn(role, Range(low, high))


def _in_thousands(amount: Amount, large: Iterable[str]) -> Amount:
    """A bare "310" or "185.5" for a loan or a home means thousands: no home is worth $310."""
    if not list(large) or amount.scaled or not 10 <= amount.value < 1_000:
        return amount
    return replace(amount, value=amount.value * 1_000)


def _is_odd(amount: Amount, role: str) -> bool:
    """Whether an amount can hardly be meant: a home for $7, a loan of a billion, a monthly payment of $200,000."""
    value = amount.value
    if role == "home_value":
        return not 5_000 <= value <= 100_000_000
    if role in ("balance_owed", "second_lien"):
        return (0 < value < 500) or value > 100_000_000
    if role == "monthly_payment":
        return not 50 <= value <= 60_000
    return value > 5_000_000
