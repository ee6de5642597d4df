"""The log files of the parts: begun anew each day, and not kept for ever.

The parts write their log as their standard output, which they cannot reopen. So a log is copied and then emptied, as
logrotate's `copytruncate` does: it is open for appending, and what is written next begins the empty file. A line that falls
between the two steps is lost.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from leeward.ops import paths

# A flood of errors must not fill the disk before the day is over.
LARGEST_LOG: Final = 10_000_000


def folder() -> Path:
    """Where the logs are."""
    return paths.var() / "log"


def rotate(log: Path, *, days: int | None, now: datetime) -> None:
    """Copies a log to a file named by the moment and empties it, where its last line is of an earlier day or it is too large.

    Then deletes those of its copies that are `expired`. `now` is aware; days are those of UTC. Where the disk is full there is
    no copy, and the log gives way.
    """
    if not log.exists() or not _is_due(log, now):
        return
    copy = log.with_name(f"{log.name}.{now.astimezone(UTC):%Y%m%dT%H%M%S}")
    try:
        shutil.copy2(log, copy)
    except OSError:
        copy.unlink(missing_ok=True)
    os.truncate(log, 0)
    for old in _expired_copies(log, days, now):
        old.unlink()


def _is_due(log: Path, now: datetime) -> bool:
    size = log.stat().st_size
    return size > 0 and (size > LARGEST_LOG or _last_line(log).date() < now.astimezone(UTC).date())


def expired(*, days: int | None, now: datetime) -> list[Path]:
    """The copies of all logs whose last line is more than `days` old, and those beyond one a day; none where `days` is None."""
    return [copy for log in sorted(folder().glob("*.log")) for copy in _expired_copies(log, days, now)]


def _expired_copies(log: Path, days: int | None, now: datetime) -> Iterator[Path]:
    if days is None:
        return
    newest_first = sorted(log.parent.glob(f"{log.name}.*"), reverse=True)
    for number, copy in enumerate(newest_first):
        if number >= days or _last_line(copy) < now - timedelta(days=days):
            yield copy


def _last_line(file: Path) -> datetime:
    """When the last line was written; a copy keeps that moment."""
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
