"""Reading law files: what a good file gives, and how a bad one is named."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from leeward import law
from leeward.core.facts import UNKNOWN, Fact, Facts
from leeward.law import LawFileError
from leeward.law.model import cited

ILLINOIS = Path(law.US / "il.yml")


@pytest.fixture
def illinois(tmp_path: Path) -> Path:
    """A copy of the Illinois file that a test may spoil."""
    return Path(shutil.copy(ILLINOIS, tmp_path / "il.yml"))


def spoil(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_illinois_allows_a_deficiency_after_a_court_foreclosure_and_sells_homes_no_other_way() -> None:
    illinois = law.jurisdiction("IL")
    assert illinois.judicial.standing == "allowed"
    assert cited(illinois.judicial.citations) == "735 ILCS 5/15-1508(e)"
    assert illinois.nonjudicial.standing == "not_used"
    assert illinois.as_of == date(2026, 11, 23)


def test_illinois_counts_the_time_to_catch_up_from_service(illinois: Path) -> None:
    told = law.load(illinois).reinstatement
    assert told is not None
    assert (told.days, told.counts_from) == (90, "service")


def test_a_time_limit_can_only_run_from_an_event_that_a_homeowner_is_asked_for(illinois: Path) -> None:
    spoil(illinois, "counts_from: service", "counts_from: full_moon")
    with pytest.raises(LawFileError, match=r"il\.yml, at reinstatement"):
        law.load(illinois)


def test_a_file_is_read_once() -> None:
    assert law.jurisdiction("IL") is law.jurisdiction("IL")


def test_an_unknown_code_is_said_to_have_no_file() -> None:
    with pytest.raises(KeyError, match="no law file for 'ZZ'"):
        law.jurisdiction("ZZ")


def test_the_law_for_a_home_is_that_of_its_state() -> None:
    assert law.law_for(Facts().learn("state", "IL")) is law.jurisdiction("IL")


@pytest.mark.parametrize("facts", [Facts(), Facts().learn("state", UNKNOWN), Facts({"state": Fact("GU")})])
def test_a_home_in_no_known_state_or_one_without_a_file_has_no_law(facts: Facts) -> None:
    assert law.law_for(facts) is None


def test_a_value_that_is_none_of_the_choices_is_named_with_its_place(illinois: Path) -> None:
    spoil(illinois, "customary: judicial", "customary: by_duel")
    with pytest.raises(LawFileError, match=r"il\.yml, at customary: 'by_duel' is not one of"):
        law.load(illinois)


def test_a_place_inside_a_list_is_named(illinois: Path) -> None:
    spoil(illinois, "effect: barred", "effect: bared")
    with pytest.raises(LawFileError) as caught:
        law.load(illinois)
    assert caught.value.file == "il.yml"
    assert caught.value.place.startswith("protections[")
    assert caught.value.place.endswith("].effect")


def test_an_unquoted_no_is_not_taken_for_an_answer(illinois: Path) -> None:
    spoil(illinois, "customary: judicial", "customary: no")
    with pytest.raises(LawFileError, match="customary: False is not one of"):
        law.load(illinois)


def test_a_day_that_is_not_in_the_calendar_is_refused(illinois: Path) -> None:
    spoil(illinois, "as_of: 2026-11-23", 'as_of: "2026-02-30"')
    with pytest.raises(LawFileError, match="as_of"):
        law.load(illinois)


def test_a_key_that_nobody_reads_is_refused(illinois: Path) -> None:
    spoil(illinois, "customary: judicial", "customary: judicial\nverdict: guilty")
    with pytest.raises(LawFileError, match="verdict"):
        law.load(illinois)


def test_a_key_given_twice_is_refused_rather_than_half_ignored(illinois: Path) -> None:
    spoil(illinois, "customary: judicial", "customary: judicial\ncustomary: nonjudicial")
    with pytest.raises(LawFileError, match="the key customary is there twice"):
        law.load(illinois)


def test_what_is_not_yaml_is_named_with_its_line(illinois: Path) -> None:
    spoil(illinois, "customary: judicial", "customary: [judicial")
    with pytest.raises(LawFileError, match=r"il\.yml, at line \d+"):
        law.load(illinois)


def test_a_file_under_the_wrong_name_is_refused(illinois: Path) -> None:
    moved = illinois.rename(illinois.with_name("in.yml"))
    with pytest.raises(LawFileError, match=r"the file of IL is named il\.yml"):
        law.load(moved)


def test_the_customary_process_must_be_one_that_is_used(illinois: Path) -> None:
    spoil(illinois, "customary: judicial", "customary: nonjudicial")
    with pytest.raises(LawFileError, match="customary and not_used at once"):
        law.load(illinois)


def test_a_presumption_without_a_sentence_of_its_own_gets_the_general_one() -> None:
    assert law.presumption("moon_is_full") == law.words("presumes/other")
