"""How urgent a case is for staff, and why. The clocks come from the person's own dates and the state's law.

Tiers: 0 now, 1 same day, 2 next business day, 3 this week, 4 routine. A date that is near or unknown is urgent until someone
has looked at the papers: the court's papers control.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from leeward import law as laws
from leeward.estimate import Estimate
from leeward.facts import Facts, Range

LABELS: Final = ("now", "same day", "next business day", "this week", "routine")
SALE_NOW_DAYS: Final = 3
SALE_SOON_DAYS: Final = 37
HEARING_SOON_DAYS: Final = 7
LONG_BEHIND_MONTHS: Final = 4


@dataclass(frozen=True, slots=True)
class TriageReason:
    """One reason for a tier: a key, a sentence for staff, and the fact it rests on (None: what the person asked for)."""

    key: str
    tier: int
    words: str
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A date by which something must happen, with the rule it comes from."""

    name: str
    day: date
    rule: str


@dataclass(frozen=True, slots=True)
class Triage:
    """A case's urgency: its tier (0 is most urgent), the reasons, most urgent first, and the clocks that are running."""

    tier: int
    reasons: tuple[TriageReason, ...]
    clocks: tuple[Clock, ...]

    @property
    def label(self) -> str:
        """The tier in words."""
        return LABELS[self.tier]

    @property
    def act_by(self) -> date | None:
        """The nearest clock."""
        return min((clock.day for clock in self.clocks), default=None)

    def to_json(self) -> dict[str, Any]:
        """The triage as plain JSON, as the case keeps it."""
        return {
            "tier": self.tier,
            "label": self.label,
            "reasons": [{"key": r.key, "tier": r.tier, "words": r.words, "fact": r.fact} for r in self.reasons],
            "clocks": [{"name": c.name, "day": c.day.isoformat(), "rule": c.rule} for c in self.clocks],
            "act_by": self.act_by.isoformat() if self.act_by else None,
        }


def triage(
    facts: Facts,
    estimate: Estimate,
    *,
    on: date,
    crisis: bool = False,
    danger: bool = False,
    wants_person: bool = False,
) -> Triage:
    """How urgent this is on the day `on`. Total: every Facts gets a tier."""
    clocks = tuple(_clocks(facts))
    reasons = [*_people(crisis, danger, wants_person), *_dates(facts, on, clocks), *_standing(facts, estimate)]
    ranked = tuple(sorted(reasons, key=lambda reason: reason.tier))
    return Triage(min((reason.tier for reason in ranked), default=4), ranked, clocks)


def _people(crisis: bool, danger: bool, wants_person: bool) -> Iterator[TriageReason]:
    if crisis:
        yield TriageReason("crisis", 0, "Said something that may be a cry for help. Read the transcript first; be gentle.")
    if danger:
        yield TriageReason("danger", 0, "May be in danger at home. Check what is safe before calling.")
    if wants_person:
        yield TriageReason("wants_person", 3, "Asked to talk to a person.")


def _dates(facts: Facts, on: date, clocks: tuple[Clock, ...]) -> Iterator[TriageReason]:
    stage = facts.get("stage")
    sale = facts.get("sale_date")
    if isinstance(sale, date) and stage not in ("sold", "deficiency_claim"):
        yield from _sale(sale, on)
    elif stage == "sale_set":
        yield TriageReason("sale_date_unknown", 1, "A sale is set, but its date is not known. Find it out today.", "sale_date")
    court = facts.get("court_date")
    if isinstance(court, date):
        yield from _near("court_date", "A court date", court, on)
    answer = next((clock for clock in clocks if clock.name == "answer due"), None)
    if answer is not None and stage in (None, "served"):
        yield from _near("served_on", "The answer to the lawsuit", answer.day, on)
    elif stage == "served" and not isinstance(facts.get("served_on"), date):
        yield TriageReason("served_date_unknown", 1, "Served, but the day is not known: the answer may be due.", "served_on")


def _sale(sale: date, on: date) -> Iterator[TriageReason]:
    days = (sale - on).days
    if days < 0:
        yield TriageReason("sale_passed", 0, f"The sale date ({sale}) has passed. A hearing to confirm it may be near.", "sale_date")
    elif days <= SALE_NOW_DAYS:
        yield TriageReason("sale_now", 0, f"The sale is on {sale}, in {days} days.", "sale_date")
    elif days <= SALE_SOON_DAYS:
        yield TriageReason("sale_soon", 1, f"The sale is on {sale}, in {days} days (37-day rule, 12 CFR 1024.41(g)).", "sale_date")
    else:
        yield TriageReason("sale_later", 2, f"The sale is on {sale}, in {days} days.", "sale_date")


def _near(fact: str, what: str, day: date, on: date) -> Iterator[TriageReason]:
    days = (day - on).days
    if days < 0:
        yield TriageReason(f"{fact}_passed", 1, f"{what} was on {day}. A default may have been entered.", fact)
    elif days <= HEARING_SOON_DAYS:
        yield TriageReason(f"{fact}_soon", 1, f"{what}: {day}, in {days} days.", fact)
    else:
        yield TriageReason(f"{fact}_later", 2, f"{what}: {day}, in {days} days.", fact)


def _standing(facts: Facts, estimate: Estimate) -> Iterator[TriageReason]:
    match facts.get("stage"):
        case "deficiency_claim":
            yield TriageReason("deficiency_claim", 1, "The lender already claims a deficiency.", "stage")
        case "sold":
            yield TriageReason("sold", 1, "The home was sold; confirmation or a deficiency may follow.", "stage")
        case "judgment":
            yield TriageReason("judgment", 2, "Judgment has been entered.", "stage")
        case "served":
            yield TriageReason("served", 2, "Served with a lawsuit.", "stage")
        case "notice":
            yield TriageReason("notice", 3, "A notice came.", "stage")
    behind = facts.get("months_behind")
    months = behind.max if isinstance(behind, Range) else behind
    if not isinstance(months, bool) and isinstance(months, int) and months > LONG_BEHIND_MONTHS:
        yield TriageReason("long_behind", 3, f"{months} months behind: past the 120 days after which a lender may start.", "months_behind")
    if estimate.tier == "high":
        yield TriageReason("high_exposure", 3, "The law allows the lender to claim the shortfall.", None)


def _clocks(facts: Facts) -> Iterator[Clock]:
    for name in ("sale_date", "court_date"):
        day = facts.get(name)
        if isinstance(day, date):
            yield Clock(name.replace("_", " "), day, "as the person said")
    served, state = facts.get("served_on"), facts.get("state")
    if isinstance(served, date) and isinstance(state, str) and state in laws.codes():
        answer = laws.jurisdiction(state).answer_to_suit
        if answer is not None and answer.days is not None:
            yield Clock("answer due", _next_weekday(served + timedelta(days=answer.days)), answer.citation)


def _next_weekday(day: date) -> date:
    """A last day on a weekend rolls to Monday; court holidays are for staff to check."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day
