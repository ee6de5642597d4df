"""What is true of every law file that ships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

import pytest

from leeward import law
from leeward.core.facts import STATES
from leeward.core.language import Words
from leeward.law import check, report
from leeward.law.model import Jurisdiction


def test_every_state_has_a_law_file() -> None:
    assert set(law.codes()) == set(STATES)


@pytest.mark.parametrize("code", law.codes())
def test_a_file_loads_under_its_own_code(code: str) -> None:
    assert law.jurisdiction(code).code == code


def test_no_file_has_a_fault_on_the_day_of_its_research() -> None:
    assert [str(finding) for finding in check.findings(on=date(2026, 11, 23)) if finding.is_fault] == []


@pytest.mark.parametrize("code", law.codes())
def test_english_and_spanish_carry_the_same_figures(code: str) -> None:
    told = {place: w for place, w in _words_in(law.jurisdiction(code), "") if w.es is not None}
    differing = {place: (_figures(w.en), _figures(w.es)) for place, w in told.items() if _figures(w.en) != _figures(w.es)}
    assert differing == {}


@pytest.mark.parametrize("code", law.codes())
def test_no_sentence_is_left_in_english(code: str) -> None:
    untranslated = [place for place, words in _words_in(law.jurisdiction(code), "") if words.en == words.es and place != "name"]
    assert untranslated == []


@pytest.mark.parametrize("code", law.codes())
def test_what_is_taken_as_given_has_a_sentence_of_its_own(code: str) -> None:
    taken = {slug for protection in law.jurisdiction(code).protections for slug in protection.when.presumes}
    general = law.words("presumes/other")
    assert [slug for slug in sorted(taken) if law.presumption(slug) == general] == []


@pytest.mark.parametrize("code", law.codes())
def test_a_reduced_deficiency_with_a_share_is_a_share_of_the_gap(code: str) -> None:
    shares = [protection.share for protection in law.jurisdiction(code).protections if protection.share is not None]
    assert all(0 < share <= 1 for share in shares)


@pytest.mark.parametrize("code", law.codes())
def test_the_printed_law_brings_every_citation_in_both_languages(code: str) -> None:
    jurisdiction = law.jurisdiction(code)
    for language in ("en", "es"):
        printed = _one_line(report.show(jurisdiction, language))
        statements = (*jurisdiction.protections, *(provision for _, provision in jurisdiction.provisions))
        sources = [source.cite for statement in statements for source in statement.citations]
        assert [cite for cite in sources if _one_line(cite) not in printed] == []


def _words_in(value: object, place: str) -> Iterator[tuple[str, Words]]:
    if isinstance(value, Words):
        yield place, value
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _words_in(inner, f"{place}[{index}]")
    elif isinstance(value, Jurisdiction) or is_dataclass(value):
        for field in fields(value):  # type: ignore[arg-type]
            yield from _words_in(getattr(value, field.name), f"{place}.{field.name}".removeprefix("."))


def _figures(text: str) -> set[str]:
    return {figure.replace(",", "") for figure in re.findall(r"\d+(?:[.,]\d+)*", text)}


def _one_line(text: str) -> str:
    return " ".join(text.split())
