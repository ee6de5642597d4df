"""The one door from the event loop to the records: every call in a thread, on a connection that is alive, and none for ever.

A deadline that counts from when a call was asked for would refuse people in a rush, where all goes on, only slowly. So what
counts is whether the records answer: a call that runs for STUCK_SECONDS is given up, and so is one that waits for its turn
behind such calls, or behind one that waited in vain for a lock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections

from leeward.records import installation

THREADS: Final = 8
# SQLite has one writer at a time. A queue of our own is fair; SQLite's waiting, a poll now and then, is not.
WRITERS: Final = 1 if connection.vendor == "sqlite" else THREADS
# Longer than SQLite waits for a lock (leeward/ops/database.py), so that "not saved" is true there.
STUCK_SECONDS: Final = 8.0
# What fails after so long has waited for something that others would wait for too.
IN_VAIN_SECONDS: Final = 1.0
LOOK_EVERY_SECONDS: Final = 0.25

RecordsUnavailable = (DatabaseError, InterfaceError)


class RecordsTooSlow(OperationalError):
    """The records do not answer. What had begun by then may still be carried out; what had not never is."""


class _Call:
    """One call, since when it waits for its turn and since when it runs (None: not yet), by time.monotonic."""

    def __init__(self, operation: Callable[[], Any]) -> None:
        self.operation = operation
        self.asked_at = time.monotonic()
        self.begun_at: float | None = None

    @property
    def is_stuck(self) -> bool:
        return self.begun_at is not None and time.monotonic() - self.begun_at > STUCK_SECONDS


class Lane:
    """So many threads for one kind of call."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._threads = threads
        self._running: set[_Call] = set()
        self._in_vain_at = 0.0

    async def run(self, operation: Callable[[], Any]) -> Any:
        """Carries out a call. Raises what it raises, and RecordsTooSlow."""
        call = _Call(operation)
        job = self._pool.submit(self._carry_out, call)
        answer = asyncio.wrap_future(job)
        while not answer.done():
            await asyncio.wait({answer}, timeout=LOOK_EVERY_SECONDS)
            if call.is_stuck and not answer.done():
                self._in_vain_at = time.monotonic()
                raise RecordsTooSlow("the records do not answer")
            if self._is_hopeless(call) and job.cancel():
                raise RecordsTooSlow("the records do not answer those who came before")
        return await answer

    def _is_hopeless(self, call: _Call) -> bool:
        """Whether a call that has not begun waits behind others that had no answer."""
        all_stuck = sum(running.is_stuck for running in tuple(self._running)) >= self._threads
        return call.begun_at is None and (all_stuck or self._in_vain_at > call.asked_at)

    def _carry_out(self, call: _Call) -> Any:
        if self._is_hopeless(call):
            raise RecordsTooSlow("the records did not answer those who came before")
        call.begun_at = time.monotonic()
        self._running.add(call)
        try:
            return _on_a_live_connection(call.operation)
        except OperationalError:
            if time.monotonic() - call.begun_at > IN_VAIN_SECONDS:
                self._in_vain_at = time.monotonic()
            raise
        finally:
            self._running.discard(call)


def _on_a_live_connection(operation: Callable[[], Any]) -> Any:
    """A connection that broke since its last use (a database that was restarted) is opened anew, and the call made again."""
    _close_old_connections()
    # Before anything is opened: SQLite would write the log of the records that were here into those that are here now
    # (https://www.sqlite.org/howtocorrupt.html, section 4.2).
    installation.check_file()
    try:
        return operation()
    except (InterfaceError, OperationalError):
        # Outside Django's request cycle nobody else drops a dead connection.
        broken = [used for used in connections.all(initialized_only=True) if not used.is_usable()]
        if not broken:
            raise
        for used in broken:
            used.close()
        return operation()


def _close_old_connections() -> None:
    """As Django does between requests, except that a thread keeps its connection to an SQLite file, which does not grow old.

    Opening one for each call reads the whole schema and sets every pragma anew.
    """
    for used in connections.all(initialized_only=True):
        if used.vendor != "sqlite" or used.errors_occurred:
            used.close_if_unusable_or_obsolete()


_READ: Final = Lane("records-read", THREADS)
_WRITE: Final = Lane("records-write", WRITERS)
_JOBS: Final = ThreadPoolExecutor(1, thread_name_prefix="records-job")


async def db_call(operation: Callable[..., Any], **arguments: Any) -> Any:
    """One call into the records that may write, off the event loop. Raises what it raises, RecordsUnavailable among it."""
    return await _WRITE.run(partial(operation, **arguments))


async def db_read(operation: Callable[..., Any], **arguments: Any) -> Any:
    """As db_call, for a call that only reads: it does not wait behind writers that wait for a lock."""
    return await _READ.run(partial(operation, **arguments))


async def db_job(operation: Callable[..., Any], **arguments: Any) -> Any:
    """As db_call, for work of many short transactions that may take minutes: nobody waits for it, and it holds nobody up."""
    job = partial(_on_a_live_connection, partial(operation, **arguments))
    return await asyncio.get_running_loop().run_in_executor(_JOBS, job)
