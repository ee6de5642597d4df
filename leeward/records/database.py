"""The one door from the event loop to the records: every call in a thread of its own, on a connection that is alive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, OperationalError, connections

THREADS: Final = 8
_POOL: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="records")

RecordsUnavailable = (DatabaseError, InterfaceError)


async def db_call(operation: Callable[..., Any], **arguments: Any) -> Any:
    """One call into the records, off the event loop. Raises what the operation raises, RecordsUnavailable among it.

    A connection that broke since its last use (a database that was restarted) is opened anew, and the call made once more.
    """
    return await asyncio.get_running_loop().run_in_executor(_POOL, partial(_call, operation, arguments))


def _call(operation: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    _close_old_connections()
    try:
        return operation(**arguments)
    except (InterfaceError, OperationalError):
        # Outside Django's request cycle nobody else drops a dead connection.
        broken = [connection for connection in connections.all(initialized_only=True) if not connection.is_usable()]
        if not broken:
            raise
        for connection in broken:
            connection.close()
        return operation(**arguments)


def _close_old_connections() -> None:
    """As Django does between requests, except that a thread keeps its connection to an SQLite file, which does not grow old.

    Opening one for each call reads the whole schema and sets every pragma anew.
    """
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
