"""Span classifier: what a figure, a date or a place stands for, by the words around it and the question that stands open.

Multinomial roles by logistic regression (liblinear, one against the rest) over sparse features with named columns, learned from
the marks of data/messages. The tagger averages it with its network: each knows what the other misses (docs/reading.md).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from leeward.core.spans import Span

_C: Final = 3.0
_TOLERANCE: Final = 0.02
# Words on either side that keep their place, and words that are only known to stand before or after.
_PLACED: Final = 4
_NEAR: Final = 12
# A feature of fewer spans than this is not learned.
_FEWEST: Final = 2
_TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!.,;:%$/]")
_CLAUSE_ENDS: Final = frozenset(".;!?")
_SUPPOSED: Final = frozenset("if would could should maybe suppose si podria seria cuando when".split())

Features = Mapping[str, float]


def span_features(normalized: str, span: Span, asked: str | None) -> Features:
    """The features of one stretch of a normalized text; `asked` is the fact just asked for."""
    return dict(_features(normalized, span, asked))


def _features(normalized: str, span: Span, asked: str | None) -> Iterator[tuple[str, float]]:
    before = [_shape(token) for token in _TOKEN.findall(normalized[: span.start])[-_NEAR:]][::-1]
    after = [_shape(token) for token in _TOKEN.findall(normalized[span.end :])[:_NEAR]]
    own = normalized[span.start : span.end]
    yield "bias", 1.0
    yield f"asked={asked}", 1.0
    digits = sum(character.isdigit() for character in own)
    marks = (f"digits={digits}", f"$={'$' in own}", f"words={min(len(own.split()), 4)}", f"k={own.rstrip().endswith('k')}")
    for mark in (*marks, *(f"own={_shape(token)}" for token in _TOKEN.findall(own))):
        yield mark, 1.0
        yield f"{asked}&{mark}", 1.0
    yield f"{asked}&alone={not before and not after}", 1.0
    for side, around in (("L", before), ("R", after)):
        for distance, word in enumerate(around[:_PLACED]):
            yield f"{side}{distance}={word}", 1.0
        for first, second in pairwise(around[: _PLACED + 1]):
            yield f"{side}2={first}_{second}", 1.0
        for word in set(_of_its_clause(around)):
            yield f"{side}c={word}", 0.7
        for word in set(around):
            yield f"{side}n={word}", 0.4
    yield f"supposed={bool({*before, *after[:4]} & _SUPPOSED)}", 1.0
    yield f"question={'?' in after}", 1.0


def _shape(token: str) -> str:
    return "0" * len(token) if token.isdigit() else token


def _of_its_clause(around: Sequence[str]) -> list[str]:
    end = next((index for index, word in enumerate(around) if word in _CLAUSE_ENDS), len(around))
    return list(around[:end])


class SpanClassifier:
    """A trained classifier of stretches of text. Made by `train` or `load`."""

    def __init__(self, roles: Sequence[str], columns: Mapping[str, int], weights: NDArray[np.float32]) -> None:
        self.roles = tuple(roles)
        self._columns = dict(columns)
        self._weights = weights

    @classmethod
    def train(cls, rows: Sequence[tuple[Features, str]]) -> SpanClassifier:
        """Trains on stretches' features and roles. Raises ValueError where there are fewer than three roles."""
        counts = Counter(name for features, _ in rows for name in features)
        kept = [{name: value for name, value in features.items() if counts[name] >= _FEWEST} for features, _ in rows]
        roles = np.array([role for _, role in rows])
        if len(set(roles.tolist())) < 3:
            raise ValueError("training needs stretches of at least three roles")
        vectorizer = DictVectorizer(dtype=np.float32)
        matrix = vectorizer.fit_transform(kept)
        with threadpool_limits(limits=1):
            model = LogisticRegression(C=_C, solver="liblinear", tol=_TOLERANCE, multi_class="ovr", random_state=0)
            model.fit(matrix, roles)
        columns = {str(name): index for index, name in enumerate(vectorizer.feature_names_)}
        weights = np.hstack([model.coef_, model.intercept_[:, None]]).astype(np.float32)
        return cls([str(role) for role in model.classes_], columns, weights)

    def classify(self, features: Features) -> dict[str, float]:
        """The probability of each role for one stretch; they add up to 1."""
        known = [(self._columns[name], value) for name, value in features.items() if name in self._columns]
        columns = [column for column, _ in known]
        scores = self._weights[:, -1] + self._weights[:, columns] @ np.array([value for _, value in known], dtype=np.float32)
        chances = 1 / (1 + np.exp(-scores.astype(np.float64)))
        return dict(zip(self.roles, (chances / chances.sum()).tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Writes the model to one file; the same model gives the same bytes."""
        about = json.dumps({"roles": self.roles, "columns": list(self._columns)}, ensure_ascii=False).encode()
        with path.open("wb") as file:
            np.savez_compressed(file, about=np.frombuffer(about, dtype=np.uint8), weights=self._weights.astype(np.float16))

    @classmethod
    def load(cls, path: Path) -> SpanClassifier:
        """The model that `save` wrote. Raises OSError, ValueError, KeyError or zipfile.BadZipFile where the file is not one."""
        with np.load(path, allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            columns = {name: index for index, name in enumerate(about["columns"])}
            return cls(about["roles"], columns, arrays["weights"].astype(np.float32))
