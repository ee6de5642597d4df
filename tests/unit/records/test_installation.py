"""Records that are gone or exchanged are noticed: at start, and under a process that goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from processes import command, make_records, printed

GUARDED = """
    import os, shutil
    from django.db import OperationalError, connection
    from leeward.ops import paths
    from leeward.records import database, installation
    from leeward.records.services import conversations

    def write():
        conversations.conversation_start(channel="web", language="en")

    def tell(operation):
        try:
            database._call(operation, {})
            print("done")
        except OperationalError as error:
            print(type(error).__name__)

    file = paths.var() / "records.sqlite3"
    installation.guard()
    tell(write)
"""


def asked(var: Path, program: str) -> list[str]:
    return printed(var, GUARDED + program)


def test_a_process_whose_records_stay_where_they_are_goes_on(tmp_path: Path) -> None:
    make_records(tmp_path)
    assert asked(tmp_path, "    tell(write)\n    tell(installation.check)\n") == ["done", "done", "done"]


def test_records_deleted_under_a_process_are_missed_and_not_begun_anew(tmp_path: Path) -> None:
    make_records(tmp_path)
    told = asked(tmp_path, "    file.unlink()\n    tell(write)\n    tell(installation.check)\n")
    assert told == ["done", "RecordsReplaced", "RecordsReplaced"]
    assert not (tmp_path / "records.sqlite3").exists()


def test_another_installations_records_in_their_place_are_not_written_to(tmp_path: Path) -> None:
    make_records(tmp_path / "own")
    other = make_records(tmp_path / "other") / "records.sqlite3"
    before = other.read_bytes()
    told = asked(tmp_path / "own", f"    os.replace({str(other)!r}, file)\n    tell(write)\n    tell(installation.check)\n")
    assert told == ["done", "RecordsReplaced", "RecordsReplaced"]
    assert (tmp_path / "own" / "records.sqlite3").read_bytes() == before


def test_other_records_copied_into_the_same_file_are_noticed_by_their_key(tmp_path: Path) -> None:
    make_records(tmp_path / "own")
    other = make_records(tmp_path / "other") / "records.sqlite3"
    exchange = f"    connection.close()\n    shutil.copyfile({str(other)!r}, file)\n    tell(write)\n"
    assert asked(tmp_path / "own", exchange) == ["done", "RecordsReplaced"]


def test_an_earlier_copy_of_the_same_records_in_their_place_is_noticed(tmp_path: Path) -> None:
    make_records(tmp_path)
    copy = f"{tmp_path}/copy"
    shutil.copyfile(tmp_path / "records.sqlite3", copy)
    assert asked(tmp_path, f"    os.replace({copy!r}, file)\n    tell(write)\n") == ["done", "RecordsReplaced"]


def test_records_that_are_put_back_are_used_again(tmp_path: Path) -> None:
    make_records(tmp_path)
    away = f"{tmp_path}/away"
    told = asked(
        tmp_path, f"    os.replace(file, {away!r})\n    tell(write)\n    os.replace({away!r}, file)\n    tell(write)\n"
    )
    assert told == ["done", "RecordsReplaced", "done"]


@pytest.mark.parametrize("trace", ["secret.key", "log", "installation.id"])
def test_where_there_were_records_none_are_begun_without_being_asked_for(tmp_path: Path, trace: str) -> None:
    (tmp_path / trace).write_text("x", encoding="ascii")
    done = command(tmp_path, "cases", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"There are no records, but {tmp_path / trace} shows that there were. Put them back, restore a backup "
        "with `leeward restore FILE`, or begin without them with `leeward up --new-records`.\n"
    )
    assert not (tmp_path / "records.sqlite3").exists()


def test_records_without_a_table_in_the_place_of_those_that_were_are_refused_too(tmp_path: Path) -> None:
    make_records(tmp_path)
    (tmp_path / "records.sqlite3").write_bytes(b"")
    assert "There are no records, but " in command(tmp_path, "cases", "list").stderr


def test_a_new_data_folder_gets_new_records_and_goes_on_with_them(tmp_path: Path) -> None:
    for _ in range(2):
        done = command(tmp_path, "cases", "list")
        assert (done.returncode, done.stdout) == (0, "There are no cases yet.\n")


def test_who_asks_for_new_records_gets_them_under_a_new_key(tmp_path: Path) -> None:
    make_records(tmp_path)
    before = (tmp_path / "installation.id").read_text(encoding="ascii")
    (tmp_path / "records.sqlite3").unlink()
    printed(tmp_path, "from leeward.records import bootstrap\nbootstrap.open_records(traces=('log',), begin_anew=True)")
    assert command(tmp_path, "cases", "list").returncode == 0
    assert (tmp_path / "installation.id").read_text(encoding="ascii") != before


def test_records_of_before_there_were_keys_are_taken_on(tmp_path: Path) -> None:
    printed(
        tmp_path,
        """
        from django.core.management import call_command
        from leeward.records import installation
        installation.sqlite_file().touch()
        call_command("migrate", "records", "0008", verbosity=0)
        """,
    )
    assert command(tmp_path, "cases", "list").returncode == 0
    assert len((tmp_path / "installation.id").read_text(encoding="ascii").strip()) == 32


def test_the_records_of_another_installation_are_refused_until_their_note_is_deleted(tmp_path: Path) -> None:
    make_records(tmp_path / "own")
    other = make_records(tmp_path / "other") / "records.sqlite3"
    own = tmp_path / "own"
    other.replace(own / "records.sqlite3")
    done = command(own, "cases", "list")
    assert done.returncode == 1
    assert done.stderr.startswith("These are the records of another installation than those used here before.")
    (own / "installation.id").unlink()
    assert command(own, "cases", "list").returncode == 0
