"""The shape of one jurisdiction's law, as the files in leeward/law/us/ hold it.

Every statement carries its citation; what the research is not sure of says so (`confidence`, `open_questions`), and the
assistant then adds "a lawyer should check". The files are data a lawyer reads and signs; docs/legal-review.md says how.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leeward.core.language import Words

Confidence = Literal["high", "medium", "low"]
ProcessName = Literal["judicial", "nonjudicial"]
Standing = Literal["barred", "limited", "allowed", "not_used"]
OptionName = Literal["deed_in_lieu", "short_sale", "consent_foreclosure"]
ClockStart = Literal["service"]
Effect = Literal[
    "barred",  # no deficiency may be collected
    "fair_value_credit",  # the home's worth is credited where it is above the sale price
    "reduced",  # the lender must credit a share (`share`) of the gap between worth and price
    "discretion",  # the court may refuse or lower it
    "deadline",  # lost unless the lender acts in time
    "other",  # worth saying, changes no figure
]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a protection applies. An empty field means: does not matter.

    `presumes` names things that hold for an ordinary home and are taken as given (acres_max_2_5, dwelling_finished); the
    answer then says that it rests on them. `turns_on` names things that only papers or the lender's choice decide
    (lender_elects_short_redemption, no_personal_service); a protection with any of these is told as possible, and
    changes no standing. Nobody asks a homeowner for either; whoever has the papers can settle them by name
    (`circumstances` of leeward.assessment.deficiency.estimate).
    """

    process: ProcessName | None = None
    after: OptionName | None = None
    lien: Literal["first", "junior"] | None = None
    loan_purpose: tuple[str, ...] = ()
    loan_type: tuple[str, ...] = ()
    occupancy: tuple[str, ...] = ()
    units_max: int | None = None
    presumes: tuple[str, ...] = ()
    turns_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Protection:
    """One rule that takes away or limits a deficiency, or that a homeowner should hear of."""

    id: str
    when: Condition
    effect: Effect
    words: Words
    citation: str
    confidence: Confidence
    share: Decimal | None = None
    effective_from: date | None = None
    effective_until: date | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of foreclosure: whether homes are sold that way here, and the deficiency after it before protections."""

    standing: Standing
    citation: str


@dataclass(frozen=True, slots=True)
class Provision:
    """A statement of law with its citation, such as redemption or reinstatement. `days`/`months` where it is a clock.

    `runs_from` is the event that the clock is counted from, where the statute names one that a homeowner can date:
    "service" is the day the court papers were served.
    """

    words: Words
    citation: str
    confidence: Confidence
    days: int | None = None
    months: int | None = None
    runs_from: ClockStart | None = None


@dataclass(frozen=True, slots=True)
class FairValue:
    """Whether the home's worth is credited when it sold for less, after which kind of foreclosure, and the statute."""

    applies: Literal["yes", "no", "partly"]
    processes: tuple[ProcessName, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class OptionLaw:
    """What the state's law does to the rest of the debt after a deed in lieu, a short sale or a consent foreclosure."""

    deficiency: Literal["released", "released_unless_reserved", "remains_unless_waived", "open"]
    words: Words
    citation: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class JuniorLiens:
    """What holders of second mortgages and home equity lines may do once a senior sale has wiped out their lien."""

    standing: Standing
    purchase_money_standing: Standing
    words: Words
    citation: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One state's (or DC's, or Puerto Rico's) deficiency law, with its sources and its open questions."""

    code: str
    name: Words
    as_of: date
    confidence: Confidence
    reviewed_by: str | None
    reviewed_on: date | None
    customary: ProcessName
    judicial: Process
    nonjudicial: Process
    protections: tuple[Protection, ...]
    fair_value_credit: FairValue
    deadline_to_sue: Provision
    redemption_after_sale: Provision
    reinstatement: Provision | None
    redemption_before_sale: Provision | None
    answer_to_suit: Provision | None
    deed_in_lieu: OptionLaw | None
    short_sale: OptionLaw | None
    consent_foreclosure: OptionLaw | None
    junior_liens: JuniorLiens
    mediation: Provision | None
    summary: Words
    sources: tuple[str, ...]
    open_questions: tuple[str, ...]

    @property
    def circumstances(self) -> tuple[str, ...]:
        """The named conditions of this law (`presumes` and `turns_on`), each once, in the file's order."""
        named = (slug for protection in self.protections for slug in (*protection.when.presumes, *protection.when.turns_on))
        return tuple(dict.fromkeys(named))

    def process(self, name: ProcessName) -> Process:
        """The process of that name."""
        return self.judicial if name == "judicial" else self.nonjudicial
