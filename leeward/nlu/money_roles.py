"""Semantic role of each amount: balance owed, home value, second lien, price of a sale, what is claimed after it …

The role comes from the nearest anchor phrase (data/money_roles.yml). A wrong amount is worse than another question: an amount
without an anchor is used only as the answer to the question just asked, and an ambiguous one is put up for clarification.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from leeward.core.facts import Facts, Range
from leeward.core.spans import Span
from leeward.nlu.calendar_words import MONTHS, any_of
from leeward.nlu.normalization import Phrases, words
from leeward.nlu.numbers import Amount, find_amounts
from leeward.nlu.suppositions import is_supposed
from leeward.nlu.tagger import BRIEF, PLAIN, Tags

LARGE: Final = frozenset({"balance_owed", "home_value", "second_lien", "sale_price", "amount_claimed"})
MONEY: Final = LARGE | {"monthly_payment", "arrears"}
_FILE: Final = Path(__file__).with_name("data") / "money_roles.yml"

# The tagger's roles of money: those that are facts, and all others.
_TAGGED: Final = {
    "owed": "balance_owed",
    "worth": "home_value",
    "second": "second_lien",
    "monthly": "monthly_payment",
    "arrears": "arrears",
    "sold_for": "sale_price",
    "claimed": "amount_claimed",
}
_TAGGED_OTHER: Final = frozenset({"bought_for", "fee", "offer", "other_debt", "other"})
# The tagger's word on an amount counts from this probability on; against words for something else, from the second.
_SURE_OF_AMOUNT: Final = 0.4
_SURE_AGAINST_OTHER: Final = 0.8
# Roles of phrases that the tagger does not know.
_NAMED_OTHERWISE: Final = frozenset({"negative_equity", "reinstatement"})

# Greatest distance of an anchor phrase from its amount, in characters, and the penalties that are added to it.
REACH: Final = 45
REACH_AFTER: Final = 10
OTHER_SIDE: Final = 16
WEAK: Final = 25
ACROSS_CLAUSE: Final = 40
RIGHT_AFTER: Final = -12
# Search window in characters: an anchor that begins farther away is never within reach.
FARTHEST: Final = 100
# An answer of at most so many words is a figure and little else ("about 401k").
LONGEST_BARE: Final = 3
# In a text of at most so many words in which phrases say of every amount what it is, they are right.
LONGEST_PLAIN: Final = 16
# In a text of more words than this, `brief` and `weak` anchors do not count.
LONGEST_BRIEF: Final = 22
# Plausible amounts in USD; beyond them the amount is put up for clarification.
LEAST: Final = {
    "balance_owed": 5_000,
    "home_value": 10_000,
    "second_lien": 1_000,
    "sale_price": 1_000,
    "amount_claimed": 500,
    "monthly_payment": 50,
    "arrears": 20,
}
LEAST_UNASKED: Final = {**LEAST, "balance_owed": 10_000}
MOST: Final = {
    "balance_owed": 50_000_000,
    "home_value": 100_000_000,
    "second_lien": 20_000_000,
    "sale_price": 100_000_000,
    "amount_claimed": 50_000_000,
    "monthly_payment": 20_000,
    "arrears": 5_000_000,
}
WIDEST_RANGE: Final = 3

_CLAUSE: Final = re.compile(
    r"[;.!?\n]+(?=\s|$)|,(?=\s)|\s(?:and|but|y|pero|while|mientras|con|with|then|so|plus|which(?! (?:is|are|"
    r"was))|because|porque|que|when|after)\s"
)
_BETWEEN: Final = re.compile(
    r"\s*(?:-|–|—|/|to|and|a|y|or|o|u|hasta|or maybe|maybe|or so maybe|to maybe)\s*(?:\$|around|about|like|como|unos)?\s*"
)
_LED_BETWEEN: Final = re.compile(r"\s*(?:and|a|y)\s*\$?\s*")
_RANGE_LEAD: Final = re.compile(r"\b(?:between|from|entre|de|desde)\s*(?:like|about|como)?\s*\$?\s*$")
_RAISED: Final = re.compile(
    r"\b(?:jumped|went|raised|increased|changed|going|dropped|lowered|reduced|subio|aumento|"
    r"paso)\b.{0,40}\b(?:from|de)\s*\$?\s*$"
)
_NOT_THIS: Final = re.compile(r"\b(?:not|no|instead of|rather than|en vez de|en lugar de)\s*(?:the\s*)?\$?\s*$")
_NOW: Final = re.compile(
    r"\b(?:down to|now|now it'?s|now i owe|now at|it's now|ahora|ahora debo|bajado a|baje a|quedan?|ya nada mas"
    r" debo|ya solo debo)"
    r"\s*(?:about|around|like|como|unos)?\s*\$?\s*$"
)
_WAS: Final = re.compile(
    r"\b(?:was|were|used to be|used to owe|owed|started at|era|antes|debia)\s*(?:about|around|like|como)?\s*\$?\s*$"
)
_BY: Final = re.compile(
    r"\b(?:increas\w*|raised?|raising|up|higher|went up|reduc\w*|lower\w*|aument\w*|sub\w+)\b.{0,40}\b(?:by|over)\s*\$?\s*$"
)
_SOLD: Final = re.compile(
    r"\b(?:they|bank|was|got|been|it|house|home|auction\w*) (?:already )?(?:sold|auctioned|foreclosed)\b|"
    r"\b(?:lost|took) (?:the|my|our) (?:house|home)\b|\b(?:se|la|me|nos|ya) (?:vendio|vendieron|remataron|subastaron)\b|"
    r"\b(?:quitaron|perdi|perdimos) (?:la|mi|nuestra) casa\b"
)
# What is wanted beside the home, and not to keep it: "they want 60,000 more".
_WANTED_MORE: Final = re.compile(r"\s*(?:dollars |dolares )?(?:more|mas|from (?:me|us)|extra)\b(?! (?:a|per|every|al|por) )")
_WANTING: Final = re.compile(r"wants?|they want|asking for|demanding|quieren?|piden|exigen|cobran?")
# The price of other homes says what this one is worth, and not what it brought.
_ELSEWHERE: Final = re.compile(
    r"\b(?:neighbou?r\w*|next door|similar|comparable|comps?|same street|down the street|around here|nearby|others?|another|"
    r"houses|homes|across the street|vecin\w*|parecid\w*|otras?|casas|de enfrente|de al lado)\b[^.;!?\n]*$"
)
_TRIAL: Final = re.compile(r"\b(?:trial|prueba)\b")
_FIRST: Final = re.compile(r"\b(?:first|1st|primera|main|mortgage balance)\b")
_SENTENCE: Final = re.compile(r"[.;!?\n](?:\s|$)")
_OPEN_BELOW: Final = re.compile(
    r"(?<!just )(?<!little )(?<!slightly )(?<!bit )\b(?:under|less than|below|no more than|up to|menos de|no"
    r" mas de|hasta)\s*\$?\s*$"
)
_CORRECTION: Final = re.compile(
    r"\b(?:actually|sorry|i meant|i mean|meant to say|correction|no wait|wait|my mistake|my bad|oops|make that|"
    r"not \d|should be|should say|typo|"
    r"en realidad|perdon|quise decir|me equivoque|digo|corrijo|mas bien|no,? son|es decir|disculpe)\b"
)
_NO_RECALL: Final = re.compile(
    r"\bsorry,? (?:i (?!mean)|to |for |about |not |no |don't )|\bwait (?:for|until|till|and)\b|\bactually (?:worth|owe)\b"
)
_BOTH: Final = re.compile(r"\b(?:both|same for both|los dos|las dos|ambos|ambas)\b")
_PAID_OFF: Final = re.compile(
    r"\b(?:paid (?:it |the house |the mortgage )?off|paid in full|free and clear|no mortgage|don't owe"
    r" (?:anything|a thing|nothing)|"
    r"owe nothing|nothing owed|ya (?:esta|la tengo) pagada|ya la pague|no debo nada|totalmente pagada)\b"
)
_COMPARED: Final = re.compile(
    r"\b(?:(?:half|twice|double|same as|less than|more than) (?:of )?(?:what|it|that|i owe|the)|"
    r"(?:la mitad|el doble|lo mismo|menos|mas) (?:de lo )?que)\b"
)
_NOT_MONEY_AFTER: Final = re.compile(
    r"\s*(?:%|percent\b|por ?ciento\b|/\d|:\d\d|o'?clock\b|(?:am|pm)\b|[ap]\.m|(?:full|whole|more|long|or more|"
    r"straight|consecutive|mas) (?:months?|hours?|days?|years?|weeks?)\b|"
    r"(?:months?|mos?|meses|mes|weeks?|semanas?|days?|dias?|years?|anos?|hours?|horas?|minutes?|payments?|"
    r"pagos?|mensualidades|"
    r"units?|unidades|viviendas|beds?|bedrooms?|baths?|acres?|kids?|children|hijos?|people|personas|times|veces|"
    r"family|flats?|"
    r"floors?|points?|rooms?|cuartos|properties|houses|homes|casas|loans?|mortgages|letters?|calls|phone calls|"
    r"different)\b|"
    r"(?:st|nd|rd|th)\b|(?:[nsew] |north |south |east |west )?[a-z]+ (?:st|street|ave|avenue|rd|road|dr|drive|"
    r"ln|lane|blvd|ct|way|pl)\b)"
)
_NOT_MONEY_BEFORE: Final = re.compile(
    r"\b(?:chapter|capitulo|ch|age|aged|case|caso|no\.|number|numero|zip|section|form|rule|unit|apt|since|desde|until|day|dia|"
    rf"{any_of(MONTHS)})\s*$|[/#]\s*$|\d[:-]$"
)
_YEAR_LEAD: Final = re.compile(r"\b(?:in|since|year|until|till|by|during|early|late|back|en|desde|ano|el|del|hasta|of)\s*$")
_FORMS: Final = frozenset({"1099", "1098", "1040", "401k", "203k", "403b", "911", "411"})


@dataclass(frozen=True, slots=True)
class OtherAmount:
    """An amount in USD that is no fact of the case, with its likely role ("reinstatement", "correction", "unknown" …)."""

    value: Decimal
    role: str


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts of a text: facts (some to be clarified), other amounts, and whether an earlier amount is corrected."""

    facts: Facts
    others: tuple[OtherAmount, ...]
    correction: bool


