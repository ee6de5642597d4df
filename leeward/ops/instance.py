"""The Leeward that runs on this machine, and the environment that its processes share."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from leeward.ops import paths


class AlreadyRunning(Exception):
    """A Leeward holds this data folder already; the text says where it is and what to do."""


@dataclass(frozen=True)
class Running:
    """A started Leeward: the addresses of its chat and desk."""

    chat: str
    desk: str | None

    def save(self) -> None:
        """Writes running.json, where `leeward chat` and `leeward doctor` look. Only within `sole`."""
        _running_file().write_text(json.dumps(asdict(self)), encoding="utf-8")

    @staticmethod
    def load() -> Running | None:
        """What running.json says, while whoever wrote it holds the data folder. A file that was left over is deleted."""
        with _folder() as folder:
            if not _holds(folder):
                return _read()
            _running_file().unlink(missing_ok=True)
            return None


@contextlib.contextmanager
def sole() -> Iterator[None]:
    """Holds the data folder for this process until the block ends, or the process, however it ends (flock(2)).

    Raises AlreadyRunning where another holds it. What was said to run is unsaid at the end.
    """
    with _folder() as folder:
        if not _holds(folder):
            running = _read()
            where = f" (its chat: {running.chat})" if running else ""
            raise AlreadyRunning(
                f"Leeward runs already on the data folder {paths.var()}{where}; stop it, or set LEEWARD_VAR to another folder."
            )
        # What one that was killed has left says nothing of us.
        _running_file().unlink(missing_ok=True)
        try:
            yield
        finally:
            _running_file().unlink(missing_ok=True)


@contextlib.contextmanager
def _folder() -> Iterator[int]:
    """The data folder, open (its file descriptor), so that it can be held."""
    folder = os.open(paths.var(), os.O_RDONLY)
    try:
        yield folder
    finally:
        os.close(folder)


def _holds(folder: int) -> bool:
    """Whether we hold the folder now; it is let go when it is closed."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read() -> Running | None:
    try:
        return Running(**json.loads(_running_file().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        # It has not come so far, or is just being written.
        return None


def _running_file() -> Path:
    return paths.var() / "running.json"


def environment() -> dict[str, str]:
    """The environment of every process that is started: this one's, with defaults for one machine and without telemetry."""
    return {
        "LEEWARD_VAR": str(paths.var()),
        # The libraries under Rasa write their notices to the log otherwise.
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # One sentence is too little work to share: more threads wait for each other, and take the cores from other turns.
        "OPENBLAS_NUM_THREADS": "1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "COLOREDLOGS_AUTO_INSTALL": "false",
        **{name: value for name, value in os.environ.items() if value or not name.startswith("LEEWARD_")},
        "RASA_TELEMETRY_ENABLED": "false",
    }
