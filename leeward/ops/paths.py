"""Where things are on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from leeward.ops.settings import Settings

PROJECT: Final = Path(__file__).resolve().parents[2]


def var() -> Path:
    """The folder for all that is written: databases, secrets, logs (LEEWARD_VAR, or var/ in the project)."""
    folder = Settings.from_environment().var or PROJECT / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def models() -> Path:
    """The folder of trained models (LEEWARD_MODELS, or models/ in the project)."""
    return Settings.from_environment().models or PROJECT / "models"
