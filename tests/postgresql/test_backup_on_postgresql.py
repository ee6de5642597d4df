"""Backup and restore where the records are in PostgreSQL. Run by tests/with_postgresql."""

from __future__ import annotations

import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.signals import connection_created
from typer.testing import CliRunner

from leeward.cli.main import app
from leeward.records import installation, opt_outs
from leeward.records.backups import archive, restoring
from leeward.records.installation import RecordsReplaced
from leeward.records.models import Conversation, Installation, Message, OptOut
from leeward.records.services import conversations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of this test's own; what a restore put aside is dropped after it."""
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    installation.settle()
    yield tmp_path
    with connection.cursor() as cursor:
        for schema in kept_aside():
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")


def kept_aside() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before\\_restore\\_%'")
        return [name for (name,) in cursor.fetchall()]


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def done(*words: str) -> Result:
    """The same, where it must succeed."""
    result = run(*words)
    assert result.exit_code == 0, result.stderr
    return result


def tell(words: str) -> Conversation:
    """A conversation with a message, both or neither."""
    with transaction.atomic():
        begun = conversations.conversation_start(channel="web", language="en")
        Message.objects.create(conversation=begun, n=1, key="a", direction="in", text=words, status="answered")
    return begun


def test_a_backup_made_while_many_write_is_of_one_moment_and_is_put_back(var: Path) -> None:
    enough, begun = threading.Event(), threading.Barrier(5)

    def write() -> None:
        begun.wait()
        while not enough.is_set():
            tell("I owe 300k")
        connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    begun.wait()
    made = run("backup", f"{var}/backup.zip")
    enough.set()
    for writer in writers:
        writer.join()
    assert made.exit_code == 0, made.stderr
    manifest = archive.read(var / "backup.zip")
    counts = manifest.contents.counts
    assert manifest.database == "postgresql"
    assert counts["records_conversation"] == counts["records_message"] < Conversation.objects.count()
    restored = run("restore", f"{var}/backup.zip", "--replace")
    assert restored.exit_code == 0, restored.stderr
    assert Conversation.objects.count() == Message.objects.count() == counts["records_conversation"]
    (schema,) = kept_aside()
    assert f"The records before are kept as the schema {schema}; delete them once all is well." in restored.stdout


def test_erasures_and_stops_since_the_backup_hold(var: Path) -> None:
    begun = tell("I owe 200k")
    done("backup", f"{var}/backup.zip")
    done("erase", begun.id, "--yes")
    opt_outs.opt_out_record(phone="+13125550142", channel="sms", words="stop")
    restored = run("restore", f"{var}/backup.zip", "--replace")
    assert restored.exit_code == 0, restored.stderr
    assert "Conversations erased again, because they were erased since: 1." in restored.stdout
    assert Message.objects.get().text == ""
    assert opt_outs.is_opted_out(phone="+13125550142")


