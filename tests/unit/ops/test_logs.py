"""A log is begun anew each day and when it grows too large, and its copies are not kept for ever."""

from __future__ import annotations

import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leeward.ops import logs

NOW = datetime(2026, 11, 28, 0, 0, 2, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of a part, empty."""
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    logs.folder().mkdir()
    log = logs.folder() / "assistant.log"
    log.touch()
    return log


def written(file: Path, words: str, at: datetime) -> Path:
    """A file whose last line was written at that moment."""
    file.write_text(words, encoding="utf-8")
    os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def copies(log: Path) -> list[str]:
    return sorted(path.name for path in log.parent.glob("assistant.log.*"))


def test_what_was_written_on_an_earlier_day_is_moved_to_a_copy(log: Path) -> None:
    written(log, "ERROR one\n", NOW - timedelta(seconds=3))
    logs.rotate(log, days=30, now=NOW)
    assert copies(log) == ["assistant.log.20261128T000002"]
    assert (log.parent / copies(log)[0]).read_text(encoding="utf-8") == "ERROR one\n"
    assert log.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("words", ["", "ERROR today\n"])
def test_an_empty_log_and_one_of_today_stay(log: Path, words: str) -> None:
    written(log, words, NOW if words else NOW - A_DAY)
    logs.rotate(log, days=30, now=NOW)
    assert copies(log) == []
    assert log.read_text(encoding="utf-8") == words


def test_a_part_that_holds_its_log_open_goes_on_writing_into_it(log: Path) -> None:
    with log.open("ab", buffering=0) as held:
        held.write(b"before\n")
        os.utime(log, ((NOW - A_DAY).timestamp(),) * 2)
        logs.rotate(log, days=30, now=NOW)
        held.write(b"after\n")
    assert log.read_bytes() == b"after\n"


def test_a_flood_is_moved_before_the_day_is_over(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST_LOG", 10)
    written(log, "ERROR again and again\n", NOW)
    logs.rotate(log, days=30, now=NOW)
    assert copies(log) == ["assistant.log.20261128T000002"]


def test_on_a_full_disk_the_log_gives_way(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copy2", is_full)
    written(log, "ERROR one\n", NOW - A_DAY)
    logs.rotate(log, days=30, now=NOW)
    assert copies(log) == []
    assert log.read_bytes() == b""


def test_copies_whose_last_line_is_too_old_are_deleted(log: Path) -> None:
    old = written(log.with_name("assistant.log.20261020T000001"), "old\n", NOW - 31 * A_DAY)
    young = written(log.with_name("assistant.log.20261120T000001"), "young\n", NOW - 8 * A_DAY)
    assert logs.expired(days=30, now=NOW) == [old]
    written(log, "ERROR\n", NOW - A_DAY)
    logs.rotate(log, days=30, now=NOW)
    assert not old.exists()
    assert young.exists()


def test_a_flood_keeps_no_more_copies_than_one_a_day(log: Path) -> None:
    for second in range(5):
        written(log.with_name(f"assistant.log.20261127T00000{second}"), "flood\n", NOW - A_DAY)
    assert [path.name[-1] for path in logs.expired(days=3, now=NOW)] == ["1", "0"]


def test_logs_that_are_kept_until_someone_deletes_them_are_never_expired(log: Path) -> None:
    written(log.with_name("assistant.log.20200101T000001"), "old\n", NOW - 2000 * A_DAY)
    assert logs.expired(days=None, now=NOW) == []


def test_a_log_that_is_not_there_yet_is_no_fault(log: Path) -> None:
    log.unlink()
    logs.rotate(log, days=30, now=NOW)
    assert copies(log) == []
