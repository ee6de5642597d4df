"""Intent classifier: the topic of a message, or its dialogue act (yes, no, skip, thanks …), with a probability.

Ensemble of two logistic regressions whose log-probabilities are averaged: one-vs-rest over TF-IDF of word 1-2-grams and
character 3-5-grams (exact terms such as "chapter 13", typos), and multinomial over multilingual sentence embeddings, which
generalise across wordings and languages. Out-of-domain detection: probability moves to out_of_scope with the distance to the
nearest in-scope example. A message of several sentences is classified as a whole and sentence by sentence, and the results are
combined, so that a long story does not hide its question.
"""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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
from leeward.nlu.embeddings import Embedder, Floats, embed
from leeward.nlu.tagger import Tags, tag

OUT_OF_SCOPE: Final = "out_of_scope"
CRISIS: Final = "crisis"
# Score of CrisisClassifier from which a message is handled as a crisis, and from which it gets one supportive sentence. Chosen
# for recall; precision and recall are in docs/reading.md.
CRISIS_THRESHOLD: Final = -0.45
POSSIBLE_CRISIS_THRESHOLD: Final = -0.7
NO_CRISIS_SCORE: Final = -10.0
# The tagger's probability of a crisis below which the classifier's score pauses no conversation; from which a score a little
# below its threshold does; and from which the tagger by itself earns a supportive sentence.
CRISIS_TAGGED: Final = 0.001
CRISIS_TAGGED_SURE: Final = 0.7
POSSIBLE_CRISIS_TAGGED: Final = 0.3
# Classes with more examples than this are weighted down to it, so that the many crisis examples do not outweigh other classes.
_MOST_WEIGHT: Final = 120

# Hyperparameters chosen by four-fold cross-validation on data/nlu and on a held-out set of real messages (docs/reading.md).
# Tighter tolerances and more iterations gain nothing.
_TFIDF_C: Final = 5.0
_TFIDF_TOLERANCE: Final = 0.3
_EMBEDDING_C: Final = 0.1
_EMBEDDING_ITERATIONS: Final = 12
# Shrinkage of the covariance for whitening: this many times the mean variance is added to each direction.
_SHRINKAGE: Final = 5.0
_TFIDF_WEIGHT: Final = 0.5
# Softmax temperature: the average of two regularised models is underconfident; with this the confidence is calibrated.
_TEMPERATURE: Final = 0.5
# Logistic curve of out-of-domain probability over the cosine to the nearest in-scope example: its midpoint and its width.
_OUT_OF_DOMAIN_COSINE: Final = 0.45
_OUT_OF_DOMAIN_WIDTH: Final = 0.05
_EPSILON: Final = 1e-9
# Weight of the whole message beside its sentences, and of a sentence with a question mark: a story is told to ask something.
_WHOLE_WEIGHT: Final = 0.3
_QUESTION_WEIGHT: Final = 4.0

# Weight of the tagger among the topics that are in scope; the least probability that the short examples' share is taken of; the
# tagger's probability from which a message may be out of scope, and from which it names a topic beside the first.
_TAGGER_WEIGHT: Final = 0.6
_LEAST_MASS: Final = 0.3
_OUTSIDE_BAR: Final = 0.3
_OUTSIDE_BY_EXAMPLES: Final = 0.9
# From this probability on the short examples are sure, in a message of at most so many words.
_SURE: Final = 0.5
_OUTRIGHT: Final = 20
_ALSO_BAR: Final = 0.3

# Bounds the time for one message; nothing in longer messages was found to change the result.
_MOST_CHARACTERS: Final = 3000
_MOST_SENTENCES: Final = 16
_FEWEST_WORDS: Final = 3

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"[^\W\d_]")
_REDACTION = re.compile(r"\bx{2,}(?:[/\\-]x{2,})*\b")
# Amounts become one token: their digits carry no information on the topic. Numbers that do (chapter 7 and 13, forms 1040, 1099
# and 982, 80/20) have at most three digits or are excepted here.
_AMOUNT = re.compile(r"\$\s*\d[\d.,]*|\b\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?\b|\b(?!10(?:40|99)\b)\d{4,}\b")

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Guess:
    """The classification of one message.

    `confidence` is the probability of `topic`, from 0 to 1; `ranking` holds the probability of every class, highest first;
    `nearest` is the cosine to the nearest in-scope example, from -1 to 1; `crisis_score` is the highest CrisisClassifier score
    of the message and its sentences (uncalibrated, see CRISIS_THRESHOLD); `also` are topics that the message raises beside
    the first, the likelier first; `crisis_tagged` is the tagger's probability of a crisis, None where it was not asked.
    """

    topic: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    nearest: float
    crisis_score: float = NO_CRISIS_SCORE
    also: tuple[str, ...] = ()
    crisis_tagged: float | None = None

    @property
    def is_crisis(self) -> bool:
        """Whether the message is handled as a crisis message: no model alone pauses a conversation."""
        if self.crisis_tagged is None:
            return self.crisis_score >= CRISIS_THRESHOLD
        if self.crisis_score >= CRISIS_THRESHOLD:
            return self.crisis_tagged >= CRISIS_TAGGED
        return self.crisis_score >= POSSIBLE_CRISIS_THRESHOLD and self.crisis_tagged >= CRISIS_TAGGED_SURE

    @property
    def is_possible_crisis(self) -> bool:
        """Whether it is no crisis message to both models, and to one of them enough of one for a supportive sentence."""
        is_tagged = self.crisis_tagged is not None and self.crisis_tagged >= POSSIBLE_CRISIS_TAGGED
        return not self.is_crisis and (self.crisis_score >= POSSIBLE_CRISIS_THRESHOLD or is_tagged)


