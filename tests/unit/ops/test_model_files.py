"""Which trained model fits the present data and code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from leeward.ops import paths
from leeward.ops.model_files import MODEL_CODE


def modules_of_nlu_imported_by(source: Path) -> Iterator[str]:
    """The files of leeward.nlu that a file imports, with theirs, as paths from the project's folder."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("leeward.nlu."):
            path = f"{str(node.module).replace('.', '/')}.py"
            yield path
            yield from modules_of_nlu_imported_by(paths.PROJECT / path)


def test_all_code_of_the_intent_classifier_counts_towards_the_fingerprint_of_a_model() -> None:
    classifier = "leeward/nlu/intent_classifier.py"
    imported = set(modules_of_nlu_imported_by(paths.PROJECT / classifier))
    assert {"leeward/nlu/crisis_classifier.py", "leeward/nlu/embeddings.py"} <= imported
    assert {classifier, *imported} <= set(MODEL_CODE)


def test_every_file_of_the_model_code_exists() -> None:
    assert [path for path in MODEL_CODE if not (paths.PROJECT / path).is_file()] == []
