"""How urgent a case is for staff, and why. The clocks come from the person's own dates and the state's law.

Tiers: 0 now, 1 same day, 2 next business day, 3 this week, 4 routine. A date that is near or unknown is urgent until someone
has looked at the papers: the court's papers control.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from leeward.assessment.clocks import sold_on
from leeward.assessment.model import Estimate
from leeward.core import formatting, stages
from leeward.core.facts import Facts, Range
from leeward.law import federal, law_for
from leeward.law.model import Jurisdiction

LABELS: Final = ("now", "same day", "next business day", "this week", "routine")
NOW_DAYS: Final = 3  # 72 hours
SOON_DAYS: Final = 10  # a hearing or an answer; a lawyer needs some days to appear
REINSTATEMENT_SOON_DAYS: Final = 14
DAYS_A_MONTH: Final = 30
# How long after a sale its confirmation may still be pending. Practice, not law: staff see the date beside it.
CONFIRMATION_DAYS: Final = 60
# Where the law's time to answer a suit is not known: for urgency only, nobody is told it as a day.
ANSWER_DAYS_WHERE_UNKNOWN: Final = 14
ClockKey = Literal["sale_date", "court_date", "answer_due", "reinstatement_ends", "redemption_ends"]
CLOCK_NAMES: Final[dict[ClockKey, str]] = {
    "sale_date": "sale date",
    "court_date": "court date",
    "answer_due": "answer due",
    "reinstatement_ends": "reinstatement ends",
    "redemption_ends": "redemption ends",
}


@dataclass(frozen=True, slots=True)
class TriageReason:
    """One reason for a tier: a key, a sentence for staff, and the fact it rests on (None: what the person asked for)."""

    key: str
    tier: int
    words: str
    fact: str | None = None

    @property
    def is_far(self) -> bool:
        """Whether it is about a day that is still far off: urgent for staff, and nothing to frighten the person with."""
        return self.key.endswith("_later")


@dataclass(frozen=True, slots=True)
class Clock:
    """A date by which something must happen, with the rule it comes from."""

    key: ClockKey
    day: date
    rule: str

    @property
    def name(self) -> str:
        """What runs out on that day, in words for staff."""
        return CLOCK_NAMES[self.key]


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

    def clock(self, key: ClockKey) -> Clock | None:
        """The clock of that key, if it is running."""
        return _clock(self.clocks, key)

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
            "clocks": [{"key": c.key, "name": c.name, "day": c.day.isoformat(), "rule": c.rule} for c in self.clocks],
            "act_by": self.act_by.isoformat() if self.act_by else None,
        }


def triage(
    facts: Facts,
    estimate: Estimate,
    *,
    on: date,
    law: Jurisdiction | None = None,
    crisis: bool = False,
    danger: bool = False,
    wants_person: bool = False,
) -> Triage:
    """How urgent this is on the day `on`. Total: every Facts gets a tier. `law` is by default that of the facts' state."""
    law = law or law_for(facts)
    clocks = tuple(_clocks(facts, estimate))
    reasons = [
        *_people(crisis, danger, wants_person),
        *_sale(facts, law, on),
        *_redemption(clocks, on),
        *_court(facts, on),
        *_answer(facts, clocks, on),
        *_catching_up(estimate, clocks, on),
        *_stage(facts, law),
        *_behind(facts),
        *_exposure(estimate),
    ]
    ranked = tuple(sorted(reasons, key=lambda reason: reason.tier))
    return Triage(min((reason.tier for reason in ranked), default=4), ranked, clocks)


# ---------------------------------------------------------------- reasons


def _people(crisis: bool, danger: bool, wants_person: bool) -> Iterator[TriageReason]:
    if crisis:
        yield TriageReason("crisis", 0, "Said something that may be a cry for help. Read the transcript first; be gentle.")
    if danger:
        yield TriageReason("danger", 0, "May be in danger. Check what is safe before calling.")
    if wants_person:
        yield TriageReason("wants_person", 3, "Asked to talk to a person.")


