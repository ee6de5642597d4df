"""A consent that was shown, as it is kept until it is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from leeward.compliance.consent_text import ConsentShown

SHOWN = ConsentShown("consent_contact", "contact", "May a person call?", "contact-2026-11-23-ab", "en", "+17735550142", False)


@pytest.mark.parametrize("way", ["+17735550142", "ana@example.com"])
def test_what_was_shown_comes_back_from_the_slot_letter_for_letter(way: str) -> None:
    shown = ConsentShown("consent_contact", "contact", "¿Permite que …?", "contact-2026-11-23-ab", "es", way, True)
    assert ConsentShown.from_json(json.loads(json.dumps(shown.to_json()))) == shown


@pytest.mark.parametrize(
    "slot",
    [
        None,
        {},
        {"question": "consent_contact"},
        *({k: v for k, v in SHOWN.to_json().items() if k != part} for part in SHOWN.to_json()),
    ],
)
def test_where_a_part_is_missing_nothing_was_shown(slot: dict[str, Any] | None) -> None:
    assert ConsentShown.from_json(slot) is None
