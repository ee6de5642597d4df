"""Where things are on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from leeward.ops.settings import Settings, SettingsError

PROJECT: Final = Path(__file__).resolve().parents[2]


def var() -> Path:
    """The folder for all that is written (LEEWARD_VAR, or var/ in the project), made if need be.

    Raises SettingsError where it cannot be made.
    """
    folder = Settings.from_environment().var or PROJECT / "var"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        told = f"The data folder {folder} cannot be made ({error.strerror}); set LEEWARD_VAR to one that can."
        raise SettingsError(told) from error
    return folder


def models() -> Path:
    """The folder of trained models (LEEWARD_MODELS, or models/ in the project)."""
    return Settings.from_environment().models or PROJECT / "models"
