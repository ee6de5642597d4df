"""The law as a lawyer prints and signs it, and the table of all states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args, get_type_hints

import pytest

from leeward import law
from leeward.law import report
from leeward.law.fair_value import Applies
from leeward.law.files import read_as
from leeward.law.model import Confidence, Effect, OptionLaw, Standing

VALUES = (Confidence, Standing, Effect, Applies, get_type_hints(OptionLaw)["deficiency"])


def test_an_unreviewed_file_says_so_and_leaves_room_to_sign() -> None:
    printed = report.show(law.jurisdiction("IL"), "en")
    assert printed.startswith("Deficiency law: Illinois (IL)")
    assert "As of: 2026-11-23" in printed
    assert "Reviewed: not yet reviewed by a lawyer" in printed
    assert "Signature: ____" in printed


def test_a_signed_file_names_who_and_when() -> None:
    signed = replace(law.jurisdiction("IL"), reviewed_by="A. Lawyer", reviewed_on=date(2026, 12, 1))
    assert "Reviewed: by A. Lawyer on 2026-12-01" in report.show(signed, "en")


def test_the_spanish_print_is_in_spanish() -> None:
    printed = report.show(law.jurisdiction("IL"), "es")
    assert "todavía no revisado por un abogado" in printed
    assert "Signature" not in printed


def test_low_confidence_cannot_be_overlooked() -> None:
    assert "Confidence: LOW" in report.show(replace(law.jurisdiction("IL"), confidence="low"), "en")


def test_what_the_research_left_open_is_printed() -> None:
    asked = replace(law.jurisdiction("IL"), open_questions=("Did the bill become law?",))
    assert "- Did the bill become law?" in report.show(asked, "en")


def test_lines_fit_the_page() -> None:
    text = report.show(law.jurisdiction("IL"), "en")
    # An address is never broken, so that it can be followed.
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= 100


def test_the_table_has_one_row_a_jurisdiction() -> None:
    rows = report.table()
    assert [row.code for row in rows] == list(law.codes())
    illinois = next(row for row in rows if row.code == "IL")
    assert (illinois.customary, illinois.judicial, illinois.nonjudicial) == ("judicial", "allowed", "not_used")
    assert illinois.fair_value == "no"
    assert not illinois.reviewed


def test_the_printed_table_has_a_heading_and_the_same_rows() -> None:
    heading, *lines = report.table_text().splitlines()
    assert heading.split()[:3] == ["code", "name", "customary"]
    assert [line.split()[0] for line in lines] == list(law.codes())


@pytest.mark.parametrize("value", sorted({value for values in VALUES for value in get_args(values)}))
def test_every_value_that_a_law_file_may_hold_is_printed_in_words(value: str) -> None:
    words = read_as(law.HERE / "report_labels.yml", report.ReportLabels).values[value]
    assert words.en
    assert words.es
