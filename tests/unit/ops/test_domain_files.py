"""The domain as its files hold it together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from leeward.ops import domain_files, paths

SAYS_HELLO = "responses:\n  say_hello:\n    - text: Hello.\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "domain" / "responses").mkdir(parents=True)
    (tmp_path / "domain.yml").write_text("actions: [action_greet]\n", encoding="utf-8")
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    domain_files.responses.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    yield
    domain_files.responses.cache_clear()


def test_responses_come_from_every_file_of_the_folder(project: Path) -> None:
    (project / "domain" / "responses" / "opening.yml").write_text(SAYS_HELLO, encoding="utf-8")
    assert list(domain_files.responses()) == ["say_hello"]


def test_a_response_that_stands_in_two_files_is_named(project: Path) -> None:
    for name in ("opening.yml", "topics.yml"):
        (project / "domain" / "responses" / name).write_text(SAYS_HELLO, encoding="utf-8")
    with pytest.raises(ValueError, match=r"topics\.yml repeats say_hello"):
        domain_files.responses()


def test_the_wordings_of_a_question_are_those_of_its_response() -> None:
    assert domain_files.prompt_variants("stage") == {"first", "again", "third"}
    assert domain_files.prompt_variants("home_value") == {"first", "again", "choices"}
    assert domain_files.prompt_variants("idle") == set()
