"""Where things are on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]


def var() -> Path:
    """The folder for all that is written: databases, secrets, logs (LEEWARD_VAR, or var/ in the project)."""
    folder = Path(os.environ.get("LEEWARD_VAR", PROJECT / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def models() -> Path:
    """The folder of trained models (LEEWARD_MODELS, or models/ in the project)."""
    return Path(os.environ.get("LEEWARD_MODELS", PROJECT / "models"))
