"""`leeward law`: shown, checked, compared and drawn."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leeward import law
from leeward.cli.main import app
from leeward.law import check


def printed(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_a_states_law_is_shown_with_its_statute_in_the_language_asked_for() -> None:
    english, spanish = printed("law", "show", "il"), printed("law", "show", "IL", "--lang", "es")
    assert "735 ILCS 5/15-1402" in english
    assert "735 ILCS 5/15-1402" in spanish
    assert english != spanish


def test_the_table_has_one_row_a_jurisdiction_under_its_heading() -> None:
    assert len(printed("law", "table").splitlines()) == len(law.codes()) + 1
    assert [row["code"] for row in json.loads(printed("law", "table", "--json"))] == sorted(law.codes())


def test_checking_finds_no_fault_and_counts_what_a_lawyer_should_look_at() -> None:
    last = printed("law", "check").splitlines()[-1]
    assert last.startswith("0 faults, ")
    assert last.endswith(" points for a lawyer to check.")
    assert len(json.loads(printed("law", "check", "--json"))) == int(last.split()[2])


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_a_fault_in_the_law_files_ends_the_check_with_exit_1(option: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "FAULTS", {check.findings(on=date.today())[0].kind})
    assert CliRunner().invoke(app, ("law", "check", *option)).exit_code == 1


def test_the_map_is_drawn_on_standard_output_or_into_a_file(tmp_path: Path) -> None:
    target = tmp_path / "map.svg"
    assert printed("law", "map", "--to", str(target)) == f"Drawn: {target}\n"
    assert target.read_text(encoding="utf-8").startswith("<svg")
    assert printed("law", "map").rstrip("\n") == target.read_text(encoding="utf-8").rstrip("\n")


def test_the_check_counts_what_was_seen_of_the_sources() -> None:
    counted = printed("law", "check").splitlines()[-2]
    assert re.fullmatch(
        r"\d+ citations read in text, \d+ in a secondary source, \d+ from memory; \d+ of \d+ statements signed\.", counted
    )


def test_a_statement_that_is_not_there_is_answered_with_those_that_are() -> None:
    done = CliRunner().invoke(app, ("law", "sign", "IL", "protections[99]", "--by", "A. Lawyer"))
    assert done.exit_code == 2
    assert "protections[0]" in done.stderr