@dataclass(frozen=True, slots=True)
class _Anchor:
    role: str
    how: str  # around, after, brief or weak
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class _Item:
    """One amount, or a range of two, with its role and the anchor phrase that gave it."""

    low: Amount
    high: Amount | None = None
    role: str | None = None
    anchor: _Anchor | None = None

    @property
    def span(self) -> Span:
        return Span(self.low.span.start, (self.high or self.low).span.end)


def is_correction(normalized: str) -> bool:
    """Whether the text corrects something said before."""
    return _CORRECTION.search(_NO_RECALL.sub(" ", normalized)) is not None


def read_money(
    normalized: str,
    *,
    asked: str | None,
    spanish: bool | None,
    taken: Iterable[Span],
    periods: Iterable[Span] = (),
    tags: Tags | None = None,
) -> Money:
    """The amounts of a normalized text, with their roles: the tagger's where it is sure, else the nearest phrase's.

    `taken` are the spans already read as dates, phone numbers, places and the like. `periods` are spans such as
    "3 payments behind", in which no anchor phrase counts. `spanish` resolves "mil"; see find_amounts.
    """
    blocked = tuple(taken)
    if asked in MONEY and len(words(normalized)) <= BRIEF:
        tags = None
    brief = len(words(normalized)) <= LONGEST_BRIEF
    items = _joined(normalized, [a for a in find_amounts(normalized, spanish=spanish) if not _is_taken(a, blocked)])
    items = [item for item in items if _is_money(normalized, item, asked, brief=brief, tags=tags)]
    correction = is_correction(normalized)
    if len(items) > 1 or correction:
        items = [item for item in items if not _NOT_THIS.search(_before(normalized, item))]
    items = [replace(i, low=replace(i.low, doubtful=True)) if _is_open_below(normalized, i) else i for i in items]
    items = _with_roles(normalized, items, _anchors(normalized, brief=brief, periods=tuple(periods)))
    if tags is not None:
        items = _weighed(normalized, items, tags, correction=correction)
        items = [replace(item, role=_role_after_a_sale(normalized, item)) for item in items]
    items = [item for item in items if asked in MONEY or not _may_be_year(normalized, item)]
    items = _answering(_latest_only(normalized, items), asked)
    return _money(normalized, items, asked=asked, correction=correction)


