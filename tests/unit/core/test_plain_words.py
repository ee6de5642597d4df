"""Everything said can be read by someone with eight years of school, in English and in Spanish.

English: Flesch-Kincaid grade (Kincaid et al. 1975), at most 8. Spanish: the Fernández-Huerta ease (1959), at least 60, which
is "normal". Citations are left out, since nobody reads them for the sense; what is filled in is replaced by plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import textstat
import yaml

from leeward import law
from leeward.core.language import Words
from leeward.law import federal, notes, persons
from leeward.ops import domain_files

HARDEST_GRADE = 8.0
LEAST_EASE = 60.0
# Two or three words have no grade.
FEWEST_WORDS = 6
RESPONSES = domain_files.responses()
# Fixed by law or by the firm's attorney, word for word.
FIXED = {"say_debt_relief_agency"}

FILLINGS = {"firm": "Atlas", "firm_phone": "", "firm_hours": "", "law": "", "citation": "", "citations": "", "noted": ""}
CITED = re.compile(r"\((?:[^()]|\([^()]*\))*(?:\d|ILCS|C\.G\.S|Stat|Code|Rule)(?:[^()]|\([^()]*\))*\)")


def responses(language: str) -> Iterator[tuple[str, str]]:
    for name, variations in RESPONSES.items():
        for number, variation in enumerate(variations):
            spoken = next((c["value"] for c in variation.get("condition", []) if c["name"] == "language"), "en")
            if spoken == language and name not in FIXED:
                yield f"{name}[{number}]", variation["text"]


def statements(language: str) -> Iterator[tuple[str, str]]:
    for code in law.codes():
        yield f"{code}/summary", _in(law.jurisdiction(code).summary, language)
    for name, fact in federal.facts().items():
        yield f"federal/{name}", _in(fact.words, language)
    for rule in (*persons.read().rules, *persons.read().federal_claims, *persons.read().also):
        yield f"persons/{rule.id}", _in(rule.words, language)
    for note in notes.every().values():
        yield f"notes/{note.id}", _in(note.words, language)
    options = yaml.safe_load((law.HERE / "options.yml").read_text("utf-8"))["options"]
    for option in options:
        parts = [option[part][language] for part in ("what", "stops", "deficiency", "clock", "caution")]
        yield f"options/{option['id']}", " ".join(parts)


def _in(words: Words, language: str) -> str:
    return words.in_language("es" if language == "es" else "en")


def plain(text: str) -> str:
    filled = re.sub(r"\{(\w+)\}", lambda match: FILLINGS.get(match.group(1), "this"), text)
    return " ".join(CITED.sub("", filled).split())


def cases(language: str) -> list[Any]:
    found = [*responses(language), *statements(language)]
    return [pytest.param(plain(text), id=name) for name, text in found if len(plain(text).split()) >= FEWEST_WORDS]


@pytest.mark.parametrize("text", cases("en"))
def test_english_can_be_read_after_eight_years_of_school(text: str) -> None:
    textstat.set_lang("en")
    assert textstat.flesch_kincaid_grade(text) <= HARDEST_GRADE, text


@pytest.mark.parametrize("text", cases("es"))
def test_spanish_is_no_harder_than_normal(text: str) -> None:
    textstat.set_lang("es")
    assert textstat.fernandez_huerta(text) >= LEAST_EASE, text