def _sale(facts: Facts, law: Jurisdiction | None, on: date) -> Iterator[TriageReason]:
    sale, stage = facts.get("sale_date"), facts.get("stage")
    if stage == "deficiency_claim":
        return
    if stage == "sold":
        yield _sold(sold_on(facts, on), law, on)
    elif isinstance(sale, date):
        yield _sale_on(sale, on)
    elif stage == "sale_set":
        yield TriageReason("sale_date_unknown", 1, "A sale is set, but its date is not known. Find it out today.", "sale_date")
    if facts.get("prior_bankruptcy") is True and stage != "sold" and (isinstance(sale, date) or stage == "sale_set"):
        words = "A sale is set and there was an earlier bankruptcy: a new filing may stop it for a short time or not at all."
        yield TriageReason("sale_and_prior_bankruptcy", 1, words, "prior_bankruptcy")


def _sale_on(sale: date, on: date) -> TriageReason:
    days, hold = (sale - on).days, federal.days("loss_mitigation_hold")
    if days < 0:
        return TriageReason(
            "sale_passed", 0, f"The sale date ({_written(sale)}) has passed. It may be confirmed any day.", "sale_date"
        )
    if days <= NOW_DAYS:
        return TriageReason("sale_now", 0, f"The sale is on {_written(sale)}, {_in_days(days)}.", "sale_date")
    if days <= hold:
        words = f"The sale is on {_written(sale)}, {_in_days(days)} ({hold}-day rule, 12 CFR 1024.41(g))."
        return TriageReason("sale_soon", 1, words, "sale_date")
    return TriageReason("sale_later", 1, f"The sale is on {_written(sale)}, {_in_days(days)}.", "sale_date")


def _sold(sold: date | None, law: Jurisdiction | None, on: date) -> TriageReason:
    in_court = law is None or law.customary == "judicial"
    if in_court and sold is not None and (on - sold).days <= CONFIRMATION_DAYS:
        return TriageReason("confirmation_pending", 0, "Sold, and the court may not have confirmed the sale yet.", "stage")
    if in_court and sold is None:
        words = "Sold, and the day is not known: the court may not have confirmed the sale yet. Find it out today."
        return TriageReason("confirmation_pending", 1, words, "stage")
    return TriageReason("sold", 1, "The home was sold; a claim for a deficiency or an eviction may follow.", "stage")


def _redemption(clocks: tuple[Clock, ...], on: date) -> Iterator[TriageReason]:
    ends = _clock(clocks, "redemption_ends")
    if ends is None or ends.day < on:
        return
    tier = 0 if (ends.day - on).days <= NOW_DAYS else 1
    words = f"The home may still be bought back (redemption) until {_written(ends.day)}, {_in_days((ends.day - on).days)}."
    yield TriageReason("redemption_open", tier, words, "sold_on")


def _court(facts: Facts, on: date) -> Iterator[TriageReason]:
    day = facts.get("court_date")
    if not isinstance(day, date):
        return
    days = (day - on).days
    if facts.get("stage") == "sold" and days <= NOW_DAYS:
        yield TriageReason(
            "confirmation_hearing", 0, f"A court date after the sale: {_written(day)}. It may be to confirm it.", "court_date"
        )
    else:
        yield _near("court_date", "A court date", day, on)


def _answer(facts: Facts, clocks: tuple[Clock, ...], on: date) -> Iterator[TriageReason]:
    """An answer to a suit is due within the same working day, whatever its date: a day learned never makes it less urgent."""
    stage, served = facts.get("stage"), stages.suit_served_on(facts)
    due = _clock(clocks, "answer_due")
    if stage not in (None, "served", "deficiency_claim"):
        return
    if due is not None:
        yield _answer_due(due.day, on)
    elif served is not None:
        yield _answer_due(served + timedelta(days=ANSWER_DAYS_WHERE_UNKNOWN), on, is_known=False)
    elif stage == "served":
        yield TriageReason("served_date_unknown", 1, "Served, but the day is not known: the answer may be due.", "served_on")


