"""The note that a running Leeward leaves, and the environment that its processes share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leeward.ops import instance
from leeward.ops.instance import Running
from leeward.ops.ports import Ports

PORTS = Ports(chat=1005, desk=1080)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    return tmp_path


def started(pid: int) -> Running:
    return Running(chat="http://127.0.0.1:5005/", desk=None, pid=pid)


def test_where_nothing_was_started_nothing_runs() -> None:
    assert Running.load() is None


def test_whoever_comes_later_finds_what_runs() -> None:
    started(os.getpid()).save()
    assert Running.load() == started(os.getpid())


def test_what_was_stopped_is_not_found() -> None:
    started(os.getpid()).save()
    Running.delete()
    assert Running.load() is None


def test_a_note_left_by_a_process_that_is_gone_is_deleted(folder: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    started(gone.pid).save()
    assert Running.load() is None
    assert not (folder / "running.json").exists()


@pytest.mark.parametrize("half", ["", "{", '{"chat": "x"}', "[1, 2]", '{"chat": "x", "desk": null, "pid": 1, "more": 2}'])
def test_a_note_that_cannot_be_read_is_deleted(folder: Path, half: str) -> None:
    (folder / "running.json").write_text(half, encoding="utf-8")
    assert Running.load() is None
    assert not (folder / "running.json").exists()


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
