"""Meanings kept from one training to the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from leeward.nlu import embeddings
from leeward.nlu.embeddings import Floats, cached_embedder, embed

LINES = ["what is a deficiency", "¿qué es una deficiencia?", "I owe 310k"]


def test_what_is_remembered_is_what_would_be_worked_out(tmp_path: Path) -> None:
    first = cached_embedder(tmp_path / "memory.npz")(LINES)
    again = cached_embedder(tmp_path / "memory.npz")([LINES[2], LINES[0], LINES[0]])
    assert np.allclose(first, embed(LINES), atol=1e-6)
    assert np.array_equal(again, first[[2, 0, 0]])


def test_only_new_lines_are_worked_out_and_unused_ones_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = cached_embedder(tmp_path / "memory.npz")
    memory(LINES)
    asked: list[str] = []

    def counted(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return embed(texts)

    monkeypatch.setattr(embeddings, "embed", counted)
    memory([LINES[0], "something new"])
    cached_embedder(tmp_path / "memory.npz")([LINES[0], LINES[1]])
    assert asked == ["something new", LINES[1]]
