"""However a Leeward is ended, nothing of it is left behind and the next start works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from harness import ANSWER_SECONDS, leeward, pids, until

from leeward.ops import instance, paths
from leeward.ops.instance import Running
from leeward.ops.ports import Ports, is_taken


@dataclass
class Made:
    """What `make run` starts, on ports and a data folder of its own."""

    var: Path
    ports: Ports = field(default_factory=Ports.free)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begins to run it."""
        environment = {
            **instance.environment(),
            "LEEWARD_VAR": str(self.var),
            "LEEWARD_CHAT_PORT": str(self.ports.chat),
            "LEEWARD_DESK_PORT": str(self.ports.desk),
        }
        # What is installed is what is tested: `sync` counts as made.
        command = ["make", "--assume-old=sync", "run"]
        self.process = subprocess.Popen(
            command, env=environment, cwd=paths.PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def wait(self) -> None:
        """Waits until it says that it is ready."""
        assert self.process is not None
        assert self.process.stdout is not None
        told = ""
        while "Ctrl-C" not in told:
            line = self.process.stdout.readline()
            assert line, told
            told += line

    def parts(self) -> list[int]:
        """The processes that serve."""
        served = (("assistant", self.ports.chat), ("desk", self.ports.desk))
        return [pid for part, port in served for pid in pids(f"leeward.cli.serve {part} {port}")]

    def is_gone(self) -> bool:
        """Whether nothing of it is left."""
        return not self.parts() and not is_taken(self.ports.chat) and not is_taken(self.ports.desk)

    def end(self) -> None:
        """Ends what a test has left."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Not started yet; ended after the test."""
    leeward_here = Made(tmp_path)
    yield leeward_here
    leeward_here.end()


def supervisor_of(made: Made) -> int:
    """The process that watches the parts."""
    told = subprocess.run(["ps", "-o", "ppid=", "-p", str(made.parts()[0])], capture_output=True, text=True, check=True)
    return int(told.stdout)


def test_nothing_is_left_by_kill_9_and_the_next_start_works(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_VAR", str(made.var))
    made.start()
    made.wait()
    assert Running.load() is not None
    assert "runs already" in leeward("up", LEEWARD_VAR=str(made.var)).stderr
    os.kill(supervisor_of(made), signal.SIGKILL)
    until(made.is_gone)
    assert (made.var / "running.json").exists()
    assert Running.load() is None

    # The next one gets as far as its parts, and is asked to end while they still load.
    made.start()
    until(lambda: len(made.parts()) == 2)
    assert made.process is not None
    made.process.terminate()
    until(made.is_gone)
    made.process.communicate(timeout=ANSWER_SECONDS)
    assert not (made.var / "running.json").exists()


def test_a_command_ends_on_ctrl_c_also_where_a_shell_started_it_with_that_ignored() -> None:
    begun = subprocess.Popen(
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-m", "leeward", "read", "--jsonl"],
        env=instance.environment(),
        cwd=paths.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert begun.stdin is not None
    assert begun.stdout is not None
    begun.stdin.write('{"text": "I owe 310k"}\n')
    assert "310000" in begun.stdout.readline()
    begun.send_signal(signal.SIGINT)
    begun.communicate(timeout=ANSWER_SECONDS)
    assert begun.returncode == 128 + signal.SIGINT
