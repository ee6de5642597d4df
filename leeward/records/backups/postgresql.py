"""Backups of records in PostgreSQL, by its own programs pg_dump and psql (https://www.postgresql.org/docs/current/app-pgdump.html)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from django.db import InternalError, connection, transaction
from psycopg2.extensions import make_dsn

from leeward.records.backups.archive import BackupError, Contents
from leeward.records.models import Installation

ASIDE: Final = "before_restore_"
"""How the schemas begin that hold what was there before a restore."""
STAGED: Final = "restoring"
"""The schema of a backup that is being put back, until all of it is as it must be."""


def snapshot(to: Path) -> Contents:
    """Dumps the records as they are at one moment, whoever writes meanwhile. Raises BackupError."""
    program = _program("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        # What is counted is what is dumped: both see one exported snapshot.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (name,) = cursor.fetchone()
        contents = _contents(cursor)
        options = ("--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={to}")
        _run([program, *options, *(f"--exclude-schema={schema}" for schema in (f"{ASIDE}*", STAGED))])
    return contents


def stage(script: Path, contents: Contents) -> None:
    """Runs a dump into the schema STAGED, in one transaction which also counts what came in; the records stay as they are.

    A dump names the schema `public`, so that is another one while it runs, for nobody else. Raises BackupError.
    """
    program = _program("psql")
    quoted = connection.ops.quote_name
    counted = " OR ".join(
        f"(SELECT count(*) FROM public.{quoted(table)}) <> {count}" for table, count in contents.counts.items()
    )
    verify = f"DO $$ BEGIN IF {counted} THEN RAISE EXCEPTION 'the counts of the manifest do not fit'; END IF; END $$"
    before = (
        f"DROP SCHEMA IF EXISTS {STAGED} CASCADE",
        f"ALTER SCHEMA public RENAME TO {ASIDE}now",
        "CREATE SCHEMA public",
    )
    after = (verify, f"ALTER SCHEMA public RENAME TO {STAGED}", f"ALTER SCHEMA {ASIDE}now RENAME TO public")
    commands = (
        *(f"--command={statement}" for statement in before),
        f"--file={script}",
        *(f"--command={statement}" for statement in after),
    )
    _run([program, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *commands])


@contextlib.contextmanager
def working_on_staged() -> Iterator[None]:
    """Django works on the schema STAGED for the length of a block, over every connection that it opens."""
    usual = connection.settings_dict["OPTIONS"]
    connection.close()
    told = f"{usual.get('options', '')} -c search_path={STAGED}".strip()
    connection.settings_dict["OPTIONS"] = {**usual, "options": told}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = usual


def hold() -> None:
    """Within a transaction: nobody else writes into the records until it ends. Raises BackupError where somebody uses them."""
    others = other_users()
    if others:
        raise BackupError(f"{others} other connections use the database; stop every assistant and desk first.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = ", ".join(f"public.{connection.ops.quote_name(table)}" for (table,) in cursor.fetchall())
        if tables:
            cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE NOWAIT")


def put_in_place(*, aside: str, is_occupied: bool) -> None:
    """Within a transaction: what is staged takes the place of what is there, which is kept as the schema `aside`.

    Where there are no records, nothing is kept unless it cannot be deleted (an extension that somebody needs).
    """
    with connection.cursor() as cursor:
        # What a commit would still have to check refers to tables by their names.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        try:
            with transaction.atomic():
                cursor.execute(f"ALTER SCHEMA public RENAME TO {aside}" if is_occupied else "DROP SCHEMA public")
        except InternalError:
            cursor.execute(f"ALTER SCHEMA public RENAME TO {aside}")
        cursor.execute(f"ALTER SCHEMA {STAGED} RENAME TO public")


def discard_staged() -> None:
    """Deletes what is staged, if anything is."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {STAGED} CASCADE")


def other_users() -> int:
    """How many other connections the database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _contents(cursor: Any) -> Contents:
    tables = sorted(connection.introspection.table_names(cursor))
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        counts[table] = int(cursor.fetchone()[0])
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    migrations = tuple((app, name) for app, name in cursor.fetchall())
    key = None
    if Installation._meta.db_table in tables:
        cursor.execute(f"SELECT key FROM {Installation._meta.db_table}")
        key = cursor.fetchone()
    return Contents(key[0] if key else "", migrations, counts)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not on the path; install PostgreSQL's client programs (Debian: postgresql-client).")
    return found


def _run(command: Sequence[str]) -> None:
    """Runs one of PostgreSQL's programs on the records' database; its password stays out of the list of processes."""
    # As we were told to connect, and no more: the driver may know options that are newer than the programs.
    told = connection.get_connection_params()
    address = make_dsn(**{name: value for name, value in told.items() if name not in ("password", "cursor_factory")})
    environment = {**os.environ, **({"PGPASSWORD": told["password"]} if "password" in told else {})}
    done = subprocess.run([*command, f"--dbname={address}"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fault = next((line for line in done.stderr.splitlines() if "error" in line.lower()), done.stderr.strip()[:200])
        raise BackupError(f"{Path(command[0]).name} failed: {fault}")