def _is_taken(amount: Amount, blocked: tuple[Span, ...]) -> bool:
    return any(amount.span.overlaps(span) for span in blocked)


def _before(normalized: str, item: _Item) -> str:
    """The words right before an amount."""
    return normalized[max(0, item.span.start - 70) : item.span.start]


def _is_money(normalized: str, item: _Item, asked: str | None, *, brief: bool, tags: Tags | None) -> bool:
    """Whether a number is an amount of money: what the tagger is sure of, else what the words around it allow."""
    if tags is not None and normalized[item.span.start : item.span.end] not in _FORMS:
        chances = tags.role(item.span)
        if sum(chances[role] for role in (*_TAGGED, *_TAGGED_OTHER)) >= _SURE_OF_AMOUNT:
            return True
        role = max(chances, key=lambda name: chances[name])
        amount = item.high or item.low
        if chances[role] >= _SURE_OF_AMOUNT and role not in _TAGGED and not (item.low.dollar or amount.scaled):
            return False
    return _may_be_money(normalized, item, asked, brief=brief)


def _weighed(normalized: str, items: list[_Item], tags: Tags, *, correction: bool) -> list[_Item]:
    """The amounts with the tagger's roles beside the phrases': in a few words that give each its role, the phrases' stand.

    So does a correction ("i meant 320"), or a figure for both, of which nothing else is said.
    """
    length = len(words(normalized))
    if length <= PLAIN and not any(item.role for item in items) and (correction or _BOTH.search(normalized)):
        return items
    if length <= LONGEST_PLAIN and all(item.role for item in items):
        return items
    plain = length <= PLAIN
    return [item if plain and item.role else replace(item, role=_weighed_role(item, tags)) for item in items]


