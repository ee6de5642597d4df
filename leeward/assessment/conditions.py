"""Whether a rule of law covers a person: its conditions held against the facts and the circumstances that are settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

from leeward.assessment.model import Lien
from leeward.core import stages
from leeward.core.facts import Facts
from leeward.law.model import Condition, Jurisdiction, ProcessName

Answer = Literal["yes", "no", "open"]
# Which named circumstances hold (True) and which do not; one that is not named is not settled.
Circumstances = Mapping[str, bool]
NOTHING_SETTLED: Final[Circumstances] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a rule covers the person, and the facts that are missing to say so.

    `presumes` and `turns_on` are its named circumstances that nobody has settled.
    """

    applies: Answer
    missing: tuple[str, ...] = ()
    presumes: tuple[str, ...] = ()
    turns_on: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it applies and does not turn on what only papers or a court can tell."""
        return self.applies == "yes" and not self.turns_on


def coverage(when: Condition, facts: Facts, lien: Lien, circumstances: Circumstances) -> Coverage:
    """Holds one rule's conditions against what is known. The kind of foreclosure is not looked at."""
    presumes = tuple(slug for slug in when.presumes if slug not in circumstances)
    turns_on = tuple(slug for slug in when.turns_on if slug not in circumstances)
    answers = dict(_answers(when, facts, lien))
    ruled_out = any(circumstances.get(slug) is False for slug in (*when.presumes, *when.turns_on))
    ruled_out = ruled_out or any(circumstances.get(slug) is True for slug in when.unless)
    if ruled_out or "no" in answers.values():
        return Coverage("no", (), presumes, turns_on)
    missing = tuple(name for name, answer in answers.items() if answer == "open" and _is_missing(facts, name, lien))
    return Coverage("open" if "open" in answers.values() else "yes", missing, presumes, turns_on)


def is_about(when: Condition, process: ProcessName, lien: Lien) -> bool:
    """Whether a rule is about this lien and this kind of foreclosure at all."""
    if when.process not in (None, process):
        return False
    # What a sale does to the lien that is sold says nothing about a second lien, unless the rule names juniors.
    return when.lien != "junior" if lien == "first" else when.lien == "junior"


def settled(law: Jurisdiction, told: Circumstances, facts: Facts) -> Circumstances:
    """What was told, and what follows from it and from the facts.

    A circumstance that holds rules out those that it contradicts, and a fact rules out those that it denies.
    """
    found = dict(told)
    for circumstance in law.circumstances:
        if told.get(circumstance.slug) is True:
            found.update({slug: False for slug in circumstance.contradicts if slug not in told})
        if circumstance.slug not in told and any(facts.get(name) in values for name, values in circumstance.denied_by.items()):
            found[circumstance.slug] = False
    return MappingProxyType(found)


def possible_processes(facts: Facts, law: Jurisdiction) -> tuple[ProcessName, ...]:
    """The kinds of foreclosure that the person may be in, the likeliest first; one alone where the facts or the law tell it.

    Who was served before a sale is in court. A lawsuit for the rest says nothing of how the home was sold.
    """
    if _went_to_court(facts) and law.judicial.standing != "not_used":
        return ("judicial",)
    used = [name for name in get_args(ProcessName) if law.process(name).standing != "not_used"]
    return tuple(sorted(used, key=lambda name: name != law.customary))


def process_under_way(facts: Facts, law: Jurisdiction) -> ProcessName:
    """The kind of foreclosure that the person is in: through the court for who was served, else the customary one."""
    return possible_processes(facts, law)[0]


def _went_to_court(facts: Facts) -> bool:
    in_court = not stages.is_sold(facts) and facts.get("stage") in stages.IN_COURT
    return in_court or stages.foreclosure_served_on(facts) is not None


def _answers(when: Condition, facts: Facts, lien: Lien) -> Iterator[tuple[str, Answer]]:
    for name, allowed in (("loan_purpose", when.loan_purpose), ("loan_type", when.loan_type), ("occupancy", when.occupancy)):
        if allowed:
            yield name, "open" if _is_untold(facts, name, lien) else _yes_or_no(facts.get(name) in allowed)
    if when.units_max is not None:
        yield "units", _at_most(facts, "units", when.units_max)


def _at_most(facts: Facts, name: str, limit: int) -> Answer:
    amount = facts.amount(name)
    if amount is None or amount.min <= limit < amount.max:
        return "open"
    return _yes_or_no(amount.max <= limit)


def _is_untold(facts: Facts, name: str, lien: Lien) -> bool:
    return not facts.is_known(name) or _is_of_first_loan(name, lien)


def _is_missing(facts: Facts, name: str, lien: Lien) -> bool:
    return not facts.is_answered(name) and not _is_of_first_loan(name, lien)


def _is_of_first_loan(name: str, lien: Lien) -> bool:
    """Purpose and type are told of the first mortgage; nobody is asked for those of a second one."""
    return lien == "second" and name in ("loan_purpose", "loan_type")


def _yes_or_no(answer: bool) -> Answer:
    return "yes" if answer else "no"
