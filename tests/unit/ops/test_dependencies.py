"""What the code imports is what pyproject.toml declares, no less and no more."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, version

import pytest

from leeward.ops.paths import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = {"leeward", "actions"}
INSTALLED = packages_distributions()
# Declared, and never imported by us: the reason.
NOT_IMPORTED = {
    "argon2-cffi": "Django's Argon2 password hasher loads it",
    "whitenoise": "named in Django's list of middleware",
}


def plain(distribution: str) -> str:
    """A distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported() -> set[str]:
    """The top-level modules of others that our code imports."""
    found = set()
    for folder in OURS:
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {name.name.split(".")[0] for name in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.split(".")[0])
    return found - OURS - set(sys.stdlib_module_names)


def declared() -> set[str]:
    return {plain(re.split(r"[\s\[<>=!~;]", requirement)[0]) for requirement in PYPROJECT["project"]["dependencies"]}


def distributions(module: str) -> set[str]:
    return {plain(name) for name in INSTALLED.get(module, ())}


@pytest.mark.parametrize("module", sorted(imported()))
def test_what_is_imported_is_declared(module: str) -> None:
    assert distributions(module) & declared()


def test_what_is_declared_is_imported_or_has_a_reason() -> None:
    used = {name for module in imported() for name in distributions(module)}
    assert declared() - used == set(NOT_IMPORTED)


@pytest.mark.parametrize("pinned", [name for name in PYPROJECT["project"]["dependencies"] if "==" in name])
def test_what_is_pinned_is_what_is_installed(pinned: str) -> None:
    name, wanted = pinned.split("==")
    assert version(name) == wanted


def test_the_type_checker_is_told_of_no_package_that_nobody_imports() -> None:
    overrides = PYPROJECT["tool"]["mypy"]["overrides"]
    named = {module.split(".")[0] for override in overrides for module in override["module"]}
    assert named - OURS - imported() == set()
