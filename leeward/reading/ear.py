"""The second ear for cries for help, beside the rules of leeward.safety: how near a message is, in meaning and in words, to
what people in crisis say, weighed against what people say who are only worn out, angry or in mourning.

A kernel machine over sentence embeddings (Cortes and Vapnik 1995) hears oblique phrases ("just want to know my daughter
gets the house, then I can rest") that no straight line between meanings separates; a line over words steadies it.
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
_NEARNESS: Final = 2.0
_SLACK: Final = 3.0
_WORDS_C: Final = 10.0
_WORDS_STEPS: Final = 400
_WORDS_SHARE: Final = 0.3

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ear:
    """What was heard in training: the telling examples with their weights, and the weight of each word."""

    examples: Floats
    weights: Floats
    offset: float
    word_weights: Floats
    word_offset: float

    @staticmethod
    def train(vectors: Floats, counts: Any, is_cry: NDArray[np.bool_]) -> Ear:
        """An ear for those rows of `vectors` (unit length) and `counts` that are cries. Raises ValueError where none is."""
        machine = SVC(C=_SLACK, gamma=_NEARNESS).fit(vectors, is_cry)
        line = LogisticRegression(C=_WORDS_C, max_iter=_WORDS_STEPS).fit(counts, is_cry)
        return Ear(
            examples=machine.support_vectors_.astype(np.float16).astype(np.float32),
            weights=machine.dual_coef_[0].astype(np.float32),
            offset=float(machine.intercept_[0]),
            word_weights=line.coef_[0].astype(np.float32),
            word_offset=float(line.intercept_[0]),
        )

    def listen(self, vectors: Floats, counts: Any) -> NDArray[np.float64]:
        """How much each row sounds like a cry: a margin without a unit, the higher the surer."""
        # Rows are of unit length, so the squared distance is 2 - 2 cos.
        nearness = np.exp(-_NEARNESS * (2 - 2 * (vectors @ self.examples.T)))
        meaning = nearness @ self.weights + self.offset
        words = np.asarray(counts @ self.word_weights) + self.word_offset
        margin: NDArray[np.float64] = (meaning + _WORDS_SHARE * words).astype(np.float64)
        return margin

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The ear as named arrays, for a file."""
        return {
            "ear_examples": self.examples.astype(np.float16),
            "ear_weights": self.weights,
            "ear_words": self.word_weights,
            "ear_offsets": np.array([self.offset, self.word_offset]),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Ear:
        """The ear that `arrays` gave. Raises KeyError where a part is missing."""
        offset, word_offset = (float(value) for value in arrays["ear_offsets"])
        return Ear(arrays["ear_examples"].astype(np.float32), arrays["ear_weights"], offset, arrays["ear_words"], word_offset)
