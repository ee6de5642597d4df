"""SQLite's write-ahead log: it holds the words of what was erased until it is written back (https://www.sqlite.org/wal.html)."""

from __future__ import annotations

from typing import Final

from django.db import connection

from leeward.ops.database import SQLITE_WAIT_SECONDS
from leeward.records.models import AuditEvent

# What is audited under these names has removed words.
ERASED: Final = "conversation.erase"
PURGED: Final = "retention"


def empty() -> bool:
    """Writes the log back and empties it; whether that is done. True for a database that has no such log.

    It waits for nobody: while it waited for those who read, it would hold up all who write. So it may have to be done again.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, _, _ = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {SQLITE_WAIT_SECONDS * 1000}")
    return not is_busy


def newest_erasure(*, after: int) -> int | None:
    """The number of the last audited removal of words, by whichever process, if it is higher than `after`."""
    events = AuditEvent.objects.filter(pk__gt=after, action__in=(ERASED, PURGED))
    return events.order_by("-pk").values_list("pk", flat=True).first()
