"""A lawyer's signature under one statement: written into the file, and cleared by any edit of what was signed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from leeward import law
from leeward.core.language import Words
from leeward.law import persons, report, signatures
from leeward.law.check import findings
from leeward.law.files import LawFileError, read_as

DAY = date(2026, 12, 1)
PLACES = ["protections[0]", "judicial", "deadlines_to_sue[1]", "circumstances[2]", "junior_liens", "answer_to_suit"]


@pytest.fixture
def illinois(tmp_path: Path) -> Path:
    """A copy of the Illinois file that a test may sign and spoil."""
    return Path(shutil.copy(law.US / "il.yml", tmp_path / "il.yml"))


def sign(path: Path, place: str, by: str = "A. Lawyer, ARDC 1234567") -> None:
    signatures.sign(path, law.load(path), place, by=by, on=DAY)


def state(path: Path, place: str) -> str:
    return signatures.state(dict(signatures.statements(law.load(path)))[place])


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("place", PLACES)
def test_a_signature_is_one_line_under_its_statement_and_changes_nothing_else(illinois: Path, place: str) -> None:
    before = illinois.read_text(encoding="utf-8").splitlines()
    sign(illinois, place)
    after = illinois.read_text(encoding="utf-8").splitlines()
    added = [line for line in after if line.strip().startswith("reviewed: {by:")]
    assert len(added) == 1
    assert [line for line in after if line not in added] == before
    assert state(illinois, place) == "signed"
    assert [found for found in findings(directory=illinois.parent) if found.is_fault] == []


def test_signing_again_takes_the_place_of_the_earlier_signature(illinois: Path) -> None:
    sign(illinois, "judicial")
    sign(illinois, "judicial", by="B. Lawyer")
    assert illinois.read_text(encoding="utf-8").count("reviewed: {by:") == 1
    assert law.load(illinois).judicial.reviewed is not None
    assert "B. Lawyer" in str(law.load(illinois).judicial.reviewed)


def test_an_edited_statement_is_no_longer_signed_and_its_neighbours_are(illinois: Path) -> None:
    sign(illinois, "answer_to_suit")
    sign(illinois, "reinstatement")
    spoil(illinois, "You have 30 days to answer,", "You have 31 days to answer,")
    assert state(illinois, "answer_to_suit") == "changed"
    assert state(illinois, "reinstatement") == "signed"
    told = [found for found in findings(directory=illinois.parent) if found.kind == "changed_since_signed"]
    assert [(found.place, found.is_fault) for found in told] == [("answer_to_suit", False)]
    assert "but changed since" in told[0].message


def test_a_changed_clock_source_or_condition_clears_it_as_words_do() -> None:
    rule = law.jurisdiction("IL").protections[0]
    signed = signatures.fingerprint(rule)
    assert signatures.fingerprint(replace(rule, words=Words("Other.", "Otra."))) != signed
    assert signatures.fingerprint(replace(rule, citations=rule.citations[:0])) != signed
    assert signatures.fingerprint(replace(rule, when=replace(rule.when, units_max=4))) != signed
    assert signatures.fingerprint(replace(rule, confidence="low")) != signed


def test_a_place_that_is_no_statement_is_refused(illinois: Path) -> None:
    with pytest.raises(KeyError):
        sign(illinois, "summary")


def test_a_statement_written_in_one_line_must_be_written_out_first(illinois: Path) -> None:
    spoil(
        illinois, "nonjudicial:\n  standing: not_used\n  citations: []\n", "nonjudicial: {standing: not_used, citations: []}\n"
    )
    with pytest.raises(LawFileError, match="over several lines"):
        sign(illinois, "nonjudicial")


def test_rules_about_persons_are_signed_in_the_same_way(tmp_path: Path) -> None:
    path = Path(shutil.copy(persons.FILE, tmp_path / "persons.yml"))
    signatures.sign(path, read_as(path, persons.PersonsFile), "rules[0]", by="A. Lawyer", on=DAY)
    assert signatures.state(read_as(path, persons.PersonsFile).rules[0]) == "signed"


def test_the_print_shows_where_each_statement_stands_and_who_signed_it(illinois: Path) -> None:
    sign(illinois, "judicial")
    printed = report.show(law.load(illinois), "en")
    assert "[x] judicial: signed by A. Lawyer, ARDC 1234567 on 2026-12-01" in printed
    assert "[ ] protections[0]: not signed" in printed


def test_nothing_is_signed_yet() -> None:
    every = [item for code in law.codes() for _, item in signatures.statements(law.jurisdiction(code))]
    assert {signatures.state(item) for item in every} == {"unsigned"}