def _weighed_role(item: _Item, tags: Tags) -> str | None:
    """The tagger's role where it is sure enough; else that of the nearest phrase."""
    if item.role in _NAMED_OTHERWISE:
        return item.role
    chances = tags.role(item.span)
    role, chance = max(chances.items(), key=lambda one: one[1])
    bar = _SURE_AGAINST_OTHER if item.role == "other" else _SURE_OF_AMOUNT
    is_amount = role in _TAGGED or role in _TAGGED_OTHER
    return _TAGGED.get(role, "other") if is_amount and chance >= bar else item.role


def _may_be_money(normalized: str, item: _Item, asked: str | None, *, brief: bool) -> bool:
    amount = item.high or item.low
    named = normalized[item.span.start : item.span.end]
    if named in _FORMS:
        # "401k" is a pension, unless it is all of an answer to a question about money.
        return asked in MONEY and named.endswith("k") and len(words(normalized)) <= LONGEST_BARE
    if amount.dollar or item.low.dollar:
        return True
    if _NOT_MONEY_AFTER.match(normalized, item.span.end):
        return False
    if amount.scaled:
        return True
    if _NOT_MONEY_BEFORE.search(normalized[max(0, item.span.start - 14) : item.span.start]):
        return False
    if asked in MONEY:
        return True
    return amount.value >= (10 if brief else 1_000)


def _may_be_year(normalized: str, item: _Item) -> bool:
    """Whether a bare "1912" is a year rather than a monthly amount, which needs words that say so."""
    if item.low.scaled or item.low.dollar or item.low.exact or not 1900 <= item.low.value < 2100:
        return False
    return item.role not in ("monthly_payment", "arrears") or _YEAR_LEAD.search(_before(normalized, item)) is not None


