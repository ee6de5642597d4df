"""The statements of law that answer a topic for this person: who owes, which time runs, and the notes that the topic names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from actions.conversation_state import State
from leeward.assessment.model import Reason
from leeward.core import stages
from leeward.core.language import Words
from leeward.dialogue.topics import MOST_NOTES, Intent
from leeward.law import federal, notes, persons
from leeward.law.model import Provision, cited

# A case in which a court has been asked, and no ruling has been told of.
_TIME_TO_ANSWER: Final = frozenset({None, "behind", "notice", "served", "deficiency_claim"})
# Whoever rents the home asks for themselves, and what holds for its owner is beside the point.
_OF_RENTERS: Final = "renters-in-the-home"
# Whoever asks of an old second mortgage does not ask of the loan that was told.
_OF_ANOTHER_LOAN: Final = "old-second-mortgage"
# What has no sense once the home is sold.
_BEFORE_A_SALE: Final = frozenset({"successor-in-interest", "heirs-of-a-reverse-mortgage", "home-until-the-sale"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of law for a homeowner, with the sources that somebody has seen (None: nobody has)."""

    words: Words
    citation: str | None


def statements(intent: Intent, state: State, text: str) -> list[Statement]:
    """What the law says to this question, the most telling first, and no more than can be read at once."""
    asked = [name for name in _notes_asked(intent, state, text) if not (stages.is_sold(state.facts) and name in _BEFORE_A_SALE)]
    general = [_of_note(name) for name in asked]
    if intent.name in _FIRST and _OF_RENTERS not in asked:
        return [*_FIRST[intent.name](state), *general][:MOST_NOTES]
    with_case = intent.name in _AFTER_THE_FIRST_NOTE and _OF_ANOTHER_LOAN not in asked
    of_the_case = _AFTER_THE_FIRST_NOTE[intent.name](state) if with_case else []
    return [*general[:1], *of_the_case, *general[1:]][:MOST_NOTES]


def of_provision(provision: Provision) -> Statement:
    """A state's rule."""
    return Statement(provision.words, cited(provision.citations))


def may_answer(state: State) -> bool:
    """Whether a time to answer a lawsuit may still run, by what was told."""
    return state.facts.get("stage") in _TIME_TO_ANSWER


def after_the_sale(state: State) -> list[Statement]:
    """Whether the home can be bought back: what is urgent once it is sold."""
    rule = state.estimate.buying_back
    return [of_provision(rule)] if rule is not None else []


def is_not_asked_for_the_rest(state: State) -> bool:
    """Whether nobody may ask this person for the rest after the foreclosure under way, by what was told."""
    exposures = state.estimate.exposures
    is_barred = bool(exposures) and exposures[0].standing == "barred" and not stages.is_lost_otherwise(state.facts)
    return state.estimate.liable.answer == "no" or (is_barred and not state.estimate.federal_claims)


def tax_note(state: State) -> Statement | None:
    """What losing a home means for taxes to someone who was not asked for the rest; None where that is not told.

    A debt that a bankruptcy wiped out was owed in person, so it is not meant.
    """
    if not is_not_asked_for_the_rest(state) or state.facts.get("discharged") is True:
        return None
    return _of_note("tax-form-no-personal-debt")


def _notes_asked(intent: Intent, state: State, text: str) -> tuple[str, ...]:
    found = intent.notes_on(text)
    if found or intent.name != "hoa_or_tax_sale":
        return found
    trouble = str(state.facts.get("trouble")).replace("_", "-")
    return (trouble,) if trouble in notes.other_losses() else ("hoa", "property-tax")


def _of_note(name: str) -> Statement:
    note = notes.every()[name]
    return Statement(note.words, cited(note.citations))


def _of_reason(reason: Reason) -> Statement:
    return Statement(reason.words, reason.citation)


def _of_person(name: str) -> Statement:
    rule = next(rule for rule in persons.read().rules if rule.id == name)
    return Statement(rule.words, cited(rule.citations))


# ------------------------------------------------------------------ what comes before the notes


def _heir(state: State) -> list[Statement]:
    liable = state.estimate.liable
    if liable.answer == "no" or state.facts.get("on_the_loan") is True:
        return [_of_reason(liable.reasons[0])]
    return [_of_person("borrower-died-and-not-asked")]


def _one_of_two(state: State) -> list[Statement]:
    liable = state.estimate.liable
    return [_of_reason(liable.reasons[0])] if liable.answer == "no" else []


def _reverse(state: State) -> list[Statement]:
    return [_of_person("reverse-mortgage")]


def _in_service(state: State) -> list[Statement]:
    fact = federal.facts()["military_service"]
    return [*map(_of_reason, state.estimate.federal_claims), Statement(fact.words, cited(fact.citations))]


def _papers(state: State) -> list[Statement]:
    if state.facts.get("stage") == "judgment":
        return [_of_note("after-the-ruling")]
    return []


def _moving_out(state: State) -> list[Statement]:
    return after_the_sale(state) if stages.is_sold(state.facts) else [_of_note("home-until-the-sale")]


_FIRST: Final[Mapping[str, Callable[[State], list[Statement]]]] = {
    "heir_or_estate": _heir,
    "divorce_or_cosigner": _one_of_two,
    "reverse_mortgage": _reverse,
    "military": _in_service,
    "court_papers": _papers,
    "move_out_timing": _moving_out,
}


# ------------------------------------------------------------------ what comes after the first note


def _not_asked(state: State) -> list[Statement]:
    if not is_not_asked_for_the_rest(state):
        return []
    exposures = state.estimate.exposures
    reasons = exposures[0].reasons if exposures else state.estimate.liable.reasons
    return [_of_reason(reasons[0])]


def _time_to_sue(state: State) -> list[Statement]:
    return [of_provision(state.estimate.deadline)] if state.estimate.deadline is not None else []


_AFTER_THE_FIRST_NOTE: Final[Mapping[str, Callable[[State], list[Statement]]]] = {
    "wages_and_assets": _not_asked,
    "old_debt": _time_to_sue,
}
