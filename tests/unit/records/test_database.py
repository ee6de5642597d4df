"""A call into the records outlives a connection that broke, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker

from leeward.records import database
from leeward.records.database import RecordsTooSlow, RecordsUnavailable, db_call, db_read

SOON = time.monotonic() + 600


@pytest.fixture
def connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[DatabaseWrapper]:
    """A connection to a database of its own, the only one that the calls know."""
    own = DatabaseWrapper({**connections["default"].settings_dict, "NAME": str(tmp_path / "own.sqlite3")}, "own")
    monkeypatch.setattr(database, "close_old_connections", lambda: None)
    monkeypatch.setattr(type(connections), "all", lambda self, initialized_only=False: [own])
    monkeypatch.setattr(own, "validate_thread_sharing", lambda: None)
    # Django takes every SQLite connection for usable; on PostgreSQL it asks the server, as here.
    monkeypatch.setattr(own, "is_usable", lambda: answers(own))
    with django_db_blocker.unblock():
        own.connect()
        yield own
        own.close()


def answers(connection: DatabaseWrapper) -> bool:
    try:
        connection.connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def one(connection: DatabaseWrapper) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT 1").fetchone()[0]


def test_a_call_on_a_connection_that_broke_is_made_once_more(connection: DatabaseWrapper) -> None:
    calls = 0

    def operation() -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise InterfaceError("the server closed the connection")
        return one(connection)

    connection.connection.close()
    assert not connection.is_usable()
    assert database._call(operation, {}, SOON) == 1
    assert calls == 2


def test_a_connection_that_breaks_again_is_not_tried_a_third_time(connection: DatabaseWrapper) -> None:
    calls = 0

    def operation() -> Any:
        nonlocal calls
        calls += 1
        raise OperationalError("the server is gone")

    connection.connection.close()
    with pytest.raises(RecordsUnavailable, match="gone"):
        database._call(operation, {}, SOON)
    assert calls == 2


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), InterfaceError("x"), IntegrityError("refused"), KeyError("no")]
)
def test_an_error_that_is_not_the_connections_is_raised_at_once(connection: DatabaseWrapper, error: Exception) -> None:
    calls = 0

    def operation() -> None:
        nonlocal calls
        calls += 1
        raise error

    with pytest.raises(type(error)):
        database._call(operation, {}, SOON)
    assert calls == 1


def test_a_call_leaves_the_event_loops_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "close_old_connections", lambda: None)
    name = asyncio.run(db_call(lambda suffix: threading.current_thread().name + suffix, suffix="!"))
    assert name.startswith("records-write")
    assert name.endswith("!")


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every writing thread waits for a lock that nobody lets go, until the event is set."""
    monkeypatch.setattr(database, "close_old_connections", lambda: None)
    monkeypatch.setattr(database, "WRITE_SECONDS", 0.1)
    let_go = threading.Event()
    yield let_go
    let_go.set()


async def many_writes(operation: Callable[[], Any], number: int) -> list[Any]:
    return await asyncio.gather(*(db_call(operation) for _ in range(number)), return_exceptions=True)


def test_reads_go_on_while_writers_wait(stuck: threading.Event) -> None:
    async def read_meanwhile() -> tuple[list[Any], Any]:
        writing = asyncio.create_task(many_writes(stuck.wait, 3 * database.THREADS))
        await asyncio.sleep(0)
        read = await db_read(lambda: "read")
        return await writing, read

    written, read = asyncio.run(read_meanwhile())
    assert read == "read"
    assert all(isinstance(error, RecordsTooSlow) for error in written)


def test_what_was_told_to_be_too_slow_before_it_began_is_never_carried_out(stuck: threading.Event) -> None:
    begun: list[str] = []

    async def write_behind_others() -> None:
        blocking = [asyncio.create_task(db_call(stuck.wait)) for _ in range(database.WRITERS)]
        await asyncio.sleep(0)
        with pytest.raises(RecordsTooSlow):
            await db_call(lambda: begun.append("written"))
        stuck.set()
        await asyncio.gather(*blocking, return_exceptions=True)
        await db_call(lambda: begun.append("next"))

    asyncio.run(write_behind_others())
    assert begun == ["next"]


def test_what_waited_too_long_for_its_turn_does_not_begin() -> None:
    with pytest.raises(RecordsTooSlow, match="not begun"):
        database._call(lambda: None, {}, time.monotonic() - 1)
