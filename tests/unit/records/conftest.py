"""What the tests of the records share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker
from texting import NOON, it_is
from typer.testing import CliRunner

from leeward.cli.main import app
from leeward.ops import database
from leeward.records import installation


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon in Chicago on a working day."""
    it_is(NOON, monkeypatch)


@dataclass(frozen=True)
class DataFolders:
    """Data folders with real files in them, in the place of the tests' database in memory; one is in use at a time."""

    root: Path
    migrated: Path
    monkeypatch: pytest.MonkeyPatch

    def use(self, name: str) -> Path:
        """Works in a data folder from now on, a new and empty one if there is none of the name."""
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        self.monkeypatch.setenv("LEEWARD_VAR", str(folder))
        connections["default"].close()
        connections["default"] = connected_to(folder)
        return folder

    def make(self, name: str) -> Path:
        """The same, with new records in it."""
        folder = self.use(name)
        shutil.copyfile(self.migrated, folder / "records.sqlite3")
        installation.settle()
        return folder

    def run(self, *words: str) -> Result:
        """What the leeward command does in the data folder in use."""
        return CliRunner().invoke(app, words)


def connected_to(folder: Path) -> DatabaseWrapper:
    """A connection to the records of a data folder."""
    return DatabaseWrapper({**connections.settings["default"], **database.configuration(None, folder)}, "default")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """A file of records with all their tables and nothing in them."""
    folder = tmp_path_factory.mktemp("migrated")
    file = database.sqlite_file(folder)
    file.touch()
    usual = connections["default"]
    with django_db_blocker.unblock():
        connections["default"] = connected_to(folder)
        call_command("migrate", interactive=False, verbosity=0)
        connections["default"].close()
    connections["default"] = usual
    return file


@pytest.fixture
def folders(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[DataFolders]:
    """Data folders of this test's own."""
    usual = connections["default"]
    monkeypatch.delenv("LEEWARD_DATABASE_URL", raising=False)
    monkeypatch.setattr(installation, "_expected", None)
    with django_db_blocker.unblock():
        connections["default"] = connected_to(tmp_path)
        yield DataFolders(tmp_path, migrated, monkeypatch)
        connection_created.disconnect(dispatch_uid="leeward.records.installation")
        connections["default"].close()
    connections["default"] = usual
