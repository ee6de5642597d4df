"""What a turn asks to be recorded travels as plain JSON and comes back the same."""

from __future__ import annotations

import json

import pytest

from leeward.dialogue import effects
from leeward.dialogue.effects import OpenCase, RecordConsent, RevokeContact, UpdateConversation

ALL = (
    UpdateConversation({"state": "IL"}, {"state": "m1"}, {}, None, "en", False, False, True, False),
    RecordConsent({"question": "consent_contact", "text": "May a person …?"}, True, "yes", "web"),
    RevokeContact("stop calling me", "en", "sms", None),
    OpenCase({"first_name": "Ann"}, {"tier": 1}),
)


def test_every_effect_survives_its_way_through_json() -> None:
    assert effects.from_json(json.loads(json.dumps(effects.to_json(ALL)))) == ALL


def test_no_effects_are_none() -> None:
    assert effects.from_json(None) == ()


def test_an_effect_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        effects.from_json([{"effect": "DeleteEverything"}])
