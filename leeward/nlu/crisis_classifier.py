"""Crisis classifier: RBF-kernel SVM over sentence embeddings plus a linear model over TF-IDF features.

Complements the phrase rules of leeward.nlu.safety_rules.

A kernel machine over sentence embeddings (Cortes and Vapnik 1995) hears oblique phrases ("just want to know my daughter
gets the house, then I can rest") that no straight line between meanings separates; a line over words steadies it.

Only the lines at the machine's margin tell where it runs. So a machine may be begun with the lines that were at the margin of
an earlier one: if no other line then stands on the wrong side of the new margin, it is the machine that all lines would have
given (Osuna, Freund and Girosi 1997); otherwise those lines join, and it is fitted again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

# Chosen on messages written for this project by people who had not seen its rules; see docs/reading.md.
RBF_GAMMA: Final = 2.0
SVM_C: Final = 3.0
_WORDS_C: Final = 10.0
# A line that stands this clear of the machine does not bend it: 1, but for libsvm's tolerance and the rounding of what is kept.
MARGIN_TOLERANCE: Final = 1 - 3e-3
# Lines less clear than this may soon tell, as the machine moves.
MARGIN_SLACK: Final = 1.05
_WORDS_SHARE: Final = 0.3

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SupportVectorScorer:
    """The part that hears meaning: the telling examples with their weights."""

    examples: Floats
    weights: Floats
    offset: float

    @staticmethod
    def fit(vectors: Floats, is_cry: NDArray[np.bool_], earlier: SupportVectorScorer | None = None) -> SupportVectorScorer:
        """A machine for those rows of `vectors` (unit length) that are cries. Raises ValueError where none is, or all are.

        `earlier`, a machine for much the same rows, makes it quicker and nothing else.
        """
        rows = list(zip(_keys(vectors), is_cry.tolist(), strict=True))
        if earlier is None:
            chosen = np.ones(len(rows), dtype=np.bool_)
        else:
            telling = set(zip(_keys(earlier.examples), (earlier.weights > 0).tolist(), strict=True))
            chosen = np.array([row in telling for row in rows], dtype=np.bool_)
            if not telling.issubset(rows):
                # A line that told is gone: the cries at least are needed to begin again.
                earlier, chosen = None, chosen | is_cry
        machine = earlier or SupportVectorScorer._fit(vectors[chosen], is_cry[chosen])
        while True:
            clearance = machine._functional_margin(vectors, is_cry)
            if not (~chosen & (clearance < MARGIN_TOLERANCE)).any():
                return machine
            chosen |= clearance < MARGIN_SLACK
            machine = SupportVectorScorer._fit(vectors[chosen], is_cry[chosen])

    @staticmethod
    def _fit(vectors: Floats, is_cry: NDArray[np.bool_]) -> SupportVectorScorer:
        fitted = SVC(C=SVM_C, gamma=RBF_GAMMA).fit(vectors, is_cry)
        # As precise as they are kept in a file.
        examples = _rounded(fitted.support_vectors_)
        return SupportVectorScorer(examples, fitted.dual_coef_[0].astype(np.float32), float(fitted.intercept_[0]))

    def _functional_margin(self, vectors: Floats, is_cry: NDArray[np.bool_]) -> Floats:
        """How far each row stands on its own side: 1 at the margin."""
        margin = self.margin(vectors)
        return np.where(is_cry, margin, -margin)

    def margin(self, vectors: Floats) -> Floats:
        """At least 1 for what is plainly a cry, at most -1 for what is plainly none."""
        # Rows are of unit length, so the squared distance is 2 - 2 cos; in place, for in training the table is large.
        nearness = vectors @ self.examples.T
        nearness -= 1
        nearness *= 2 * RBF_GAMMA
        np.exp(nearness, out=nearness)
        return np.asarray(nearness @ self.weights + np.float32(self.offset), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CrisisClassifier:
    """What was heard in training: the machine for meanings, and the weight of each word."""

    machine: SupportVectorScorer
    word_weights: Floats
    word_offset: float

    @staticmethod
    def train(machine: SupportVectorScorer, counts: Any, is_cry: NDArray[np.bool_]) -> CrisisClassifier:
        """An ear of a fitted machine and the words of the same rows."""
        line = LogisticRegression(C=_WORDS_C, solver="liblinear", dual=True, random_state=0).fit(counts, is_cry)
        return CrisisClassifier(machine, line.coef_[0].astype(np.float32), float(line.intercept_[0]))

    def decision_function(self, vectors: Floats, counts: Any) -> NDArray[np.float64]:
        """How much each row sounds like a cry: a margin without a unit, the higher the surer."""
        words = np.asarray(counts @ self.word_weights) + self.word_offset
        margin: NDArray[np.float64] = (self.machine.margin(vectors) + _WORDS_SHARE * words).astype(np.float64)
        return margin

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The ear as named arrays, for a file."""
        return {
            "ear_examples": self.machine.examples.astype(np.float16),
            "ear_weights": self.machine.weights,
            "ear_words": self.word_weights,
            "ear_offsets": np.array([self.machine.offset, self.word_offset]),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> CrisisClassifier:
        """The ear that `arrays` gave. Raises KeyError where a part is missing."""
        offset, word_offset = (float(value) for value in arrays["ear_offsets"])
        machine = SupportVectorScorer(arrays["ear_examples"].astype(np.float32), arrays["ear_weights"], offset)
        return CrisisClassifier(machine, arrays["ear_words"], word_offset)


def _rounded(vectors: Floats) -> Floats:
    return vectors.astype(np.float16).astype(np.float32)


def _keys(vectors: Floats) -> list[bytes]:
    return [row.tobytes() for row in _rounded(vectors)]
