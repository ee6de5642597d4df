"""What `law check` calls a contradiction, each in a file made for the test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from leeward import law
from leeward.law.check import findings

RULE: dict[str, Any] = {
    "id": "a-rule",
    "when": {},
    "effect": "other",
    "words": {"en": "A rule.", "es": "Una regla."},
    "citations": [{"cite": "Code 1", "seen": "text", "seen_on": "2026-11-23"}],
    "confidence": "high",
}


def faults(folder: Path, changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The faults of the Illinois file, where homes are sold in court only, with these values in place of its own."""
    path = Path(shutil.copy(law.US / "il.yml", folder / "il.yml"))
    data = {**law.read_yaml(path), "protections": [], "circumstances": [], **changes}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return [(found.kind, found.place, found.message) for found in findings(directory=folder) if found.is_fault]


def of_rule(folder: Path, **changes: Any) -> list[str]:
    """The contradictions in one protection."""
    found = faults(folder, {"protections": [{**RULE, **changes}]})
    assert {(kind, place) for kind, place, _ in found} <= {("contradiction", "protections[0]")}
    return [message for _, _, message in found]


def test_a_rule_that_says_nothing_against_the_rest_of_the_file_is_none(tmp_path: Path) -> None:
    assert of_rule(tmp_path) == []


@pytest.mark.parametrize("effect", ["barred", "fair_value_credit", "discretion", "deadline"])
def test_a_rule_that_changes_what_follows_a_process_that_is_not_used(tmp_path: Path, effect: str) -> None:
    assert of_rule(tmp_path, effect=effect, when={"process": "judicial"}) == []
    told = of_rule(tmp_path, effect=effect, when={"process": "nonjudicial"})
    assert told == ["a-rule is about a nonjudicial foreclosure, which is not_used here"]


def test_that_a_process_is_not_used_may_be_said(tmp_path: Path) -> None:
    assert of_rule(tmp_path, effect="other", when={"process": "nonjudicial"}) == []


def test_a_share_without_the_effect_that_uses_it_and_the_other_way_round(tmp_path: Path) -> None:
    assert of_rule(tmp_path, effect="reduced", share="0.5") == []
    assert of_rule(tmp_path, effect="reduced") == ["a-rule has the effect reduced and no share"]
    told = of_rule(tmp_path, effect="barred", share="0.5")
    assert told == ["a-rule has a share, which only the effect reduced uses, and its effect is barred"]


def test_a_rule_that_ends_before_it_starts(tmp_path: Path) -> None:
    assert of_rule(tmp_path, effective_from="2026-01-01", effective_until="2026-01-01") == []
    told = of_rule(tmp_path, effective_from="2026-01-02", effective_until="2026-01-01")
    assert told == ["a-rule ends on 2026-01-01, before it starts on 2026-01-02"]


def test_a_circumstance_that_is_taken_as_given_and_left_to_the_papers_at_once(tmp_path: Path) -> None:
    told = of_rule(tmp_path, when={"presumes": ["small_lot", "no_farm"], "turns_on": ["small_lot"]})
    assert told == ["a-rule both presumes small_lot and turns on it"]


def test_a_deadline_that_counts_time_where_the_file_has_no_clock_for_it(tmp_path: Path) -> None:
    counted = {"en": "The lender must sue within 90 days.", "es": "El banco debe demandar en 90 días."}
    told = of_rule(tmp_path, effect="deadline", words=counted)
    assert told == ["a-rule counts the time to sue, and no rule of deadlines_to_sue has days or months"]
    deadlines = [{**law.read_yaml(law.US / "il.yml")["deadlines_to_sue"][0], "days": 90}]
    rules = [{**RULE, "effect": "deadline", "words": counted}]
    assert faults(tmp_path, {"protections": rules, "deadlines_to_sue": deadlines}) == []


