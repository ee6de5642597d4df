"""Tagger: the semantic role of each word of a message, and what the message as a whole says, in English and Spanish.

A multilingual transformer (six layers of multilingual-e5-small) fine-tuned on data/messages with a head for each: token
classification, and label-wise attention (Mullenbach et al. 2018) for topics, categorical facts and doubts. It runs in ONNX
Runtime, quantized to int8. The role of a stretch is the mean of the network's and a linear classifier's. How both were made:
docs/decisions/0022-tagger.md and tools/tagger/. Text in, probabilities out; the readers that ask decide what follows.
"""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import onnxruntime
import sentencepiece
from numpy.typing import NDArray

from leeward.core.spans import Span
from leeward.nlu.normalization import normalize
from leeward.nlu.span_classifier import SpanClassifier, span_features

# An answer of at most so many words is read as the answer to its question; in a message of at most so many, a phrase that says
# something means what it says, and the tagger fills what phrases leave open.
BRIEF: Final = 4
PLAIN: Final = 8
# From this probability on the tagger's word counts against the phrases of the readers.
SURE: Final = 0.6
OTHER: Final = "O"
_DATA: Final = Path(__file__).with_name("data") / "tagger"
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_SPACES: Final = str.maketrans({"\n": " ", "\t": " ", "\r": " "})
# The special pieces of the vocabulary: begin of a sequence, end of a part.
_BEGIN: Final = 0
_END: Final = 2

Floats = NDArray[np.float32]


class TaggerBroken(Exception):
    """The tagger's files do not belong together; the message names the file and the remedy."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the outputs of the network stand for, and the checksums of its files (manifest.json).

    `roles` name the classes of a token. Each label is (kind, name): of the kinds in `choices` one label holds at most, and the
    label without a name says that nothing is said; all others ("topic", "clarify" …) hold or not each by itself.
    """

    roles: tuple[str, ...]
    labels: tuple[tuple[str, str | int | bool | None], ...]
    choices: tuple[str, ...]
    longest: int  # pieces of a text that are read
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tags:
    """The tagger's output on one text: `pieces` are spans of it, `roles` has a row of the network's probabilities for each."""

    text: str
    asked: str | None
    pieces: tuple[Span, ...]
    roles: Floats
    choices: Mapping[str, Mapping[str | int | bool | None, float]]
    labels: Mapping[str, Mapping[str, float]]

    def role(self, span: Span) -> dict[str, float]:
        """The probability of each role for a stretch of the text: the mean of the network's and the span classifier's.

        All zero for a stretch beyond what is read.
        """
        rows = [index for index, piece in enumerate(self.pieces) if piece.overlaps(span)]
        names = _manifest().roles
        if not rows:
            return dict.fromkeys(names, 0.0)
        by_words = _span_classifier().classify(span_features(normalize(self.text), span, self.asked))
        by_network = self.roles[rows].mean(axis=0).tolist()
        return {name: (chance + by_words.get(name, 0.0)) / 2 for name, chance in zip(names, by_network, strict=True)}

    def strongest(self, span: Span) -> dict[str, float]:
        """The highest probability of each role among the pieces of a stretch, for one that holds more words than its figure."""
        rows = [index for index, piece in enumerate(self.pieces) if piece.overlaps(span)]
        names = _manifest().roles
        return dict(zip(names, self.roles[rows].max(axis=0).tolist(), strict=True)) if rows else dict.fromkeys(names, 0.0)

    def stretches(self, role: str) -> Iterator[tuple[Span, float]]:
        """Each unbroken stretch whose likeliest role this is, with its mean probability."""
        column = _manifest().roles.index(role)
        best = self.roles.argmax(axis=1) if len(self.roles) else []
        start: int | None = None
        for index, found in enumerate([*best, -1]):
            if found == column and start is None:
                start = index
            elif found != column and start is not None:
                yield (
                    Span(self.pieces[start].start, self.pieces[index - 1].end),
                    float(self.roles[start:index, column].mean()),
                )
                start = None

    def choice(self, fact: str) -> tuple[str | int | bool | None, float]:
        """The likeliest value of a categorical fact (None: nothing is said of it), with its probability."""
        value, probability = max(self.choices[fact].items(), key=lambda item: item[1])
        return value, probability


@functools.cache
def _manifest() -> Manifest:
    return msgspec.json.decode((_DATA / "manifest.json").read_bytes(), type=Manifest)


@functools.cache
def _network() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One thread: the server reads other messages on the remaining cores.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(_checked("network.onnx"), options, providers=["CPUExecutionProvider"])


@functools.cache
def _vocabulary() -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_proto=_checked("vocabulary.model"))


@functools.cache
def _span_classifier() -> SpanClassifier:
    _checked("spans.npz")
    return SpanClassifier.load(_DATA / "spans.npz")


def _checked(name: str) -> bytes:
    content = (_DATA / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != _manifest().sha256[name]:
        raise TaggerBroken(f"{_DATA / name} is not the file that manifest.json was written for; take both from one commit.")
    return content


@functools.lru_cache(maxsize=4)
def tag(text: str, asked: str | None) -> Tags:
    """Tags a text; `asked` is the fact just asked for, None for a message of its own accord. About 6 ms for a sentence.

    Raises TaggerBroken where the files of the network do not belong together.
    """
    manifest = _manifest()
    question = _vocabulary().encode(asked.replace("_", " ")) if asked else []
    ids, spans = _pieces(text, manifest.longest)
    sequence = np.array([[_BEGIN, *question, _END, *ids, _END]], dtype=np.int64)
    roles, labels = _network().run(None, {"ids": sequence})
    first = len(question) + 2
    return Tags(
        text,
        asked,
        spans,
        _softmax(roles[first : first + len(ids)]),
        {fact: _chosen(fact, labels) for fact in manifest.choices},
        _independent(labels),
    )


def _pieces(text: str, most: int) -> tuple[list[int], tuple[Span, ...]]:
    """The ids of a text's word pieces and their spans. The first piece begins with a space that the text does not have."""
    plain = "".join(_compatible(character) for character in text.translate(_APOSTROPHES).translate(_SPACES))
    ids, surfaces = _vocabulary().encode(plain), _vocabulary().encode(plain, out_type=str)
    edges = np.cumsum([-1, *(len(surface) for surface in surfaces)]).clip(0).tolist()
    return ids[:most], tuple(Span(start, end) for start, end in pairwise(edges))[:most]


@functools.lru_cache(maxsize=4_000)
def _compatible(character: str) -> str:
    """A character in its compatibility form where that is one character too, so that spans stay as they are."""
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 else character


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True)) if scores.size else scores
    result: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def _chosen(fact: str, labels: Floats) -> Mapping[str | int | bool | None, float]:
    rows = [(index, name) for index, (kind, name) in enumerate(_manifest().labels) if kind == fact]
    chances = _softmax(labels[[index for index, _ in rows]])
    return {name: float(chance) for (_, name), chance in zip(rows, chances, strict=True)}


def _independent(labels: Floats) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = {}
    manifest = _manifest()
    for (kind, name), chance in zip(manifest.labels, 1 / (1 + np.exp(-labels)), strict=True):
        if kind not in manifest.choices:
            found.setdefault(kind, {})[str(name)] = float(chance)
    return found
