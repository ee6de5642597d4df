"""The one door from the event loop to the records: every call in a thread, on a connection that is alive, with a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection, connections

THREADS: Final = 8
# SQLite has one writer at a time. A queue of our own is fair; SQLite's waiting, a poll now and then, is not.
WRITERS: Final = 1 if connection.vendor == "sqlite" else THREADS
# A write that has not begun by then has done nothing, and never will.
BEGIN_SECONDS: Final = 10.0
# Longer than that and SQLite's own waiting (leeward/ops/database.py) together, so that "not saved" is true there.
WRITE_SECONDS: Final = 15.0
READ_SECONDS: Final = 8.0

# Reads have threads of their own: whoever reads does not wait behind writers that wait for a lock.
_READ: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="records-read")
_WRITE: Final = ThreadPoolExecutor(WRITERS, thread_name_prefix="records-write")

RecordsUnavailable = (DatabaseError, InterfaceError)


class RecordsTooSlow(OperationalError):
    """No answer within the deadline; what had begun by then may still be carried out."""


async def db_call(operation: Callable[..., Any], **arguments: Any) -> Any:
    """One call into the records that may write, off the event loop. Raises what it raises, RecordsUnavailable among it.

    A connection that broke since its last use (a database that was restarted) is opened anew, and the call made once more.
    Raises RecordsTooSlow after WRITE_SECONDS, or where it has not begun after BEGIN_SECONDS.
    """
    begin_by = time.monotonic() + BEGIN_SECONDS
    return await _within(WRITE_SECONDS, _WRITE, partial(_call, operation, arguments, begin_by))


async def db_read(operation: Callable[..., Any], **arguments: Any) -> Any:
    """As db_call, for a call that only reads. Raises RecordsTooSlow after READ_SECONDS."""
    begin_by = time.monotonic() + READ_SECONDS
    return await _within(READ_SECONDS, _READ, partial(_call, operation, arguments, begin_by))


async def _within(seconds: float, pool: ThreadPoolExecutor, call: Callable[[], Any]) -> Any:
    try:
        return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(pool, call), seconds)
    except TimeoutError:
        raise RecordsTooSlow(f"no answer from the records within {seconds:.0f} s") from None


def _call(operation: Callable[..., Any], arguments: dict[str, Any], begin_by: float) -> Any:
    if time.monotonic() > begin_by:
        raise RecordsTooSlow("not begun in time")
    close_old_connections()
    try:
        return operation(**arguments)
    except (InterfaceError, OperationalError):
        # Outside Django's request cycle nobody else drops a dead connection.
        broken = [used for used in connections.all(initialized_only=True) if not used.is_usable()]
        if not broken:
            raise
        for used in broken:
            used.close()
        return operation(**arguments)
