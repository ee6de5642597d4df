"""What the check of the law files reports, and which of it is a fault."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from leeward import law
from leeward.law.check import SHARED, Finding, findings, shared_findings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the Illinois file alone, which a test may spoil."""
    shutil.copy(law.US / "il.yml", tmp_path / "il.yml")
    return tmp_path


def spoil(folder: Path, place: str, value: Any, *, file: str = "il.yml") -> None:
    """Puts `value` at `place` in the file, as in "judicial.citation"."""
    path = folder / file
    data = law.read_yaml(path)
    *outer, last = place.split(".")
    part = data
    for name in outer:
        part = part[int(name)] if name.isdigit() else part.setdefault(name, {})
    part[int(last) if last.isdigit() else last] = value
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def faults(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.kind, finding.place) for finding in found if finding.is_fault]


def test_the_shipped_file_has_no_fault(folder: Path) -> None:
    assert faults(findings(on=date(2026, 11, 23), directory=folder)) == []


def test_a_statement_without_its_citation_is_a_fault(folder: Path) -> None:
    spoil(folder, "judicial.citations.0.cite", "")
    assert faults(findings(directory=folder)) == [("citation", "judicial.citations[0].cite")]


def test_a_citation_that_only_holds_its_place_is_a_fault(folder: Path) -> None:
    spoil(folder, "judicial.citations.0.cite", "…")
    assert faults(findings(directory=folder)) == [("citation", "judicial.citations[0].cite")]


def test_every_difference_from_the_schema_is_reported(folder: Path) -> None:
    spoil(folder, "customary", "by_duel")
    spoil(folder, "protections.0.effect", "bared")
    assert faults(findings(directory=folder)) == [("schema", "customary"), ("schema", "protections[0].effect")]


def test_a_file_is_stale_after_a_year_and_not_before(folder: Path) -> None:
    assert faults(findings(on=date(2027, 11, 23), directory=folder)) == []
    assert faults(findings(on=date(2027, 11, 24), directory=folder)) == [("stale", "as_of")]


def test_without_a_day_nothing_is_stale(folder: Path) -> None:
    assert "stale" not in {finding.kind for finding in findings(directory=folder)}


def test_a_file_that_no_lawyer_has_signed_is_listed_and_no_fault(folder: Path) -> None:
    unreviewed = [finding for finding in findings(directory=folder) if finding.kind == "unreviewed"]
    assert [finding.place for finding in unreviewed] == ["reviewed_by"]
    assert not unreviewed[0].is_fault


def test_a_signed_file_is_no_longer_listed_as_unreviewed(folder: Path) -> None:
    spoil(folder, "reviewed_by", "A. Lawyer")
    spoil(folder, "reviewed_on", "2026-12-01")
    assert "unreviewed" not in {finding.kind for finding in findings(directory=folder)}


def test_a_file_changed_after_it_was_signed_needs_another_look(folder: Path) -> None:
    spoil(folder, "reviewed_by", "A. Lawyer")
    spoil(folder, "reviewed_on", "2026-01-01")
    assert "reviewed_on" in {finding.place for finding in findings(directory=folder) if finding.kind == "unreviewed"}


def test_low_confidence_is_listed_where_it_stands(folder: Path) -> None:
    spoil(folder, "confidence", "low")
    spoil(folder, "protections.0.confidence", "low")
    low = [finding for finding in findings(directory=folder) if finding.kind == "low_confidence"]
    assert {"confidence", "protections[0]"} <= {finding.place for finding in low}
    assert not any(finding.is_fault for finding in low)


def test_each_open_question_is_listed(folder: Path) -> None:
    asked = law.load(folder / "il.yml").open_questions
    told = [finding.message for finding in findings(directory=folder) if finding.kind == "open_question"]
    assert told == list(asked)


def test_what_has_no_spanish_yet_is_listed_once_a_file_and_no_fault(folder: Path) -> None:
    spoil(folder, "summary.es", None)
    waiting = [finding for finding in findings(directory=folder) if finding.kind == "not_in_spanish"]
    assert [finding.file for finding in waiting] == ["il.yml"]
    assert not waiting[0].is_fault


