"""Stretches of a text: which overlap, and what several cover together."""

from __future__ import annotations

from leeward.core.spans import Span, merge_spans


def test_spans_that_share_a_character_overlap() -> None:
    assert Span(0, 5).overlaps(Span(4, 8))
    assert Span(4, 8).overlaps(Span(0, 5))


def test_spans_that_only_touch_do_not_overlap() -> None:
    assert not Span(0, 5).overlaps(Span(5, 8))


def test_overlapping_spans_become_their_union_in_order() -> None:
    assert merge_spans([Span(20, 25), Span(3, 8), Span(0, 5), Span(4, 6)]) == (Span(0, 8), Span(20, 25))


def test_spans_that_only_touch_stay_apart() -> None:
    assert merge_spans([Span(0, 5), Span(5, 8)]) == (Span(0, 5), Span(5, 8))
