"""A module that is postponed is imported at its first use, and is then the module itself."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leeward.assistant.postponed_imports import postpone


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with one module, which notes in the package that it was imported."""
    folder = tmp_path / "harbour"
    folder.mkdir()
    (folder / "__init__.py").write_text("imported = []\n")
    (folder / "crane.py").write_text("import harbour\nharbour.imported.append('crane')\nLIFTS = 40\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "harbour.crane"
    for name in ("harbour", "harbour.crane"):
        sys.modules.pop(name, None)


def test_importing_it_imports_nothing_until_something_in_it_is_used(package: str) -> None:
    postpone(package)
    crane = importlib.import_module(package)
    harbour = importlib.import_module("harbour")
    assert harbour.imported == []
    assert crane.LIFTS == 40
    assert harbour.imported == ["crane"]


def test_after_the_first_use_whoever_imports_it_gets_the_module_itself(package: str) -> None:
    postpone(package)
    assert importlib.import_module("harbour").crane.LIFTS == 40
    assert importlib.import_module(package).__file__ is not None
    assert importlib.import_module("harbour").crane is importlib.import_module(package)


def test_what_the_module_has_not_is_an_attribute_error_as_ever(package: str) -> None:
    postpone(package)
    with pytest.raises(AttributeError, match="SINKS"):
        _ = importlib.import_module(package).SINKS


def test_a_module_that_is_imported_already_stays(package: str) -> None:
    crane = importlib.import_module(package)
    postpone(package)
    assert importlib.import_module(package) is crane


def test_a_name_that_no_module_has_is_refused(package: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"harbour\.anchor"):
        postpone("harbour.anchor")
