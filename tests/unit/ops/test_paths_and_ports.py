"""Where things are on this machine, and which ports they take."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from leeward.ops import paths
from leeward.ops.ports import Ports, free_port, is_taken
from leeward.ops.settings import SettingsError


def test_the_data_folder_is_made_when_it_is_first_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path / "srv" / "leeward"))
    assert paths.var() == tmp_path / "srv" / "leeward"
    assert (tmp_path / "srv" / "leeward").is_dir()


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path / "file" / "var"))
    with pytest.raises(SettingsError, match=re.escape("cannot be made (Not a directory); set LEEWARD_VAR to one that can.")):
        paths.var()


def test_models_are_kept_in_the_project_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEEWARD_MODELS", raising=False)
    assert paths.models() == paths.PROJECT / "models"
    monkeypatch.setenv("LEEWARD_MODELS", str(tmp_path))
    assert paths.models() == tmp_path


def test_the_project_is_the_folder_of_rasas_files() -> None:
    assert (paths.PROJECT / "config.yml").exists()
    assert (paths.PROJECT / "firm.yml").exists()


def test_each_port_has_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, port in (("CHAT", "1"), ("DESK", "3")):
        monkeypatch.setenv(f"LEEWARD_{name}_PORT", port)
    assert Ports.configured() == Ports(chat=1, desk=3)


def test_a_port_that_someone_listens_on_is_taken() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert is_taken(listener.getsockname()[1])


def test_a_free_port_is_not_taken() -> None:
    assert not is_taken(free_port())


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path / "new"))
    assert paths.var().stat().st_mode & 0o077 == 0