def _joined(normalized: str, amounts: Sequence[Amount]) -> list[_Item]:
    """Amounts, two as one where they stand as a range: "between 200 and 220k", "95 to 100 thousand"."""
    items: list[_Item] = []
    for amount in amounts:
        last = items[-1] if items else None
        low = last.low if last is not None and last.high is None else None
        if low is None or not _is_range(normalized, low, amount):
            items.append(_Item(amount))
        elif _RAISED.search(normalized[max(0, low.span.start - 70) : low.span.start]):
            items[-1] = _Item(amount)
        else:
            items[-1] = _Item(_same_scale(low, amount), amount)
    return items


def _is_range(normalized: str, low: Amount, high: Amount) -> bool:
    gap = normalized[low.span.end : high.span.start]
    if len(gap) > 16 or not _BETWEEN.fullmatch(gap) or low.doubtful or high.doubtful:
        return False
    if _same_scale(low, high).value >= high.value:
        return False
    return not _LED_BETWEEN.fullmatch(gap) or _RANGE_LEAD.search(normalized[: low.span.start][-30:]) is not None


def _same_scale(low: Amount, high: Amount) -> Amount:
    """ "200 and 220k", "3 or 4 hundred thousand": the first takes the second's scale."""
    if low.scaled or not high.scaled:
        return low
    for factor in (1_000_000, 100_000, 1_000):
        if high.value < low.value * factor * WIDEST_RANGE and low.value * factor < high.value:
            return replace(low, value=low.value * factor, scaled=True)
    return low


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return table


@functools.cache
def _phrases() -> Phrases:
    return Phrases(
        {f"{role} {how}": phrases for role, ways in _table().items() if role != "estimators" for how, phrases in ways.items()}
    )


def _anchors(normalized: str, *, brief: bool, periods: tuple[Span, ...]) -> list[_Anchor]:
    anchors = []
    for label, span in _phrases().find(normalized):
        role, how = label.split()
        if (brief or how not in ("weak", "brief")) and not any(span.overlaps(period) for period in periods):
            anchors.append(_Anchor(role, how, span, normalized[span.start : span.end]))
    return anchors


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where amounts, phrases and the ends of clauses begin, each in order."""

    amounts: list[int]
    phrases: list[int]
    clauses: list[int]

    def clause_ends_within(self, start: int, end: int) -> bool:
        """Whether a clause ends in a stretch."""
        return bisect_left(self.clauses, start) < bisect_left(self.clauses, end)

    def words_follow(self, position: int) -> bool:
        """Whether, in the clause at a position, the amounts come before their words ("180 mortgage, 200 house")."""
        at = bisect_right(self.clauses, position)
        start = self.clauses[at - 1] if at else 0
        amount = self.amounts[bisect_left(self.amounts, start)]
        phrase = bisect_left(self.phrases, start)
        return phrase < len(self.phrases) and amount < self.phrases[phrase]


def _with_roles(normalized: str, items: list[_Item], anchors: list[_Anchor]) -> list[_Item]:
    """Each amount with the role of its nearest anchor; greedy matching by distance, one anchor for one amount."""
    layout = _Layout(
        [item.span.start for item in items],
        [anchor.span.start for anchor in anchors if anchor.how != "after"],
        [match.start() for match in _CLAUSE.finditer(normalized)],
    )
    starts = [anchor.span.start for anchor in anchors]
    pairs = sorted(
        (distance, item_at, anchor_at)
        for item_at, item in enumerate(items)
        for anchor_at in range(bisect_left(starts, item.span.start - FARTHEST), bisect_right(starts, item.span.end + FARTHEST))
        if (distance := _distance(item, anchors[anchor_at], layout)) is not None
    )
    roles: dict[int, _Anchor] = {}
    spoken_for: set[int] = set()
    for _, item_at, anchor_at in pairs:
        if item_at not in roles and anchor_at not in spoken_for:
            roles[item_at] = anchors[anchor_at]
            spoken_for.add(anchor_at)
    placed = [replace(item, role=roles[at].role, anchor=roles[at]) if at in roles else item for at, item in enumerate(items)]
    seconds = [anchor.span.start for at, anchor in enumerate(anchors) if anchor.role == "second_lien" and at not in spoken_for]
    others = [anchor.span.end for anchor in anchors if anchor.role == "other"]
    placed = [replace(item, role="other") if _is_passing(normalized, item, others) else item for item in placed]
    placed = [replace(item, role=_role_after_a_sale(normalized, item)) for item in placed]
    return [replace(item, role=None) if _is_of_second(normalized, item, seconds) else item for item in placed]


def _is_of_second(normalized: str, item: _Item, seconds: list[int]) -> bool:
    """Whether a balance may be the second lien's, which the same sentence speaks of before it."""
    if item.role != "balance_owed" or item.anchor is None or not seconds or _FIRST.search(normalized):
        return False
    sentence = max((match.end() for match in _SENTENCE.finditer(normalized, 0, item.span.start)), default=0)
    return any(sentence <= start < item.span.start for start in seconds)


