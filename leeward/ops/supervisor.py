"""Starts, watches and stops the processes of one machine: the assistant, in which the actions run, and the desk."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from leeward.core.firm import firm
from leeward.ops import instance, logs, model_files, paths
from leeward.ops.instance import Running
from leeward.ops.ports import Ports

START_SECONDS = 120
STOP_SECONDS = 10
POLL_SECONDS = 2.0
# So many looks in a row that find no answer, each with a deadline, mean that a process hangs: it lives, and serves nobody.
MOST_SILENCES = 3
# Longer than the assistant itself waits for a database that stands still (leeward/records/database.py), and than anyone waits
# in a rush: who is slow is not ended.
ANSWER_SECONDS = 20.0


class StartFailed(Exception):
    """Training or a process failed to start; the text says which, and where its log is."""


def ensure_trained(say: Callable[[str], None]) -> None:
    """Trains a model for the present data unless there is one. Raises StartFailed if training fails."""
    if model_files.model_file().exists():
        return
    say("Training the assistant on its present data (about a minute, once) …")
    began = time.monotonic()
    log = _log("train")
    with log.open("w", encoding="utf-8") as out:
        command = [sys.executable, "-m", "leeward", "train"]
        done = subprocess.run(command, env=instance.environment(), stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0 or not model_files.model_file().exists():
        raise StartFailed(f"Training failed; its log is {log}.")
    say(f"Trained in {time.monotonic() - began:.0f} s.")


@dataclass
class ProcessGroup:
    """The started processes, by the name of their part: assistant, desk."""

    ports: Ports
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, part: str) -> None:
        """Starts a part; one that is in the group under this name is replaced and must have ended."""
        self.processes[part] = _start(part, self.ports)

    def stopped(self) -> list[str]:
        """The parts whose process has ended."""
        return [part for part, process in self.processes.items() if process.poll() is not None]

    def stop(self) -> None:
        """Sends SIGTERM to all, the last started first, and SIGKILL to those that still run after STOP_SECONDS each.

        Who asks a second time to end (KeyboardInterrupt) does not wait: the rest is killed at once.
        """
        for process in reversed(self.processes.values()):
            process.terminate()
        try:
            for process in reversed(self.processes.values()):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
        finally:
            for process in self.processes.values():
                process.kill()
                process.wait()


@contextlib.contextmanager
def running(ports: Ports, *, desk: bool, say: Callable[[str], None]) -> Iterator[tuple[Running, ProcessGroup]]:
    """Starts every part, waits until each answers, and stops them all when the block ends.

    Raises StartFailed where a part ends or does not answer within START_SECONDS.
    """
    parts = ProcessGroup(ports)
    try:
        for part in ("assistant", "desk") if desk else ("assistant",):
            parts.start(part)
        say("Starting (the assistant loads its libraries first) …")
        for part in parts.processes:
            _wait(part, f"http://127.0.0.1:{_port_of(part, ports)}/health", parts)
        chat, staff = f"http://127.0.0.1:{ports.chat}/", f"http://127.0.0.1:{ports.desk}/"
        yield Running(chat=chat, desk=staff if desk else None), parts
    finally:
        parts.stop()


def end_on_signals() -> None:
    """Makes SIGINT, SIGTERM and a closed terminal (SIGHUP) raise KeyboardInterrupt.

    SIGINT also where a shell started us with it ignored; SIGHUP not where nohup did.
    """
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _interrupt)


def keep_running(parts: ProcessGroup, say: Callable[[str], None]) -> None:
    """Starts again whatever ended by itself or does not answer any more, and says so. Rotates the logs.

    Returns only by KeyboardInterrupt (see end_on_signals).
    """
    silent = dict.fromkeys(parts.processes, 0)
    while True:
        for part in parts.processes:
            logs.rotate(_log(part), days=firm().retention.logs, now=datetime.now(UTC))
        for part in parts.processes:
            silent[part] = 0 if _answers(part, parts.ports) else silent.get(part, 0) + 1
            if silent[part] >= MOST_SILENCES and part not in parts.stopped():
                say(f"The {part} process does not answer; it is ended. Its log is {_log(part)}.")
                parts.processes[part].kill()
                parts.processes[part].wait()
                silent[part] = 0
        for part in parts.stopped():
            say(f"The {part} process stopped; starting it again. Its log is {_log(part)}.")
            parts.start(part)
        time.sleep(POLL_SECONDS)


def _answers(part: str, ports: Ports) -> bool:
    """Whether a part answers in time. Any answer will do: one that says that its database is away is no hanging."""
    try:
        httpx.get(f"http://127.0.0.1:{_port_of(part, ports)}/health", timeout=ANSWER_SECONDS)
    except httpx.HTTPError:
        return False
    return True


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _start(part: str, ports: Ports) -> subprocess.Popen[bytes]:
    """Starts a part in a session of its own, so that Ctrl-C in the terminal reaches only us and we stop the parts in order.

    It watches for our end, so that nothing is left behind where we had no time to stop it.
    """
    with _log(part).open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "leeward.cli.serve", part, str(_port_of(part, ports)), str(os.getpid())],
            env=instance.environment(),
            cwd=paths.PROJECT,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def _port_of(part: str, ports: Ports) -> int:
    return {"assistant": ports.chat, "desk": ports.desk}[part]


def _log(part: str) -> Path:
    folder = logs.folder()
    folder.mkdir(exist_ok=True)
    return folder / f"{part}.log"


def _wait(part: str, url: str, parts: ProcessGroup) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for stopped in parts.stopped():
            raise StartFailed(f"The {stopped} process stopped while starting; its log is {_log(stopped)}.")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        time.sleep(0.2)
    raise StartFailed(f"The {part} process did not answer within {START_SECONDS} s; its log is {_log(part)}.")
