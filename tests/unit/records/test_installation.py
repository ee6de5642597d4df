"""Records that are gone or exchanged are noticed: at start, and under a process that goes on."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from leeward.records import bootstrap, database, installation
from leeward.records.installation import RecordsReplaced
from leeward.records.services import conversations

from .conftest import DataFolders


def write() -> None:
    """What a turn does, as the event loop has it done."""
    database._on_a_live_connection(partial(conversations.conversation_start, channel="web", language="en"))


@pytest.fixture
def var(folders: DataFolders) -> Path:
    """A data folder whose records a process that goes on has begun with."""
    other = folders.make("other")
    assert other.exists()
    var = folders.make("var")
    installation.guard()
    write()
    return var


def is_refused(operation: Callable[[], None]) -> bool:
    try:
        operation()
    except RecordsReplaced as error:
        return str(error).startswith("The records were removed or exchanged while Leeward ran, so it saves nothing more.")
    return False


def test_a_process_whose_records_stay_where_they_are_goes_on(var: Path) -> None:
    write()
    installation.check()


def test_records_deleted_under_a_process_are_missed_and_not_begun_anew(var: Path) -> None:
    (var / "records.sqlite3").unlink()
    assert is_refused(write)
    assert is_refused(installation.check)
    assert not (var / "records.sqlite3").exists()


def test_another_installations_records_in_their_place_are_not_written_to(var: Path) -> None:
    other = var.parent / "other" / "records.sqlite3"
    before = other.read_bytes()
    os.replace(other, var / "records.sqlite3")
    assert is_refused(write)
    assert is_refused(installation.check)
    assert (var / "records.sqlite3").read_bytes() == before


def test_other_records_copied_into_the_same_file_are_noticed_by_their_key(var: Path) -> None:
    connection.close()
    shutil.copyfile(var.parent / "other" / "records.sqlite3", var / "records.sqlite3")
    assert is_refused(write)


def test_an_earlier_copy_of_the_same_records_in_their_place_is_noticed(var: Path) -> None:
    shutil.copyfile(var / "records.sqlite3", var / "copy")
    os.replace(var / "copy", var / "records.sqlite3")
    assert is_refused(write)


@pytest.mark.parametrize("fault", [OperationalError("database is locked"), KeyboardInterrupt()])
def test_a_connection_that_could_not_be_checked_is_not_used(
    var: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def fails(connection: BaseDatabaseWrapper) -> str:
        raise fault

    connection.close()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(installation, "_read_key", fails)
        with pytest.raises(type(fault)):
            connection.ensure_connection()
    # The next use opens one anew, and checks that.
    assert connection.connection is None
    write()


def test_a_file_without_tables_in_their_place_is_noticed(var: Path) -> None:
    connection.close()
    (var / "records.sqlite3").write_bytes(b"")
    assert is_refused(write)


def test_records_that_are_put_back_are_used_again(var: Path) -> None:
    os.replace(var / "records.sqlite3", var / "away")
    assert is_refused(write)
    os.replace(var / "away", var / "records.sqlite3")
    write()


def test_a_process_cannot_begin_without_records(folders: DataFolders) -> None:
    var = folders.use("new")
    with pytest.raises(installation.RecordsMissing, match="There are no records at "):
        installation.guard()
    assert list(var.iterdir()) == []


def test_where_nothing_can_be_written_health_says_so_and_leaves_nothing(var: Path) -> None:
    installation.check_health()
    before = sorted(var.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (installation.ROOM_BYTES - 1, hard))
    try:
        with pytest.raises(installation.NoRoom) as told:
            installation.check_health()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(told.value) == (
        f"Nothing can be written to {var} (File too large), so nothing is saved. Make room on that disk."
    )
    assert sorted(var.iterdir()) == before


# ------------------------------------------------------------------ at start


def test_a_key_that_some_command_made_shows_no_records(folders: DataFolders) -> None:
    var = folders.use("var")
    (var / "secret.key").write_text("x" * 50, encoding="ascii")
    assert folders.run("cases", "list").exit_code == 0
    assert (var / "records.sqlite3").exists()


@pytest.mark.parametrize("trace", ["log", "installation.id"])
def test_where_there_were_records_none_are_begun_without_being_asked_for(folders: DataFolders, trace: str) -> None:
    var = folders.use("var")
    (var / trace).write_text("x", encoding="ascii")
    done = folders.run("cases", "list")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"There are no records, but {var / trace} shows that there were. Put them back, restore a backup "
        "with `leeward restore FILE`, or begin without them with `leeward up --new-records`.\n"
    )
    assert not (var / "records.sqlite3").exists()


def test_records_without_a_table_in_the_place_of_those_that_were_are_refused_too(folders: DataFolders) -> None:
    var = folders.make("var")
    connection.close()
    (var / "records.sqlite3").write_bytes(b"")
    assert "There are no records, but " in folders.run("cases", "list").stderr


def test_a_new_data_folder_gets_new_records_and_goes_on_with_them(folders: DataFolders) -> None:
    folders.use("var")
    for _ in range(2):
        done = folders.run("cases", "list")
        assert (done.exit_code, done.stdout) == (0, "There are no cases yet.\n")


def test_who_asks_for_new_records_gets_them_under_a_new_key(folders: DataFolders) -> None:
    var = folders.make("var")
    before = (var / "installation.id").read_text(encoding="ascii")
    connection.close()
    (var / "records.sqlite3").unlink()
    bootstrap.open_records(traces=("log",), begin_anew=True)
    assert folders.run("cases", "list").exit_code == 0
    assert (var / "installation.id").read_text(encoding="ascii") != before


def test_records_of_before_there_were_keys_are_taken_on(folders: DataFolders) -> None:
    var = folders.use("var")
    (var / "records.sqlite3").touch()
    call_command("migrate", "records", "0008", verbosity=0)
    assert folders.run("cases", "list").exit_code == 0
    assert len((var / "installation.id").read_text(encoding="ascii").strip()) == 32


def test_the_records_of_another_installation_are_refused_until_their_note_is_deleted(folders: DataFolders) -> None:
    other = folders.make("other")
    own = folders.make("own")
    connection.close()
    os.replace(other / "records.sqlite3", own / "records.sqlite3")
    folders.use("own")
    done = folders.run("cases", "list")
    assert done.exit_code == 1
    assert done.stderr.startswith("These are the records of another installation than those used here before.")
    (own / "installation.id").unlink()
    assert folders.run("cases", "list").exit_code == 0
