"""The sentences that explain an answer: general ones from reasons.yml, and those of a state's law file."""

from __future__ import annotations

from leeward import law as laws
from leeward.assessment.model import Reason
from leeward.law.model import Confidence, Jurisdiction, Protection, cited


def general_reason(key: str, citation: str | None = None, confidence: Confidence | None = None) -> Reason:
    """A sentence of reasons.yml. Raises KeyError for a key that is not there."""
    return Reason(key, laws.words(key), citation, confidence)


def protection_reason(law: Jurisdiction, protection: Protection) -> Reason:
    """What a protection says, under the key "IL/full-credit-bid": the state's code and the protection's id."""
    return Reason(f"{law.code}/{protection.id}", protection.words, cited(protection.citations), protection.confidence)
