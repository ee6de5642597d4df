"""Putting a backup back: verified first, in place only when all is well, and without what was erased since."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from leeward.ops.work_folders import work_folder
from leeward.records import erasures, installation, outbox
from leeward.records.backups import archive, making, postgresql, sqlite
from leeward.records.backups.archive import BackupError, Manifest
from leeward.records.models import ConsentRecord, Conversation, OptOut
from leeward.records.services.conversations import conversation_erase, conversations_end_access

ERASED_BY: Final = "leeward restore"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was in place before: where it is kept now, and whether it could be read for what was erased and stopped since."""

    kept_as: str
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore: the backup's manifest, how many conversations were erased again, and what was there before."""

    manifest: Manifest
    erased_again: int
    earlier: Earlier | None


def restore(file: Path, *, replace: bool) -> Restored:
    """Puts a backup in the place of the records. Nothing is in place before all of it is verified and brought up to date.

    Records that are there are put aside with `replace`, and are a fault without. Leeward must not run. What was erased since
    the backup is erased again, and every stop and refusal since is taken over, from the records before and from the list of
    erasures (leeward.records.erasures). All logins and open chats end; what was in the outbox may have been sent since. Raises
    BackupError.
    """
    manifest = archive.read(file)
    if manifest.database != making.database():
        told = {"sqlite": "an SQLite file", "postgresql": "PostgreSQL"}
        raise BackupError(
            f"{file} was made of records in {told[manifest.database]}, and LEEWARD_DATABASE_URL asks for "
            f"{told[making.database()]}; change it, or take another backup."
        )
    _check_migrations(file, manifest)
    is_occupied = _is_occupied()
    if is_occupied and not replace:
        raise BackupError("There are records here already; with --replace they are put aside, and none is lost.")
    in_place = _into_postgresql if manifest.database == "postgresql" else _into_sqlite
    try:
        with work_folder("restore.") as folder:
            staged = folder / archive.DATABASES[manifest.database]
            archive.extract(file, manifest, staged)
            erased_again, earlier = in_place(staged, manifest, put_aside=is_occupied)
    except (OSError, DatabaseError) as error:
        raise BackupError(f"{file} cannot be put back ({error}); the records are as they were.") from error
    installation.adopt()
    return Restored(manifest, erased_again, earlier)


def _check_migrations(file: Path, manifest: Manifest) -> None:
    """Raises BackupError where a newer Leeward has changed the tables of a backup in a way that this one does not know."""
    known = MigrationLoader(None, ignore_no_migrations=True)
    unknown = [
        name
        for app, name in manifest.contents.migrations
        if app in known.migrated_apps and (app, name) not in known.disk_migrations
    ]
    if unknown:
        raise BackupError(f"{file} was made by a newer Leeward ({manifest.leeward}); update this one first.")


def _is_occupied() -> bool:
    """Whether something is in the place of the records; a file counts also where it cannot be read as a database."""
    file = installation.sqlite_file()
    if file is None:
        return installation.exist()
    return file.exists() and file.stat().st_size > 0


def _into_sqlite(staged: Path, manifest: Manifest, *, put_aside: bool) -> tuple[int, Earlier | None]:
    if sqlite.check(staged) != manifest.contents:
        raise BackupError("The backup does not hold what its manifest says; take another one.")
    file = installation.sqlite_file()
    if file is None:
        raise BackupError("These records are in memory only.")
    connection.close()
    # Also a part of Leeward that `sole` does not know of has no chance to write what would be put aside with the rest.
    with sqlite.held(file) if put_aside else contextlib.nullcontext():
        with sqlite.working_on(staged):
            call_command("migrate", interactive=False, verbosity=0)
            is_readable, erased_again = _bring_up_to_now(sqlite.attached(file) if put_aside else None)
        aside = file.with_name(f"{_aside_name()}.sqlite3")
        sqlite.put_aside(file, aside)
    # Only now: whoever lets go of the old file last deletes the log that lies beside the name it had.
    try:
        staged.rename(file)
    except BaseException:
        sqlite.put_aside(aside, file)
        raise
    return erased_again, Earlier(str(aside), is_readable) if put_aside else None


def _into_postgresql(staged: Path, manifest: Manifest, *, put_aside: bool) -> tuple[int, Earlier | None]:
    with transaction.atomic():
        postgresql.hold()
    aside = _aside_name()
    try:
        postgresql.stage(staged, manifest.contents)
        with postgresql.working_on_staged():
            call_command("migrate", interactive=False, verbosity=0)
            # In place only with all that is known since, and all at once.
            with transaction.atomic():
                postgresql.hold()
                is_readable, erased_again = _bring_up_to_now(contextlib.nullcontext("public") if put_aside else None)
                postgresql.put_in_place(aside=aside, is_occupied=put_aside)
    except BaseException:
        postgresql.discard_staged()
        raise
    return erased_again, Earlier(f"the schema {aside}", is_readable) if put_aside else None


def _bring_up_to_now(earlier: contextlib.AbstractContextManager[str] | None) -> tuple[bool, int]:
    """Lets the restored records know what was erased, stopped and refused since, by the list and the schema of `earlier`.

    Whether that schema could be read, and how many conversations were erased again.
    """
    is_readable = False
    erased = list(erasures.erasures_noted())
    if earlier is not None:
        with contextlib.suppress(DatabaseError), earlier as schema:
            erased += _take_over(schema)
            is_readable = True
    erased_again = _erase_again(erased)
    _distrust()
    return is_readable, erased_again


def _aside_name() -> str:
    return f"{postgresql.ASIDE}{datetime.now(UTC):%Y%m%d_%H%M%S}"


def _take_over(schema: str) -> list[str]:
    """Takes over from the records before every stop, every refused or taken back consent, and which staff may not log in.

    Gives the ids of the conversations that are erased there.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for model, same, which in (
            (OptOut, ("phone", "at"), "1 = 1"),
            (ConsentRecord, ("conversation_ref", "kind", "way", "given", "message_key"), "NOT earlier.given"),
        ):
            table, columns = model._meta.db_table, _columns(model)
            theirs = ", ".join(f"earlier.{column}" for column in columns)
            is_same = " AND ".join(f"here.{column} = earlier.{column}" for column in same)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {theirs} FROM {schema}.{table} AS earlier "
                f"WHERE {which} AND NOT EXISTS (SELECT 1 FROM {table} AS here WHERE {is_same}) ORDER BY earlier.id"
            )
        users = get_user_model()._meta.db_table
        cursor.execute(
            f"UPDATE {users} SET is_active = FALSE WHERE EXISTS (SELECT 1 FROM {schema}.{users} AS earlier "
            f"WHERE earlier.username = {users}.username AND NOT earlier.is_active)"
        )
        cursor.execute(f"SELECT id FROM {schema}.{Conversation._meta.db_table} WHERE erased_at IS NOT NULL")
        return [str(row[0]) for row in cursor.fetchall()]


def _distrust() -> None:
    """What was open or unsent at the time of the backup is no longer known to be so: logins, chat tokens, the outbox."""
    Session.objects.all().delete()
    conversations_end_access()
    outbox.doubt_unsent()


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]


def _erase_again(conversations: Iterable[str]) -> int:
    """Erases what was erased before and is here again; how many."""
    count = 0
    for conversation_id in dict.fromkeys(conversations):
        if Conversation.objects.filter(pk=conversation_id, erased_at=None).exists():
            conversation_erase(conversation_id=conversation_id, request_id=ERASED_BY)
            count += 1
    return count
