"""The answer to "could the lender come after me, and for how much": its parts, as immutable values.

Money is Decimal, in US dollars, never rounded. leeward.assessment.serialization writes all of it as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leeward.core.facts import Range
from leeward.core.language import Words
from leeward.law.model import ClockStart, Confidence, DeadlineToSue, ProcessName, Redemption, RedemptionPrice, Standing

Lien = Literal["first", "second"]
Tier = Literal["none", "low", "moderate", "high", "unknown"]
ClockKey = Literal["answer_due", "reinstatement_ends", "redemption_ends", "time_to_sue_ends"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of an answer. `key` is that of reasons.yml, or of a law file's statement, as in "IL/full-credit-bid".

    `citation` and `confidence` are those of the statement of law; None for a sentence that states none.
    """

    key: str
    words: Words
    citation: str | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a sale for the home's worth would leave unpaid on the first mortgage, in USD, never below 0.

    `low` and `high` take the bounds of what was said, `expected` their middle; all three are equal for exact amounts.
    """

    low: Decimal
    expected: Decimal
    high: Decimal
    how: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What may follow for one lien after one kind of foreclosure.

    `up_to` is the highest shortfall (USD) at a sale for the home's worth: 0 where barred or not used, None where an
    amount is not known. `at_auction` is the same range if the sale brings less and that could be collected, else None.
    `reasons` explain the standing; `possible` are protections that papers, a court or a fact not known decide;
    `rests_on` are the slugs of what the standing takes as given (in words: `leeward.law.presumption`).
    """

    process: ProcessName
    lien: Lien
    standing: Standing
    up_to: Decimal | None
    at_auction: Range | None
    reasons: tuple[Reason, ...]
    possible: tuple[Reason, ...]
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Liability:
    """Whether the person owes the loan in person, why, and the facts not yet asked that decide it where it is unknown.

    `also` is what else is worth saying to this person, such as what protects a servicemember.
    """

    answer: Literal["yes", "no", "unknown"]
    reasons: tuple[Reason, ...]
    depends_on: tuple[str, ...] = ()
    also: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class LawClock:
    """A time that the law sets: what ends, on which day, and by which rule.

    `day` is None where the law counts from something that the person has not told, or where it is not sure that the rule
    covers them; then the rule is told without a day. `price` is what a redemption costs.
    """

    what: ClockKey
    day: date | None
    counts_from: ClockStart | None
    words: Words
    citation: str | None
    confidence: Confidence
    price: RedemptionPrice | None = None


@dataclass(frozen=True, slots=True)
class LawRef:
    """Which law an estimate rests on, how sure and how fresh it is, and who has reviewed it."""

    code: str
    as_of: date
    confidence: Confidence
    reviewed_by: str | None
    reviewed_on: date | None
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole answer. `shortfall` is None where an amount is not known, `law` where the state is not.

    `equity` is what a sale for the home's worth would leave the owner after all liens told (USD), None where nothing.
    `at_auction` is the first mortgage's shortfall (USD) if a foreclosure sale in the customary process brings less than the
    home is worth; None where it cannot be told, is nothing, or may not be collected. `exposures` begin with the process under
    way. `liable` is whether the person owes the loan in person at all: where it is "no", every exposure of that loan is
    barred for that reason. `federal_claims` are what the program behind the loan may claim for itself, whatever the state's
    law says to the lender. `deadline` is the rule on the lender's time to ask for the rest that covers the person, if one
    does, `buying_back` the one on buying the home back after a sale, which may say that it cannot be. `clocks` are the times
    that the law sets in this situation, `redemption` the one to buy the home back after a sale. `depends_on` names facts not
    yet asked that would change the answer, most telling first.
    """

    shortfall: Shortfall | None
    at_auction: Range | None
    equity: Range | None
    exposures: tuple[Exposure, ...]
    tier: Tier
    deadline: DeadlineToSue | None
    buying_back: Redemption | None
    depends_on: tuple[str, ...]
    law: LawRef | None
    liable: Liability
    federal_claims: tuple[Reason, ...]
    clocks: tuple[LawClock, ...]

    def clock(self, what: ClockKey) -> LawClock | None:
        """The clock of that name, if it is one of these."""
        return next((clock for clock in self.clocks if clock.what == what), None)

    @property
    def redemption(self) -> LawClock | None:
        """The time to buy the home back after a sale; None before one."""
        return self.clock("redemption_ends")

    @property
    def deadline_ends(self) -> date | None:
        """The day on which the lender's time to sue ends, where that can be told."""
        clock = self.clock("time_to_sue_ends")
        return None if clock is None else clock.day
