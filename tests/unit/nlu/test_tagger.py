"""The tagger: the role of each stretch of a message, and what the message says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.core.facts import SPECS
from leeward.core.spans import Span
from leeward.nlu import tagger
from leeward.nlu.tagger import TaggerBroken, tag

questions = st.sampled_from([None, *sorted(SPECS)])
texts = st.text(max_size=60) | st.sampled_from(["i owe 200k", "¿cuánto debo?", "", "   ", "\n\t", "ﬁne…  ok", "👩‍👩‍👧 help"])
through_the_network = settings(deadline=None, max_examples=40)


def clear_caches() -> None:
    for cached in (tagger._manifest, tagger._network, tagger._vocabulary, tagger._span_classifier, tagger.tag):
        cached.cache_clear()


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the tagger's files that the tagger reads instead of its own."""
    folder = tmp_path / "tagger"
    shutil.copytree(tagger._DATA, folder)
    monkeypatch.setattr(tagger, "_DATA", folder)
    clear_caches()
    yield folder
    clear_caches()


def span_of(words: str, text: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


@through_the_network
@given(texts, questions)
def test_the_pieces_put_together_are_the_text(text: str, asked: str | None) -> None:
    tags = tag(text, asked)
    end = 0
    for piece in tags.pieces:
        assert end == piece.start <= piece.end
        end = piece.end
    assert end <= len(text)
    assert not text[end:].strip()


@through_the_network
@given(texts, questions)
def test_probabilities_lie_between_zero_and_one_and_those_of_a_choice_add_up_to_one(text: str, asked: str | None) -> None:
    tags = tag(text, asked)
    assert len(tags.roles) == len(tags.pieces)
    assert ((tags.roles >= 0) & (tags.roles <= 1)).all()
    assert np.allclose(tags.roles.sum(axis=1), 1, atol=1e-4)
    for fact, chances in tags.choices.items():
        assert sum(chances.values()) == pytest.approx(1, abs=1e-4), fact
        assert tags.choice(fact)[1] == max(chances.values())
    for labels in tags.labels.values():
        assert all(0 <= chance <= 1 for chance in labels.values())


@through_the_network
@given(texts.filter(lambda text: text.strip()), questions)
def test_the_roles_of_a_stretch_add_up_to_one(text: str, asked: str | None) -> None:
    tags = tag(text, asked)
    for piece in tags.pieces:
        if piece.start < piece.end:
            assert sum(tags.role(piece).values()) == pytest.approx(1, abs=1e-4)


@through_the_network
@given(texts, st.sampled_from(["lender", "owed", "O", "sale_ahead"]))
def test_the_stretches_of_a_role_lie_in_the_text_in_order(text: str, role: str) -> None:
    end = 0
    for span, chance in tag(text, None).stretches(role):
        assert end <= span.start <= span.end <= len(text)
        assert 0 <= chance <= 1
        end = span.end


@pytest.mark.parametrize(
    ("text", "words", "role"),
    [
        ("i owe 210,000 on it and the house is worth 180,000", "210,000", "owed"),
        ("i owe 210,000 on it and the house is worth 180,000", "180,000", "worth"),
        ("debo 210,000 y la casa vale 180,000", "210,000", "owed"),
        ("debo 210,000 y la casa vale 180,000", "180,000", "worth"),
        ("they are going to auction my house on april 9", "april 9", "sale_ahead"),
        ("i was served with the papers on february 12", "february 12", "served"),
    ],
)
def test_a_stretch_has_the_role_that_its_sentence_gives_it(text: str, words: str, role: str) -> None:
    chances = tag(text, None).role(span_of(words, text))
    assert max(chances, key=lambda name: chances[name]) == role


def test_the_question_says_what_a_bare_figure_is() -> None:
    whole = Span(0, 7)
    for asked, role in (("balance_owed", "owed"), ("home_value", "worth")):
        chances = tag("210,000", asked).role(whole)
        assert max(chances, key=lambda name: chances[name]) == role


@pytest.mark.parametrize(("text", "name"), [("my lender is Chase", "Chase"), ("i have a loan with Mr. Cooper", "Mr. Cooper")])
def test_the_stretch_of_a_lender_is_its_name(text: str, name: str) -> None:
    ((span, chance),) = tag(text, None).stretches("lender")
    assert text[span.start : span.end].strip() == name
    assert chance >= tagger.SURE


def test_a_stretch_of_many_words_has_each_role_of_its_figures() -> None:
    text = "i owe 210,000 on it and the house is worth 180,000"
    tags = tag(text, None)
    strongest = tags.strongest(Span(0, len(text)))
    assert strongest["owed"] > tagger.SURE
    assert strongest["worth"] > tagger.SURE


def test_a_stretch_beyond_what_is_read_has_no_role() -> None:
    text = "help me " * 400
    tags = tag(text, None)
    end = tags.pieces[-1].end
    assert end < len(text)
    assert not any(tags.role(Span(len(text) - 4, len(text))).values())
    assert not any(tags.strongest(Span(len(text) - 4, len(text))).values())


def test_typographic_apostrophes_and_line_breaks_are_read_as_plain_ones() -> None:
    plain, typeset = tag("i can't pay it", None), tag("i can’t\npay it", None)
    assert plain.pieces == typeset.pieces
    assert np.array_equal(plain.roles, typeset.roles)


def test_reading_a_text_again_gives_the_same() -> None:
    first = tag("they sold my house in june", "sold_on")
    tag.cache_clear()
    again = tag("they sold my house in june", "sold_on")
    assert again.pieces == first.pieces
    assert np.array_equal(again.roles, first.roles)
    assert again.choices == first.choices


def test_a_copy_of_the_files_reads_the_same(copied: Path) -> None:
    text = "i owe 210,000"
    chances = tag(text, None).role(span_of("210,000", text))
    assert (copied / "network.onnx").exists()
    assert max(chances, key=lambda name: chances[name]) == "owed"


@pytest.mark.parametrize("name", ["network.onnx", "vocabulary.model", "spans.npz"])
def test_a_damaged_file_is_refused_with_its_name(copied: Path, name: str) -> None:
    damaged = bytearray((copied / name).read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    (copied / name).write_bytes(damaged)
    with pytest.raises(TaggerBroken, match=name):
        tag("i owe 210,000", None).role(Span(6, 13))
