"""The note in the data folder that says whose records belong there, so that lost or exchanged ones are noticed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from leeward.ops import paths

# What an installation leaves in its data folder beside the records; the note itself first. The secret key is none of it: every
# command that reads the settings makes one.
TRACES: Final = ("installation.id", "log")


def noted_key() -> str | None:
    """The key of the records that this data folder was used with (models.Installation); None for a folder without a note."""
    try:
        return _note().read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def note_key(key: str) -> None:
    """Notes the key of the records that belong here."""
    with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=paths.var(), prefix="installation.", delete=False) as file:
        file.write(f"{key}\n")
    os.replace(file.name, _note())


def forget_key() -> None:
    """Takes the note away, so that other records may be used here."""
    _note().unlink(missing_ok=True)


def traces() -> tuple[str, ...]:
    """What shows that the data folder has been in use: empty for a new one."""
    return tuple(name for name in TRACES if (paths.var() / name).exists())


def _note() -> Path:
    return paths.var() / TRACES[0]
