"""The picture of the law."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest

from leeward import law
from leeward.assessment import state_map

TODAY = date(2026, 11, 23)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("code", "standing"), [("IL", "allowed"), ("CA", "barred"), ("AZ", "barred"), ("TX", "limited"), ("FL", "limited")]
)
def test_a_tile_is_what_the_engine_says(code: str, standing: str) -> None:
    assert state_map.standing_of(code, on=TODAY) == standing


def test_the_picture_has_one_tile_a_jurisdiction_and_says_in_words_what_the_colors_say() -> None:
    picture = ElementTree.fromstring(state_map.svg(on=TODAY))
    titles = [title.text or "" for title in picture.iter(f"{SVG}title")]
    assert [t for t in titles if t.startswith("Illinois:")] == ["Illinois: allowed"]
    assert len([t for t in titles if ": " in t]) == len(law.codes())
    described = picture.find(f"{SVG}desc")
    assert described is not None
    assert "barred after the usual foreclosure: " in (described.text or "")
