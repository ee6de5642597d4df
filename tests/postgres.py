"""A PostgreSQL of a test's own, which it may stop, start again and hold up."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from leeward.ops import paths
from leeward.ops.ports import free_port

DEBIAN = Path("/usr/lib/postgresql")
OWNER = "leeward"


class Cluster:
    """A PostgreSQL on a port of the loopback address, with one empty database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._data = folder / "data"
        # A test's records need not survive the machine.
        self._command("initdb", "-D", self._data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()
        self._command("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", OWNER, OWNER)

    @property
    def url(self) -> str:
        """Its address, as LEEWARD_DATABASE_URL has it."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{OWNER}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1 -c fsync=off"
        self._command("pg_ctl", "-D", self._data, "-l", self.folder / "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        """Ends it without a word to anyone, as a power cut does."""
        self._command("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def restart(self) -> None:
        """Stops it as above and starts it at once."""
        self._command("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "-l", self.folder / "log", "restart")

    @contextlib.contextmanager
    def held_up(self) -> Iterator[None]:
        """All its processes stand still, so that connections open and nothing is ever answered."""
        postmaster = int((self._data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True, check=False).stdout
        held = [postmaster, *map(int, children.split())]
        for pid in held:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in held:
                os.kill(pid, signal.SIGCONT)

    def _command(self, program: str, *words: object) -> None:
        # PostgreSQL does not run as root.
        subprocess.run(
            [_program(program), *map(str, words)],
            user="postgres" if os.getuid() == 0 else None,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster for the length of a block; nothing is left behind."""
    # Not below pytest's folders, which only their owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="leeward-postgres-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        running = Cluster(folder)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder)


def _program(name: str) -> str:
    """Debian's, or the one on the path; tests/with_postgresql installs it where there is neither."""
    if not (found := _found(name)):
        subprocess.run([paths.PROJECT / "tests" / "with_postgresql", "true"], check=True)
        found = _found(name)
    return found


def _found(name: str) -> str:
    debian = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(debian[-1]) if debian else shutil.which(name) or ""