def test_a_deadline_that_ends_with_an_event_needs_no_clock(tmp_path: Path) -> None:
    event = {"en": "The lender must ask before the sale is approved.", "es": "El banco debe pedirlo antes de la aprobación."}
    assert of_rule(tmp_path, effect="deadline", words=event) == []


def test_a_clock_in_days_and_in_months_at_once(tmp_path: Path) -> None:
    clock = {**law.read_yaml(law.US / "il.yml")["redemptions_after_sale"][0], "days": 30, "months": 1}
    assert faults(tmp_path, {"redemptions_after_sale": [clock]}) == [
        (
            "contradiction",
            "redemptions_after_sale[0]",
            "the time is counted in days and in months, and only one can be right",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"excludes": ["no-rule"]}, "small_lot excludes no-rule, which is no protection of this file"),
        ({"contradicts": ["big_lot"]}, "small_lot contradicts big_lot, which no rule of this file speaks of"),
        ({"allows": ["nonjudicial"]}, "small_lot allows a claim after a nonjudicial foreclosure, which is not_used here"),
    ],
)
def test_a_circumstance_that_points_to_nothing(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    small_lot = {"slug": "small_lot", "question": {"en": "Is the lot small?", "es": "¿Es chico el terreno?"}, **changes}
    assert faults(tmp_path, {"circumstances": [small_lot]}) == [("contradiction", "circumstances[0]", message)]


@pytest.mark.parametrize(
    ("place", "standings"),
    [
        ("junior_liens.standing", {"standing": "not_used", "purchase_money_standing": "not_used"}),
        ("junior_liens.purchase_money_standing", {"standing": "limited", "purchase_money_standing": "allowed"}),
    ],
)
def test_a_second_mortgage_with_a_standing_that_cannot_be(tmp_path: Path, place: str, standings: dict[str, str]) -> None:
    junior = {**law.read_yaml(law.US / "il.yml")["junior_liens"], **standings}
    assert ("contradiction", place) in [(kind, where) for kind, where, _ in faults(tmp_path, {"junior_liens": junior})]


def test_a_signature_without_its_day(tmp_path: Path) -> None:
    assert [place for _, place, _ in faults(tmp_path, {"reviewed_by": "A. Lawyer"})] == ["reviewed_by"]
    assert [place for _, place, _ in faults(tmp_path, {"reviewed_on": "2026-12-01"})] == ["reviewed_by"]


def test_a_customary_process_that_is_not_used_keeps_the_file_from_being_read(tmp_path: Path) -> None:
    assert [(kind, place) for kind, place, _ in faults(tmp_path, {"customary": "nonjudicial"})] == [("schema", "customary")]


def test_no_file_that_ships_contradicts_itself() -> None:
    assert [str(found) for found in findings() if found.kind == "contradiction"] == []


REDEMPTION: dict[str, Any] = {
    "price": "bid",
    "days": None,
    "months": 12,
    "counts_from": "sale",
    "citations": RULE["citations"],
    "confidence": "high",
}


@pytest.mark.parametrize(
    "words",
    [
        "You have a year, but only if the lender bought the home.",
        "You have a year, unless the court ordered a sale on credit.",
        "You have a year, and no time if the lender gave up the rest.",
        "You have a year. But the mortgage may give up this right.",
        "You have a year. The court may take that time away.",
    ],
)
def test_a_time_that_holds_only_under_a_condition_names_it(tmp_path: Path, words: str) -> None:
    """Else a homeowner would be told a last day that may not be theirs."""
    rule = {**REDEMPTION, "words": {"en": words, "es": "Tiene un año."}}

    def told(**changes: Any) -> list[str]:
        return [message for _, _, message in faults(tmp_path, {"redemptions_after_sale": [{**rule, **changes}]})]

    assert told() == ["the time holds only under a condition, which neither turns_on nor unless names"]
    for named in ("turns_on", "unless"):
        assert told(when={named: ["something"]}) == []
    assert told(months=None) == []
    assert told(words={"en": "You have a year.", "es": "Tiene un año."}) == []
