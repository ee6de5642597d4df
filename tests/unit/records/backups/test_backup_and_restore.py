"""A backup holds the records of one moment, and is put back whole or not at all."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import stat
import zipfile
import zlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone
from factories import consent, receive
from processes import command, printed

from leeward.ops import instance, secret_key
from leeward.ops.instance import Running
from leeward.ops.work_folders import work_folder
from leeward.records import opt_outs, turns, web_links
from leeward.records.backups import archive, restoring, sqlite
from leeward.records.models import Conversation, Message, OutboundSms
from leeward.records.services import cases, consents, conversations, messages
from leeward.records.services.conversations import Access
from leeward.records.services.messages import Reply
from leeward.records.turns import TurnEnd

from ..conftest import DataFolders

TRIAGE = {"tier": 3, "label": "", "reasons": [], "clocks": [], "act_by": None}


def tell(words: str) -> Conversation:
    """Someone tells us something, is answered, and has a case."""
    begun = conversations.conversation_start(channel="web", language="en")
    messages.message_answer(message_id=receive(begun, "a", words).id, replies=[Reply("Noted.")])
    cases.case_open(conversation_id=begun.id, triage=TRIAGE)
    return begun


def words_on_record() -> list[str]:
    """The words of every message that came in, in their order."""
    return list(Message.objects.filter(direction=Message.Direction.IN).order_by("pk").values_list("text", flat=True))


@pytest.fixture
def var(folders: DataFolders) -> Path:
    """A data folder in which one person told us something."""
    var = folders.make("var")
    tell("I owe 200k")
    return var


@pytest.fixture
def backup(folders: DataFolders, var: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    file = tmp_path / "backup.zip"
    assert folders.run("backup", str(file)).exit_code == 0
    return file


def lose_records(var: Path) -> None:
    connection.close()
    (var / "records.sqlite3").unlink()


def altered(backup: Path, **changes: Any) -> None:
    """The same backup with other values in its manifest."""
    with zipfile.ZipFile(backup) as whole:
        manifest, database = json.loads(whole.read(archive.MANIFEST)), whole.read("records.sqlite3")
    with zipfile.ZipFile(backup, "w") as whole:
        whole.writestr(archive.MANIFEST, json.dumps({**manifest, **changes}))
        whole.writestr("records.sqlite3", database)


def contents_of(backup: Path, **changes: Any) -> dict[str, Any]:
    """What the manifest says of the contents, with some of it changed."""
    contents = archive.read(backup).contents
    known = {"installation": contents.installation, "migrations": contents.migrations, "counts": dict(contents.counts)}
    return {**known, **changes}


# ------------------------------------------------------------------ the file


def test_a_backup_is_one_file_for_its_owner_alone_that_says_what_is_in_it(
    folders: DataFolders, var: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    done = folders.run("backup", str(file))
    assert (done.exit_code, done.stdout) == (0, f"Backed up to {file} (conversations: 1, cases: 1).\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    manifest = archive.read(file)
    assert (manifest.database, manifest.contents.counts["records_message"]) == ("sqlite", 2)
    assert manifest.contents.installation == (var / "installation.id").read_text(encoding="ascii").strip()
    assert ("records", "0001_initial") in manifest.contents.migrations


def test_the_key_that_signs_tokens_and_logins_is_not_in_it(backup: Path) -> None:
    key = secret_key.secret_key().encode()
    with zipfile.ZipFile(backup) as whole:
        assert sorted(whole.namelist()) == ["manifest.json", "records.sqlite3"]
        assert not any(key in whole.read(name) for name in whole.namelist())


def test_without_a_name_it_goes_into_the_data_folder_and_nothing_is_left_beside_it(folders: DataFolders, var: Path) -> None:
    assert folders.run("backup").exit_code == 0
    (file,) = (var / "backups").iterdir()
    assert archive.read(file).contents.counts["records_conversation"] == 1
    assert stat.S_IMODE((var / "backups").stat().st_mode) == 0o700
    assert list(var.glob("backup.*")) == []


def test_a_file_that_is_there_is_not_overwritten(folders: DataFolders, backup: Path) -> None:
    before = backup.read_bytes()
    done = folders.run("backup", str(backup))
    assert (done.exit_code, done.stderr) == (1, f"{backup} is there already; name another file.\n")
    assert backup.read_bytes() == before


def test_a_file_that_cannot_be_written_is_one_sentence(folders: DataFolders, var: Path) -> None:
    file = var / "nowhere" / "backup.zip"
    done = folders.run("backup", str(file))
    assert (done.exit_code, done.stderr) == (1, f"{file} cannot be written: No such file or directory.\n")


def test_where_there_are_no_records_nothing_is_made(tmp_path: Path) -> None:
    done = command(tmp_path / "new", "backup", str(tmp_path / "backup.zip"))
    assert (done.returncode, done.stderr) == (1, f"There are no records in {tmp_path}/new to back up.\n")
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]
    assert list((tmp_path / "new").iterdir()) == []


# ------------------------------------------------------------------ under load, and back

MANY_WRITE = """
    import pathlib, sys, threading
    from django.db import connections, transaction
    from leeward.records.backups import making
    from leeward.records.models import Conversation, Message, OutboundSms

    done, begun = threading.Event(), threading.Barrier(5)

    def write():
        begun.wait()
        while not done.is_set():
            with transaction.atomic():
                conversation = Conversation.objects.create(channel="web")
                for n in (1, 2):
                    Message.objects.create(conversation=conversation, n=n, key=str(n), direction="in", text="I owe 300k")
        connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers: writer.start()
    begun.wait()
    for number in range(4):
        counts = making.back_up(pathlib.Path(FOLDER) / f"{number}.zip").contents.counts
        print(counts["records_conversation"], counts["records_message"])
    done.set()
    for writer in writers: writer.join()
    print(Conversation.objects.count(), Message.objects.count())
