"""What a message is about: one of the topics, or a conversation act such as yes, no, skip or thanks.

Logistic regressions look at each message in two ways: at its words and letter groups (exact terms such as "chapter 13", and
typos), one topic against all others; and at its sentence embedding (meaning, across both languages), all topics together,
doubted the farther a message is from every in-scope example. Their log-probabilities are averaged. A long message is judged as
a whole and sentence by sentence, so that a story does not drown its question.
"""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from leeward.nlu.crisis_classifier import CrisisClassifier, SupportVectorScorer
from leeward.nlu.embeddings import Embedder, embed

OUT_OF_SCOPE: Final = "out_of_scope"
CRISIS: Final = "crisis"
# From which margin of the ear a message counts as a cry for help, and from which a gentle word is in place; docs/reading.md
# has the figures.
CRISIS_THRESHOLD: Final = -0.45
POSSIBLE_CRISIS_THRESHOLD: Final = -0.7
NO_CRISIS_SCORE: Final = -10.0
# No topic or act weighs more in training than so many lines, so that the many lines on cries for help do not drown others.
_MOST_WEIGHT: Final = 120

# Chosen by four-fold cross-validation on data/nlu, weighed against real messages that are never trained on, which alone show
# how strange wording can be. Tighter tolerances and further steps gain nothing.
_WORDS_C: Final = 5.0
_WORDS_TOLERANCE: Final = 0.3
_MEANING_C: Final = 0.1
_MEANING_STEPS: Final = 12
# Meanings vary far more along some directions than others; the regression sees them evened out, but for this much of the mean.
_EVENED_BUT: Final = 5.0
_WORDS_SHARE: Final = 0.5
# Averaging the log-probabilities of two regularised models is too modest; this makes a confidence say how often it holds.
_TEMPERATURE: Final = 0.5
# Cosine to the nearest in-scope example at which a message is as likely strange as not, and how sharply that changes.
_STRANGE_AT: Final = 0.45
_STRANGE_WIDTH: Final = 0.05
_LEAST: Final = 1e-9
# A story is told to ask something: its question tells more than the sentences around it.
_WHOLE_SHARE: Final = 0.3
_QUESTION_WEIGHT: Final = 4.0

# No message needs more to be understood, and the time it takes stays bounded.
_MOST_CHARACTERS: Final = 3000
_MOST_SENTENCES: Final = 16
_FEWEST_WORDS: Final = 3

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"[^\W\d_]")
_REDACTION = re.compile(r"\bx{2,}(?:[/\\-]x{2,})*\b")
# An amount says nothing of the topic by its digits. Numbers that do (chapter 7 and 13, forms 1040, 1099 and 982, 80/20) have at
# most three digits or are named here.
_AMOUNT = re.compile(r"\$\s*\d[\d.,]*|\b\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?\b|\b(?!10(?:40|99)\b)\d{4,}\b")

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Guess:
    """What a message is most likely about.

    `confidence` is the probability of `topic`, from 0 to 1; `ranking` holds every topic and act, likeliest first; `nearest`
    is the cosine to the nearest in-scope example, from -1 to 1; `cry` is what the ear for cries for help makes of the
    message or its most telling sentence (leeward.nlu.crisis_classifier).
    """

    topic: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    nearest: float
    crisis_score: float = NO_CRISIS_SCORE

    @property
    def is_crisis(self) -> bool:
        """Whether the words are likely a cry for help."""
        return self.crisis_score >= CRISIS_THRESHOLD

    @property
    def is_possible_crisis(self) -> bool:
        """Whether the words may be one, so that a gentle word is in place."""
        return POSSIBLE_CRISIS_THRESHOLD <= self.crisis_score < CRISIS_THRESHOLD


