"""The Leeward that runs on this machine, and the environment that its processes share."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from leeward.ops import paths


@dataclass(frozen=True)
class Running:
    """A started Leeward: where its chat and desk answer, and the process that keeps it."""

    chat: str
    desk: str | None
    pid: int

    def note(self) -> None:
        """Leaves word of it for `leeward chat`."""
        _running_file().write_text(json.dumps(asdict(self)), encoding="utf-8")

    @staticmethod
    def noted() -> Running | None:
        """The one that left word and is still alive, if any."""
        path = _running_file()
        if not path.exists():
            return None
        running = Running(**json.loads(path.read_text(encoding="utf-8")))
        try:
            os.kill(running.pid, 0)
        except ProcessLookupError:
            path.unlink(missing_ok=True)
            return None
        return running

    @staticmethod
    def forget() -> None:
        """Takes the word back."""
        _running_file().unlink(missing_ok=True)


def _running_file() -> Path:
    return paths.var() / "running.json"


def environment() -> dict[str, str]:
    """The environment for everything that is started: this one's, no telemetry, and where the parts find each other."""
    return {
        "LEEWARD_VAR": str(paths.var()),
        # The libraries under Rasa write their notices to the log otherwise.
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "COLOREDLOGS_AUTO_INSTALL": "false",
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
    }
