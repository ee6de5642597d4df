"""The list of erasures: whole lines on the disk, or an error that keeps the erasure from being made."""

from __future__ import annotations

import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError

from leeward.records.erasures import erasure_note, erasures_noted

FIRST, SECOND = "0" * 32, "1" * 32


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The list, in a data folder of this test's own."""
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    return tmp_path / "erased.txt"


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """As a disk that becomes full in the middle of a write (RLIMIT_FSIZE of getrlimit(2))."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_each_erasure_is_noted_once_in_its_order_for_the_owner_alone(noted: Path) -> None:
    for conversation in (SECOND, FIRST, SECOND):
        erasure_note(conversation_id=conversation)
    assert erasures_noted() == (SECOND, FIRST)
    assert stat.S_IMODE(noted.stat().st_mode) == 0o600


@pytest.mark.parametrize("more", [0, 1, 20])
def test_a_line_for_which_there_is_no_room_is_an_error_and_the_next_one_is_whole(noted: Path, more: int) -> None:
    erasure_note(conversation_id=FIRST)
    with no_file_grows_beyond(noted.stat().st_size + more), pytest.raises(DatabaseError, match="cannot be written"):
        erasure_note(conversation_id=SECOND)
    assert erasures_noted() == (FIRST,)
    erasure_note(conversation_id=SECOND)
    assert erasures_noted() == (FIRST, SECOND)