def _role_after_a_sale(normalized: str, item: _Item) -> str | None:
    """The role of an amount once the home is sold: what is wanted then is claimed, and only what is said of it is so."""
    anchor = item.anchor.text if item.anchor is not None else ""
    is_sold = _SOLD.search(normalized) is not None
    role = item.role
    if anchor.endswith("still owe") and _SOLD.search(normalized, 0, item.span.start):
        # What someone still owes once the house is sold is what the sale left unpaid.
        role = "amount_claimed"
    elif role in ("reinstatement", "other") and _WANTING.fullmatch(anchor):
        role = "amount_claimed" if is_sold or _WANTED_MORE.match(normalized, item.span.end) else role
    if role == "sale_price" and _ELSEWHERE.search(_before(normalized, item)):
        return "other"
    return "other" if role in ("sale_price", "amount_claimed") and is_supposed(normalized, item.span.start) else role


def _is_passing(normalized: str, item: _Item, others: list[int]) -> bool:
    """Whether an amount is a rise ("up by 200"), a payment for a while ("trial"), or monthly but for something else."""
    before = _before(normalized, item)
    if item.role != "monthly_payment":
        return _BY.search(before) is not None
    for_something_else = any(0 <= item.span.start - end <= REACH_AFTER for end in others)
    return for_something_else or _TRIAL.search(before) is not None or _BY.search(before) is not None


def _distance(item: _Item, anchor: _Anchor, layout: _Layout) -> int | None:
    """Distance between an anchor and an amount in characters, with the penalties above; None beyond its reach."""
    whole = item.span
    precedes = anchor.span.end <= whole.start
    left, right = (anchor.span.end, whole.start) if precedes else (whole.end, anchor.span.start)
    gap = right - left
    if gap < 0 or gap > REACH:
        return None
    if anchor.how == "after":
        return None if precedes or gap > REACH_AFTER else gap + RIGHT_AFTER
    distance = gap
    if precedes == layout.words_follow(whole.start):
        distance += OTHER_SIDE
    if layout.clause_ends_within(left, right):
        distance += ACROSS_CLAUSE
    reach = REACH
    if anchor.how == "weak":
        distance, reach = distance + WEAK, REACH + WEAK
    return distance if distance <= reach else None


def _latest_only(normalized: str, items: list[_Item]) -> list[_Item]:
    """Of two amounts in one role, "paid it down to 212" and "now 212" replace the earlier one."""
    current = [item for item in items if _NOW.search(_before(normalized, item))]
    if not current:
        return items
    earlier = [item for item in items if item not in current and not _WAS.search(_before(normalized, item))]
    roles = {item.role for item in current}
    if earlier and len(current) == 1 and current[0].role is None and earlier[0].role in MONEY:
        return [replace(current[0], role=earlier[0].role), *(item for item in earlier if item.role != earlier[0].role)]
    return [*current, *(item for item in earlier if item.role not in roles)]


