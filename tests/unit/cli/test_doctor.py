"""`leeward doctor` says what is in order, and what to do about what is not."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from leeward.cli import doctor
from leeward.cli.doctor import Check
from leeward.ops.instance import Running
from leeward.ops.ports import Ports


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that is in order and does not run, but for its model."""
    ports = Ports.free()
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    monkeypatch.setenv("LEEWARD_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "false")
    for name, port in (("CHAT", ports.chat), ("ACTIONS", ports.actions), ("DESK", ports.desk)):
        monkeypatch.setenv(f"LEEWARD_{name}_PORT", str(port))
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "LEEWARD_SMS_NUMBER", "TWILIO_MESSAGING_SERVICE_SID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def found() -> dict[str, Check]:
    return {check.what: check for check in doctor.checks()}


def test_what_is_in_order_is_said_to_be() -> None:
    checks = found()
    assert [what for what, check in checks.items() if not check.ok] == ["Model"]
    assert checks["Law files"].found == "no faults"
    assert checks["Texting"].found == "not set up; docs/sms.md says how"


def test_where_there_is_no_model_the_command_that_makes_one_is_named() -> None:
    assert found()["Model"] == Check("Model", False, "none for the present data; run `leeward train`")


def test_a_variable_that_does_not_fit_is_told_alone_since_all_else_depends_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_TLS", "yes")
    assert list(found()) == ["Python", "Environment"]
    assert found()["Environment"].found == (
        "LEEWARD_TLS is 'yes', which is neither 1 (on) nor 0 (off). docs/environment.md lists every variable."
    )


def test_a_data_folder_that_cannot_be_made_is_told(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "file").touch()
    monkeypatch.setenv("LEEWARD_VAR", str(machine / "file" / "var"))
    environment = found()["Environment"]
    assert not environment.ok
    assert "set LEEWARD_VAR to one that can" in environment.found


def test_a_port_that_is_taken_is_told_with_the_variable_that_moves_it() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", Ports.configured().desk))
        listener.listen()
        port = listener.getsockname()[1]
        assert found()["Port for the desk"] == Check("Port for the desk", False, f"{port} is taken; set LEEWARD_DESK_PORT")


def test_while_leeward_runs_its_ports_are_no_fault() -> None:
    Running(chat="http://127.0.0.1:5005/", desk=None, pid=os.getpid()).save()
    checks = found()
    assert checks["Running"].ok
    assert not any(what.startswith("Port") for what in checks)


def test_texting_that_is_half_set_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    texting = found()["Texting"]
    assert not texting.ok
    assert "TWILIO_AUTH_TOKEN" in texting.found


def test_telemetry_that_is_on_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    assert not found()["Telemetry"].ok
