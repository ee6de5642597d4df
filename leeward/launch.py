"""Starting and stopping the three processes of one machine: actions, assistant, desk."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from leeward import runtime
from leeward.runtime import Ports, Running

START_SECONDS = 120
STOP_SECONDS = 10


class StartFailed(Exception):
    """Something did not start; the text says what, and where its log is."""


def ensure_trained(say: Callable[[str], None]) -> None:
    """Trains a model for the present data unless there is one. Raises StartFailed if training fails."""
    if runtime.model_file().exists():
        return
    say("Training the assistant on its present data (about a minute, once) …")
    began = time.monotonic()
    log = _log("train")
    with log.open("w", encoding="utf-8") as out:
        command = [sys.executable, "-m", "leeward.cli", "train"]
        done = subprocess.run(
            command, env=runtime.environment(Ports.configured()), stdout=out, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0 or not runtime.model_file().exists():
        raise StartFailed(f"Training failed; its log is {log}.")
    say(f"Trained in {time.monotonic() - began:.0f} s.")


@contextlib.contextmanager
def running(ports: Ports, *, desk: bool, say: Callable[[str], None]) -> Iterator[Running]:
    """Everything started and answering; stopped again at the end, children first in reverse order.

    Raises StartFailed, naming the part and its log, when a part does not come up.
    """
    children: list[tuple[str, subprocess.Popen[bytes]]] = []
    try:
        children.append(("actions", _start("actions", ports)))
        children.append(("assistant", _start("assistant", ports)))
        if desk:
            children.append(("desk", _start("desk", ports)))
        say("Starting (the assistant loads its libraries first) …")
        _wait("actions", f"http://127.0.0.1:{ports.actions}/health", children)
        if desk:
            _wait("desk", f"http://127.0.0.1:{ports.desk}/health", children)
        _wait("assistant", f"http://127.0.0.1:{ports.chat}/health", children)
        yield Running(
            chat=f"http://127.0.0.1:{ports.chat}/",
            desk=f"http://127.0.0.1:{ports.desk}/" if desk else None,
            pid=os.getpid(),
        )
    finally:
        for _, child in reversed(children):
            child.terminate()
        for _, child in reversed(children):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_SECONDS)
            if child.poll() is None:
                child.kill()


def wait_for_end(children_alive: Callable[[], bool] = lambda: True) -> None:
    """Waits until Ctrl-C or a request to end."""
    signal.signal(signal.SIGTERM, _interrupt)
    while children_alive():
        time.sleep(0.5)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _start(part: str, ports: Ports) -> subprocess.Popen[bytes]:
    """One part as a process of its own, in its own process group so that Ctrl-C reaches us first."""
    with _log(part).open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "leeward.serve", part, str(_port_of(part, ports))],
            env=runtime.environment(ports),
            cwd=runtime.PROJECT,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def _port_of(part: str, ports: Ports) -> int:
    return {"actions": ports.actions, "assistant": ports.chat, "desk": ports.desk}[part]


def _log(part: str) -> Path:
    folder = runtime.var() / "log"
    folder.mkdir(exist_ok=True)
    return folder / f"{part}.log"


def _wait(part: str, url: str, children: list[tuple[str, subprocess.Popen[bytes]]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for name, child in children:
            if child.poll() is not None:
                raise StartFailed(f"The {name} process stopped while starting; its log is {_log(name)}.")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        time.sleep(0.2)
    raise StartFailed(f"The {part} process did not answer within {START_SECONDS} s; its log is {_log(part)}.")
