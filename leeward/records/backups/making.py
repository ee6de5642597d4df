"""Making a backup of the records while Leeward goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.db import DatabaseError, connection

from leeward.ops import paths
from leeward.ops.work_folders import work_folder
from leeward.records import installation
from leeward.records.backups import archive, postgresql, sqlite
from leeward.records.backups.archive import BackupError, Database, Manifest


def back_up(target: Path) -> Manifest:
    """Writes all records, as they are at one moment, to a new file that only its owner may read. Raises BackupError."""
    if not installation.exist():
        raise BackupError("There are no records to back up yet.")
    descriptor = archive.begin(target)
    try:
        # Beside the records, for the copy is as private as they are.
        with work_folder("backup.") as folder:
            copy = folder / archive.DATABASES[database()]
            contents = postgresql.snapshot(copy) if database() == "postgresql" else sqlite.snapshot(copy)
            manifest = Manifest(
                format=archive.FORMAT,
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                leeward=version("leeward"),
                database=database(),
                contents=contents,
                sha256=archive.digest(copy),
            )
            archive.write(descriptor, manifest, copy)
        archive.partial(target).rename(target)
    except (OSError, DatabaseError) as error:
        archive.partial(target).unlink(missing_ok=True)
        raise BackupError(f"The records cannot be backed up to {target} ({error}).") from error
    except BaseException:
        archive.partial(target).unlink(missing_ok=True)
        raise
    return manifest


def default_target() -> Path:
    """A file in the data folder's backups/, named by the moment (UTC)."""
    folder = paths.var() / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"leeward-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"


def database() -> Database:
    """Which kind of database the records are in."""
    return "postgresql" if connection.vendor == "postgresql" else "sqlite"
