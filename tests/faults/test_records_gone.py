"""Records that are deleted under a running Leeward: nothing is said to be saved, health tells, and nothing begins anew."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from harness import ANSWER_SECONDS, Person, Stack, started

from leeward.ops import instance, paths

FILES = ("records.sqlite3", "records.sqlite3-wal", "records.sqlite3-shm")
NOT_SAVED = "I couldn't save your message."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A started stack of its own, since its records go away."""
    with started(tmp_path_factory.mktemp("var"), desk=True) as running:
        yield running


@pytest.fixture
def away(stack: Stack, tmp_path: Path) -> Iterator[None]:
    """The records' files are gone for the length of a test."""
    moved = [name for name in FILES if (stack.var / name).exists()]
    for name in moved:
        (stack.var / name).rename(tmp_path / name)
    yield
    for name in moved:
        (tmp_path / name).rename(stack.var / name)


@pytest.fixture
def person(stack: Stack) -> Person:
    """Someone in the middle of a conversation."""
    someone = Person(stack)
    someone.open()
    someone.says("my house is in Chicago")
    assert someone.status == 200
    return someone


def test_whoever_writes_hears_that_it_was_not_saved(person: Person, away: None) -> None:
    person.says("I owe 310k")
    assert person.status == 503
    assert NOT_SAVED in person.text


def test_whoever_cries_for_help_is_answered_all_the_same(person: Person, away: None) -> None:
    person.says("I want to kill myself")
    assert person.status == 503
    assert "988" in person.text


def test_no_new_chat_is_opened(person: Person, away: None) -> None:
    assert httpx.post(f"{person.stack.chat}/chat/sessions", json={}).status_code == 503


def test_health_says_so_in_both_parts(person: Person, away: None) -> None:
    chat, desk = (httpx.get(f"{url}/health") for url in (person.stack.chat, person.stack.desk))
    assert (chat.status_code, desk.status_code) == (503, 503)
    told = "The records were removed or exchanged while Leeward ran, so it saves nothing more."
    assert chat.json()["error"].startswith(told)
    assert desk.text.startswith(told)


def test_no_page_of_the_desk_is_shown(person: Person, away: None) -> None:
    assert httpx.get(f"{person.stack.desk}/login/").status_code == 503


def test_no_empty_records_are_made_in_their_place(person: Person, away: None) -> None:
    person.says("I owe 310k")
    httpx.get(f"{person.stack.chat}/health")
    assert [name for name in FILES if (person.stack.var / name).exists()] == []


def test_a_part_that_is_started_then_ends_with_one_sentence(stack: Stack, person: Person, away: None) -> None:
    serve = [sys.executable, "-m", "leeward.cli.serve", "desk", "1"]
    done = subprocess.run(
        serve,
        env=instance.environment(),
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        timeout=ANSWER_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"There are no records at {stack.var / 'records.sqlite3'}; start with `leeward up`, or restore a backup.\n"
    )


def test_records_that_are_put_back_are_gone_on_with(person: Person, stack: Stack, tmp_path: Path) -> None:
    moved = [name for name in FILES if (stack.var / name).exists()]
    for name in moved:
        (stack.var / name).rename(tmp_path / name)
    person.says("I owe 310k")
    assert person.status == 503
    for name in moved:
        (tmp_path / name).rename(stack.var / name)
    person.says("I owe 310k")
    assert (person.status, person.state["facts"]["balance_owed"]) == (200, 310_000)
