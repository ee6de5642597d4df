"""Processes are started, watched, started again, and all of them stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leeward.ops import supervisor
from leeward.ops.ports import Ports
from leeward.ops.supervisor import ProcessGroup, StartFailed

PORTS = Ports(chat=1005, desk=1080)
SLEEPS = "import time; print(flush=True); time.sleep(600)"
IGNORES_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
ENDS = "print(flush=True)"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    return tmp_path


@pytest.fixture
def parts() -> Iterator[ProcessGroup]:
    group = ProcessGroup(PORTS)
    yield group
    for process in group.processes.values():
        process.kill()
        process.wait()


def process(program: str) -> subprocess.Popen[bytes]:
    """A process that has come as far as its first line of output."""
    begun = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert begun.stdout is not None
    begun.stdout.readline()
    return begun


def test_what_ended_by_itself_is_known_by_name(parts: ProcessGroup) -> None:
    parts.processes = {"desk": process(SLEEPS), "assistant": process(ENDS)}
    parts.processes["assistant"].wait()
    assert parts.stopped() == ["assistant"]


def test_stopping_ends_every_process(parts: ProcessGroup) -> None:
    parts.processes = {"desk": process(SLEEPS), "assistant": process(SLEEPS)}
    parts.stop()
    assert [part.returncode for part in parts.processes.values()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_process_that_does_not_end_when_asked_is_killed(parts: ProcessGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0)
    parts.processes = {"assistant": process(IGNORES_SIGTERM)}
    parts.stop()
    assert parts.processes["assistant"].wait() == -signal.SIGKILL


def test_who_asks_a_second_time_does_not_wait(parts: ProcessGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    parts.processes = {"assistant": process(IGNORES_SIGTERM), "desk": process(IGNORES_SIGTERM)}
    hurried = parts.processes["desk"]
    wait = hurried.wait

    def asked_again(seconds: float | None = None) -> int:
        if seconds is not None:
            raise KeyboardInterrupt
        return wait()

    monkeypatch.setattr(hurried, "wait", asked_again)
    with pytest.raises(KeyboardInterrupt):
        parts.stop()
    assert [part.returncode for part in parts.processes.values()] == [-signal.SIGKILL, -signal.SIGKILL]


def test_a_part_that_ends_is_started_again_and_that_is_said(parts: ProcessGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(supervisor, "_start", lambda part, ports: process(SLEEPS))
    monkeypatch.setattr(supervisor.time, "sleep", interrupted)
    parts.processes = {"desk": process(ENDS)}
    parts.processes["desk"].wait()
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        supervisor.keep_running(parts, said.append)
    assert parts.stopped() == []
    assert len(said) == 1
    assert said[0].startswith("The desk process stopped; starting it again. Its log is ")


def test_the_log_of_yesterday_is_moved_away(folder: Path, parts: ProcessGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(supervisor.time, "sleep", interrupted)
    parts.processes = {"desk": process(SLEEPS)}
    log = supervisor._log("desk")
    log.write_text("ERROR of yesterday\n", encoding="utf-8")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    os.utime(log, (yesterday, yesterday))
    with pytest.raises(KeyboardInterrupt):
        supervisor.keep_running(parts, lambda line: None)
    (copy,) = (folder / "log").glob("desk.log.*")
    assert (copy.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")) == ("ERROR of yesterday\n", "")


def test_a_part_that_lives_and_does_not_answer_is_ended_and_started_again(
    parts: ProcessGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter(range(supervisor.MOST_SILENCES + 1))

    def interrupted(seconds: float) -> None:
        if next(looks) == supervisor.MOST_SILENCES:
            raise KeyboardInterrupt

    monkeypatch.setattr(supervisor, "_start", lambda part, ports: process(SLEEPS))
    monkeypatch.setattr(supervisor, "_answers", lambda part, ports: part != "assistant")
    monkeypatch.setattr(supervisor.time, "sleep", interrupted)
    hung, well = process(SLEEPS), process(SLEEPS)
    parts.processes = {"assistant": hung, "desk": well}
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        supervisor.keep_running(parts, said.append)
    assert hung.poll() == -signal.SIGKILL
    assert parts.processes["assistant"] is not hung
    assert parts.processes["desk"] is well
    assert said[0].startswith("The assistant process does not answer; it is ended. Its log is ")


def test_a_part_that_ends_while_starting_is_named_with_its_log_and_all_are_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: dict[str, subprocess.Popen[bytes]] = {}

    def start(part: str, ports: Ports) -> subprocess.Popen[bytes]:
        begun[part] = process(ENDS if part == "assistant" else SLEEPS)
        if part == "assistant":
            begun[part].wait()
        return begun[part]

    monkeypatch.setattr(supervisor, "_start", start)
    with pytest.raises(StartFailed) as failed, supervisor.running(PORTS, desk=True, say=lambda line: None):
        pass
    assert str(failed.value) == f"The assistant process stopped while starting; its log is {folder}/log/assistant.log."
    assert set(begun) == {"assistant", "desk"}
    assert all(part.poll() is not None for part in begun.values())


@pytest.fixture
def handlers() -> Iterator[None]:
    """Leaves the signals of the tests themselves as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_interrupts_like_ctrl_c(asked: signal.Signals) -> None:
    supervisor.end_on_signals()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), asked)


@pytest.mark.usefixtures("handlers")
def test_under_nohup_a_closed_terminal_ends_nothing() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    supervisor.end_on_signals()
    os.kill(os.getpid(), signal.SIGHUP)


@pytest.mark.usefixtures("handlers")
def test_ctrl_c_ends_what_a_shell_started_with_it_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    supervisor.end_on_signals()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
