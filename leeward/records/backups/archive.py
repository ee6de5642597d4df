"""The one file of a backup: a ZIP with the database and a manifest that says what is in it. Knows no database."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from leeward.ops.work_folders import PARTIAL, hold

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASES: Final = {"sqlite": "records.sqlite3", "postgresql": "records.sql"}
_TABLE: Final = re.compile(r"[a-z0-9_]+")
# What zipfile raises for a file that ends too early, holds other bytes than were written, or is packed or locked in a way that
# ours never are.
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)

Database = Literal["sqlite", "postgresql"]


class BackupError(Exception):
    """A backup that cannot be made or put back; the text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: the key of its installation (empty before there were keys), its migrations and its row counts."""

    installation: str
    migrations: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in a backup's manifest: `made_at` is ISO 8601 with an offset, `sha256` that of the database's file."""

    format: int
    made_at: str
    leeward: str
    database: Database
    contents: Contents
    sha256: str

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The manifest that was written as `asdict`. Raises KeyError, TypeError or ValueError where it is none."""
        contents = values["contents"]
        migrations = tuple((str(app), str(name)) for app, name in contents["migrations"])
        counts = {str(table): int(count) for table, count in contents["counts"].items()}
        if values["database"] not in DATABASES or not all(map(_TABLE.fullmatch, counts)):
            raise ValueError("this is no manifest of ours")
        return cls(
            format=int(values["format"]),
            made_at=str(values["made_at"]),
            leeward=str(values["leeward"]),
            database=values["database"],
            contents=Contents(str(contents["installation"]), migrations, counts),
            sha256=str(values["sha256"]),
        )


def begin(target: Path) -> int:
    """A descriptor of a new file beside `target` that only its owner may read, for `write`.

    Raises BackupError where `target` is there, or cannot be made.
    """
    if target.exists():
        raise BackupError(f"{target} is there already; name another file.")
    try:
        descriptor = os.open(partial(target), os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
    try:
        hold(descriptor)
        # What a command left that was killed.
        os.truncate(descriptor, 0)
    except BlockingIOError:
        os.close(descriptor)
        raise BackupError(f"{target} is being made by another command; name another file.") from None
    return descriptor


def write(descriptor: int, manifest: Manifest, database: Path) -> None:
    """Writes a backup into a new file, on the disk when this returns; closes it. Raises OSError where the disk is full."""
    with os.fdopen(descriptor, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
            archive.write(database, DATABASES[manifest.database])
        file.flush()
        os.fsync(file.fileno())


def partial(target: Path) -> Path:
    """The file that becomes `target` once it is whole, so that nothing that is named as a backup is half of one."""
    return target.with_name(f"{target.name}{PARTIAL}")


def read(file: Path) -> Manifest:
    """The manifest of a backup. Raises BackupError."""
    try:
        with zipfile.ZipFile(file) as archive:
            values = json.loads(archive.read(MANIFEST))
        if values["format"] > FORMAT:
            raise BackupError(f"{file} was made by a newer Leeward ({values['leeward']}); update this one first.")
        return Manifest.from_json(values)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    except (*DAMAGED, TypeError, ValueError, AttributeError) as error:
        raise BackupError(f"{file} is no whole backup of Leeward; take another one.") from error


def extract(file: Path, manifest: Manifest, to: Path) -> None:
    """Takes the database out of a backup. Raises BackupError where it is not what was put in."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(DATABASES[manifest.database]) as source, to.open("xb") as target:
            shutil.copyfileobj(source, target)
    except DAMAGED as error:
        raise BackupError(f"{file} is damaged; take another one.") from error
    if digest(to) != manifest.sha256:
        raise BackupError(f"{file} is damaged; take another one.")


def digest(file: Path) -> str:
    """SHA-256 (FIPS 180-4) of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