def test_a_finding_reads_as_one_line() -> None:
    finding = Finding("il.yml", "judicial.citation", "citation", "nothing is said here")
    assert str(finding) == "il.yml, at judicial.citation: nothing is said here (citation)"
    assert finding.to_json() == {
        "file": "il.yml",
        "place": "judicial.citation",
        "kind": "citation",
        "message": "nothing is said here",
        "is_fault": True,
    }


def test_the_files_for_all_states_have_no_fault_and_wait_for_a_lawyer() -> None:
    found = shared_findings(on=date(2026, 11, 28))
    assert faults(found) == []
    assert {finding.file for finding in found if finding.kind == "unreviewed"} == {
        "options.yml",
        "federal.yml",
        "assumptions.yml",
        "persons.yml",
        "after_loss.yml",
        "common_questions.yml",
        "other_losses.yml",
    }


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder with the files for all states, which a test may spoil."""
    for name in SHARED:
        shutil.copy(law.HERE / name, tmp_path / name)
    return tmp_path


def test_a_federal_fact_from_memory_is_listed_and_one_without_a_citation_is_a_fault(shared: Path) -> None:
    spoil(shared, "facts.automatic_stay.citations.0.cite", "", file="federal.yml")
    found = shared_findings(directory=shared)
    assert ("citation", "facts.automatic_stay.citations[0].cite") in faults(found)
    assert "facts.automatic_stay.citations[0]" in [finding.place for finding in found if finding.kind == "from_memory"]


@pytest.mark.parametrize(
    ("file", "place", "value", "named"),
    [
        ("options.yml", "options.0.fits.moon", "full", "options[0].fits"),
        ("options.yml", "options.0.doubts.stage", ["asleep"], "options[0].doubts.stage[0]"),
        ("options.yml", "options.0.id", "magic", "options[0].id"),
        ("options.yml", "options.0.clock_from", "summary", "options[0].clock_from"),
        ("options.yml", "options.0.citations", None, "options[0].citations"),
        ("federal.yml", "facts.automatic_stay.options", ["magic"], "facts.automatic_stay.options[0]"),
        ("federal.yml", "facts.automatic_stay.citations.0.seen", "dream", "facts.automatic_stay.citations[0].seen"),
        ("federal.yml", "as_of", "in autumn", "as_of"),
        ("assumptions.yml", "auction.source", "", "auction.source"),
        ("assumptions.yml", "auction.discount", {"min": "0.5", "max": "0.1"}, "auction.discount"),
    ],
)
def test_a_file_for_all_states_with_what_nobody_can_read_is_a_fault(
    shared: Path, file: str, place: str, value: Any, named: str
) -> None:
    spoil(shared, place, value, file=file)
    assert [(finding.file, finding.place) for finding in shared_findings(directory=shared) if finding.is_fault] == [
        (file, named)
    ]


def test_a_file_for_all_states_is_stale_after_a_year() -> None:
    assert {finding.kind for finding in shared_findings(on=date(2028, 1, 1)) if finding.is_fault} == {"stale"}


@pytest.mark.parametrize(
    "note",
    [
        "735 ILCS 5/15-1508(e) (named in il.yml as read by earlier research)",
        "no statute found",
        "Ley 210-2015 (the article was not read)",
        "contract terms",
        "17th Judicial Circuit, as read by the audit of November 2026",
    ],
)
def test_a_note_to_ourselves_is_no_citation(folder: Path, note: str) -> None:
    spoil(folder, "judicial.citations.0.cite", note)
    assert faults(findings(directory=folder)) == [("citation", "judicial.citations[0].cite")]


@pytest.mark.parametrize(
    "cite", ["Caveat v. Notebook, 1 Ill. 2d 3 (1954)", "O.C.G.A. 9-11-12(a); Day v. Norman, 207 Ga. App. 37 (1993)"]
)
def test_a_case_is_a_citation(folder: Path, cite: str) -> None:
    spoil(folder, "judicial.citations.0.cite", cite)
    assert faults(findings(directory=folder)) == []


def test_a_page_that_sells_answers_is_no_source_of_law(folder: Path) -> None:
    spoil(folder, "judicial.citations.0.href", "https://www.docdraft.ai/legal-guides/respond-to-a-lawsuit/illinois")
    assert faults(findings(directory=folder)) == [("citation", "judicial.citations[0].href")]