@dataclass(frozen=True, slots=True)
class _Linear:
    """A linear model: `weights` has the shape (features, classes), `bias` (classes,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Any) -> Probabilities:
        scores: Probabilities = np.asarray(features @ self.weights, dtype=np.float64) + self.bias
        return scores


class TopicModel:
    """A trained classifier of messages into topics and dialogue acts. Made by `train` or `load`."""

    def __init__(
        self,
        classes: Sequence[str],
        acts: Collection[str],
        vectorizers: Sequence[TfidfVectorizer],
        tfidf_model: _Linear,
        embedding_model: _Linear,
        in_scope: NDArray[np.float32],
        crisis: CrisisClassifier | None,
    ) -> None:
        self._classes = tuple(classes)
        self._acts = frozenset(acts)
        self._vectorizers = tuple(vectorizers)
        self._tfidf_model = tfidf_model
        self._embedding_model = embedding_model
        self._in_scope = in_scope
        self._crisis = crisis

    @classmethod
    def train(
        cls,
        examples: Sequence[tuple[str, str]],
        acts: Collection[str],
        embedder: Embedder = embed,
        earlier: TopicModel | None = None,
    ) -> TopicModel:
        """Trains on (text, class) pairs. Deterministic for the same examples in the same order.

        `acts` are the classes that are moves of a conversation (yes, thanks) and name no subject. `embedder` computes sentence
        embeddings as `embed` does, possibly from a cache. `earlier`, a model of similar examples, warm-starts the crisis SVM
        and changes the result by no more than libsvm's tolerance. Raises ValueError when there are fewer than two
        classes, or none is in scope.
        """
        texts = [_normalise(text) for text, _ in examples]
        topics = np.array([topic for _, topic in examples])
        in_scope = topics != OUT_OF_SCOPE
        if len(set(topics)) < 2 or not in_scope.any():
            raise ValueError("training needs examples of at least two topics, one of them in scope")
        embeddings = embedder(texts)
        is_crisis = topics == CRISIS
        warm_start = earlier._crisis.svm if earlier is not None and earlier._crisis is not None else None
        # One BLAS thread for each of the parallel fits; their matrices are too small to gain from more.
        with threadpool_limits(limits=1), warnings.catch_warnings(), ThreadPoolExecutor() as pool:
            warnings.simplefilter("ignore", ConvergenceWarning)
            svm = pool.submit(SupportVectorScorer.fit, embeddings, is_crisis, warm_start) if is_crisis.any() else None
            embedding_model = pool.submit(_fit_embedding_model, embeddings, topics)
            vectorizers = _vectorizers()
            tfidf = hstack([vectorizer.fit_transform(texts) for vectorizer in vectorizers]).tocsr()
            tfidf_model = _fit_tfidf_model(tfidf, topics)
            crisis = CrisisClassifier.train(svm.result(), tfidf, is_crisis) if svm is not None else None
            classes = [str(topic) for topic in np.unique(topics)]
            return cls(classes, acts, vectorizers, tfidf_model, embedding_model.result(), embeddings[in_scope], crisis)

    def classify(self, text: str, tags: Tags | None = None) -> Guess:
        """Classifies one message. A text that is empty once normalised is out_of_scope with confidence 0.

        `tags` are the tagger's of the same message: it has learned what stories are about, and what a message raises beside.
        """
        if not _normalise(text):
            return Guess(OUT_OF_SCOPE, 0.0, ((OUT_OF_SCOPE, 0.0),), 0.0)
        parts = _parts(text)
        embeddings = embed(parts)
        probabilities, nearest, crisis_scores = self._predict(parts, embeddings)
        by_message = tags.labels["topic"] if tags is not None else {}
        combined = self._with_tags(self._combine(parts, probabilities), by_message, len(parts[0].split()))
        order = np.argsort(-combined, kind="stable")
        ranking = tuple((self._classes[index], float(combined[index])) for index in order)
        also = sorted((topic for topic, p in by_message.items() if p >= _ALSO_BAR), key=lambda topic: -by_message[topic])
        also = [topic for topic in also if topic not in (ranking[0][0], OUT_OF_SCOPE, CRISIS)]
        score = float(crisis_scores.max())
        return Guess(*ranking[0], ranking, float(nearest[0]), score, tuple(also), _crisis_tagged(tags, score))

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
            "in_scope": self._in_scope.astype(np.float16),
            "tfidf_weights": self._tfidf_model.weights,
            "tfidf_bias": self._tfidf_model.bias,
            "embedding_weights": self._embedding_model.weights,
            "embedding_bias": self._embedding_model.bias,
            **(self._crisis.arrays() if self._crisis is not None else {}),
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
                _Linear(arrays["tfidf_weights"], arrays["tfidf_bias"]),
                _Linear(arrays["embedding_weights"], arrays["embedding_bias"]),
                arrays["in_scope"].astype(np.float32),
                CrisisClassifier.from_arrays(arrays),
            )

    def _predict(self, texts: Sequence[str], embeddings: Floats) -> tuple[Probabilities, Probabilities, Probabilities]:
        """For each text: the probability of every class, the cosine to the nearest in-scope example, and the crisis score."""
        tfidf: csr_matrix = hstack([vectorizer.transform(texts) for vectorizer in self._vectorizers]).tocsr()
        nearest = (embeddings @ self._in_scope.T).max(axis=1).astype(np.float64)
        by_tfidf = _log_softmax(_log_sigmoid(self._tfidf_model.scores(tfidf)))
        by_embedding = self._discount_out_of_domain(_log_softmax(self._embedding_model.scores(embeddings)), nearest)
        logs = _TFIDF_WEIGHT * by_tfidf + (1 - _TFIDF_WEIGHT) * by_embedding
        no_scores = np.full(len(texts), NO_CRISIS_SCORE)
        crisis_scores = self._crisis.decision_function(embeddings, tfidf) if self._crisis is not None else no_scores
        return np.exp(_log_softmax(logs / _TEMPERATURE)), nearest, crisis_scores

    def _discount_out_of_domain(self, logs: Probabilities, nearest: Probabilities) -> Probabilities:
        """Log-probabilities with more mass on out_of_scope the lower the cosine to the nearest in-scope example."""
        if OUT_OF_SCOPE not in self._classes:
            return logs
        out_of_domain = 1 / (1 + np.exp((nearest - _OUT_OF_DOMAIN_COSINE) / _OUT_OF_DOMAIN_WIDTH))
        mixed = np.exp(logs) * (1 - out_of_domain[:, None])
        mixed[:, self._classes.index(OUT_OF_SCOPE)] += out_of_domain
        discounted: Probabilities = np.log(mixed + _EPSILON)
        return discounted

    def _with_tags(self, probabilities: Probabilities, tagged: Mapping[str, float], length: int) -> Probabilities:
        """The probabilities of the topics mixed with the tagger's; those of acts stay as they are.

        The tagger has read whole messages and stories: one is out of scope where it says so, or where it knows no topic and the
        short examples are sure. What neither knows keeps too little probability to be taken for anything. A
        short question of whose topic the examples are sure is left: they were written for what people ask outright.
        """
        if not tagged:
            return probabilities
        on_topic = np.array([name not in self._acts for name in self._classes])
        in_scope = on_topic & np.array([name != OUT_OF_SCOPE for name in self._classes])
        told = np.array([tagged.get(name, 0.0) for name in self._classes])
        likeliest = int(np.where(in_scope, probabilities, 0.0).argmax())
        is_sure = probabilities[likeliest] >= _SURE
        if is_sure and (length <= _OUTRIGHT or told[likeliest] >= told[in_scope].max()):
            return probabilities
        mass = max(float(probabilities[on_topic].sum()), float(told[in_scope].max()))
        shares = probabilities / max(float(probabilities[in_scope].sum()), _LEAST_MASS)
        scores = np.where(in_scope, (1 - _TAGGER_WEIGHT) * shares + _TAGGER_WEIGHT * told, 0.0)
        outside = tagged.get(OUT_OF_SCOPE, 0.0)
        by_examples = float(probabilities[on_topic & ~in_scope].sum())
        if outside < _OUTSIDE_BAR:
            is_outside = told[in_scope].max() < _OUTSIDE_BAR and by_examples >= _OUTSIDE_BY_EXAMPLES
            outside = by_examples if is_outside else min(outside, by_examples)
        scores += np.where(on_topic & ~in_scope, outside, 0.0)
        return np.where(on_topic, mass * scores / max(1.0, float(scores.sum())), probabilities)

    def _combine(self, parts: Sequence[str], probabilities: Probabilities) -> Probabilities:
        """Weighted average of the probabilities of the whole text (first row) and of its sentences (the other rows).

        A sentence is weighted by its probability of being about a topic rather than an act or out of scope, and
        _QUESTION_WEIGHT times that if it has a question mark.
        """
        whole: Probabilities = probabilities[0]
        sentences = probabilities[1:]
        if not len(sentences):
            return whole
        on_topic = np.array([name not in self._acts and name != OUT_OF_SCOPE for name in self._classes])
        weights = sentences @ on_topic + 0.05
        weights *= [_QUESTION_WEIGHT if "?" in part else 1.0 for part in parts[1:]]
        combined: Probabilities = _WHOLE_WEIGHT * whole + (1 - _WHOLE_WEIGHT) * (weights @ sentences) / weights.sum()
        return combined


def _crisis_tagged(tags: Tags | None, score: float) -> float | None:
    """The tagger's probability of a crisis, of the words alone: in an answer to a question it expects an answer.

    None where it is not asked: without a tagger, or where the classifier's score settles the matter.
    """
    if tags is None or (tags.asked is not None and score < POSSIBLE_CRISIS_THRESHOLD):
        return None
    unasked = tags if tags.asked is None else tag(tags.text, None)
    return unasked.labels["crisis"]["crisis"]


class ExamplesUnread(Exception):
    """A file of training examples that cannot be read; the message names the file and the remedy."""


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


def _fit_tfidf_model(tfidf: csr_matrix, topics: NDArray[np.str_]) -> _Linear:
    """One-vs-rest logistic regression with liblinear (Fan et al. 2008).

    About 8 times faster than multinomial L-BFGS on the TF-IDF features (0.4 s against 3.2 s), with equal or better held-out
    accuracy.
    """
    regression = LogisticRegression(
        C=_TFIDF_C, solver="liblinear", dual=True, multi_class="ovr", tol=_TFIDF_TOLERANCE, random_state=0
    )
    return _fitted(regression, tfidf, topics)


def _fit_embedding_model(embeddings: NDArray[np.float32], topics: NDArray[np.str_]) -> _Linear:
    """Multinomial logistic regression on whitened embeddings (shrinkage covariance), so that 12 L-BFGS steps converge.

    The weights are mapped back to the original embedding space.
    """
    mean = embeddings.mean(axis=0)
    centred = embeddings - mean
    covariance = centred.T @ centred / len(embeddings)
    covariance[np.diag_indices_from(covariance)] += _SHRINKAGE * np.trace(covariance) / len(covariance)
    root = cholesky(covariance, lower=True)
    whitened = solve_triangular(root, centred.T, lower=True).T
    regression = LogisticRegression(C=_EMBEDDING_C, max_iter=_EMBEDDING_ITERATIONS, multi_class="multinomial")
    fitted = _fitted(regression, whitened, topics)
    weights = solve_triangular(root, fitted.weights, lower=True, trans="T").astype(np.float32)
    return _Linear(weights, fitted.bias - mean @ weights)


def _fitted(regression: LogisticRegression, features: Any, topics: NDArray[np.str_]) -> _Linear:
    sizes = Counter(topics)
    sample_weights = [1.0 if topic == OUT_OF_SCOPE else min(1.0, _MOST_WEIGHT / sizes[topic]) for topic in topics]
    regression.fit(features, topics, sample_weight=sample_weights)
    weights = np.ascontiguousarray(regression.coef_.T, dtype=np.float32)
    return _Linear(weights, regression.intercept_.astype(np.float32))


def _normalise(text: str) -> str:
    """NFKC and lower case, single spaces, without control characters and redactions ("XXXX"), amounts as one token."""
    kept = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]).lower()
    kept = "".join(" " if unicodedata.category(character) in ("Cc", "Cf") else character for character in kept)
    return " ".join(_AMOUNT.sub(" 0 ", _REDACTION.sub(" ", kept)).split())


def _sentences(text: str) -> list[str]:
    """The normalised sentences of a text that has several; those of fewer than three words carry no topic and are dropped."""
    pieces = [_normalise(piece) for piece in _SENTENCE_END.split(text[:_MOST_CHARACTERS])]
    sentences = [piece for piece in pieces if len(piece.split()) >= _FEWEST_WORDS and _WORD.search(piece)]
    return sentences[:_MOST_SENTENCES] if len(sentences) > 1 else []


def _parts(text: str) -> list[str]:
    """The normalised text, and its sentences where it has several."""
    return [_normalise(text), *_sentences(text)]


def _log_sigmoid(scores: Probabilities) -> Probabilities:
    result: Probabilities = -np.logaddexp(0.0, -scores)
    return result


def _log_softmax(scores: Probabilities) -> Probabilities:
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: Probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result
