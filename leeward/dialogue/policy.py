"""Dialogue policy: which question to ask next. Pure: independent of Rasa and of the records.

Only what changes the answer is asked, one question at a time: whether the person owes the loan at all where that is in doubt;
state, owed, worth, or after a sale its day, its price and what is claimed (then the estimate can be told); then stage and
its date, what the estimate depends on (loan purpose, occupancy, units, a second lien), goal, and then whether a person
should get in touch. A wish for a person, or a sale or court date that is near, moves the contact questions to the front.
What was said out of order is never asked for again; "I don't know" and "skip" settle a question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from leeward.assessment.figures import figures_needed
from leeward.assessment.model import Estimate
from leeward.core import stages
from leeward.core.facts import SPECS, Facts
from leeward.core.ways import Ways

# Whether the person owes the loan in person; asked only where something they said puts it in doubt.
ON_THE_PERSON: Final = ("on_the_loan", "discharged")
# What the estimate may depend on and a homeowner can tell; the kind of loan changes practice, not the answer.
ON_THE_ESTIMATE: Final = frozenset({"loan_purpose", "occupancy", "units", "second_lien", "second_lien_purpose"})
CONTACT: Final = ("first_name", "last_name", "phone", "safe_to_contact", "email", "best_time")

# The conversation's own questions, beside the facts: each is a slot of that name.
# "idle" asks nothing: the person stopped, said goodbye, or was told to go ahead.
OWN_QUESTIONS: Final = (
    "switch_language",
    "confirm_erase",
    "go_on",
    "wants_contact",
    "consent_contact",
    "consent_automated",
    "anything_else",
    "idle",
)
# Asked and answered for one way to reach the person (leeward/core/ways.py).
CONSENTS: Final = ("consent_contact", "consent_automated")

# An answer to these counts only where it is known that the question's own words were on the person's screen.
COUNT_ONLY_WHEN_SEEN: Final = frozenset({"consent_contact", "consent_automated", "confirm_erase", "wants_contact"})
# A question that was put this often without an answer is left: nobody should have to get past it. Not those whose answer
# only the person can give by going on (after a cry for help, or at the end).
MOST_ASKS: Final = 3
LEFT_WHEN_UNANSWERED: Final = frozenset({*SPECS, "wants_contact", "consent_contact", "consent_automated"})
DATE_OF_STAGE: Final = {
    "served": "served_on",
    "judgment": "sale_date",
    "sale_set": "sale_date",
    "deficiency_claim": "served_on",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the conversation has come, beside the facts themselves.

    `skipped` are the questions the person passed over; `yes`/`no` hold the answers to the conversation's own questions;
    `announced` names what has been said once (estimate, options, handoff …); `ask_counts` how often a question stood open;
    `consecutive_fallbacks` counts messages in a row that were not understood; `last_learned` are the facts of the last
    message that had any; `consent_ways` holds the way for which each consent was last given or passed over, while a consent in
    `no` is refused for every way; `opted_out` are the person's numbers (E.164) that said stop themselves, `stopped_on_web`
    those for which that was typed on the web, and which may be asked for in words that lift it.
    """

    skipped: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    announced: frozenset[str] = frozenset()
    ask_counts: Mapping[str, int] = field(default_factory=dict)
    consecutive_fallbacks: int = 0
    last_learned: tuple[str, ...] = ()
    messages: int = 0
    urgent: bool = False
    crisis: bool = False
    danger: bool = False
    idle: bool = False
    erasing: bool = False
    stopped: bool = False
    language_in_doubt: bool = False
    language_asked: bool = False
    language_chosen: bool = False
    consent_ways: Mapping[str, str] = field(default_factory=dict)
    opted_out: frozenset[str] = frozenset()
    stopped_on_web: frozenset[str] = frozenset()

    @property
    def paused(self) -> bool:
        """Whether the conversation stands still until the person goes on: after "stop", or after a cry for help."""
        return self.stopped or ((self.crisis or self.danger) and not self.answered("go_on"))

    def answered(self, question: str) -> bool:
        """Whether one of the conversation's own questions has its answer, or was passed over."""
        return question in self.yes or question in self.no or question in self.skipped

    def with_yes(self, question: str) -> Progress:
        """This progress with a yes to one of the conversation's own questions."""
        return replace(self, yes=self.yes | {question}, no=self.no - {question}, skipped=self.skipped - {question})

    def with_no(self, question: str) -> Progress:
        """This progress with a no to one of the conversation's own questions."""
        return replace(self, no=self.no | {question}, yes=self.yes - {question}, skipped=self.skipped - {question})

    def with_skipped(self, question: str) -> Progress:
        """This progress with a question passed over."""
        return replace(self, skipped=self.skipped | {question})

    def with_consent(self, consent: str, way: str) -> Progress:
        """This progress with a consent given for one way to reach the person."""
        return replace(self.with_yes(consent), consent_ways={**self.consent_ways, consent: way})

    def with_consent_passed_over(self, consent: str, way: str) -> Progress:
        """This progress with a consent neither given nor refused, and not asked for again for this way."""
        return replace(self.without_answer(consent).with_skipped(consent), consent_ways={**self.consent_ways, consent: way})

    def has_consent(self, consent: str, way: str) -> bool:
        """Whether a consent was given for this way."""
        return consent in self.yes and self.consent_ways.get(consent) == way

    def consent_is_settled(self, consent: str, way: str) -> bool:
        """Whether a consent needs no asking: answered or passed over for this way, or refused for every way."""
        return consent in self.no or (self.answered(consent) and self.consent_ways.get(consent) == way)

    def without_answer(self, *questions: str) -> Progress:
        """This progress with these questions open once more."""
        asked = frozenset(questions)
        return replace(
            self,
            yes=self.yes - asked,
            no=self.no - asked,
            skipped=self.skipped - asked,
            consent_ways={name: way for name, way in self.consent_ways.items() if name not in asked},
        )

    def asked_anew(self, *questions: str) -> Progress:
        """This progress as if these questions had never been put."""
        counts = {name: count for name, count in self.ask_counts.items() if name not in questions}
        return replace(self.without_answer(*questions), ask_counts=counts)

    def without_consents(self, *, replaced: Collection[str], taken_back: Collection[tuple[str, str]]) -> Progress:
        """This progress with the consents to be asked anew whose way was replaced, or that was taken back for its way."""
        over = [
            consent
            for consent, way in self.consent_ways.items()
            if way in replaced or (consent in self.yes and (consent, way) in taken_back)
        ]
        return self.asked_anew(*over)

    def with_announced(self, *things: str) -> Progress:
        """This progress once these things have been said."""
        return replace(self, announced=self.announced | set(things))

    def to_json(self) -> dict[str, Any]:
        """The progress as plain JSON, for the assistant's own slot."""
        return {key: sorted(value) if isinstance(value, frozenset) else value for key, value in asdict(self).items()}

    @staticmethod
    def from_json(values: Mapping[str, Any] | None) -> Progress:
        """Progress as `to_json` wrote it; none at all is a fresh start."""
        sets = ("skipped", "yes", "no", "announced", "opted_out", "stopped_on_web")
        restored: dict[str, Any] = dict(values or {})
        restored.update({key: frozenset(restored[key]) for key in sets if key in restored})
        if "last_learned" in restored:
            restored["last_learned"] = tuple(restored["last_learned"])
        return Progress(**restored)