def seen_by_others(query: str) -> list[str]:
    """What another connection reads at this moment."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(query)
            return [value for (value,) in cursor.fetchall()]
    finally:
        other.close()


def test_nothing_of_the_backup_is_there_for_others_before_erasures_stops_and_tokens_are_as_they_must_be(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = tell("I owe 200k")
    done("backup", f"{var}/backup.zip")
    done("erase", begun.id, "--yes")
    seen: list[list[str]] = []
    distrust = restoring._distrust

    def look_meanwhile() -> None:
        seen.append(seen_by_others("SELECT text FROM public.records_message"))
        distrust()
        seen.append(seen_by_others("SELECT text FROM public.records_message"))

    monkeypatch.setattr(restoring, "_distrust", look_meanwhile)
    done("restore", f"{var}/backup.zip", "--replace")
    assert seen == [[""], [""]]
    restored = Conversation.objects.get()
    assert restored.oldest_token_epoch == restored.token_epoch >= conversations.EPOCHS_SINCE_A_BACKUP


@pytest.mark.parametrize("fault", [DatabaseError("gone"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("step", ["_take_over", "_erase_again", "_distrust"])
def test_a_restore_that_ends_in_the_middle_changes_nothing_and_leaves_nothing(
    var: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException, step: str
) -> None:
    tell("I owe 200k")
    done("backup", f"{var}/backup.zip")
    tell("later")

    def fails(*arguments: object) -> None:
        raise fault

    monkeypatch.setattr(restoring, step, fails)
    result = run("restore", f"{var}/backup.zip", "--replace")
    if step == "_take_over" and isinstance(fault, DatabaseError):
        # Records that cannot be read keep nobody from their backup.
        assert "They could not be read" in result.stderr
        return
    assert result.exit_code != 0
    assert sorted(Message.objects.values_list("text", flat=True)) == ["I owe 200k", "later"]
    assert kept_aside() == []
    assert seen_by_others("SELECT nspname FROM pg_namespace WHERE nspname = 'restoring'") == []


def test_what_a_killed_restore_left_is_in_no_backup_and_in_nobodys_way(var: Path) -> None:
    tell("I owe 200k")
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA restoring")
        cursor.execute("CREATE TABLE restoring.records_message (text text)")
        cursor.execute("INSERT INTO restoring.records_message VALUES ('Ruizvela')")
    done("backup", f"{var}/backup.zip")
    with zipfile.ZipFile(var / "backup.zip") as whole:
        assert b"Ruizvela" not in whole.read("records.sql")
    done("restore", f"{var}/backup.zip", "--replace")
    assert Message.objects.get().text == "I owe 200k"
    assert seen_by_others("SELECT nspname FROM pg_namespace WHERE nspname = 'restoring'") == []


def test_a_backup_is_put_into_a_database_without_records_also_where_something_else_is_in_it(var: Path) -> None:
    tell("I owe 200k")
    done("backup", f"{var}/backup.zip")
    with connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA public RENAME TO before_restore_lost")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("CREATE FUNCTION public.of_someone() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    done("restore", f"{var}/backup.zip")
    assert Message.objects.get().text == "I owe 200k"


def test_what_must_never_change_does_not_change_after_a_restore(var: Path) -> None:
    done("backup", f"{var}/backup.zip")
    done("restore", f"{var}/backup.zip", "--replace")
    opt_outs.opt_out_record(phone="+13125550142", channel="sms", words="stop")
    with pytest.raises(DatabaseError, match="append-only"):
        OptOut.objects.update(words="go on")


def test_records_that_are_there_stay_unless_they_may_be_put_aside(var: Path) -> None:
    tell("I owe 200k")
    done("backup", f"{var}/backup.zip")
    refused = run("restore", f"{var}/backup.zip")
    assert refused.exit_code == 1
    assert "with --replace they are put aside" in refused.stderr
    assert Message.objects.get().text == "I owe 200k"


def test_a_restore_while_another_machine_uses_the_database_is_refused(var: Path) -> None:
    done("backup", f"{var}/backup.zip")
    other = connection.copy()
    other.connect()
    try:
        refused = run("restore", f"{var}/backup.zip", "--replace")
    finally:
        other.close()
    assert (refused.exit_code, refused.stderr) == (
        1,
        "1 other connections use the database; stop every assistant and desk first.\n",
    )


def test_a_dump_that_does_not_hold_what_the_manifest_says_changes_nothing(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell("I owe 200k")
    done("backup", f"{var}/backup.zip")
    manifest = archive.read(var / "backup.zip")
    contents = archive.Contents(
        manifest.contents.installation, manifest.contents.migrations, {**manifest.contents.counts, "records_optout": 7}
    )
    wrong = archive.Manifest(manifest.format, manifest.made_at, manifest.leeward, manifest.database, contents, manifest.sha256)
    monkeypatch.setattr(archive, "read", lambda file: wrong)
    refused = run("restore", f"{var}/backup.zip", "--replace")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("psql failed: ")
    assert "the counts of the manifest do not fit" in refused.stderr
    assert Message.objects.get().text == "I owe 200k"
    assert kept_aside() == []


@pytest.mark.parametrize(("words", "program"), [(("backup",), "pg_dump"), (("restore", "--replace"), "psql")])
def test_without_postgresqls_programs_there_is_one_sentence(
    var: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], program: str
) -> None:
    done("backup", f"{var}/backup.zip")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    refused = run(*words, f"{var}/{'other' if words == ('backup',) else 'backup'}.zip")
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"{program} is not on the path; install PostgreSQL's client programs (Debian: postgresql-client).\n",
    )
    assert not (var / "other.zip").exists()


def test_a_database_that_was_exchanged_is_noticed_at_the_next_connection(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_expected", None)
    installation.guard()
    try:
        installation.check()
        Installation.objects.update(key="another")
        connection.close()
        with pytest.raises(RecordsReplaced):
            tell("I owe 200k")
        with pytest.raises(RecordsReplaced):
            installation.check()
    finally:
        monkeypatch.undo()
        connection_created.disconnect(dispatch_uid="leeward.records.installation")
