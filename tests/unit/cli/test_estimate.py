"""`leeward estimate`: the firm's own example, in JSON with every key that docs/cli.md promises, and for people."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from leeward.cli.main import app

ILLINOIS = ("estimate", "--state", "il", "--owed", "$600,000", "--worth", "450000")


def estimated(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, (*words, "--json"))
    assert done.exit_code == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_the_json_has_every_documented_key() -> None:
    estimate = estimated(*ILLINOIS)
    assert estimate.keys() >= {
        "shortfall",
        "equity",
        "at_auction",
        "exposures",
        "tier",
        "deadline",
        "deadline_ends",
        "depends_on",
        "law",
    }
    assert estimate["exposures"][0].keys() >= {"process", "lien", "standing", "up_to", "reasons", "possible"}
    assert estimate["law"].keys() >= {"code", "as_of", "confidence", "reviewed_by", "citations"}


def test_owing_600000_on_a_home_worth_450000_in_illinois_leaves_150000() -> None:
    estimate = estimated(*ILLINOIS)
    assert estimate["shortfall"]["expected"] == 150_000
    judicial = next(e for e in estimate["exposures"] if e["process"] == "judicial" and e["lien"] == "first")
    assert (judicial["standing"], judicial["up_to"]) == ("allowed", 150_000)


def test_for_people_it_names_the_amount_the_statute_and_that_a_lawyer_should_confirm() -> None:
    printed = CliRunner().invoke(app, ILLINOIS).stdout
    assert "$150,000" in printed
    assert "735 ILCS 5/15-1508(e)" in printed
    assert "a lawyer should confirm" in printed


def test_without_amounts_the_estimate_still_says_what_the_law_allows() -> None:
    estimate = estimated("estimate", "--state", "IL")
    assert estimate["shortfall"] is None
    assert estimate["exposures"][0]["up_to"] is None
    assert "Shortfall: not known" in CliRunner().invoke(app, ("estimate", "--state", "IL")).stdout


def test_one_process_is_shown_alone_when_it_is_named() -> None:
    words = ("estimate", "--state", "WA", "--owed", "600000", "--worth", "450000")
    assert {exposure["process"] for exposure in estimated(*words)["exposures"]} == {"judicial", "nonjudicial"}
    assert {exposure["process"] for exposure in estimated(*words, "--process", "judicial")["exposures"]} == {"judicial"}


def test_a_process_that_is_named_is_told_with_its_own_sources() -> None:
    """O.C.G.A. 44-14-161 is only about sales without legal process."""
    georgia = ("estimate", "--state", "GA", "--owed", "250000", "--worth", "200000")
    assert any("44-14-161" in cite for cite in estimated(*georgia, "--process", "nonjudicial")["law"]["citations"])
    assert not any("44-14-161" in cite for cite in estimated(*georgia, "--process", "judicial")["law"]["citations"])


@pytest.mark.parametrize(("option", "standing"), [((), "barred"), (("--fails", "acres_max_2_5"), "limited")])
def test_a_condition_that_fails_takes_arizonas_protection_away(option: tuple[str, ...], standing: str) -> None:
    words = (
        "estimate",
        "--state",
        "AZ",
        "--owed",
        "600000",
        "--worth",
        "450000",
        "--purpose",
        "purchase",
        "--occupancy",
        "home",
    )
    exposures = estimated(*words, "--units", "1", *option)["exposures"]
    assert next(e for e in exposures if e["process"] == "nonjudicial" and e["lien"] == "first")["standing"] == standing
