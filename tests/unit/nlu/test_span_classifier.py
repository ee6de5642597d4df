"""The span classifier: what a stretch of text stands for, by the words around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.core.spans import Span
from leeward.nlu.normalization import normalize
from leeward.nlu.span_classifier import Features, SpanClassifier, span_features

SENTENCES = (
    ("i owe {} on the house", "owed"),
    ("we still owe the bank {}", "owed"),
    ("the house is worth {}", "worth"),
    ("zillow says it is worth about {}", "worth"),
    ("the payment is {} a month", "monthly"),
    ("i pay {} every month", "monthly"),
)
FIGURES = ("1,450", "$90,000", "200k", "310000")


def stretch(sentence: str, figure: str, asked: str | None = None) -> Features:
    start = sentence.index("{}")
    return span_features(normalize(sentence.format(figure)), Span(start, start + len(figure)), asked)


ROWS = [(stretch(sentence, figure), role) for sentence, role in SENTENCES for figure in FIGURES]


@pytest.fixture(scope="module")
def trained() -> SpanClassifier:
    return SpanClassifier.train(ROWS)


def likeliest(classifier: SpanClassifier, features: Features) -> str:
    chances = classifier.classify(features)
    return max(chances, key=lambda role: chances[role])


@pytest.mark.parametrize(
    ("sentence", "role"),
    [("i think i owe {}", "owed"), ("they say it is worth {} now", "worth"), ("about {} a month", "monthly")],
)
def test_the_words_around_a_figure_say_what_it_is(trained: SpanClassifier, sentence: str, role: str) -> None:
    assert likeliest(trained, stretch(sentence, "123,456")) == role


def test_the_question_that_stands_open_says_what_a_bare_figure_is() -> None:
    questions = {"balance_owed": "owed", "home_value": "worth", "monthly_payment": "monthly"}
    classifier = SpanClassifier.train(
        [(stretch("{}", figure, asked), role) for asked, role in questions.items() for figure in FIGURES]
    )
    for asked, role in questions.items():
        assert likeliest(classifier, stretch("{}", "55,000", asked)) == role


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60), st.sampled_from([None, "balance_owed", "sale_date"]))
def test_any_stretch_of_any_text_has_probabilities_that_add_up_to_one(
    trained: SpanClassifier, text: str, one: int, other: int, asked: str | None
) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    chances = trained.classify(span_features(normalize(text), Span(start, end), asked))
    assert set(chances) == {"owed", "worth", "monthly"}
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert sum(chances.values()) == pytest.approx(1)


def test_features_never_seen_in_training_change_nothing(trained: SpanClassifier) -> None:
    features = stretch("i owe {}", "90,000")
    assert trained.classify({**features, "L0=never-seen": 1.0}) == trained.classify(features)


def test_figures_of_one_length_look_the_same() -> None:
    assert stretch("i owe {} since 2019", "90,000") == stretch("i owe {} since 2021", "85,123")
    assert stretch("i owe {}", "90,000") != stretch("i owe {}", "900,000")


def test_a_saved_classifier_loads_as_the_same(trained: SpanClassifier, tmp_path: Path) -> None:
    trained.save(tmp_path / "spans.npz")
    loaded = SpanClassifier.load(tmp_path / "spans.npz")
    assert loaded.roles == trained.roles
    for features, _ in ROWS:
        assert loaded.classify(features) == pytest.approx(trained.classify(features), abs=0.002)
    loaded.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "spans.npz").read_bytes()


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        SpanClassifier.train(ROWS).save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_fewer_than_three_roles_are_refused() -> None:
    with pytest.raises(ValueError, match="three roles"):
        SpanClassifier.train([row for row in ROWS if row[1] != "monthly"])


@pytest.mark.parametrize("content", [b"", b"no archive at all"])
def test_a_file_that_is_no_classifier_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "spans.npz"
    path.write_bytes(content)
    with pytest.raises((OSError, ValueError, KeyError)):
        SpanClassifier.load(path)
