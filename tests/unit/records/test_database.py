"""A call into the records outlives a connection that broke, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker

from leeward.records import database
from leeward.records.database import Lane, RecordsTooSlow, RecordsUnavailable, db_call, db_read


@pytest.fixture
def connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[DatabaseWrapper]:
    """A connection to a database of its own, the only one that the calls know."""
    settings = {**connections["default"].settings_dict, "NAME": str(tmp_path / "own.sqlite3"), "OPTIONS": {}}
    own = DatabaseWrapper(settings, "own")
    monkeypatch.setattr(database, "_close_old_connections", lambda: None)
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
    assert database._on_a_live_connection(operation) == 1
    assert calls == 2


def test_a_connection_that_breaks_again_is_not_tried_a_third_time(connection: DatabaseWrapper) -> None:
    calls = 0

    def operation() -> Any:
        nonlocal calls
        calls += 1
        raise OperationalError("the server is gone")

    connection.connection.close()
    with pytest.raises(RecordsUnavailable, match="gone"):
        database._on_a_live_connection(operation)
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
        database._on_a_live_connection(operation)
    assert calls == 1


def test_a_call_leaves_the_event_loops_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_close_old_connections", lambda: None)
    name = asyncio.run(db_call(lambda suffix: threading.current_thread().name + suffix, suffix="!"))
    assert name.startswith("records-write")
    assert name.endswith("!")


class Gate:
    """A lock that others hold: calls wait for it, for ever, or as SQLite does until they have waited in vain."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def wait(self) -> None:
        self.open.wait()

    def wait_in_vain(self) -> None:
        time.sleep(database.IN_VAIN_SECONDS)
        raise OperationalError("database is locked")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Not opened before the test does so; nothing takes longer than a moment."""
    monkeypatch.setattr(database, "_close_old_connections", lambda: None)
    monkeypatch.setattr(database, "STUCK_SECONDS", 0.1)
    monkeypatch.setattr(database, "IN_VAIN_SECONDS", 0.05)
    monkeypatch.setattr(database, "LOOK_EVERY_SECONDS", 0.01)
    held = Gate()
    yield held
    held.open.set()


async def all_of(lane: Lane, operation: Callable[[], Any], number: int) -> list[Any]:
    return await asyncio.gather(*(lane.run(operation) for _ in range(number)), return_exceptions=True)


def test_a_call_that_runs_for_too_long_is_given_up_and_so_are_those_behind_it(gate: Gate) -> None:
    lane = Lane("test", 2)
    ended = asyncio.run(all_of(lane, gate.wait, 7))
    assert [type(error) for error in ended] == [RecordsTooSlow] * 7
    # All threads are still held, so that nobody else is kept waiting.
    assert isinstance(asyncio.run(all_of(lane, gate.wait, 1))[0], RecordsTooSlow)


def test_what_was_given_up_before_it_began_is_never_carried_out(gate: Gate) -> None:
    lane, done = Lane("test", 1), []

    async def writes() -> None:
        before = asyncio.create_task(lane.run(gate.wait))
        await asyncio.sleep(0)
        with pytest.raises(RecordsTooSlow):
            await lane.run(lambda: done.append("given up"))
        with pytest.raises(RecordsTooSlow):
            await before
        gate.open.set()
        while lane._running:
            await asyncio.sleep(0)
        await lane.run(lambda: done.append("next"))

    asyncio.run(writes())
    assert done == ["next"]


def test_those_behind_one_that_waited_in_vain_for_a_lock_do_not_wait_as_long_each(gate: Gate) -> None:
    begun = 0

    def write() -> None:
        nonlocal begun
        begun += 1
        gate.wait_in_vain()

    ended = asyncio.run(all_of(Lane("test", 1), write, 9))
    assert all(isinstance(error, OperationalError) for error in ended)
    assert begun == 1


def test_a_long_queue_that_moves_is_waited_for(gate: Gate) -> None:
    answers = asyncio.run(all_of(Lane("test", 1), lambda: time.sleep(0.02), 20))
    assert answers == [None] * 20


def test_reads_go_on_while_writers_wait(gate: Gate) -> None:
    async def read_meanwhile() -> tuple[list[Any], Any]:
        writing = asyncio.create_task(all_of(database._WRITE, gate.wait, 3 * database.THREADS))
        while len(database._WRITE._running) < database.WRITERS:
            await asyncio.sleep(0)
        read = await db_read(lambda: "read")
        gate.open.set()
        return await writing, read

    assert asyncio.run(read_meanwhile())[1] == "read"


def test_a_thread_keeps_its_connection_to_a_file_until_an_error_occurs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    own_file = {"NAME": str(tmp_path / "own.sqlite3"), "OPTIONS": {}, "CONN_MAX_AGE": 0}
    own = DatabaseWrapper({**connections["default"].settings_dict, **own_file}, "own")
    monkeypatch.setattr(type(connections), "all", lambda self, initialized_only=False: [own])
    with django_db_blocker.unblock():
        database._on_a_live_connection(partial(one, connection=own))
        first = own.connection
        database._on_a_live_connection(partial(one, connection=own))
        assert own.connection is first
        own.errors_occurred = True
        database._on_a_live_connection(partial(one, connection=own))
        assert own.connection is not first
        own.close()
