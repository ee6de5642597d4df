"""The machine for cries: begun from an earlier one, it is the one that all lines would have given."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from leeward.nlu.crisis_classifier import Floats, SupportVectorScorer

LINES = 400
# libsvm stops at 0.001; what is kept is rounded.
SAME = 0.01


@pytest.fixture(scope="module")
def vectors() -> Floats:
    made = np.random.default_rng(7).normal(size=(LINES, 16)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def is_cry(vectors: Floats) -> NDArray[np.bool_]:
    return np.asarray(vectors[:, 0] + 0.3 * vectors[:, 1] * vectors[:, 2] > 0.25)


def test_with_nothing_changed_it_is_the_same_machine(vectors: Floats, is_cry: NDArray[np.bool_]) -> None:
    machine = SupportVectorScorer.fit(vectors, is_cry)
    assert SupportVectorScorer.fit(vectors, is_cry, machine) is machine


@pytest.mark.parametrize("left_out", [slice(0, 5), slice(0, 150), slice(300, 400)])
def test_lines_that_come_or_go_change_it_as_if_it_had_begun_with_them(
    vectors: Floats, is_cry: NDArray[np.bool_], left_out: slice
) -> None:
    kept = np.ones(LINES, dtype=np.bool_)
    kept[left_out] = False
    whole, part = SupportVectorScorer.fit(vectors, is_cry), SupportVectorScorer.fit(vectors[kept], is_cry[kept])
    assert np.abs(whole.margin(vectors) - part.margin(vectors)).max() > SAME
    assert np.abs(SupportVectorScorer.fit(vectors, is_cry, part).margin(vectors) - whole.margin(vectors)).max() < SAME
    fewer = SupportVectorScorer.fit(vectors[kept], is_cry[kept], whole)
    assert np.abs(fewer.margin(vectors) - part.margin(vectors)).max() < SAME


def test_a_line_that_is_called_a_cry_after_all_is_heard(vectors: Floats, is_cry: NDArray[np.bool_]) -> None:
    earlier = SupportVectorScorer.fit(vectors, is_cry)
    row = int(np.argmin(earlier.margin(vectors)))
    changed = is_cry.copy()
    changed[row] = True
    again = SupportVectorScorer.fit(vectors, changed, earlier)
    assert np.abs(again.margin(vectors) - SupportVectorScorer.fit(vectors, changed).margin(vectors)).max() < SAME
    assert again.margin(vectors)[row] > earlier.margin(vectors)[row] + 1
