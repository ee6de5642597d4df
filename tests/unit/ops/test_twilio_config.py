"""Texting is set up whole, or not at all."""

from __future__ import annotations

import pytest

from leeward.ops.twilio_config import TwilioSettings, TwilioSettingsError

WHOLE = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "LEEWARD_SMS_NUMBER": "+13125550100",
    "LEEWARD_PUBLIC_URL": "https://chat.example.com/",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*WHOLE, "TWILIO_MESSAGING_SERVICE_SID", "LEEWARD_TWILIO_API"):
        monkeypatch.delenv(name, raising=False)


def set_all(monkeypatch: pytest.MonkeyPatch, *, but: str = "") -> None:
    for name, value in WHOLE.items():
        if name != but:
            monkeypatch.setenv(name, value)


def test_without_an_account_the_channel_is_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_PUBLIC_URL", "https://chat.example.com")
    assert TwilioSettings.from_environment() is None


def test_with_all_of_it_texts_can_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)
    settings = TwilioSettings.from_environment()
    assert settings is not None
    assert (settings.public_url, settings.api) == ("https://chat.example.com", "https://api.twilio.com")


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    set_all(monkeypatch, but=name)
    with pytest.raises(TwilioSettingsError, match=name):
        TwilioSettings.from_environment()


def test_a_messaging_service_will_do_for_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, but="LEEWARD_SMS_NUMBER")
    monkeypatch.setenv("TWILIO_MESSAGING_SERVICE_SID", "MG1")
    assert TwilioSettings.from_environment() is not None
