"""The options a homeowner may have, read from options.yml: what each is, whom it fits, and what may stand against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final, Literal

from leeward.core.language import NonEmpty, Words
from leeward.law.files import HERE, read_as
from leeward.law.model import Citations, Confidence, Count, Occupancy, Stage, StateCode

OptionId = Literal[
    "reinstatement",
    "repayment_plan",
    "forbearance",
    "loan_modification",
    "refinance",
    "sale_with_equity",
    "short_sale",
    "deed_in_lieu",
    "consent_foreclosure",
    "chapter_13",
    "chapter_13_after_sale",
    "chapter_7",
    "defend_lawsuit",
    "redemption",
    "redemption_after_sale",
    "hud_counselling",
]
ClockSource = Literal["reinstatement", "redemption_before_sale", "redemption_after_sale", "answer_to_suit"]
FILE: Final = HERE / "options.yml"


@dataclass(frozen=True, slots=True)
class FitConditions:
    """Conditions that must all hold for an option to fit; None: the option does not ask for it.

    `equity` is whether the home must be worth more than is owed, `court_case` that there must be a case in court,
    `redeemable` that the law must still let the home be bought back after the sale, `owed_in_person` that the person must owe
    the loan in person.
    """

    state: tuple[StateCode, ...] | None = None
    goal: tuple[Literal["keep", "leave"], ...] | None = None
    equity: bool | None = None
    court_case: bool | None = None
    redeemable: bool | None = None
    owed_in_person: bool | None = None
    stage: tuple[Stage, ...] | None = None


@dataclass(frozen=True, slots=True)
class DoubtConditions:
    """Conditions that leave an option open where they hold; None: it is no doubt for this option.

    `months_behind_over` and `days_to_sale_under` are counts; `second_lien` and `prior_bankruptcy` ask whether there is one.
    """

    second_lien: bool | None = None
    stage: tuple[Stage, ...] | None = None
    days_to_sale_under: Count | None = None
    occupancy: tuple[Occupancy, ...] | None = None
    prior_bankruptcy: bool | None = None
    months_behind_over: Count | None = None


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option as options.yml has it. `deficiency` and the clock are general; a state's own law replaces them.

    `deficiency_citations` are the sources of `deficiency` alone. `clock_from` is the statement of the state's file that gives
    the clock. One that is `first` is told before all others while it may be open, because its time is short and it is lost when
    it ends.
    """

    id: OptionId
    fits: FitConditions
    name: Words
    what: Words
    stops: Words
    deficiency: Words
    clock: Words
    caution: Words
    citations: Citations
    confidence: Confidence
    doubts: DoubtConditions = field(default_factory=DoubtConditions)
    clock_from: ClockSource | None = None
    first: bool = False
    deficiency_citations: Citations = ()


@dataclass(frozen=True, slots=True)
class FitReason:
    """Why one condition speaks for an option, against it, or leaves it open; None where nothing is said of it."""

    yes: Words | None = None
    no: Words | None = None
    open: Words | None = None


@dataclass(frozen=True, slots=True)
class FitReasons:
    """The reasons by condition; see FitConditions."""

    state: FitReason
    goal: FitReason
    equity: FitReason
    court_case: FitReason
    redeemable: FitReason
    owed_in_person: FitReason
    stage: FitReason


@dataclass(frozen=True, slots=True)
class DoubtReasons:
    """The reasons by doubt; see DoubtConditions."""

    second_lien: Words
    stage: Words
    days_to_sale_under: Words
    occupancy: Words
    prior_bankruptcy: Words
    months_behind_over: Words


@dataclass(frozen=True, slots=True)
class OptionsFile:
    """options.yml: the options in their order, the reasons, the day of the research, and the lawyer who has signed them."""

    as_of: date
    reviewed_by: NonEmpty | None
    reasons: FitReasons
    doubts: DoubtReasons
    options: tuple[OptionRow, ...]


@cache
def read() -> OptionsFile:
    """The whole of options.yml. Raises LawFileError for a file that is not as it must be."""
    return read_as(FILE, OptionsFile)
