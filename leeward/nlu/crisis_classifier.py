"""Crisis classifier: RBF-kernel SVM over sentence embeddings plus logistic regression over TF-IDF features.

Returns an uncalibrated score; the thresholds are in intent_classifier.py. Complements the phrase rules of safety_rules.py: the
kernel (Cortes and Vapnik 1995) separates oblique messages ("just want to know my daughter gets the house, then I can rest")
that no linear boundary in embedding space separates; the linear term over words lowers the variance.

Retraining is warm-started. Only support vectors determine the decision boundary, so a fit may begin from the support vectors of
an earlier model. If no other training example violates the margin of that fit, it is the solution for the whole training set
(Osuna, Freund and Girosi 1997); otherwise the violating examples are added and the SVM is fitted again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

# Hyperparameters chosen on messages written for this project by people who had not seen its rules; see docs/reading.md.
RBF_GAMMA: Final = 2.0
SVM_C: Final = 3.0
_LOGISTIC_C: Final = 10.0
_LINEAR_WEIGHT: Final = 0.3
# An example with at least this functional margin has no influence on the boundary: 1, less libsvm's stopping tolerance (1e-3)
# and the rounding to half precision.
MARGIN_TOLERANCE: Final = 1 - 3e-3
# Examples with less than this margin join the next fit as well, because they may violate the margin once the boundary moves.
MARGIN_SLACK: Final = 1.05

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SupportVectorScorer:
    """A fitted two-class RBF-kernel SVM: support vectors, their dual coefficients (signed by class), and the intercept."""

    support_vectors: Floats
    dual_coefficients: Floats
    intercept: float

    @staticmethod
    def fit(embeddings: Floats, is_crisis: Mask, warm_start: SupportVectorScorer | None = None) -> SupportVectorScorer:
        """The SVM for `embeddings`, rows of unit length with the class of each in `is_crisis`.

        `warm_start`, the SVM of a similar training set, shortens training and does not change the result beyond libsvm's
        tolerance. Raises ValueError when all rows are of one class.
        """
        examples = list(zip(_keys(embeddings), is_crisis.tolist(), strict=True))
        if warm_start is None:
            working_set = np.ones(len(examples), dtype=np.bool_)
        else:
            known = set(zip(_keys(warm_start.support_vectors), (warm_start.dual_coefficients > 0).tolist(), strict=True))
            working_set = np.array([example in known for example in examples], dtype=np.bool_)
            if not known.issubset(examples):
                # A support vector was removed from the data. The crisis messages guarantee that both classes are present.
                warm_start, working_set = None, working_set | is_crisis
        svm = warm_start or SupportVectorScorer._fit(embeddings[working_set], is_crisis[working_set])
        while True:
            margins = svm._functional_margin(embeddings, is_crisis)
            if not (~working_set & (margins < MARGIN_TOLERANCE)).any():
                return svm
            working_set |= margins < MARGIN_SLACK
            svm = SupportVectorScorer._fit(embeddings[working_set], is_crisis[working_set])

    @staticmethod
    def _fit(embeddings: Floats, is_crisis: Mask) -> SupportVectorScorer:
        svm = SVC(C=SVM_C, gamma=RBF_GAMMA).fit(embeddings, is_crisis)
        # Rounded as in the model file, so that a loaded model gives the same scores.
        support_vectors = _rounded(svm.support_vectors_)
        return SupportVectorScorer(support_vectors, svm.dual_coef_[0].astype(np.float32), float(svm.intercept_[0]))

    def _functional_margin(self, embeddings: Floats, is_crisis: Mask) -> Floats:
        """Decision function of each row times its label (+1 or -1); >= 1 means correctly classified outside the margin."""
        scores = self.decision_function(embeddings)
        return np.where(is_crisis, scores, -scores)

    def decision_function(self, embeddings: Floats) -> Floats:
        """Signed score of each row (of unit length): positive for the crisis class, +1 and -1 at the two margins."""
        # exp(-gamma * |x - y|^2) with |x - y|^2 = 2 - 2 * cos(x, y) for unit rows. In place: the matrix is large in training.
        kernel = embeddings @ self.support_vectors.T
        kernel -= 1
        kernel *= 2 * RBF_GAMMA
        np.exp(kernel, out=kernel)
        return np.asarray(kernel @ self.dual_coefficients + np.float32(self.intercept), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CrisisClassifier:
    """The SVM over embeddings, and the coefficients and intercept of the logistic regression over TF-IDF features."""

    svm: SupportVectorScorer
    word_coefficients: Floats
    word_intercept: float

    @staticmethod
    def train(svm: SupportVectorScorer, tfidf: Any, is_crisis: Mask) -> CrisisClassifier:
        """A classifier from a fitted SVM and the TF-IDF rows (scipy sparse matrix) of the same examples."""
        regression = LogisticRegression(C=_LOGISTIC_C, solver="liblinear", dual=True, random_state=0).fit(tfidf, is_crisis)
        return CrisisClassifier(svm, regression.coef_[0].astype(np.float32), float(regression.intercept_[0]))

    def decision_function(self, embeddings: Floats, tfidf: Any) -> NDArray[np.float64]:
        """The crisis score of each row: uncalibrated, without a unit, higher for messages more like those of a crisis."""
        linear = np.asarray(tfidf @ self.word_coefficients) + self.word_intercept
        scores: NDArray[np.float64] = (self.svm.decision_function(embeddings) + _LINEAR_WEIGHT * linear).astype(np.float64)
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The parameters as named arrays, for a file."""
        return {
            "crisis_support_vectors": self.svm.support_vectors.astype(np.float16),
            "crisis_dual_coefficients": self.svm.dual_coefficients,
            "crisis_word_coefficients": self.word_coefficients,
            "crisis_intercepts": np.array([self.svm.intercept, self.word_intercept]),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> CrisisClassifier | None:
        """The classifier that `arrays` described; None when the model was trained without crisis messages.

        Raises KeyError when some of its arrays are missing.
        """
        if "crisis_support_vectors" not in arrays:
            return None
        support_vectors = arrays["crisis_support_vectors"].astype(np.float32)
        intercept, word_intercept = (float(value) for value in arrays["crisis_intercepts"])
        svm = SupportVectorScorer(support_vectors, arrays["crisis_dual_coefficients"], intercept)
        return CrisisClassifier(svm, arrays["crisis_word_coefficients"], word_intercept)


def _rounded(embeddings: Floats) -> Floats:
    return embeddings.astype(np.float16).astype(np.float32)


def _keys(embeddings: Floats) -> list[bytes]:
    """A hashable key of each row, the same for rows that are equal in half precision."""
    return [row.tobytes() for row in _rounded(embeddings)]
