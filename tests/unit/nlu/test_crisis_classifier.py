"""The crisis SVM: a warm-started fit gives the model that a fit on all examples gives."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from leeward.nlu.crisis_classifier import Floats, SupportVectorScorer

EXAMPLES = 400
# libsvm stops at 0.001, and support vectors are rounded to half precision.
TOLERANCE = 0.01


@pytest.fixture(scope="module")
def vectors() -> Floats:
    made = np.random.default_rng(7).normal(size=(EXAMPLES, 16)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def is_crisis(vectors: Floats) -> NDArray[np.bool_]:
    return np.asarray(vectors[:, 0] + 0.3 * vectors[:, 1] * vectors[:, 2] > 0.25)


def largest_difference(one: SupportVectorScorer, other: SupportVectorScorer, vectors: Floats) -> float:
    return float(np.abs(one.decision_function(vectors) - other.decision_function(vectors)).max())


def test_with_nothing_changed_the_warm_start_is_the_model(vectors: Floats, is_crisis: NDArray[np.bool_]) -> None:
    svm = SupportVectorScorer.fit(vectors, is_crisis)
    assert SupportVectorScorer.fit(vectors, is_crisis, svm) is svm


@pytest.mark.parametrize("removed", [slice(0, 5), slice(0, 150), slice(300, 400)])
def test_a_warm_start_with_examples_added_or_removed_gives_the_model_of_a_cold_start(
    vectors: Floats, is_crisis: NDArray[np.bool_], removed: slice
) -> None:
    kept = np.ones(EXAMPLES, dtype=np.bool_)
    kept[removed] = False
    whole, part = SupportVectorScorer.fit(vectors, is_crisis), SupportVectorScorer.fit(vectors[kept], is_crisis[kept])
    assert largest_difference(whole, part, vectors) > TOLERANCE
    assert largest_difference(SupportVectorScorer.fit(vectors, is_crisis, part), whole, vectors) < TOLERANCE
    assert largest_difference(SupportVectorScorer.fit(vectors[kept], is_crisis[kept], whole), part, vectors) < TOLERANCE


def test_an_example_that_is_relabelled_as_a_crisis_is_scored_as_one(vectors: Floats, is_crisis: NDArray[np.bool_]) -> None:
    earlier = SupportVectorScorer.fit(vectors, is_crisis)
    row = int(np.argmin(earlier.decision_function(vectors)))
    relabelled = is_crisis.copy()
    relabelled[row] = True
    again = SupportVectorScorer.fit(vectors, relabelled, earlier)
    assert largest_difference(again, SupportVectorScorer.fit(vectors, relabelled), vectors) < TOLERANCE
    assert again.decision_function(vectors)[row] > earlier.decision_function(vectors)[row] + 1
