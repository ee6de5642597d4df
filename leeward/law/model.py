"""The shape of one jurisdiction's law, as the files in leeward/law/us/ hold it.

Every statement carries its citations and what was seen of each; one that nobody has seen in writing, or that is not sure
(`confidence`, `open_questions`), is told with "a lawyer should check". The files are data a lawyer reads and signs;
docs/legal-review.md says how.

The files are read into these classes as they stand: a field is a key of the file, a field without a default must be
there, and schema.json is written from here (tools/write_law_schema.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from leeward.core.language import NonEmpty, Words

Confidence = Literal["high", "medium", "low"]
ProcessName = Literal["judicial", "nonjudicial"]
Standing = Literal["barred", "limited", "allowed", "not_used"]
Seen = Literal[
    "text",  # the law's own words were read
    "secondary",  # a court's, a firm's or a textbook's account of it was read
    "memory",  # nothing was read; never shown to a homeowner as a source
]
# The event that a time is counted from.
ClockStart = Literal[
    "sale",
    "deed",
    "confirmation",
    "certificate",
    "audit",
    "law_day",
    "judgment",
    "service",
    "acceleration",
    "maturity",
    "last_payment",
    "notice",
    "recording",
    "before_sale",  # counted back from the day for which a sale is set
]
ClaimKind = Literal[
    "ask_in_case",  # a motion or claim within the foreclosure case
    "separate_suit",  # a lawsuit of its own
    "report_sale",  # a step the lender must take to keep its claim, and no time to sue
]
RedemptionPrice = Literal[
    "bid",  # the price of the sale, with interest and costs
    "debt",  # the whole debt
]
LoanPurpose = Literal["purchase", "refinance", "home_equity"]
LoanType = Literal["conventional", "fha", "va", "usda", "private", "reverse"]
Occupancy = Literal["home", "rental", "second_home", "vacant", "inherited"]
Stage = Literal["current", "behind", "notice", "served", "judgment", "sale_set", "sold", "deficiency_claim"]
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
Slug = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
Slugs = Annotated[tuple[Slug, ...], _NON_EMPTY_SET]


@dataclass(frozen=True, slots=True)
class Citation:
    """One source of a statement: how lawyers cite it, what was seen of it and when, and where (an address, if it has one)."""

    cite: NonEmpty
    seen: Seen
    seen_on: date
    href: NonEmpty | None = None


Citations = tuple[Citation, ...]


def cited(citations: Citations) -> str | None:
    """The sources that somebody has seen, as a homeowner is shown them; None where there is none."""
    return "; ".join(source.cite for source in citations if source.seen != "memory") or None


@dataclass(frozen=True, slots=True)
class Review:
    """A lawyer's signature under one statement. `hash` is of what was signed; see leeward.law.signatures."""

    by: NonEmpty
    on: date
    hash: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a protection applies after a foreclosure. An empty field means: does not matter.

    `presumes` names things that hold for an ordinary home and are taken as given (acres_max_2_5, dwelling_finished); the
    answer then says that it rests on them. `turns_on` names things that only papers or the lender's choice decide
    (lender_elects_short_redemption, no_personal_service); a protection with any of these is told as possible, and
    changes no standing. `unless` names things that take the rule away where they hold. Nobody asks a homeowner for any of
    them; whoever has the papers can settle them by name (`circumstances` of leeward.assessment.deficiency.estimate).
    """

    process: ProcessName | None = None
    lien: Literal["first", "junior"] | None = None
    loan_purpose: Annotated[tuple[LoanPurpose, ...], _NON_EMPTY_SET] = ()
    loan_type: Annotated[tuple[LoanType, ...], _NON_EMPTY_SET] = ()
    occupancy: Annotated[tuple[Occupancy, ...], _NON_EMPTY_SET] = ()
    units_max: Annotated[int, Meta(ge=1)] | None = None
    presumes: Slugs = ()
    turns_on: Slugs = ()
    unless: Slugs = ()

    @property
    def slugs(self) -> tuple[str, ...]:
        """All named circumstances that it speaks of."""
        return (*self.presumes, *self.turns_on, *self.unless)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A named circumstance that a file's rules speak of: how a homeowner would be asked, and what follows where it holds.

    `question` is a yes-or-no question; yes means that it holds. `excludes` are the ids of the protections that then do not
    apply, `contradicts` the circumstances that cannot hold at the same time, `allows` the kinds of foreclosure after which
    the lender may then ask for the rest. `person` says that someone to whom it applies owes nothing in person. `denied_by` are
    facts, with values, that settle it: where the person has told one of them, it does not hold.
    """

    slug: Slug
    question: Words
    excludes: tuple[ProtectionId, ...] = ()
    contradicts: tuple[Slug, ...] = ()
    allows: tuple[ProcessName, ...] = ()
    person: Literal["not_liable"] | None = None
    denied_by: dict[NonEmpty, Annotated[tuple[bool | NonEmpty, ...], Meta(min_length=1)]] = field(default_factory=dict)
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """One rule that takes away or limits a deficiency after a foreclosure, or that a homeowner should hear of.

    What follows a deed in lieu, a short sale or a consent foreclosure is no protection; see OptionLaw.
    """

    id: ProtectionId
    when: Condition
    effect: Effect
    words: Words
    citations: Citations
    confidence: Confidence
    share: Share | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of foreclosure: whether homes are sold that way here, and the deficiency after it before protections."""

    standing: Standing
    citations: Citations
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """A statement of law with its citations, such as reinstatement. `days`/`months` where it is a clock.

    `counts_from` is the event that the clock is counted from; None where the law counts from something that no homeowner can
    date, or the research does not say. `ends_on` is set where the last day is the first such weekday after the count (Texas).
    `when` says whom it covers.
    """

    words: Words
    citations: Citations
    confidence: Confidence
    days: Count | None = None
    months: Count | None = None
    counts_from: ClockStart | None = None
    ends_on: Literal["next_monday"] | None = None
    when: Condition = Condition()
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineToSue(Provision):
    """How long the lender may ask for the rest, for one kind of claim and whom it covers."""

    kind: ClaimKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption(Provision):
    """Whether and how long the home can be bought back after a foreclosure sale, and at what price (None: not at all)."""

    price: RedemptionPrice | None

    @property
    def is_a_right(self) -> bool:
        """Whether there is anything to redeem; a rule without a time and a price says that there is not."""
        return self.price is not None or self.days is not None or self.months is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(Provision):
    """A state's or county's help with a clock of its own. `county` None: the whole state."""

    id: ProtectionId
    stage: Annotated[tuple[Stage, ...], _NON_EMPTY_SET]
    county: tuple[NonEmpty, ...] | None = None


@dataclass(frozen=True, slots=True)
class OptionLaw:
    """What the state's law does to the rest of the debt after a deed in lieu, a short sale or a consent foreclosure."""

    deficiency: Literal["released", "released_unless_reserved", "remains_unless_waived", "open"]
    words: Words
    citations: Citations
    confidence: Confidence
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class JuniorLiens:
    """What holders of second mortgages and home equity lines may do once a senior sale has wiped out their lien."""

    standing: Standing
    purchase_money_standing: Standing
    words: Words
    citations: Citations
    confidence: Confidence
    reviewed: Review | None = None


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
    deadlines_to_sue: Annotated[tuple[DeadlineToSue, ...], Meta(min_length=1)]
    redemptions_after_sale: Annotated[tuple[Redemption, ...], Meta(min_length=1)]
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
    circumstances: tuple[Circumstance, ...] = ()
    programs: tuple[Program, ...] = ()

    @property
    def slugs(self) -> tuple[str, ...]:
        """The named circumstances that this law speaks of, each once, in the file's order."""
        conditions = [item.when for item in self.protections] + [rule.when for _, rule in self.provisions]
        named = (slug for when in conditions for slug in when.slugs)
        return tuple(dict.fromkeys([*named, *(circumstance.slug for circumstance in self.circumstances)]))

    @property
    def provisions(self) -> tuple[tuple[str, Provision], ...]:
        """Every statement that may hold a clock, with its place in the file."""
        lists: tuple[tuple[str, tuple[Provision, ...]], ...] = (
            ("deadlines_to_sue", self.deadlines_to_sue),
            ("redemptions_after_sale", self.redemptions_after_sale),
            ("programs", self.programs),
        )
        single = (
            ("redemption_before_sale", self.redemption_before_sale),
            ("reinstatement", self.reinstatement),
            ("answer_to_suit", self.answer_to_suit),
            ("mediation", self.mediation),
        )
        listed = ((f"{name}[{index}]", rule) for name, rules in lists for index, rule in enumerate(rules))
        return (*listed, *((name, rule) for name, rule in single if rule is not None))

    def process(self, name: ProcessName) -> Process:
        """The process of that name."""
        return self.judicial if name == "judicial" else self.nonjudicial