def _answer_due(due: date, on: date, *, is_known: bool = True) -> TriageReason:
    what = "The answer to the lawsuit" if is_known else "The answer to the lawsuit (its time is not known here; 14 days taken)"
    found = _near("served_on", what, due, on)
    return replace(found, tier=1)


def _near(fact: str, what: str, day: date, on: date) -> TriageReason:
    days = (day - on).days
    if days < 0:
        return TriageReason(f"{fact}_passed", 1, f"{what} was on {_written(day)}. A default may have been entered.", fact)
    if days <= SOON_DAYS:
        return TriageReason(f"{fact}_soon", 1, f"{what}: {_written(day)}, {_in_days(days)}.", fact)
    return TriageReason(f"{fact}_later", 2, f"{what}: {_written(day)}, {_in_days(days)}.", fact)


def _catching_up(estimate: Estimate, clocks: tuple[Clock, ...], on: date) -> Iterator[TriageReason]:
    last, law_clock = _clock(clocks, "reinstatement_ends"), estimate.clock("reinstatement_ends")
    if last is None or law_clock is None or not 0 <= (last.day - on).days <= REINSTATEMENT_SOON_DAYS:
        return
    words = f"The time to catch up (reinstatement) may end on {_written(last.day)}"
    if law_clock.counts_from == "before_sale":
        yield TriageReason("reinstatement_soon", 1, f"{words}, counted back from the sale date.", "sale_date")
    else:
        yield TriageReason("reinstatement_soon", 1, f"{words}; it runs from the last owner served.", "served_on")


def _stage(facts: Facts, law: Jurisdiction | None) -> Iterator[TriageReason]:
    match facts.get("stage"):
        case "deficiency_claim":
            yield TriageReason("deficiency_claim", 1, "The lender already claims a deficiency.", "stage")
        case "judgment":
            yield TriageReason("judgment", 2, "Judgment has been entered.", "stage")
        case "served":
            yield TriageReason("served", 2, "Served with a lawsuit.", "stage")
        case "notice" if law is not None and law.customary == "nonjudicial":
            yield TriageReason(
                "notice_no_court", 2, "A notice came, and homes there are sold without a court: ask for a date.", "stage"
            )
        case "notice":
            yield TriageReason("notice", 3, "A notice came.", "stage")


def _behind(facts: Facts) -> Iterator[TriageReason]:
    behind = facts.get("months_behind")
    months = behind.max if isinstance(behind, Range) else behind
    if isinstance(months, bool) or not isinstance(months, int | Decimal):
        return
    days = federal.days("first_filing")
    if months * DAYS_A_MONTH > days:
        words = f"{months} months behind: past the {days} days after which a servicer may start."
        yield TriageReason("long_behind", 3, words, "months_behind")


def _exposure(estimate: Estimate) -> Iterator[TriageReason]:
    if estimate.tier == "high":
        yield TriageReason("high_exposure", 3, "The law allows the lender to claim the shortfall.")


# ---------------------------------------------------------------- clocks


def _clocks(facts: Facts, estimate: Estimate) -> Iterator[Clock]:
    told: tuple[ClockKey, ...] = ("court_date",) if stages.is_sold(facts) else ("sale_date", "court_date")
    for key in told:
        day = facts.get(key)
        if isinstance(day, date):
            yield Clock(key, day, "as the person said")
    for clock in estimate.clocks:
        if clock.day is not None and clock.what != "time_to_sue_ends":
            yield Clock(clock.what, clock.day, clock.citation or "not found in a source; a lawyer should check")


def _clock(clocks: tuple[Clock, ...], key: ClockKey) -> Clock | None:
    return next((clock for clock in clocks if clock.key == key), None)


def _written(day: date) -> str:
    """A date as staff read it: "December 14, 2026"."""
    return formatting.day(day, "en")


def _in_days(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
