"""What staff see, put into words: facts, figures and standings of a case."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.timezone import localtime

from leeward.core import formatting
from leeward.core.facts import SPECS, Facts, Kind, Range, value_from_json
from leeward.core.firm import Firm
from leeward.core.phone import display as display_phone
from leeward.core.ways import is_email
from leeward.ops.twilio_config import TwilioSettings
from leeward.records import selectors
from leeward.records.models import Case
from leeward.sms import composer, send_policy

STANDINGS = {
    "barred": "barred",
    "limited": "limited",
    "allowed": "allowed",
    "not_used": "not used there",
}


REFUSALS: dict[send_policy.DenialReason, str] = {
    "no_number": "There is no number to text.",
    "opted_out": "They asked us to stop. Do not text or call.",
    "no_consent": "They have not agreed to be contacted. Do not text or call.",
    "not_safe": "They said it is not safe to text or call this number, or may be in danger. Do not text.",
    "daily_cap": "{daily_cap} texts went out within a day and nobody answered. Wait until tomorrow, or until they write.",
    "total_cap": "{total_cap} texts went out since they last wrote. Do not text again unless they do.",
}
LONGEST_STAFF_TEXT = 480


def refusal(reason: send_policy.DenialReason) -> str:
    """Why staff may not text, as a sentence, with the caps that leeward.sms.send_policy sets written out."""
    caps = {"daily_cap": send_policy.DAILY_CAP, "total_cap": send_policy.TOTAL_CAP}
    return REFUSALS[reason].format(**{name: str(apnumber(cap)).capitalize() for name, cap in caps.items()})


def may_text(answer: str) -> str:
    """Why staff may not text this person now, in words; empty where they may."""
    if answer != "yes":
        return refusal(answer)  # type: ignore[arg-type]
    return "" if TwilioSettings.from_environment() else "Texting is not set up here (docs/sms.md)."


def text_problem(draft: str) -> str | None:
    """What is wrong with a draft, and what to do; None where it can go."""
    if not draft:
        return "Write something first."
    if len(draft) > LONGEST_STAFF_TEXT:
        return f"That is {len(draft)} characters; please keep a text under {LONGEST_STAFF_TEXT}."
    return may_text("yes") or None


def staff_texts(draft: str, sender: Firm, language: str) -> list[str]:
    """Staff's words as texts that name the firm and say how to stop (CTIA messaging principles)."""
    how_to_stop = "ALTO para terminar." if language == "es" else "Reply STOP to end."
    return composer.compose(
        [composer.OutgoingMessage(f"{sender.short_name}: {draft} {how_to_stop}")], "es" if language == "es" else "en"
    )


def queue_row(case: Case) -> dict[str, Any]:
    """One case in the queue: the selector's row, with what staff read there written out."""
    row = selectors.case_row(case)
    shortfall, language = row["shortfall"], row["language"]
    return {
        **row,
        "label": case.triage.get("label", ""),
        "reasons": [reason["words"] for reason in case.triage.get("reasons", [])],
        "shortfall": formatting.money(Decimal(str(shortfall))) if shortfall is not None else "",
        "language": {"en": "English", "es": "Spanish"}.get(language, language),
        "opened_at": case.opened_at,
        "act_by": case.act_by,
        "status": case.get_status_display(),
        "not_delivered": selectors.texts_not_delivered(case),
    }


def case_page(view: dict[str, Any]) -> dict[str, Any]:
    """One case for its page: the selector's view with facts and figures written out."""
    numbers = {message["id"]: message["n"] for message in view["transcript"] if message["id"]}
    return {
        **view,
        "texts": [{**text, "not_before": _moment(text["not_before"]), "at": _moment(text["at"])} for text in view["texts"]],
        "transcript": [{**message, "at": _moment(message["at"])} for message in view["transcript"]],
        "consents": [{**consent, "at": _moment(consent["at"])} for consent in view["consents"]],
        "fact_rows": _fact_rows(view["facts"], view["turns"], numbers),
        "not_delivered": any(text["status"] in ("undelivered", "failed") for text in view["texts"]),
        "figures": _figures(view["estimate"]),
        "clocks": [
            {**clock, "day": formatting.day(date.fromisoformat(clock["day"]), "en")}
            for clock in view["triage"].get("clocks", [])
        ],
        "phone_display": display_phone(view["phone"]) if view["phone"] else "",
        "contact_at_display": _way(view["contact_at"]),
    }


def _way(way: str) -> str:
    """A number as people here write it, or an email address as it is."""
    return display_phone(way) if way and not is_email(way) else way


def _moment(text: str) -> str:
    """A moment in the firm's own time zone, as staff read it: "November 23, 2026, 4:28 PM"."""
    local = localtime(datetime.fromisoformat(text))
    return f"{formatting.day(local.date(), 'en')}, {formatting.clock(local.time(), 'en')}"


def _fact_rows(facts: dict[str, Any], turns: dict[str, str], numbers: dict[str, int]) -> list[dict[str, Any]]:
    known, unreadable = Facts.readable(facts)
    values = {name: formatting.fact_value(SPECS[name], fact.value, "en") for name, fact in known.known.items()}
    values |= {name: f"could not be read: {facts[name]}" for name in unreadable}
    return [
        {"name": formatting.fact_name(name, "en"), "value": value, "message": numbers.get(turns.get(name, ""))}
        for name, value in values.items()
        if name != "language"
    ]


def _figures(estimate: dict[str, Any] | None) -> dict[str, Any] | None:
    """The estimate's amounts and standings in words."""
    if estimate is None:
        return None
    shortfall = estimate.get("shortfall")
    return {
        "shortfall": _span(shortfall["low"], shortfall["high"]) if shortfall else "not known",
        "auction": _span(**_bounds(estimate["at_auction"])) if estimate.get("at_auction") else "",
        "equity": _span(**_bounds(estimate["equity"])) if estimate.get("equity") else "",
        "tier": estimate["tier"],
        "liable": _liable(estimate.get("liable")),
        "depends_on": [formatting.fact_name(name, "en") for name in estimate["depends_on"] if name in SPECS],
        "law": estimate.get("law"),
        "exposures": [
            {
                "process": formatting.process_name(exposure["process"], "en"),
                "lien": exposure["lien"],
                "standing": STANDINGS[exposure["standing"]],
                "up_to": _money(exposure["up_to"]),
                "reasons": exposure["reasons"],
                "possible": exposure["possible"],
            }
            for exposure in estimate["exposures"]
        ],
    }


def _liable(liable: dict[str, Any] | None) -> dict[str, Any] | None:
    """Whether the person owes the loan in person, with its reasons; None where nothing puts it in doubt."""
    # Estimates from before this was told have no such part.
    if liable is None or liable["answer"] == "yes":
        return None
    return {"answer": {"no": "no", "unknown": "not known yet"}[liable["answer"]], "reasons": liable["reasons"]}


def _bounds(value: Any) -> dict[str, Any]:
    """The bounds of an amount in JSON, whether a range or exact."""
    if isinstance(value, dict):
        return {"low": value["min"], "high": value["max"]}
    return {"low": value, "high": value}


def _span(low: Any, high: Any) -> str:
    spec = next(spec for spec in SPECS.values() if spec.kind is Kind.MONEY)
    value = value_from_json(spec, {"min": low, "max": high})
    return formatting.money_range(value, "en") if isinstance(value, Range) else str(value)


def _money(amount: Any) -> str:
    return "amount not known" if amount is None else formatting.money(Decimal(str(amount)))