def _answering(items: list[_Item], asked: str | None) -> list[_Item]:
    """The one amount without words around it answers the question just asked, unless another amount does."""
    unplaced = [item for item in items if item.role is None]
    if asked not in MONEY or len(unplaced) != 1 or any(item.role == asked for item in items):
        return items
    return [replace(item, role=asked) if item.role is None else item for item in items]


def _money(normalized: str, items: list[_Item], *, asked: str | None, correction: bool) -> Money:
    facts = Facts()
    if _BOTH.search(normalized) and len(items) == 1 and (items[0].role in (None, asked) or items[0].role in LARGE):
        items = [replace(items[0], role="balance_owed"), replace(items[0], role="home_value")]
    stored = [item for item in items if item.role in MONEY]
    for role in dict.fromkeys(item.role for item in stored if item.role):
        facts = _learn(facts, role, [item for item in stored if item.role == role], asked)
    others = tuple(_other(item, correction=correction) for item in items if item.role not in MONEY)
    facts = _still_open(normalized, facts, items, asked)
    return Money(facts, others, correction)


def _other(item: _Item, *, correction: bool) -> OtherAmount:
    role = item.role or ("correction" if correction else "unknown")
    scale = _in_thousands(item.low, "balance_owed") if role == "correction" else item.low
    return OtherAmount(scale.value, role)


def _still_open(normalized: str, facts: Facts, items: list[_Item], asked: str | None) -> Facts:
    """What is to be asked again: an answer that was no answer, and the figures behind a difference or a reinstatement."""
    roles = {item.role for item in items}
    unsaid = {"negative_equity": ("balance_owed", "home_value"), "reinstatement": ("balance_owed",)}
    for role, names in unsaid.items():
        for name in names if role in roles else ():
            if not facts.is_answered(name):
                facts = facts.ask_again(name)
    if asked not in MONEY or facts.is_answered(asked) or asked in facts.clarify:
        return facts
    if asked == "balance_owed" and not items and _PAID_OFF.search(normalized):
        return facts.learn("balance_owed", Decimal(0))
    if (items and not facts.known) or _COMPARED.search(normalized):
        return facts.ask_again(asked)
    return facts


def _learn(facts: Facts, role: str, items: list[_Item], asked: str | None) -> Facts:
    amounts = [amount for item in items for amount in (item.low, item.high) if amount is not None]
    scaled = [_in_thousands(amount, role) for amount in amounts]
    if any(_is_doubtful(amount, role, asked) for amount in amounts) or any(_is_odd(a, role, asked) for a in scaled):
        return facts.ask_again(role)
    low, high = min(a.value for a in scaled), max(a.value for a in scaled)
    if low == high:
        return facts.learn_or_ask(role, low)
    estimates = all(item.anchor is not None and item.anchor.text.split()[0] in _table()["estimators"] for item in items)
    if high > low * WIDEST_RANGE or (len(items) > 1 and not estimates):
        return facts.ask_again(role)
    return facts.learn_or_ask(role, Range(low, high))


def _is_open_below(normalized: str, item: _Item) -> bool:
    """Whether the words give only an upper bound: "under 200", but not "just under 200"."""
    return item.high is None and _OPEN_BELOW.search(_before(normalized, item)) is not None


def _is_doubtful(amount: Amount, role: str, asked: str | None) -> bool:
    return amount.doubtful or (amount.colloquial and role in LARGE and asked != role)


def _in_thousands(amount: Amount, role: str) -> Amount:
    """A bare "310" or "185.5" for a loan or a home means thousands: no home is worth $310."""
    if role not in LARGE or amount.scaled or amount.exact or not 10 <= amount.value < 1_000:
        return amount
    return replace(amount, value=amount.value * 1_000)


def _is_odd(amount: Amount, role: str, asked: str | None) -> bool:
    """Whether an amount can hardly be meant: a home for $7, a loan of a billion, a monthly payment of $200,000."""
    if amount.value == 0:
        return role not in ("balance_owed", "second_lien", "arrears")
    least = LEAST if asked == role else LEAST_UNASKED
    return not least[role] <= amount.value <= MOST[role]
