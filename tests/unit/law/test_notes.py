"""What is said to someone who has lost the home, or may lose it to something else than a mortgage."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leeward import law
from leeward.core.facts import SPECS
from leeward.core.language import Words
from leeward.law import LawFileError, notes

EACH_NOTE = pytest.mark.parametrize("note", [pytest.param(note, id=note.id) for note in notes.every().values()])


def test_a_note_is_found_by_its_id() -> None:
    assert "two months" in notes.after_loss()["federal-benefits"].words.en


def test_every_other_trouble_that_a_person_can_tell_has_its_note() -> None:
    troubles = {choice.replace("_", "-") for choice in SPECS["trouble"].choices if choice != "mortgage"}
    assert troubles <= set(notes.other_losses())


@EACH_NOTE
def test_a_note_that_nobody_has_seen_in_writing_sends_to_a_lawyer(note: notes.Note) -> None:
    assert note.citations
    if all(source.seen == "memory" for source in note.citations):
        assert "A lawyer should check." in note.words.en
        assert "Un abogado debe revisarlo." in note.words.in_language("es")


@EACH_NOTE
def test_a_note_carries_the_same_figures_in_both_languages(note: notes.Note) -> None:
    assert figures(note.words.en) == figures(note.words.in_language("es"))


def test_an_id_that_stands_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = law.read_yaml(notes.AFTER_LOSS)
    twice = notes.NotesFile(data["as_of"], None, (one(), one()))
    monkeypatch.setattr(notes, "read_as", lambda path, shape: twice)
    with pytest.raises(LawFileError, match="the id one is used more than once"):
        notes._read(tmp_path / "twice.yml")


def one() -> notes.Note:
    return notes.Note("one", Words("One.", "Uno."), (), "high")


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))
