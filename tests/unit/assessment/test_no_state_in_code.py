"""What a state's law says stands in its law file, where a lawyer reads it, and never in the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from leeward import assessment, law

FOLDER = Path(assessment.__path__[0])
# Where each state's tile is drawn says nothing about its law.
DRAWING = "state_map.py"


def literals(source: str) -> Iterator[str]:
    """The string literals of a module, docstrings aside."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def states_named_in(source: str) -> set[str]:
    return {word for text in literals(source) for word in re.findall(r"\b[A-Z]{2}\b", text)} & set(law.codes())


def test_no_state_is_named_in_the_code_that_assesses() -> None:
    files = [file for file in FOLDER.rglob("*.py") if file.name != DRAWING]
    assert files
    assert {file.name: found for file in files if (found := states_named_in(file.read_text(encoding="utf-8")))} == {}


def test_a_rule_for_one_state_in_code_would_be_found() -> None:
    assert states_named_in('"""As in "IL"."""\nFROM_SERVICE = ("IL", "ny")\n') == {"IL"}