@dataclass(frozen=True, slots=True)
class Question:
    """The next question: its name (a fact, or one of OWN_QUESTIONS), and the values it can be chosen from, if few."""

    name: str
    choices: tuple[str, ...] = field(default=())


def next_question(facts: Facts, estimate: Estimate, progress: Progress) -> Question:
    """The one question to ask now. It always has one: the last is whether there is anything else."""
    name = next(_open_questions(facts, estimate, progress))
    return Question(name, facts.clarify.get(name, ()))


def estimate_is_due(facts: Facts, progress: Progress) -> bool:
    """Whether all that the estimate is reckoned from is settled, so that it can be told."""
    return all(_settled(name, facts, progress) for name in figures_needed(facts))


def options_are_due(facts: Facts, estimate: Estimate, progress: Progress) -> bool:
    """Whether all is known that changes which ways out fit."""
    if not estimate_is_due(facts, progress):
        return False
    return next(_situation(facts, estimate, progress), None) is None


def handoff_is_due(facts: Facts, progress: Progress) -> bool:
    """Whether contact was wished for and every contact question is settled."""
    return "wants_contact" in progress.yes and next(_contact(facts, progress), None) is None


def leave_open(facts: Facts, progress: Progress, question: str) -> Progress:
    """Passes over a question that was not answered; a consent that was not given is not thereby refused."""
    way = way_asked_for(question, facts, progress)
    return progress.with_skipped(question) if way is None else progress.with_consent_passed_over(question, way)


