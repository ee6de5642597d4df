"""A call into the records outlives a connection that broke, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker

from leeward.records import database
from leeward.records.database import RecordsUnavailable, db_call


@pytest.fixture
def connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[DatabaseWrapper]:
    """A connection to a database of its own, the only one that the calls know."""
    own = DatabaseWrapper({**connections["default"].settings_dict, "NAME": str(tmp_path / "own.sqlite3")}, "own")
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
    assert database._call(operation, {}) == 1
    assert calls == 2


def test_a_connection_that_breaks_again_is_not_tried_a_third_time(connection: DatabaseWrapper) -> None:
    calls = 0

    def operation() -> Any:
        nonlocal calls
        calls += 1
        raise OperationalError("the server is gone")

    connection.connection.close()
    with pytest.raises(RecordsUnavailable, match="gone"):
        database._call(operation, {})
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
        database._call(operation, {})
    assert calls == 1


def test_a_call_leaves_the_event_loops_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_close_old_connections", lambda: None)
    name = asyncio.run(db_call(lambda suffix: threading.current_thread().name + suffix, suffix="!"))
    assert name.startswith("records")
    assert name.endswith("!")


def test_a_thread_keeps_its_connection_to_a_file_until_an_error_occurs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    own = DatabaseWrapper({**connections["default"].settings_dict, "NAME": str(tmp_path / "own.sqlite3")}, "own")
    monkeypatch.setattr(type(connections), "all", lambda self, initialized_only=False: [own])
    with django_db_blocker.unblock():
        database._call(one, {"connection": own})
        first = own.connection
        database._call(one, {"connection": own})
        assert own.connection is first
        own.errors_occurred = True
        database._call(one, {"connection": own})
        assert own.connection is not first
        own.close()
