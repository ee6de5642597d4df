"""`leeward doctor`: each check by its name, and what to do about what is not in order."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leeward.cli import doctor
from leeward.cli.main import app
from leeward.ops import instance
from leeward.ops.instance import Running

TEXTING = {
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "t",
    "LEEWARD_SMS_NUMBER": "+15005550006",
    "LEEWARD_PUBLIC_URL": "https://chat.example.com",
}


@pytest.fixture(autouse=True)
def a_machine_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LEEWARD_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "false")
    for name in (*TEXTING, "TWILIO_MESSAGING_SERVICE_SID"):
        monkeypatch.delenv(name, raising=False)


def found(what: str) -> tuple[bool, str]:
    check = next(check for check in doctor.checks() if check.what == what)
    return check.ok, check.found


def faults() -> str:
    return "\n".join(check.found for check in doctor.checks() if not check.ok)


def test_the_law_files_the_firm_and_python_are_in_order_here() -> None:
    assert found("Law files") == (True, "no faults")
    assert found("Firm")[0]
    assert found("Python")[0]


def test_a_model_that_was_not_trained_is_a_fault_and_says_how_to_train() -> None:
    assert found("Model") == (False, "none for the present data; run `leeward train`")


def test_one_fault_ends_the_command_with_exit_1_and_is_marked() -> None:
    done = CliRunner().invoke(app, ("doctor",))
    assert done.exit_code == 1
    assert "NO  Model: none for the present data; run `leeward train`" in done.stdout
    assert "ok  Law files: no faults" in done.stdout


def test_a_data_folder_that_cannot_be_written_names_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, who may write anywhere
    assert found("Data folder") == (False, f"{tmp_path}/var is not writable; set LEEWARD_VAR to one that is")


def test_new_records_are_no_fault_and_missing_ones_are(tmp_path: Path) -> None:
    assert found("Records") == (True, "none yet; `leeward up` makes them")
    (tmp_path / "var" / "log").mkdir()
    assert found("Records") == (False, "gone, though log shows that there were some; put them back or restore a backup")


def test_records_that_are_there_show_when_they_were_backed_up(tmp_path: Path) -> None:
    backups = tmp_path / "var" / "backups"
    backups.mkdir(parents=True)
    (tmp_path / "var" / "records.sqlite3").touch()
    assert found("Records") == (True, "there; no backup yet in backups/; `leeward backup` makes one")
    for day in ("20261127", "20261128"):
        (backups / f"leeward-{day}T030000Z.zip").touch()
    assert found("Records") == (True, "there; last backup leeward-20261128T030000Z.zip")


def test_texting_that_is_not_set_up_is_no_fault() -> None:
    assert found("Texting") == (True, "not set up; docs/sms.md says how")


def test_texting_that_is_set_up_shows_where_twilio_reaches_us(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TEXTING.items():
        monkeypatch.setenv(name, value)
    assert found("Texting") == (True, "from +15005550006, by way of https://chat.example.com/sms/twilio")


def test_texting_that_is_half_set_up_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC0")
    assert "TWILIO_AUTH_TOKEN" in faults()


def test_a_port_that_something_listens_on_names_the_variable_that_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = str(listening.getsockname()[1])
        monkeypatch.setenv("LEEWARD_CHAT_PORT", port)
        assert found("Port for the chat") == (False, f"{port} is taken; set LEEWARD_CHAT_PORT")
    assert found("Port for the chat") == (True, f"{port} is free")


def test_a_port_that_is_no_number_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_DESK_PORT", "desk")
    assert "LEEWARD_DESK_PORT is 'desk'" in faults()


def test_the_ports_of_a_running_leeward_are_not_taken_for_a_strangers() -> None:
    with instance.sole():
        Running(chat="http://127.0.0.1:5005/", desk=None).save()
        assert found("Running") == (True, "yes")
        assert not [check for check in doctor.checks() if check.what.startswith("Port")]


def test_telemetry_that_is_on_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    assert found("Telemetry")[0] is False


def test_a_proxy_that_is_not_named_is_a_fault_only_where_there_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("Proxy") == (True, "none")
    monkeypatch.setenv("LEEWARD_TLS", "1")
    assert "name it in LEEWARD_PROXIES" in faults()
    monkeypatch.setenv("LEEWARD_PROXIES", "127.0.0.1")
    assert found("Proxy") == (True, "127.0.0.1/32")
