"""Message classifier: all the topics that a message raises, learned from labelled messages as people write them.

One binary logistic regression for each topic (liblinear, one against the rest), over TF-IDF of word 1-2-grams and character
3-5-grams and the multilingual sentence embeddings of the whole and of its sentences. It complements the model of short examples
(leeward.nlu.intent_classifier), which knows the moves of a conversation and has seen no stories.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from leeward.nlu.embeddings import Embedder, embed
from leeward.nlu.labelled_messages import LabelledMessage

# A topic of fewer messages than this is not learned: nothing could be said of how sure it is.
FEWEST: Final = 8

_C: Final = 4.0
_TOLERANCE: Final = 0.05
_EMBEDDING_SCALE: Final = 2.0

Floats = NDArray[np.float32]


class MessageClassifier:
    """A trained classifier of messages into any number of topics. Made by `train` or `from_arrays`."""

    def __init__(
        self, digest: str, topics: Sequence[str], vectorizers: Sequence[TfidfVectorizer], weights: Floats, bias: Floats
    ) -> None:
        self.digest = digest
        self.topics = tuple(topics)
        self._vectorizers = tuple(vectorizers)
        self._weights = weights
        self._bias = bias

    @classmethod
    def train(
        cls,
        messages: Sequence[LabelledMessage],
        parts_of: Callable[[str], list[str]],
        embedder: Embedder = embed,
        earlier: MessageClassifier | None = None,
    ) -> MessageClassifier | None:
        """Trains on labelled messages; None where no topic has enough of them. Deterministic for the same messages in order.

        `parts_of` gives a message's normalized text, and then its sentences if it has several. `earlier`, if it learned from
        the very same messages, is given back as it is.
        """
        digest = _digest(messages)
        if earlier is not None and earlier.digest == digest:
            return earlier
        counts = Counter(topic for message in messages for topic in set(message.topics))
        topics = sorted(topic for topic, count in counts.items() if FEWEST <= count < len(messages))
        if not topics:
            return None
        pieces = [parts_of(message.text) for message in messages]
        vectorizers = _vectorizers()
        tfidf = hstack([vectorizer.fit_transform([whole for whole, *_ in pieces]) for vectorizer in vectorizers])
        flat = list(dict.fromkeys(piece for parts in pieces for piece in parts))
        vectors = dict(zip(flat, embedder(flat), strict=True))
        dense = np.stack([_pooled(np.array([vectors[piece] for piece in parts])) for parts in pieces])
        features = hstack([tfidf, csr_matrix(dense)]).tocsr()
        fits = [_fit(features, np.array([topic in message.topics for message in messages])) for topic in topics]
        weights = np.stack([weights for weights, _ in fits], axis=1).astype(np.float32)
        return cls(digest, topics, vectorizers, weights, np.array([bias for _, bias in fits], dtype=np.float32))

    def classify(self, parts: Sequence[str], embeddings: Floats) -> dict[str, float]:
        """The probability of each topic, from 0 to 1, each by itself; the parts are as in training, with their embeddings."""
        tfidf = hstack([vectorizer.transform(parts[:1]) for vectorizer in self._vectorizers])
        features = hstack([tfidf, csr_matrix(_pooled(embeddings)[None, :])]).tocsr()
        scores = np.asarray(features @ self._weights)[0] + self._bias
        return dict(zip(self.topics, (1 / (1 + np.exp(-scores))).tolist(), strict=True))

    def about(self) -> dict[str, Any]:
        """What `from_arrays` needs beside the arrays, as plain JSON."""
        vocabularies = [
            {str(term): int(column) for term, column in sorted(vectorizer.vocabulary_.items())}
            for vectorizer in self._vectorizers
        ]
        return {"digest": self.digest, "topics": self.topics, "vocabularies": vocabularies}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The model as arrays, for numpy.savez."""
        idf = {f"message_idf_{index}": vectorizer.idf_ for index, vectorizer in enumerate(self._vectorizers)}
        return {"message_weights": self._weights.astype(np.float16), "message_bias": self._bias, **idf}

    @classmethod
    def from_arrays(cls, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> MessageClassifier:
        """The model of which `about` and `arrays` are. Raises KeyError where something is missing."""
        vectorizers = _vectorizers()
        for index, (vectorizer, vocabulary) in enumerate(zip(vectorizers, about["vocabularies"], strict=True)):
            vectorizer.vocabulary = vocabulary
            vectorizer.idf_ = arrays[f"message_idf_{index}"]
        return cls(
            about["digest"], about["topics"], vectorizers, arrays["message_weights"].astype(np.float32), arrays["message_bias"]
        )


def _digest(messages: Sequence[LabelledMessage]) -> str:
    told = json.dumps([[message.text, message.topics] for message in messages], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _vectorizers() -> tuple[TfidfVectorizer, ...]:
    shared = {"sublinear_tf": True, "strip_accents": "unicode", "dtype": np.float32, "min_df": 2}
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\w+", **shared)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), **shared)
    return words, letters


def _pooled(embeddings: Floats) -> Floats:
    """The embedding of the whole, and the strongest of its sentences in each direction."""
    sentences = embeddings[1:] if len(embeddings) > 1 else embeddings
    pooled: Floats = np.concatenate([embeddings[0], sentences.max(axis=0)]) * _EMBEDDING_SCALE
    return pooled


def _fit(features: csr_matrix, wanted: NDArray[np.bool_]) -> tuple[Floats, float]:
    model = LogisticRegression(C=_C, solver="liblinear", tol=_TOLERANCE, random_state=0)
    model.fit(features, wanted)
    return model.coef_[0], float(model.intercept_[0])