@dataclass(frozen=True, slots=True)
class _Linear:
    """A score for each class: `weights` is (features, classes), `bias` is (classes,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Any) -> Probabilities:
        scores: Probabilities = np.asarray(features @ self.weights, dtype=np.float64) + self.bias
        return scores


class TopicModel:
    """A trained classifier of messages into topics and conversation acts. Made by `train` or `load`."""

    def __init__(
        self,
        classes: Sequence[str],
        acts: Collection[str],
        vectorizers: Sequence[TfidfVectorizer],
        words: _Linear,
        meaning: _Linear,
        familiar: NDArray[np.float32],
        ear: CrisisClassifier | None,
    ) -> None:
        self._classes = tuple(classes)
        self._acts = frozenset(acts)
        self._vectorizers = tuple(vectorizers)
        self._words = words
        self._meaning = meaning
        self._familiar = familiar
        self._ear = ear

    @classmethod
    def train(
        cls,
        examples: Sequence[tuple[str, str]],
        acts: Collection[str],
        embedder: Embedder = embed,
        earlier: TopicModel | None = None,
    ) -> TopicModel:
        """A model of (text, topic) pairs; the same examples in the same order give the same model.

        `acts` are those among the topics that are moves of a conversation (yes, thanks) and say nothing of a subject.
        `embedder` gives the meanings of texts, as `embed` does, perhaps from memory. `earlier`, a model of much the same
        examples, makes it quicker and nothing else. Raises ValueError when there are fewer than two topics, or none is in
        scope.
        """
        texts = [_normalise(text) for text, _ in examples]
        topics = np.array([topic for _, topic in examples])
        in_scope = topics != OUT_OF_SCOPE
        if len(set(topics)) < 2 or not in_scope.any():
            raise ValueError("training needs examples of at least two topics, one of them in scope")
        vectors = embedder(texts)
        is_cry = topics == CRISIS
        before = earlier._ear.machine if earlier is not None and earlier._ear is not None else None
        # One thread for each part, not several for every product of two small matrices.
        with threadpool_limits(limits=1), warnings.catch_warnings(), ThreadPoolExecutor() as pool:
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine = pool.submit(SupportVectorScorer.fit, vectors, is_cry, before) if is_cry.any() else None
            meaning = pool.submit(_fit_meaning, vectors, topics)
            vectorizers = _vectorizers()
            counts = hstack([vectorizer.fit_transform(texts) for vectorizer in vectorizers]).tocsr()
            words = _fit_words(counts, topics)
            ear = CrisisClassifier.train(machine.result(), counts, is_cry) if machine is not None else None
            classes = [str(topic) for topic in np.unique(topics)]
            return cls(classes, acts, vectorizers, words, meaning.result(), vectors[in_scope], ear)

    def classify(self, text: str) -> Guess:
        """What the text is about. A text without a letter or symbol to go by is out_of_scope with confidence 0."""
        whole = _normalise(text)
        if not whole:
            return Guess(OUT_OF_SCOPE, 0.0, ((OUT_OF_SCOPE, 0.0),), 0.0)
        parts = [whole, *_sentences(text)]
        probabilities, nearest, cries = self._weigh(parts)
        combined = self._combine(parts, probabilities)
        order = np.argsort(-combined, kind="stable")
        ranking = tuple((self._classes[index], float(combined[index])) for index in order)
        return Guess(*ranking[0], ranking, float(nearest[0]), float(cries.max()))

    def save(self, path: Path) -> None:
        """Writes the model to one file; the same model gives the same bytes."""
        about = {
            "classes": self._classes,
            "acts": sorted(self._acts),
            "vocabularies": [
                {str(term): int(column) for term, column in sorted(vectorizer.vocabulary_.items())}
                for vectorizer in self._vectorizers
            ],
        }
        arrays: dict[str, NDArray[Any]] = {
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
            "familiar": self._familiar.astype(np.float16),
            "words_weights": self._words.weights,
            "words_bias": self._words.bias,
            "meaning_weights": self._meaning.weights,
            "meaning_bias": self._meaning.bias,
            **(self._ear.arrays() if self._ear is not None else {}),
        }
        for index, vectorizer in enumerate(self._vectorizers):
            arrays[f"idf_{index}"] = vectorizer.idf_
        with path.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> TopicModel:
        """The model that `save` wrote. Raises OSError, ValueError or KeyError when the file is not one."""
        with np.load(path, allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            vectorizers = _vectorizers()
            for index, (vectorizer, vocabulary) in enumerate(zip(vectorizers, about["vocabularies"], strict=True)):
                vectorizer.vocabulary = vocabulary
                vectorizer.idf_ = arrays[f"idf_{index}"]
            return cls(
                about["classes"],
                about["acts"],
                vectorizers,
                _Linear(arrays["words_weights"], arrays["words_bias"]),
                _Linear(arrays["meaning_weights"], arrays["meaning_bias"]),
                arrays["familiar"].astype(np.float32),
                CrisisClassifier.from_arrays(arrays) if "ear_weights" in arrays else None,
            )

    def _weigh(self, texts: Sequence[str]) -> tuple[Probabilities, Probabilities, Probabilities]:
        """For each text, the probability of every class, the cosine to the nearest in-scope example, and what the ear hears."""
        counts: csr_matrix = hstack([vectorizer.transform(texts) for vectorizer in self._vectorizers]).tocsr()
        vectors = embed(texts)
        nearest = (vectors @ self._familiar.T).max(axis=1).astype(np.float64)
        words = _log_softmax(_log_sigmoid(self._words.scores(counts)))
        meaning = self._doubt_strange(_log_softmax(self._meaning.scores(vectors)), nearest)
        logs = _WORDS_SHARE * words + (1 - _WORDS_SHARE) * meaning
        cries = self._ear.decision_function(vectors, counts) if self._ear is not None else np.full(len(texts), NO_CRISIS_SCORE)
        return np.exp(_log_softmax(logs / _TEMPERATURE)), nearest, cries

    def _doubt_strange(self, logs: Probabilities, nearest: Probabilities) -> Probabilities:
        """Moves probability to out_of_scope the farther a meaning is from all that is known."""
        if OUT_OF_SCOPE not in self._classes:
            return logs
        strange = 1 / (1 + np.exp((nearest - _STRANGE_AT) / _STRANGE_WIDTH))
        mixed = np.exp(logs) * (1 - strange[:, None])
        mixed[:, self._classes.index(OUT_OF_SCOPE)] += strange
        doubted: Probabilities = np.log(mixed + _LEAST)
        return doubted

    def _combine(self, parts: Sequence[str], probabilities: Probabilities) -> Probabilities:
        """One verdict from the whole text (first row) and its sentences (the others).

        A sentence counts by how much it is about a topic rather than an act or nothing of ours, and several times if it
        asks.
        """
        whole: Probabilities = probabilities[0]
        sentences = probabilities[1:]
        if not len(sentences):
            return whole
        on_topic = np.array([name not in self._acts and name != OUT_OF_SCOPE for name in self._classes])
        weights = sentences @ on_topic + 0.05
        weights *= [_QUESTION_WEIGHT if "?" in part else 1.0 for part in parts[1:]]
        combined: Probabilities = _WHOLE_SHARE * whole + (1 - _WHOLE_SHARE) * (weights @ sentences) / weights.sum()
        return combined


class ExamplesUnread(Exception):
    """A file of examples that cannot be read: which, and what to do."""


def load_examples(data_dir: Path) -> list[tuple[str, str]]:
    """(text, intent) pairs of every NLU file in Rasa's YAML format under a folder, in a fixed order. Raises ExamplesUnread."""
    return [example for path in sorted(data_dir.rglob("*.yml")) for example in _examples(path)]


