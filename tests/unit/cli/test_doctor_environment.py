"""`leeward doctor` where the environment itself is at fault: told first and alone, since all else depends on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeward.cli import doctor
from leeward.cli.doctor import Check


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    return tmp_path


def test_an_environment_that_fits_is_said_to(folder: Path) -> None:
    checks = doctor.checks()
    assert Check("Environment", True, "every variable fits") in checks
    assert Check("Data folder", True, str(folder)) in checks


def test_a_variable_that_does_not_fit_is_told_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_TLS", "yes")
    checks = doctor.checks()
    assert [check.what for check in checks] == ["Python", "Environment"]
    assert checks[-1].found == (
        "LEEWARD_TLS is 'yes', which is neither 1 (on) nor 0 (off). docs/environment.md lists every variable."
    )
    assert not checks[-1].ok


def test_a_data_folder_that_cannot_be_made_is_told_with_its_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("LEEWARD_VAR", str(folder / "file" / "var"))
    checks = doctor.checks()
    assert checks[-1] == Check(
        "Data folder",
        False,
        f"The data folder {folder}/file/var cannot be made (Not a directory); set LEEWARD_VAR to one that can.",
    )
