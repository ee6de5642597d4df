"""Whether a person owes the rest of a loan in person at all, before any state's law is asked; see leeward/law/persons.yml."""

from __future__ import annotations

from leeward.assessment.model import Liability, Lien, Reason
from leeward.core.facts import Facts
from leeward.law import persons
from leeward.law.model import cited
from leeward.law.persons import FactValues, FederalClaim, PersonNote, PersonRule


def liability(facts: Facts, lien: Lien = "first") -> Liability:
    """The first rule that holds for these facts and this lien. Total: the last rule of the file always holds."""
    rule = next(rule for rule in persons.read().rules if _holds(rule, facts, lien))
    reason = Reason(f"person/{rule.id}", rule.words, cited(rule.citations), rule.confidence)
    also = tuple(_note_reason(note) for note in persons.read().also if _is_worth_saying(note, facts, rule))
    asked = tuple(name for name in rule.untold if not facts.is_answered(name)) if rule.answer == "unknown" else ()
    return Liability(rule.answer, (reason,), asked, also)


def federal_claims(facts: Facts) -> tuple[Reason, ...]:
    """What the program behind this kind of loan may claim for itself; nothing of a person who does not owe it."""
    if liability(facts).answer == "no":
        return ()
    return tuple(_claim_reason(claim) for claim in persons.read().federal_claims if facts.get("loan_type") in claim.loan_type)


def _holds(rule: PersonRule, facts: Facts, lien: Lien) -> bool:
    if rule.lien is not None and rule.lien != lien:
        return False
    # Who does not know whether they signed is not presumed to have.
    return _are_told(rule.when, facts) and not any(facts.is_known(name) for name in rule.untold)


def _are_told(when: FactValues, facts: Facts) -> bool:
    return all(facts.get(name) in values for name, values in when.items())


def _is_worth_saying(note: PersonNote, facts: Facts, rule: PersonRule) -> bool:
    return _are_told(note.when, facts) and not (note.of_the_debt and rule.answer == "no")


def _note_reason(note: PersonNote) -> Reason:
    return Reason(f"person/{note.id}", note.words, cited(note.citations), note.confidence)


def _claim_reason(claim: FederalClaim) -> Reason:
    return Reason(f"federal/{claim.id}", claim.words, cited(claim.citations), claim.confidence)
