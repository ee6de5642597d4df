"""What staff read on a case's page: figures, dates and facts in words, as tables of what is stored and what is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from leeward.assessment.deficiency import estimate
from leeward.assessment.serialization import estimate_to_json
from leeward.core.facts import UNKNOWN, Facts
from leeward.core.firm import firm
from leeward.desk import presenters
from leeward.sms.segments import LIMIT

VIEW: dict[str, Any] = {
    "texts": [],
    "transcript": [],
    "consents": [],
    "facts": {},
    "turns": {},
    "estimate": None,
    "triage": {},
    "phone": "",
    "contact_at": "",
}


def page(**values: Any) -> dict[str, Any]:
    return presenters.case_page({**VIEW, **values})


def figures(facts: Facts) -> dict[str, Any]:
    shown: dict[str, Any] = page(estimate=estimate_to_json(estimate(facts, on=date(2026, 11, 25))))["figures"]
    return shown


ILLINOIS = Facts().learn("state", "IL").learn("balance_owed", 600_000).learn("home_value", 450_000)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2026-11-23T22:28:00+00:00", "November 23, 2026, 4:28 PM"),
        ("2026-11-24T05:59:00+00:00", "November 23, 2026, 11:59 PM"),
        ("2026-11-24T06:00:00+00:00", "November 24, 2026, 12:00 AM"),
        ("2026-07-04T17:05:00+00:00", "July 4, 2026, 12:05 PM"),
    ],
)
def test_a_moment_is_written_out_in_the_firms_own_time_zone(stored: str, shown: str) -> None:
    (message,) = page(transcript=[{"id": "", "n": 1, "at": stored}])["transcript"]
    assert message["at"] == shown


@pytest.mark.parametrize(
    ("name", "stored", "value"),
    [
        ("balance_owed", 310_000, "$310,000"),
        ("balance_owed", 310_000.5, "$310,000.50"),
        ("home_value", {"min": 250_000, "max": 300_000}, "between $250,000 and $300,000"),
        ("months_behind", 4, "4"),
        ("sale_date", "2026-12-01", "December 1, 2026"),
        ("state", "IL", "IL"),
        ("phone", "+13125550142", "(312) 555-0142"),
        ("safe_to_contact", False, "no"),
        ("balance_owed", "unknown", "not known"),
    ],
)
def test_a_fact_is_shown_as_people_write_it(name: str, stored: Any, value: str) -> None:
    (row,) = page(facts={name: stored})["fact_rows"]
    assert row["value"] == value


def test_a_fact_links_to_the_message_that_told_it() -> None:
    shown = page(
        facts={"state": "IL", "balance_owed": 1},
        turns={"state": "m2"},
        transcript=[
            {"id": "m1", "n": 1, "at": "2026-11-23T22:28:00+00:00"},
            {"id": "m2", "n": 3, "at": "2026-11-23T22:28:00+00:00"},
        ],
    )
    assert [row["message"] for row in shown["fact_rows"]] == [3, None]


def test_the_language_is_no_row_among_the_facts() -> None:
    assert page(facts={"language": "es"})["fact_rows"] == []


@pytest.mark.parametrize(
    ("owed", "worth", "shortfall", "equity"),
    [
        (600_000, 450_000, "$150,000", ""),
        (450_000, 600_000, "$0", "$150,000"),
        (UNKNOWN, 450_000, "not known", ""),
    ],
)
def test_the_shortfall_and_the_equity_in_words(owed: Any, worth: int, shortfall: str, equity: str) -> None:
    shown = figures(Facts().learn("state", "IL").learn("balance_owed", owed).learn("home_value", worth))
    assert (shown["shortfall"], shown["equity"]) == (shortfall, equity)


def test_each_way_of_being_sold_has_its_standing_and_its_amount_in_words() -> None:
    first = figures(ILLINOIS)["exposures"][0]
    assert (first["process"], first["lien"], first["standing"], first["up_to"]) == (
        "a court foreclosure",
        "first",
        "allowed",
        "$150,000",
    )


def test_an_exposure_without_amounts_says_that_the_amount_is_not_known() -> None:
    assert figures(Facts().learn("state", "IL"))["exposures"][0]["up_to"] == "amount not known"


def test_a_case_without_an_estimate_has_no_figures() -> None:
    assert page()["figures"] is None


def test_what_the_estimate_depends_on_is_named_in_words() -> None:
    assert "what the loan was for" in figures(Facts().learn("state", "CA"))["depends_on"]


def test_a_clock_shows_its_day_written_out() -> None:
    assert page(triage={"clocks": [{"name": "answer due", "day": "2026-12-01"}]})["clocks"] == [
        {"name": "answer due", "day": "December 1, 2026"}
    ]


@pytest.mark.parametrize(("stored", "shown"), [("+13125550142", "(312) 555-0142"), ("", "")])
def test_the_phone_is_shown_as_people_read_it(stored: str, shown: str) -> None:
    assert page(phone=stored)["phone_display"] == shown


@pytest.mark.parametrize(
    ("status", "flagged"), [("sent", False), ("delivered", False), ("undelivered", True), ("failed", True)]
)
def test_a_text_that_did_not_arrive_flags_the_case(status: str, flagged: bool) -> None:
    text = {"status": status, "not_before": "2026-11-23T22:28:00+00:00", "at": "2026-11-23T22:28:00+00:00"}
    assert page(texts=[text])["not_delivered"] is flagged


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("opted_out", "They asked us to stop. Do not text or call."),
        ("no_consent", "They have not agreed to be contacted. Do not text or call."),
        ("not_safe", "They said it is not safe to text or call this number, or may be in danger. Do not text."),
        ("no_number", "There is no number to text."),
    ],
)
def test_why_staff_may_not_text_is_said(answer: str, sentence: str) -> None:
    assert presenters.may_text(answer) == sentence


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        ("", "Write something first."),
        ("x" * 481, "That is 481 characters; please keep a text under 480."),
        ("x" * 480, "Texting is not set up here (docs/sms.md)."),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(draft: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "LEEWARD_SMS_NUMBER", "LEEWARD_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    assert presenters.text_problem(draft) == problem


@pytest.mark.parametrize(("language", "stop"), [("en", "Reply STOP to end."), ("es", "ALTO para terminar.")])
def test_what_staff_write_goes_out_under_the_firms_name_with_the_word_that_stops_it(language: str, stop: str) -> None:
    texts = presenters.staff_texts("Can you talk at 4?", firm(), language)
    assert texts[0].startswith(f"{firm().short_name}: Can you talk at 4?")
    assert texts[-1].endswith(stop)
    assert all(len(text) <= LIMIT for text in texts)


def test_who_does_not_owe_the_loan_in_person_is_shown_with_the_reason() -> None:
    heir = figures(ILLINOIS.learn("on_the_loan", False))["liable"]
    assert heir["answer"] == "no"
    assert "signed the loan note" in heir["reasons"][0]["words"]["en"]
    assert figures(ILLINOIS)["liable"] is None
    assert (
        page(estimate={**estimate_to_json(estimate(ILLINOIS, on=date(2026, 11, 25))), "liable": None})["figures"]["liable"]
        is None
    )
