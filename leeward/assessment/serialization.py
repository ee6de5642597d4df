"""An estimate as plain JSON, as the estimate command prints it and a conversation keeps it."""

from __future__ import annotations

from typing import Any

from leeward.assessment.model import Estimate, Exposure, LawClock, LawRef, Reason, Shortfall
from leeward.core.facts import Range, money_to_json, value_to_json
from leeward.core.language import Words
from leeward.law.model import DeadlineToSue, cited


def estimate_to_json(estimate: Estimate) -> dict[str, Any]:
    """The estimate as plain JSON; these keys are always there. Money is a number of USD, a date ISO 8601.

    - shortfall: null or {low, expected, high, how: [reason…]}
    - equity, at_auction: null or {min, max}
    - exposures: [{process, lien, standing, up_to: number or null, at_auction, reasons: [reason…],
      possible: [reason…], rests_on: [slug…]}…]
    - tier: "none", "low", "moderate", "high" or "unknown"
    - liable: {answer: "yes", "no" or "unknown", reasons: [reason…], also: [reason…]}
    - deadline: null or {kind, words: {en, es}, citation, confidence, days: number or null, months: number or null, counts_from}
    - deadline_ends: null or a date
    - redemption: null or a clock; clocks: [clock…]
    - depends_on: [fact name…]
    - law: null or {code, as_of, confidence, reviewed_by, reviewed_on, citations: [text…]}

    A clock is {what, day: date or null, counts_from, price, words: {en, es}, citation, confidence}.
    A reason is {key, words: {en, es}, citation: text or null, confidence: text or null}; `es` is null where the Spanish
    is still to be written.
    """
    return {
        "shortfall": _shortfall_to_json(estimate.shortfall),
        "equity": _range_to_json(estimate.equity),
        "at_auction": _range_to_json(estimate.at_auction),
        "exposures": [_exposure_to_json(exposure) for exposure in estimate.exposures],
        "tier": estimate.tier,
        "liable": {
            "answer": estimate.liable.answer,
            "reasons": [_reason_to_json(reason) for reason in estimate.liable.reasons],
            "also": [_reason_to_json(reason) for reason in estimate.liable.also],
        },
        "deadline": _deadline_to_json(estimate.deadline),
        "deadline_ends": estimate.deadline_ends.isoformat() if estimate.deadline_ends else None,
        "redemption": None if estimate.redemption is None else _clock_to_json(estimate.redemption),
        "clocks": [_clock_to_json(clock) for clock in estimate.clocks],
        "depends_on": list(estimate.depends_on),
        "law": _law_to_json(estimate.law),
    }


def _shortfall_to_json(shortfall: Shortfall | None) -> dict[str, Any] | None:
    if shortfall is None:
        return None
    return {
        "low": money_to_json(shortfall.low),
        "expected": money_to_json(shortfall.expected),
        "high": money_to_json(shortfall.high),
        "how": [_reason_to_json(reason) for reason in shortfall.how],
    }


def _exposure_to_json(exposure: Exposure) -> dict[str, Any]:
    return {
        "process": exposure.process,
        "lien": exposure.lien,
        "standing": exposure.standing,
        "up_to": None if exposure.up_to is None else money_to_json(exposure.up_to),
        "at_auction": _range_to_json(exposure.at_auction),
        "reasons": [_reason_to_json(reason) for reason in exposure.reasons],
        "possible": [_reason_to_json(reason) for reason in exposure.possible],
        "rests_on": list(exposure.rests_on),
    }


def _reason_to_json(reason: Reason) -> dict[str, Any]:
    return {
        "key": reason.key,
        "words": _words_to_json(reason.words),
        "citation": reason.citation,
        "confidence": reason.confidence,
    }


def _words_to_json(words: Words) -> dict[str, str | None]:
    return {"en": words.en, "es": words.es}


def _range_to_json(amount: Range | None) -> Any:
    return None if amount is None else value_to_json(amount)


def _deadline_to_json(deadline: DeadlineToSue | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    return {
        "kind": deadline.kind,
        "words": _words_to_json(deadline.words),
        "citation": cited(deadline.citations),
        "confidence": deadline.confidence,
        "days": deadline.days,
        "months": deadline.months,
        "counts_from": deadline.counts_from,
    }


def _clock_to_json(clock: LawClock) -> dict[str, Any]:
    return {
        "what": clock.what,
        "day": None if clock.day is None else clock.day.isoformat(),
        "counts_from": clock.counts_from,
        "price": clock.price,
        "words": _words_to_json(clock.words),
        "citation": clock.citation,
        "confidence": clock.confidence,
    }


def _law_to_json(law: LawRef | None) -> dict[str, Any] | None:
    if law is None:
        return None
    return {
        "code": law.code,
        "as_of": law.as_of.isoformat(),
        "confidence": law.confidence,
        "reviewed_by": law.reviewed_by,
        "reviewed_on": None if law.reviewed_on is None else law.reviewed_on.isoformat(),
        "citations": list(law.citations),
    }
