"""Rules about the person and the loan that come before any state's law, read from persons.yml: who owes nothing in person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Final, Literal

from msgspec import Meta

from leeward.core.language import NonEmpty, Words
from leeward.law.files import HERE, read_as
from leeward.law.model import Citations, Confidence, ProtectionId, Review, Slug

FILE: Final = HERE / "persons.yml"
FactValue = bool | str
FactValues = dict[NonEmpty, Annotated[tuple[FactValue, ...], Meta(min_length=1)]]


@dataclass(frozen=True, slots=True)
class PersonRule:
    """One rule on whether a person owes the rest of a loan in person.

    It holds where each fact of `when` has one of the values given and no fact of `untold` is known. `lien` limits
    it to the first mortgage. `answer` "unknown" means that the facts of `untold` decide, and are asked for.
    """

    id: ProtectionId
    when: FactValues
    answer: Literal["yes", "no", "unknown"]
    words: Words
    citations: Citations
    confidence: Confidence
    untold: tuple[NonEmpty, ...] = ()
    lien: Literal["first"] | None = None
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class FederalClaim:
    """What a federal guarantor may claim for itself, whatever a state's law says to the lender."""

    id: ProtectionId
    loan_type: Annotated[tuple[NonEmpty, ...], Meta(min_length=1)]
    words: Words
    citations: Citations
    confidence: Confidence
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class PersonCircumstance:
    """A circumstance of the person that the papers tell, known in every state: its yes-or-no question, and what follows.

    Where it holds, the fact named `fact` has the value `value`.
    """

    slug: Slug
    question: Words
    fact: NonEmpty
    value: bool
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class PersonNote:
    """What is worth saying to a person where each fact of `when` has one of the values given.

    One that is `of_the_debt` is not said to a person who does not owe the loan.
    """

    id: ProtectionId
    when: FactValues
    words: Words
    citations: Citations
    confidence: Confidence
    of_the_debt: bool = False
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class PersonsFile:
    """persons.yml: the rules in the order in which they are tried, what else is said, and the lawyer who has signed them."""

    as_of: date
    reviewed_by: NonEmpty | None
    rules: tuple[PersonRule, ...]
    federal_claims: tuple[FederalClaim, ...]
    circumstances: tuple[PersonCircumstance, ...]
    also: tuple[PersonNote, ...]


@cache
def read() -> PersonsFile:
    """The whole of persons.yml. Raises LawFileError for a file that is not as it must be."""
    return read_as(FILE, PersonsFile)
