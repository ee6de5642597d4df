"""The Leeward that runs on this machine, and the environment that its processes share."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from leeward.ops import paths


@dataclass(frozen=True)
class Running:
    """A started Leeward: the addresses of its chat and desk, and the id of the process that started it."""

    chat: str
    desk: str | None
    pid: int

    def save(self) -> None:
        """Writes running.json, where `leeward chat` and `leeward doctor` look."""
        _running_file().write_text(json.dumps(asdict(self)), encoding="utf-8")

    @staticmethod
    def load() -> Running | None:
        """What running.json says, if its process still exists. A file that is left over or cannot be read is deleted."""
        try:
            running = Running(**json.loads(_running_file().read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            Running.delete()
            return None
        if not _exists(running.pid):
            Running.delete()
            return None
        return running

    @staticmethod
    def delete() -> None:
        """Deletes running.json; without one, does nothing."""
        _running_file().unlink(missing_ok=True)


def _exists(pid: int) -> bool:
    """Whether a process has this id, ours or another user's (signal 0 of kill(2) only asks)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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
