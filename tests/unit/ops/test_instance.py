"""The note that a running Leeward leaves, and the environment that its processes share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leeward.ops import instance, paths
from leeward.ops.instance import Running

RUNNING = Running(chat="http://127.0.0.1:5005/", desk=None)
HOLDS_AND_WAITS = """
import time
from leeward.ops import instance
with instance.sole():
    instance.Running(chat="http://127.0.0.1:5005/", desk=None).save()
    print(flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    return tmp_path


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs a Leeward on the same folder."""
    begun = subprocess.Popen([sys.executable, "-c", HOLDS_AND_WAITS], cwd=paths.PROJECT, stdout=subprocess.PIPE)
    assert begun.stdout is not None
    begun.stdout.readline()
    yield begun
    begun.kill()
    begun.wait()


def test_where_nothing_was_started_nothing_runs() -> None:
    assert Running.load() is None


def test_whoever_comes_later_finds_what_runs(other: subprocess.Popen[bytes]) -> None:
    assert Running.load() == RUNNING


def test_what_was_stopped_is_not_found(folder: Path) -> None:
    with instance.sole():
        RUNNING.save()
    assert Running.load() is None
    assert not (folder / "running.json").exists()


def test_what_was_killed_is_not_found_and_its_note_is_deleted(folder: Path, other: subprocess.Popen[bytes]) -> None:
    other.kill()
    other.wait()
    assert (folder / "running.json").exists()
    assert Running.load() is None
    assert not (folder / "running.json").exists()


def test_a_folder_is_held_by_one_and_the_next_is_told_where_it_runs(folder: Path, other: subprocess.Popen[bytes]) -> None:
    with pytest.raises(instance.AlreadyRunning, match=r"http://127\.0\.0\.1:5005/.*LEEWARD_VAR"), instance.sole():
        pass
    other.kill()
    other.wait()
    with instance.sole():
        assert Running.load() is None


@pytest.mark.parametrize("half", ["", "{", '{"chat": "x"}', "[1, 2]", '{"chat": "x", "desk": null, "more": 2}'])
def test_a_note_that_cannot_be_read_tells_nothing(folder: Path, half: str) -> None:
    (folder / "running.json").write_text(half, encoding="utf-8")
    with instance.sole():
        assert Running.load() is None
    assert Running.load() is None


def test_the_parts_share_one_data_folder(folder: Path) -> None:
    assert instance.environment()["LEEWARD_VAR"] == str(folder)


def test_what_the_operator_set_stays_and_what_is_empty_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_ACTIONS_URL", "http://actions.internal/webhook")
    monkeypatch.setenv("LEEWARD_DATABASE_URL", "")
    shared = instance.environment()
    assert shared["LEEWARD_ACTIONS_URL"] == "http://actions.internal/webhook"
    assert "LEEWARD_DATABASE_URL" not in shared


def test_telemetry_is_off_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    assert instance.environment()["RASA_TELEMETRY_ENABLED"] == "false"
