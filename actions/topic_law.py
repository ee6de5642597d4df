"""The statements of law that answer a topic for this person: who owes, which time runs, and the notes that the topic names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from actions.conversation_state import State
from leeward.assessment.liability import federal_claims
from leeward.assessment.model import LawClock, Reason
from leeward.core import stages
from leeward.core.language import Words
from leeward.dialogue.topics import MOST_NOTES, Intent
from leeward.law import federal, notes, persons
from leeward.law.model import Provision, cited

# A case in which a court has been asked, and no ruling has been told of.
_TIME_TO_ANSWER: Final = frozenset({None, "behind", "notice", "served", "deficiency_claim"})
# What has no sense once the home is sold.
_BEFORE_A_SALE: Final = frozenset({"successor-in-interest", "heirs-of-a-reverse-mortgage", "home-until-the-sale"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of law for a homeowner, with the sources that somebody has seen (None: nobody has)."""

    words: Words
    citation: str | None


def statements(intent: Intent, state: State, text: str) -> list[Statement]:
    """What the law says to this question, the most telling first, and no more than can be read at once."""
    asked = [name for name in _notes_asked(intent, state, text) if not (is_sold(state) and name in _BEFORE_A_SALE)]
    general = [_of_note(name) for name in asked]
    if intent.name in _FIRST:
        return [*_FIRST[intent.name](state), *general][:MOST_NOTES]
    of_the_case = _AFTER_THE_FIRST_NOTE[intent.name](state, asked) if intent.name in _AFTER_THE_FIRST_NOTE else []
    return [*general[:1], *of_the_case, *general[1:]][:MOST_NOTES]


def of_clock(clock: LawClock) -> Statement:
    """The rule behind a time that the law sets."""
    return Statement(clock.words, clock.citation)


def of_provision(provision: Provision) -> Statement:
    """A state's rule."""
    return Statement(provision.words, cited(provision.citations))


def is_sold(state: State) -> bool:
    """Whether the home has been sold, by what was told."""
    return state.facts.get("stage") in stages.AFTER_SALE


def may_answer(state: State) -> bool:
    """Whether a time to answer a lawsuit may still run, by what was told."""
    return state.facts.get("stage") in _TIME_TO_ANSWER


def after_the_sale(state: State) -> list[Statement]:
    """Whether the home can be bought back: what is urgent once it is sold."""
    if state.estimate.redemption is not None:
        return [of_clock(state.estimate.redemption)]
    return [of_provision(state.law.redemptions_after_sale[-1])] if state.law is not None else []


def is_not_asked_for_the_rest(state: State) -> bool:
    """Whether nobody may ask this person for the rest after the foreclosure under way, by what was told."""
    exposures = state.estimate.exposures
    return state.estimate.liable.answer == "no" or (bool(exposures) and exposures[0].standing == "barred")


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
    return [*map(_of_reason, federal_claims(state.facts)), Statement(fact.words, cited(fact.citations))]


def _papers(state: State) -> list[Statement]:
    if state.facts.get("stage") == "judgment":
        return [_of_note("after-the-ruling")]
    return []


def _moving_out(state: State) -> list[Statement]:
    return after_the_sale(state) if is_sold(state) else [_of_note("home-until-the-sale")]


_FIRST: Final[Mapping[str, Callable[[State], list[Statement]]]] = {
    "heir_or_estate": _heir,
    "divorce_or_cosigner": _one_of_two,
    "reverse_mortgage": _reverse,
    "military": _in_service,
    "court_papers": _papers,
    "move_out_timing": _moving_out,
}


# ------------------------------------------------------------------ what comes after the first note


def _not_asked(state: State, asked: list[str]) -> list[Statement]:
    if not is_not_asked_for_the_rest(state):
        return []
    exposures = state.estimate.exposures
    reasons = exposures[0].reasons if exposures else state.estimate.liable.reasons
    return [_of_reason(reasons[0])]


def _time_to_sue(state: State, asked: list[str]) -> list[Statement]:
    if state.law is None or "old-second-mortgage" in asked:
        return []
    return [of_provision(state.estimate.deadline or state.law.deadlines_to_sue[-1])]


_AFTER_THE_FIRST_NOTE: Final[Mapping[str, Callable[[State, list[str]], list[Statement]]]] = {
    "wages_and_assets": _not_asked,
    "old_debt": _time_to_sue,
}