def _examples(path: Path) -> list[tuple[str, str]]:
    try:
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        pairs = [(line, str(block["intent"])) for block in blocks for line in str(block["examples"]).splitlines()]
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ExamplesUnread(f"{path.name}{line} is no YAML ({error.problem}); mend it and save again.") from error
    except (KeyError, TypeError, UnicodeDecodeError) as error:
        raise ExamplesUnread(f"{path.name} needs a list `nlu` of blocks with `intent` and `examples`.") from error
    texts = [(line.strip().removeprefix("- ").strip(), intent) for line, intent in pairs]
    return [(text, intent) for text, intent in texts if text]


def _vectorizers() -> tuple[TfidfVectorizer, ...]:
    shared = {"sublinear_tf": True, "strip_accents": "unicode", "dtype": np.float32}
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, token_pattern=r"\w+", **shared)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, **shared)
    return words, letters


def _fit_words(counts: csr_matrix, topics: NDArray[np.str_]) -> _Linear:
    """Each topic against all others (liblinear: Fan et al. 2008), which for so many words is quickest."""
    regression = LogisticRegression(
        C=_WORDS_C, solver="liblinear", dual=True, multi_class="ovr", tol=_WORDS_TOLERANCE, random_state=0
    )
    return _fitted(regression, counts, topics)


def _fit_meaning(vectors: NDArray[np.float32], topics: NDArray[np.str_]) -> _Linear:
    """All topics together, on meanings evened out in all directions, where a few steps arrive; told in plain meanings again."""
    middle = vectors.mean(axis=0)
    centred = vectors - middle
    spread = centred.T @ centred / len(vectors)
    spread[np.diag_indices_from(spread)] += _EVENED_BUT * np.trace(spread) / len(spread)
    root = cholesky(spread, lower=True)
    evened = solve_triangular(root, centred.T, lower=True).T
    regression = LogisticRegression(C=_MEANING_C, max_iter=_MEANING_STEPS, multi_class="multinomial")
    fitted = _fitted(regression, evened, topics)
    weights = solve_triangular(root, fitted.weights, lower=True, trans="T").astype(np.float32)
    return _Linear(weights, fitted.bias - middle @ weights)


def _fitted(regression: LogisticRegression, features: Any, topics: NDArray[np.str_]) -> _Linear:
    lines = Counter(topics)
    shares = [1.0 if topic == OUT_OF_SCOPE else min(1.0, _MOST_WEIGHT / lines[topic]) for topic in topics]
    regression.fit(features, topics, sample_weight=shares)
    weights = np.ascontiguousarray(regression.coef_.T, dtype=np.float32)
    return _Linear(weights, regression.intercept_.astype(np.float32))


def _normalise(text: str) -> str:
    """Lower case, one space between words, no control characters, amounts as one sign, redactions left out."""
    kept = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]).lower()
    kept = "".join(" " if unicodedata.category(character) in ("Cc", "Cf") else character for character in kept)
    return " ".join(_AMOUNT.sub(" 0 ", _REDACTION.sub(" ", kept)).split())


def _sentences(text: str) -> list[str]:
    """The sentences of a text of several, normalised; those too short to be about anything are left out."""
    pieces = [_normalise(piece) for piece in _SENTENCE_END.split(text[:_MOST_CHARACTERS])]
    sentences = [piece for piece in pieces if len(piece.split()) >= _FEWEST_WORDS and _WORD.search(piece)]
    return sentences[:_MOST_SENTENCES] if len(sentences) > 1 else []


def _log_sigmoid(scores: Probabilities) -> Probabilities:
    result: Probabilities = -np.logaddexp(0.0, -scores)
    return result


def _log_softmax(scores: Probabilities) -> Probabilities:
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: Probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result
