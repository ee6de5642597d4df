"""The shape of one jurisdiction's law, as the files in leeward/law/us/ hold it.

Every statement carries its citation; what the research is not sure of says so (`confidence`, `open_questions`), and the
assistant then adds "a lawyer should check". The files are data a lawyer reads and signs; docs/legal-review.md says how.

The files are read into these classes as they stand: a field is a key of the file, a field without a default must be
there, and schema.json is written from here (tools/write_law_schema.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from leeward.core.language import NonEmpty, Words

Confidence = Literal["high", "medium", "low"]
ProcessName = Literal["judicial", "nonjudicial"]
Standing = Literal["barred", "limited", "allowed", "not_used"]
ClockStart = Literal["service"]
LoanPurpose = Literal["purchase", "refinance", "home_equity"]
LoanType = Literal["conventional", "fha", "va", "usda", "private"]
Occupancy = Literal["home", "rental", "second_home", "vacant", "inherited"]
Effect = Literal[
    "barred",  # no deficiency may be collected
    "fair_value_credit",  # the home's worth is credited where it is above the sale price
    "reduced",  # the lender must credit a share (`share`) of the gap between worth and price
    "discretion",  # the court may refuse or lower it
    "deadline",  # lost unless the lender acts in time
    "other",  # informational only; does not affect the calculation
]

StateCode = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
ProtectionId = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Count = Annotated[int, Meta(ge=0)]
# A decimal in quotes, above 0 and at most 1; msgspec has no pattern for decimals, so the schema alone holds it.
Share = Annotated[Decimal, Meta(extra_json_schema={"pattern": r"^(0\.\d+|1)$"})]
_NON_EMPTY_SET = Meta(min_length=1, extra_json_schema={"uniqueItems": True})
Slugs = Annotated[tuple[Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")], ...], _NON_EMPTY_SET]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a protection applies after a foreclosure. An empty field means: does not matter.

    `presumes` names things that hold for an ordinary home and are taken as given (acres_max_2_5, dwelling_finished); the
    answer then says that it rests on them. `turns_on` names things that only papers or the lender's choice decide
    (lender_elects_short_redemption, no_personal_service); a protection with any of these is told as possible, and
    changes no standing. Nobody asks a homeowner for either; whoever has the papers can settle them by name
    (`circumstances` of leeward.assessment.deficiency.estimate).
    """

    process: ProcessName | None = None
    lien: Literal["first", "junior"] | None = None
    loan_purpose: Annotated[tuple[LoanPurpose, ...], _NON_EMPTY_SET] = ()
    loan_type: Annotated[tuple[LoanType, ...], _NON_EMPTY_SET] = ()
    occupancy: Annotated[tuple[Occupancy, ...], _NON_EMPTY_SET] = ()
    units_max: Annotated[int, Meta(ge=1)] | None = None
    presumes: Slugs = ()
    turns_on: Slugs = ()


@dataclass(frozen=True, slots=True)
class Protection:
    """One rule that takes away or limits a deficiency after a foreclosure, or that a homeowner should hear of.

    What follows a deed in lieu, a short sale or a consent foreclosure is no protection; see OptionLaw.
    """

    id: ProtectionId
    when: Condition
    effect: Effect
    words: Words
    citation: NonEmpty
    confidence: Confidence
    share: Share | None = None
    effective_from: date | None = None
    effective_until: date | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of foreclosure: whether homes are sold that way here, and the deficiency after it before protections."""

    standing: Standing
    citation: NonEmpty


@dataclass(frozen=True, slots=True)
class Provision:
    """A statement of law with its citation, such as redemption or reinstatement. `days`/`months` where it is a clock.

    `runs_from` is the event that the clock is counted from, where the statute names one that a homeowner can date:
    "service" is the day the court papers were served.
    """

    words: Words
    citation: NonEmpty
    confidence: Confidence
    days: Count | None = None
    months: Count | None = None
    runs_from: ClockStart | None = None


@dataclass(frozen=True, slots=True)
class OptionLaw:
    """What the state's law does to the rest of the debt after a deed in lieu, a short sale or a consent foreclosure."""

    deficiency: Literal["released", "released_unless_reserved", "remains_unless_waived", "open"]
    words: Words
    citation: NonEmpty
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class JuniorLiens:
    """What holders of second mortgages and home equity lines may do once a senior sale has wiped out their lien."""

    standing: Standing
    purchase_money_standing: Standing
    words: Words
    citation: NonEmpty
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One state's (or DC's, or Puerto Rico's) deficiency law, with its sources and its open questions."""

    code: StateCode
    name: Words
    as_of: date
    confidence: Confidence
    reviewed_by: NonEmpty | None
    reviewed_on: date | None
    customary: ProcessName
    judicial: Process
    nonjudicial: Process
    protections: tuple[Protection, ...]
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
    sources: tuple[NonEmpty, ...]
    open_questions: tuple[NonEmpty, ...]

    @property
    def circumstances(self) -> tuple[str, ...]:
        """The named conditions of this law (`presumes` and `turns_on`), each once, in the file's order."""
        named = (slug for protection in self.protections for slug in (*protection.when.presumes, *protection.when.turns_on))
        return tuple(dict.fromkeys(named))

    def process(self, name: ProcessName) -> Process:
        """The process of that name."""
        return self.judicial if name == "judicial" else self.nonjudicial