"""


def test_a_backup_made_while_many_write_holds_whole_transactions_only_and_is_restored_elsewhere(
    folders: DataFolders, tmp_path: Path
) -> None:
    var = folders.make("var")
    connection.close()
    made = printed(var, MANY_WRITE.replace("FOLDER", repr(str(tmp_path))))
    counts = [tuple(map(int, line.split())) for line in made]
    assert all(told * 2 == said for told, said in counts)
    assert counts == sorted(counts)
    assert counts[0] < counts[3], "nobody wrote between the first backup and the last"
    folders.use("elsewhere")
    done = folders.run("restore", f"{tmp_path}/3.zip")
    assert done.exit_code == 0, done.stderr
    assert (Conversation.objects.count(), Message.objects.count()) == counts[3]


def test_what_was_restored_elsewhere_is_gone_on_with(folders: DataFolders, backup: Path) -> None:
    elsewhere = folders.use("elsewhere")
    done = folders.run("restore", str(backup))
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("Restored the records of ")
    assert done.stdout.endswith(" (conversations: 1, cases: 1).\n")
    assert words_on_record() == ["I owe 200k"]
    tell("and now 190k")
    assert len(json.loads(folders.run("cases", "list", "--json").stdout)) == 2
    assert sorted(path.name for path in elsewhere.iterdir() if "sqlite3-" not in path.name) == [
        "installation.id",
        "records.sqlite3",
    ]


def test_the_restored_file_is_for_its_owner_alone(backup: Path, tmp_path: Path) -> None:
    assert command(tmp_path / "elsewhere", "restore", str(backup)).returncode == 0
    assert stat.S_IMODE((tmp_path / "elsewhere" / "records.sqlite3").stat().st_mode) == 0o600


def test_a_backup_of_before_an_update_is_brought_up_to_date(folders: DataFolders, tmp_path: Path) -> None:
    folders.make("old")
    call_command("migrate", "records", "0008", verbosity=0)
    assert folders.run("backup", f"{tmp_path}/old.zip").exit_code == 0
    folders.use("new")
    assert folders.run("restore", f"{tmp_path}/old.zip").exit_code == 0
    assert folders.run("cases", "list").stdout == "There are no cases yet.\n"


# ------------------------------------------------------------------ what is refused


def test_records_that_are_there_stay_unless_they_may_be_put_aside(folders: DataFolders, backup: Path) -> None:
    tell("later")
    done = folders.run("restore", str(backup))
    assert done.exit_code == 1
    assert done.stderr == "There are records here already; with --replace they are put aside, and none is lost.\n"
    assert words_on_record() == ["I owe 200k", "later"]


def test_replaced_records_are_kept_aside(folders: DataFolders, var: Path, backup: Path) -> None:
    tell("later")
    done = folders.run("restore", str(backup), "--replace")
    assert done.exit_code == 0, done.stderr
    assert words_on_record() == ["I owe 200k"]
    (aside,) = var.glob("before_restore_*.sqlite3")
    assert f"The records before are kept as {aside}; delete them once all is well." in done.stdout
    with closing(sqlite3.connect(aside)) as earlier:
        assert earlier.execute("SELECT count(*) FROM records_conversation").fetchone() == (2,)


def test_a_restore_while_leeward_runs_is_refused(folders: DataFolders, var: Path, backup: Path) -> None:
    with instance.sole():
        Running(chat="http://127.0.0.1:5005/", desk=None).save()
        done = folders.run("restore", str(backup), "--replace")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Leeward runs already on the data folder {var} (its chat: http://127.0.0.1:5005/); stop it")
    assert list(var.glob("before_restore_*")) == []


def test_a_restore_while_something_else_has_the_records_open_is_refused(folders: DataFolders, var: Path, backup: Path) -> None:
    with closing(sqlite3.connect(var / "records.sqlite3")) as other:
        other.execute("SELECT count(*) FROM records_message").fetchone()
        done = folders.run("restore", str(backup), "--replace")
    assert (done.exit_code, done.stderr) == (1, "Something else uses the records; stop every part of Leeward first.\n")
    assert words_on_record() == ["I owe 200k"]
    assert list(var.glob("before_restore_*")) == []


def test_nothing_is_written_to_the_records_before_while_they_are_replaced(
    folders: DataFolders, var: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[str] = []
    distrust = restoring._distrust

    def write_meanwhile() -> None:
        with closing(sqlite3.connect(var / "records.sqlite3", timeout=0)) as other:
            with pytest.raises(sqlite3.OperationalError) as error:
                other.execute("DELETE FROM records_message")
            refused.append(str(error.value))
        distrust()

    monkeypatch.setattr(restoring, "_distrust", write_meanwhile)
    assert folders.run("restore", str(backup), "--replace").exit_code == 0
    assert refused == ["database is locked"]


def test_where_the_last_step_fails_the_records_are_as_they_were(
    folders: DataFolders, var: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell("later")

    def fails(staged: Path, target: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "rename", fails)
        assert folders.run("restore", str(backup), "--replace").exit_code == 1
    assert words_on_record() == ["I owe 200k", "later"]
    assert list(var.glob("before_restore_*")) == []


@pytest.mark.parametrize("words", [("backup",), ("restore", "--replace")])
def test_a_command_that_is_asked_to_end_leaves_no_copy_behind(var: Path, backup: Path, words: tuple[str, ...]) -> None:
    file = str(var / "new.zip") if words == ("backup",) else str(backup)
    connection.close()
    program = f"""
        import os, signal, time
        from leeward.cli.main import app
        from leeward.records.backups import sqlite
        def is_asked_to_end(file):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(600)
        sqlite.check = is_asked_to_end
        try:
            app([*{words!r}, {file!r}])
        except SystemExit as end:
            print(end.code)
    """
    assert printed(var, program) == ["130"]
    assert [*var.glob("backup.*"), *var.glob("restore.*"), *var.glob("new.zip*")] == []
    assert words_on_record() == ["I owe 200k"]


def test_what_a_killed_command_left_is_told_by_doctor_and_cleared_away_by_the_next(
    folders: DataFolders, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (var / "backup.abc").mkdir()
    (var / "backup.abc" / "records.sqlite3").write_bytes(b"words")
    (var / "backups").mkdir()
    (var / "backups" / "leeward-1.zip.part").write_bytes(b"words")
    told = folders.run("doctor").stdout
    assert f"NO  Unfinished copies: left behind by a command that was killed: {var}/backup.abc, {var}/backups" in told
    with work_folder("restore.") as busy:
        # One on which a command works is none of them.
        (busy / "records.sqlite3").touch()
        assert folders.run("backup").exit_code == 0
        assert busy.exists()
    assert "ok  Unfinished copies: none" in folders.run("doctor").stdout
    assert [file.suffix for file in (var / "backups").iterdir()] == [".zip"]


def test_a_half_written_backup_has_another_name_and_is_begun_anew(folders: DataFolders, var: Path, tmp_path: Path) -> None:
    half = tmp_path / "backup.zip.part"
    half.write_bytes(b"x" * 1_000_000)
    assert folders.run("backup", f"{tmp_path}/backup.zip").exit_code == 0
    assert archive.read(tmp_path / "backup.zip").contents.counts["records_conversation"] == 1
    assert not half.exists()


@pytest.mark.parametrize("end", [0, 100, -1])
def test_a_backup_that_is_not_whole_changes_nothing(folders: DataFolders, backup: Path, end: int) -> None:
    backup.write_bytes(backup.read_bytes()[:end])
    done = folders.run("restore", str(backup), "--replace")
    assert (done.exit_code, done.stderr) == (1, f"{backup} is no whole backup of Leeward; take another one.\n")
    assert words_on_record() == ["I owe 200k"]


def test_a_backup_with_a_byte_changed_changes_nothing(folders: DataFolders, backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    done = folders.run("restore", str(backup), "--replace")
    assert (done.exit_code, done.stderr) == (1, f"{backup} is damaged; take another one.\n")
    assert words_on_record() == ["I owe 200k"]


def test_whichever_byte_is_another_it_changes_nothing_and_is_one_sentence(folders: DataFolders, backup: Path) -> None:
    whole = backup.read_bytes()
    for place in range(0, len(whole), len(whole) // 40):
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        done = folders.run("restore", str(backup), "--replace")
        # Some bytes mean nothing: the time of an entry, for one.
        if done.exit_code != 0:
            assert isinstance(done.exception, SystemExit), place
            assert done.stderr.endswith("take another one.\n"), done.stderr
        assert words_on_record() == ["I owe 200k"]


@pytest.mark.parametrize(
    "fault", [zlib.error("bad"), EOFError(), NotImplementedError("method 99"), RuntimeError("is encrypted")], ids=repr
)
def test_whatever_is_wrong_with_the_file_is_one_sentence(
    folders: DataFolders, backup: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fails(*arguments: Any) -> None:
        raise fault

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(zipfile.ZipFile, "read", fails)
        done = folders.run("restore", str(backup), "--replace")
        assert (done.exit_code, done.stderr) == (1, f"{backup} is no whole backup of Leeward; take another one.\n")
    monkeypatch.setattr(shutil, "copyfileobj", fails)
    done = folders.run("restore", str(backup), "--replace")
    assert (done.exit_code, done.stderr) == (1, f"{backup} is damaged; take another one.\n")
    assert words_on_record() == ["I owe 200k"]


def test_a_backup_that_holds_less_than_its_manifest_says_changes_nothing(folders: DataFolders, backup: Path) -> None:
    counts = {**archive.read(backup).contents.counts, "records_optout": 1}
    altered(backup, contents=contents_of(backup, counts=counts))
    done = folders.run("restore", str(backup), "--replace")
    assert (done.exit_code, done.stderr) == (1, "The backup does not hold what its manifest says; take another one.\n")
    assert words_on_record() == ["I owe 200k"]


@pytest.mark.parametrize("is_format", [True, False])
def test_a_backup_of_a_newer_leeward_asks_for_an_update(folders: DataFolders, backup: Path, is_format: bool) -> None:
    later = [*archive.read(backup).contents.migrations, ("records", "9999_later")]
    changes = {"format": archive.FORMAT + 1} if is_format else {"contents": contents_of(backup, migrations=later)}
    altered(backup, **changes)
    done = folders.run("restore", str(backup), "--replace")
    assert (done.exit_code, done.stderr) == (1, f"{backup} was made by a newer Leeward (0.1.0); update this one first.\n")


def test_a_backup_of_another_kind_of_database_is_named_as_such(folders: DataFolders, backup: Path) -> None:
    altered(backup, database="postgresql")
    done = folders.run("restore", str(backup), "--replace")
    assert done.exit_code == 1
    assert "was made of records in PostgreSQL, and LEEWARD_DATABASE_URL asks for an SQLite file" in done.stderr


def test_a_restore_that_was_refused_leaves_a_new_data_folder_new(tmp_path: Path) -> None:
    (tmp_path / "backup.zip").touch()
    assert command(tmp_path / "new", "restore", str(tmp_path / "backup.zip")).returncode == 1
    assert list((tmp_path / "new").iterdir()) == []


# ------------------------------------------------------------------ what must not come back


def test_what_was_erased_since_stays_erased_though_the_records_before_are_lost(
    folders: DataFolders, var: Path, backup: Path
) -> None:
    assert folders.run("erase", Conversation.objects.get().id, "--yes").exit_code == 0
    lose_records(var)
    done = folders.run("restore", str(backup))
    assert done.exit_code == 0, done.stderr
    assert "Conversations erased again, because they were erased since: 1." in done.stdout
    assert words_on_record() == [""]
    assert folders.run("cases", "list").stdout == "There are no cases yet.\n"
    assert not any(b"I owe 200k" in file.read_bytes() for file in var.iterdir())


def test_what_a_person_deleted_themselves_stays_deleted(folders: DataFolders, var: Path, backup: Path) -> None:
    begun = Conversation.objects.get()
    receive(begun, "b", "delete what I told you")
    start = turns.turn_start(conversation_id=begun.id)
    assert start is not None
    assert turns.turn_commit(start=start, end=TurnEnd([Reply("It is deleted.")], {}, "", erases=True))
    lose_records(var)
    assert folders.run("restore", str(backup)).exit_code == 0
    assert words_on_record() == [""]


def test_what_was_erased_on_another_machine_is_known_from_the_records_before(
    folders: DataFolders, var: Path, backup: Path
) -> None:
    assert folders.run("erase", Conversation.objects.get().id, "--yes").exit_code == 0
    (var / "erased.txt").unlink()
    assert "erased again" in folders.run("restore", str(backup), "--replace").stdout
    assert words_on_record() == [""]


def test_who_said_stop_since_the_backup_is_still_not_to_be_texted(folders: DataFolders, backup: Path) -> None:
    opt_outs.opt_out_record(phone="+13125550142", channel="sms", words="stop")
    opt_outs.opt_out_record(phone="+13125550143", channel="sms", words="stop")
    opt_outs.opt_back_in(phone="+13125550143", words="start")
    assert folders.run("restore", str(backup), "--replace").exit_code == 0
    assert [opt_outs.is_opted_out(phone=f"+1312555{number}") for number in ("0142", "0143")] == [True, False]


def test_who_took_a_consent_back_since_the_backup_is_not_contacted_on_it(folders: DataFolders, var: Path) -> None:
    begun = Conversation.objects.get()
    consent(begun.id)
    assert folders.run("backup", f"{var}/given.zip").exit_code == 0
    taken_back = {"words": "no more", "language": "en", "channel": "web", "way": "", "message_key": "c"}
    consents.consents_take_back(conversation_id=begun.id, kinds=["contact"], **taken_back)
    assert folders.run("restore", f"{var}/given.zip", "--replace").exit_code == 0
    (case,) = json.loads(folders.run("cases", "list", "--json").stdout)
    assert case["may_contact"] == "no"


def test_no_chat_token_of_before_opens_a_chat_also_not_one_of_later_than_the_backup(folders: DataFolders, backup: Path) -> None:
    begun = Conversation.objects.get()
    conversations.conversation_end_access(conversation_id=begun.id)
    assert folders.run("restore", str(backup), "--replace").exit_code == 0
    open_to = [conversations.conversation_access(conversation_id=begun.id, epoch=epoch) for epoch in (0, 1, 2)]
    assert open_to == [conversations.Access.ENDED] * 3
    now = Conversation.objects.get().token_epoch
    assert conversations.conversation_access(conversation_id=begun.id, epoch=now) == conversations.Access.OPEN


def test_staff_log_in_again_and_who_was_shut_out_since_the_backup_stays_out(folders: DataFolders, var: Path) -> None:
    users = get_user_model()
    users.objects.create_user(username="ana", is_staff=True)
    users.objects.create_user(username="ben", is_staff=True)
    Session.objects.create(session_key="s", session_data="", expire_date=timezone.now() + timedelta(hours=9))
    assert folders.run("backup", f"{var}/staff.zip").exit_code == 0
    users.objects.filter(username="ben").update(is_active=False)
    assert folders.run("restore", f"{var}/staff.zip", "--replace").exit_code == 0
    assert list(users.objects.order_by("username").values_list("username", "is_active")) == [("ana", True), ("ben", False)]
    assert not Session.objects.exists()


@pytest.mark.parametrize("status", ["waiting", "sending"])
def test_a_text_that_may_have_been_sent_since_the_backup_is_asked_about_before_it_is_sent(
    folders: DataFolders, tmp_path: Path, status: str
) -> None:
    folders.make("var")
    begun = conversations.conversation_start(channel="sms", language="en")
    sent = {"conversation": begun, "to": "+13125550142", "kind": "reply", "not_before": timezone.now()}
    OutboundSms.objects.create(body="Which state?", status=status, **sent)
    OutboundSms.objects.create(body="Hello.", status="delivered", sid="SM1", **sent)
    assert folders.run("backup", f"{tmp_path}/backup.zip").exit_code == 0
    assert folders.run("restore", f"{tmp_path}/backup.zip", "--replace").exit_code == 0
    texts = list(OutboundSms.objects.order_by("pk").values_list("body", "status", "uncertain"))
    assert texts == [("Which state?", "waiting", True), ("Hello.", "delivered", False)]


def test_a_chat_that_was_ended_since_the_backup_is_not_opened_by_its_tokens_and_links_again(
    folders: DataFolders, var: Path
) -> None:
    begun = Conversation.objects.get()
    code = web_links.link_make(conversation_id=begun.id)
    assert folders.run("backup", f"{var}/open.zip").exit_code == 0
    conversations.conversation_end_access(conversation_id=begun.id)
    assert folders.run("restore", f"{var}/open.zip", "--replace").exit_code == 0
    restored = Conversation.objects.get()
    found = [conversations.conversation_access(conversation_id=begun.id, epoch=epoch) for epoch in (0, 1, restored.token_epoch)]
    assert found == [Access.ENDED, Access.ENDED, Access.OPEN]
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)


def test_records_that_cannot_be_read_are_kept_aside_and_that_is_said(folders: DataFolders, var: Path, backup: Path) -> None:
    connection.close()
    (var / "records.sqlite3").write_bytes(b"no database at all")
    assert "with --replace" in folders.run("restore", str(backup)).stderr
    done = folders.run("restore", str(backup), "--replace")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.startswith("They could not be read: what was erased since is known from erased.txt alone")
    assert words_on_record() == ["I owe 200k"]


def test_a_log_that_lost_records_left_behind_does_not_reach_the_restored_ones(
    folders: DataFolders, var: Path, backup: Path
) -> None:
    tell("in the log alone")
    assert (var / "records.sqlite3-wal").stat().st_size > 0
    (var / "records.sqlite3").unlink()
    done = folders.run("restore", str(backup))
    assert done.exit_code == 0, done.stderr
    assert words_on_record() == ["I owe 200k"]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left on device"), DatabaseError("disk is full")])
def test_a_disk_that_is_full_is_one_sentence_and_changes_nothing(
    folders: DataFolders, var: Path, backup: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def is_full(*arguments: Any) -> None:
        raise fault

    monkeypatch.setattr(sqlite, "check", is_full)
    for words in (("backup", f"{var}/other.zip"), ("restore", str(backup), "--replace")):
        done = folders.run(*words)
        assert done.exit_code == 1
        assert str(fault) in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not (var / "other.zip").exists()
    assert words_on_record() == ["I owe 200k"]


def test_an_erasure_that_cannot_be_noted_is_not_made(var: Path) -> None:
    (var / "erased.txt").mkdir()
    with pytest.raises(DatabaseError, match=f"the list of erasures {var}/erased.txt cannot be written"):
        conversations.conversation_erase(conversation_id=Conversation.objects.get().id, request_id="r")
    assert words_on_record() == ["I owe 200k"]


def test_a_line_that_a_full_disk_left_half_written_hides_no_other(folders: DataFolders, var: Path, backup: Path) -> None:
    (var / "erased.txt").write_text("2026-11-28T21:50:00+00:00 0123", encoding="ascii")
    assert folders.run("erase", Conversation.objects.get().id, "--yes").exit_code == 0
    lose_records(var)
    assert "erased again" in folders.run("restore", str(backup)).stdout
