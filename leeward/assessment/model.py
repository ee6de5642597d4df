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
from leeward.law.model import Confidence, ProcessName, Provision, Standing

Lien = Literal["first", "second"]
Tier = Literal["none", "low", "moderate", "high", "unknown"]


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
    `at_auction` is the first mortgage's shortfall (USD) if a foreclosure sale in the customary process brings less than
    the home is worth; None where it cannot be told, is nothing, or may not be collected. `exposures` begin with the
    customary process. `deadline_ends` is the day the lender's time to sue runs out, where the home was sold on a day that
    the person told and the law counts a fixed time. `depends_on` names facts not yet asked that would change the answer,
    most telling first.
    """

    shortfall: Shortfall | None
    at_auction: Range | None
    equity: Range | None
    exposures: tuple[Exposure, ...]
    tier: Tier
    deadline: Provision | None
    depends_on: tuple[str, ...]
    law: LawRef | None
    deadline_ends: date | None = None
