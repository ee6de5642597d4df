"""Folders beside the records for copies of them in the making, and what a command that was killed has left of such."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from leeward.ops import paths

PREFIXES: Final = ("backup.", "restore.")
# How the name of a file ends that is still being written.
PARTIAL: Final = ".part"


@contextlib.contextmanager
def work_folder(prefix: str) -> Iterator[Path]:
    """A folder in the data folder for the length of a block, as private as the records, whose name begins with this.

    What earlier commands left that were killed is deleted first: nobody else would, and it holds what people told us.
    """
    for left in left_behind():
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=paths.var(), prefix=prefix) as name, _held(Path(name)):
        yield Path(name)


def left_behind() -> list[Path]:
    """The folders and half-written backups in the data folder on which no command works any more."""
    found = [folder for prefix in PREFIXES for folder in paths.var().glob(f"{prefix}*") if folder.is_dir()]
    found += (paths.var() / "backups").glob(f"*{PARTIAL}")
    return sorted(path for path in found if not _is_held(path))


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Holds a folder until the block ends, or the process, however it ends (flock(2))."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        hold(descriptor)
        yield
    finally:
        os.close(descriptor)


def hold(descriptor: int) -> None:
    """Holds an open file or folder until it is closed. Raises BlockingIOError where another process does."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_held(path: Path) -> bool:
    try:
        with _held(path):
            return False
    except (BlockingIOError, FileNotFoundError):
        return True
