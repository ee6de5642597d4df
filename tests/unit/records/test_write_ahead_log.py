"""What was erased is not in the write-ahead log either, as soon as nobody reads in it; and nobody who writes waits for that."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leeward.records import write_ahead_log
from leeward.records.models import Message
from leeward.records.services import conversations

from .conftest import DataFolders

SECRET = "Ruizvela"


@pytest.fixture
def var(folders: DataFolders) -> Path:
    return folders.make("var")


def told() -> str:
    """A conversation in which the words stand."""
    begun = conversations.conversation_start(channel="web", language="en")
    Message.objects.create(conversation=begun, n=1, key="a", direction="in", text=f"I am Ana {SECRET}", status="answered")
    return begun.id


def is_left_in(var: Path) -> bool:
    return any(SECRET.encode() in file.read_bytes() for file in var.glob("records.sqlite3*"))


@contextlib.contextmanager
def read_by_another(var: Path) -> Iterator[None]:
    """Someone who has begun to read, and has not come to an end."""
    with contextlib.closing(sqlite3.connect(var / "records.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM records_message").fetchone()
        yield


def test_what_was_erased_is_left_in_no_file(var: Path) -> None:
    conversation = told()
    assert is_left_in(var)
    conversations.conversation_erase(conversation_id=conversation, request_id="r")
    assert not is_left_in(var)


def test_while_another_reads_it_waits_for_nobody_and_is_done_when_it_is_asked_for_again(var: Path) -> None:
    conversation = told()
    with read_by_another(var):
        conversations.conversation_erase(conversation_id=conversation, request_id="r")
        with CaptureQueriesContext(connection) as asked:
            assert not write_ahead_log.empty()
        assert is_left_in(var)
    assert [query["sql"] for query in asked] == [
        "PRAGMA busy_timeout = 0",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA busy_timeout = 4000",
    ]
    assert write_ahead_log.empty()
    assert not is_left_in(var)


def test_who_writes_waits_for_a_lock_as_before(var: Path) -> None:
    write_ahead_log.empty()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (4000,)


def test_each_erasure_is_seen_once_whoever_made_it(var: Path) -> None:
    assert write_ahead_log.newest_erasure(after=0) is None
    conversations.conversation_erase(conversation_id=told(), request_id="r")
    first = write_ahead_log.newest_erasure(after=0)
    assert first is not None
    assert write_ahead_log.newest_erasure(after=first) is None
    conversations.conversation_erase(conversation_id=told(), request_id="r")
    assert write_ahead_log.newest_erasure(after=first) == first + 1
