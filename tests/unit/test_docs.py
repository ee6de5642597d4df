"""What the documents name is there: files, folders, tests and the pages they link to."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("actions", "data", "docs", "domain", "leeward", "tests", "tools")
_URL = re.compile(r"https?://\S+")
# A path from the root ("leeward/nlu/", "docs/cli.md"), or the name of a file with or without its folder ("channels/web.py").
_FROM_ROOT = re.compile(rf"(?<![\w./-])(?:{'|'.join(FOLDERS)})/[\w./*-]*")
_FILE = re.compile(r"(?<![\w./*{-])[\w-]+(?:/[\w.-]+)*\.(?:py|yml|jsonl)\b")
_LINK = re.compile(r"\]\(([^)#\s]+)")
_TEST = re.compile(r"\btest_\w+\b(?!\.py)")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)


def documents() -> Iterator[Path]:
    yield from (ROOT / name for name in ("README.md", "CONTRIBUTING.md") if (ROOT / name).exists())
    yield from sorted((ROOT / "docs").rglob("*.md"))


def commented() -> list[Path]:
    """The YAML files whose comments point at other files."""
    return [
        *ROOT.glob("*.yml"),
        *(path for folder in ("domain", "data", "leeward") for path in sorted((ROOT / folder).rglob("*.yml"))),
    ]


@functools.cache
def files() -> frozenset[str]:
    """Every file of the project, by its path from the root."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return frozenset(str(path.relative_to(ROOT)) for path in [*found, *ROOT.iterdir()] if path.is_file())


@functools.cache
def defined_tests() -> frozenset[str]:
    """The names of all test functions and test modules."""
    modules = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "tests").rglob("test_*.yml")]
    functions = (name for path in modules for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return frozenset([*functions, *(path.stem for path in modules)])


def missing(text: str) -> list[str]:
    """The files and folders that a text names and that are not there. Rasa's own files are not ours to check."""
    text = _URL.sub("", text)
    from_root = {name.rstrip(".") for name in _FROM_ROOT.findall(text)}
    by_name = {name for name in _FILE.findall(text) if not name.startswith("rasa/")} - from_root
    return sorted(
        [name for name in from_root if not any(ROOT.glob(name.rstrip("/")))]
        + [name for name in by_name if not any(f"/{file}".endswith(f"/{name}") for file in files())]
    )


DOCUMENTS = [str(path.relative_to(ROOT)) for path in documents()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(name: str) -> None:
    assert missing((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_page_that_a_document_links_to_is_there(name: str) -> None:
    links = [link for link in _LINK.findall((ROOT / name).read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_test_that_a_document_names_is_there(name: str) -> None:
    assert sorted(set(_TEST.findall((ROOT / name).read_text(encoding="utf-8"))) - defined_tests()) == []


def test_every_file_that_a_comment_of_a_data_file_names_is_there() -> None:
    comments = {path: " ".join(_COMMENT.findall(path.read_text(encoding="utf-8"))) for path in commented()}
    assert {str(path): names for path, text in comments.items() if (names := missing(text))} == {}


def test_every_page_that_the_code_points_to_is_there() -> None:
    code = [path for folder in ("leeward", "actions") for path in (ROOT / folder).rglob("*.py")]
    named = {page for path in code for page in re.findall(r"\bdocs/[\w/.-]+\.md", path.read_text(encoding="utf-8"))}
    assert sorted(page for page in named if not (ROOT / page).exists()) == []


def test_the_glossary_is_in_alphabetical_order() -> None:
    rows = [
        line.split("|")[1] for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines() if "|" in line
    ]
    words = [re.sub(r"[^a-z]", " ", row.lower()).strip() for row in rows[2:]]
    assert words == sorted(words)


def test_every_decision_has_a_status_a_date_and_a_row_in_the_list() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"):
        decision = path.read_text(encoding="utf-8")
        assert re.search(r"^- Status: (accepted|proposed|superseded by \d+)$", decision, re.MULTILINE), path
        assert re.search(r"^- Date: \d{4}-\d\d-\d\d$", decision, re.MULTILINE), path
        assert f"({path.name})" in listed
