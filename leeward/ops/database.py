"""Which database Django keeps the records in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import dj_database_url

# How long a writer of the SQLite file waits for its turn, in seconds. No transaction of ours takes a second.
SQLITE_WAIT_SECONDS: Final = 4
# libpq, section "Parameter Key Words": a server that is gone without a word (a machine lost its power, a line was cut) is
# noticed within half a minute and not after hours; times in seconds, of tcp_user_timeout in milliseconds.
POSTGRESQL_OPTIONS: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


def sqlite_file(folder: Path) -> Path:
    """The SQLite file of the records, where no PostgreSQL is configured."""
    return folder / "records.sqlite3"


def configuration(url: str | None, folder: Path) -> dict[str, Any]:
    """Django's settings of the PostgreSQL database at `url`, or of an SQLite file in `folder` where there is none.

    Options such as `?sslmode=require` reach the driver as they stand in the address (libpq, connection URIs).
    """
    if url:
        # A connection that broke meanwhile is noticed when it is used next, at the desk too.
        found = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
        return {**found, "OPTIONS": {**POSTGRESQL_OPTIONS, **found.get("OPTIONS", {})}}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # Opened, never made (https://www.sqlite.org/uri.html, mode=rw): records that were deleted under a running system are
        # missed, and not begun anew without a word. leeward/records/bootstrap.py makes the file.
        "NAME": f"file:{quote(str(sqlite_file(folder)))}?mode=rw",
        # Three processes write: a writer waits for its turn and locks at its start, so that none fails half-way.
        "OPTIONS": {
            "timeout": SQLITE_WAIT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            # What is erased is overwritten on the disk.
            "PRAGMA secure_delete=ON",
        },
    }