def ways_of(facts: Facts, progress: Progress) -> Ways:
    """How the person can be reached, as far as this conversation knows."""
    phone, email, safe = (facts.get(name) if facts.is_known(name) else None for name in ("phone", "email", "safe_to_contact"))
    return Ways(
        phone=phone if isinstance(phone, str) else None,
        email=email if isinstance(email, str) else None,
        phone_is_safe=safe if isinstance(safe, bool) else None,
        phone_opted_out=phone in progress.opted_out,
        email_only=facts.get("contact_by") == "email",
        danger=progress.danger,
    )


def way_asked_for(consent: str, facts: Facts, progress: Progress) -> str | None:
    """The way that a consent is asked for now: the one that may be used, and for automated messages only a phone.

    None where there is no such way, and for a question that is no consent.
    """
    ways = ways_of(facts, progress)
    match consent:
        case "consent_contact":
            return ways.to_use
        case "consent_automated":
            return ways.phone_to_use
    return None


def _open_questions(facts: Facts, estimate: Estimate, progress: Progress) -> Iterator[str]:
    if progress.erasing:
        yield "confirm_erase"
    if progress.idle:
        yield "idle"
    if progress.language_in_doubt:
        yield "switch_language"
    if (progress.crisis or progress.danger) and not progress.answered("go_on"):
        yield "go_on"
    if "wants_contact" in progress.yes:
        yield from _contact(facts, progress)
        yield from _after_handoff(facts, progress)
    if progress.urgent and not progress.answered("wants_contact") and progress.ask_counts.get("wants_contact", 0) < 1:
        yield "wants_contact"
    yield from (name for name in _on_the_person(facts, estimate) if not _settled(name, facts, progress))
    yield from (name for name in figures_needed(facts) if not _settled(name, facts, progress))
    yield from _situation(facts, estimate, progress)
    if not progress.answered("wants_contact"):
        yield "wants_contact"
    yield "anything_else"


def _on_the_person(facts: Facts, estimate: Estimate) -> tuple[str, ...]:
    """What decides whether the person owes the loan at all: where something told puts it in doubt, or was said in doubt."""
    return tuple(name for name in ON_THE_PERSON if name in estimate.liable.depends_on or name in facts.clarify)


def _situation(facts: Facts, estimate: Estimate, progress: Progress) -> Iterator[str]:
    """Stage and its date, then what this state's law turns on, then the goal."""
    for name in _situation_facts(facts, estimate):
        if not _settled(name, facts, progress):
            yield name


def _situation_facts(facts: Facts, estimate: Estimate) -> Iterator[str]:
    yield "stage"
    stage = facts.get("stage")
    if isinstance(stage, str) and stage in DATE_OF_STAGE:
        yield DATE_OF_STAGE[stage]
    yield from (name for name in estimate.depends_on if name in ON_THE_ESTIMATE)
    if not isinstance(stage, str) or stage in stages.BEFORE_SALE:
        yield "goal"


def _contact(facts: Facts, progress: Progress) -> Iterator[str]:
    """What staff need before they may get in touch, and no more: whom, how, whether it is safe, and leave to do so."""
    # Who would rather not give a first name is not asked for the last one.
    names = ["has_lawyer", "first_name", *([] if "first_name" in progress.skipped else ["last_name"]), "phone"]
    ways = ways_of(facts, progress)
    if ways.phone is not None and not ways.phone_opted_out:
        names.append("safe_to_contact")
    yield from (name for name in names if not _settled(name, facts, progress))
    if ways.phone_to_use is None and not _settled("email", facts, progress):
        yield "email"
    if ways.to_use is not None and not progress.consent_is_settled("consent_contact", ways.to_use):
        yield "consent_contact"


def _after_handoff(facts: Facts, progress: Progress) -> Iterator[str]:
    """What helps staff, once they have the case: the time of day, and whether texts and automated calls are welcome."""
    ways = ways_of(facts, progress)
    if ways.to_use is None or not progress.has_consent("consent_contact", ways.to_use):
        return
    if not _settled("best_time", facts, progress):
        yield "best_time"
    if ways.phone_to_use is not None and not progress.consent_is_settled("consent_automated", ways.phone_to_use):
        yield "consent_automated"


def _settled(name: str, facts: Facts, progress: Progress) -> bool:
    # What was passed over stays so, also where the last answer fitted several values ("Cicero": Illinois or New York).
    if name in progress.skipped:
        return True
    return facts.is_answered(name) and name not in facts.clarify
