"""Span classifier: trains the linear one that stands beside the network (leeward.nlu.span_classifier) on the marks.

Measured on the held twelfth of the messages when trained on the others; the one that is written is trained on all. Runs in the
project's own environment, whose scikit-learn the features and the solver are chosen for.

python -m tools.tagger.spans
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from leeward.nlu.labelled_messages import LabelledMessage, load_messages
from leeward.nlu.normalization import normalize
from leeward.nlu.span_classifier import Features, SpanClassifier, span_features
from tools.tagger.examples import MESSAGES, held_out, marked_stretches
from tools.tagger.labels import SHIPPED, write_manifest

Row = tuple[Features, str]


def rows(messages: Iterable[LabelledMessage]) -> list[Row]:
    """The features and the role of every marked stretch."""
    return [
        (span_features(normalize(message.text), span, message.asked), role)
        for message in messages
        for span, role in marked_stretches(message)
    ]


def accuracy(classifier: SpanClassifier, measured: Iterable[Row]) -> float:
    """The part of stretches whose likeliest role is the right one."""
    right = [_likeliest(classifier, features) == role for features, role in measured]
    return sum(right) / max(1, len(right))


def _likeliest(classifier: SpanClassifier, features: Features) -> str:
    chances = classifier.classify(features)
    return max(chances, key=chances.__getitem__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=Path, default=MESSAGES)
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the folder to write to")
    options = parser.parse_args()
    messages = load_messages(options.messages)
    seen = rows(message for message in messages if not held_out(message))
    held = rows(message for message in messages if held_out(message))
    print(f"{accuracy(SpanClassifier.train(seen), held):.3f} of {len(held)} held stretches right", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    SpanClassifier.train([*seen, *held]).save(options.out / "spans.npz")
    write_manifest(options.out)


if __name__ == "__main__":
    main()
