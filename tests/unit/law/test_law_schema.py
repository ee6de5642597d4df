"""The shape of a law file: what it refuses, and that schema.json says the same."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import jsonschema
import msgspec
import pytest

from leeward import law
from leeward.core.facts import SPECS
from leeward.core.language import Words
from leeward.law import model, schema
from leeward.law.files import LawFileError, differences, shaped
from leeward.law.model import Jurisdiction


def illinois_with(place: str, value: Any) -> Any:
    """The plain values of the Illinois file with `value` at `place`, as in "judicial.citation"."""
    data = law.read_yaml(law.US / "il.yml")
    *outer, last = place.split(".")
    part = data
    for name in outer:
        part = part[int(name)] if name.isdigit() else part[name]
    part[int(last) if last.isdigit() else last] = value
    return data


def test_schema_json_is_what_the_dataclasses_say() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), "run: python tools/write_law_schema.py"


def test_schema_json_by_itself_accepts_every_law_file() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema.FILE.read_text(encoding="utf-8")))
    assert [code for code in law.codes() if not validator.is_valid(law.read_yaml(law.US / f"{code.lower()}.yml"))] == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("code", "Il"),
        ("confidence", "sure"),
        ("reviewed_by", ""),
        ("reviewed_on", "yesterday"),
        ("name", "Illinois"),
        ("summary.en", ""),
        ("summary.es", ""),
        ("summary.fr", "Bonjour"),
        ("sources", [""]),
        ("judicial.citations.0.cite", ""),
        ("judicial.note", "a key that nobody reads"),
        ("reinstatement.days", -1),
        ("reinstatement.days", "90"),
        ("reinstatement.months", 1.5),
        ("deed_in_lieu.deficiency", "gone"),
        ("junior_liens.standing", "open"),
        ("protections.0.id", "Not A Slug"),
        ("protections.0.share", "1.5"),
        ("protections.0.share", 0.5),
        ("protections.0.effective_from", "2026-02-30"),
        ("protections.0.when.process", "both"),
        ("protections.0.when.units_max", 0),
        ("protections.0.when.loan_type", []),
        ("protections.0.when.loan_purpose", ["purchase", "purchase"]),
        ("protections.0.when.occupancy", ["castle"]),
        ("protections.0.when.presumes", ["Not a slug"]),
        ("protections.0.when.acres_max", 2),
        ("protections.0.when.after", "deed_in_lieu"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_place(place: str, value: Any) -> None:
    with pytest.raises(LawFileError) as caught:
        shaped(illinois_with(place, value), Jurisdiction, "il.yml")
    named = re.sub(r"\.(\d+)", r"[\1]", place)
    message = f"{caught.value.place} {caught.value.message}"
    assert caught.value.place.startswith(named.rpartition(".")[0])
    assert named.rpartition(".")[2] in message
    assert "\n" not in message


def test_a_statement_must_name_both_languages() -> None:
    data = illinois_with("summary", {"en": "In Illinois …"})
    assert differences(data, Jurisdiction) == [("summary", "'es' is a required property")]


def test_a_value_that_may_be_left_out_is_told_what_it_should_be_and_not_that_it_is_no_null() -> None:
    faults = differences(illinois_with("reinstatement.days", "90"), Jurisdiction)
    assert faults == [("reinstatement.days", "'90' is not of type 'integer'")]


def test_a_statement_is_read_into_words_without_a_builder() -> None:
    assert msgspec.convert({"en": "The rest.", "es": None}, Words) == Words("The rest.", None)


@pytest.mark.parametrize(
    ("fact", "choices"), [("loan_purpose", model.LoanPurpose), ("loan_type", model.LoanType), ("occupancy", model.Occupancy)]
)
def test_a_condition_can_name_what_a_homeowner_can_answer(fact: str, choices: Any) -> None:
    assert get_args(choices) == SPECS[fact].choices
