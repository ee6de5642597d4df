"""Which messages raise an alarm. The sentences stand in sentences.yml beside this file, so that a clinician can add to them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leeward.nlu.safety_rules import screen

SENTENCES = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8"))


def all_of(*groups: str) -> list[str]:
    return [sentence for group in groups for sentence in SENTENCES[group]]


@pytest.mark.parametrize("text", all_of("crisis_en", "crisis_es"))
def test_a_known_cry_for_help_is_still_heard(text: str) -> None:
    assert screen(text).crisis


@pytest.mark.parametrize("text", all_of("fine_en", "fine_es"))
def test_a_known_phrase_that_only_sounds_like_one_is_left_in_peace(text: str) -> None:
    assert not screen(text).crisis


@pytest.mark.parametrize("text", all_of("danger_en", "danger_es"))
def test_known_words_of_violence_and_threats_are_still_heard(text: str) -> None:
    assert screen(text).danger


@pytest.mark.parametrize("text", all_of("calm_en", "calm_es"))
def test_a_bank_that_hits_with_fees_is_no_danger_at_home(text: str) -> None:
    assert not screen(text).danger


@pytest.mark.parametrize("text", all_of("scam_en", "scam_es"))
def test_signs_of_a_scam_are_heard(text: str) -> None:
    assert screen(text).scam


@pytest.mark.parametrize("text", all_of("no_scam"))
def test_ordinary_fees_and_deeds_are_no_scam(text: str) -> None:
    assert not screen(text).scam


@pytest.mark.parametrize("group", ["crisis_en", "crisis_es", "fine_en", "fine_es"])
def test_there_are_enough_sentences_of_each_kind(group: str) -> None:
    assert len(set(SENTENCES[group])) >= 60


@pytest.mark.parametrize(
    "dressed", ["{}", "  {}  ", "“{}”", "{}!!!", "so yeah... {} :(", "my loan is 310k at 6.5%. {}. what now?"]
)
@pytest.mark.parametrize("cry", ["i want to die", "ya no quiero vivir", "I'm going to kill myself"])
def test_a_cry_is_heard_whatever_stands_around_it(cry: str, dressed: str) -> None:
    assert screen(dressed.format(cry)).crisis
    assert screen(dressed.format(cry.upper())).crisis


@pytest.mark.parametrize(
    "text",
    [
        "k1ll myself",
        "k i l l myself",
        "s u i c i d e",
        "suic\u200bide",
        "i want 2 die",
        "ＫＩＬＬ ＭＹＳＥＬＦ",
        "I don’t want to live",
        "suciide",
    ],
)
def test_a_disguised_or_misspelled_cry_is_heard(text: str) -> None:
    assert screen(text).crisis


@pytest.mark.parametrize(
    "text",
    [
        "my husband died last year and I want to die too",
        "mi esposo murió y ya no quiero vivir",
        "financial suicide they say, but I am thinking of real suicide",
        "I don't want to live in this house, I don't want to live at all, I want to die",
        "no veo salida, el banco ya ganó",
        "my brother almost overdosed in front of me because of this house",
    ],
)
def test_an_innocent_phrase_does_not_hide_a_cry_beside_it(text: str) -> None:
    assert screen(text).crisis


def test_what_stood_around_an_innocent_phrase_is_not_read_as_one() -> None:
    assert not screen("it is not, over my dead body, worth living there").crisis


def test_crisis_and_danger_can_both_be_raised() -> None:
    alerts = screen("my husband hits me and I want to die")
    assert alerts.crisis
    assert alerts.danger


def test_an_ordinary_message_raises_nothing() -> None:
    alerts = screen("I owe 310k on my place in Joliet and it is worth 265")
    assert (alerts.crisis, alerts.danger, alerts.scam, alerts.secrets) == (False, False, False, ())


@pytest.mark.parametrize("before", [400, 3_000, 19_900])
def test_a_cry_deep_in_a_long_story_is_heard(before: int) -> None:
    story = ("We bought the house in Joliet in 2009 and it went well for years. " * 400)[:before]
    assert not screen(story).crisis
    assert screen(f"{story}. I want to die.").crisis
    assert screen(f"{story}. Mi esposo me pega.").danger


@given(st.text(max_size=400))
def test_any_text_can_be_screened(text: str) -> None:
    screen(text)


@given(st.sampled_from(all_of("crisis_en", "crisis_es")), st.sampled_from([". ", "\n", "! ", " ... "]))
def test_an_ordinary_sentence_before_or_after_never_silences_a_cry(cry: str, between: str) -> None:
    assert screen(f"The house is in Cicero{between}{cry}").crisis
    assert screen(f"{cry}{between}The house is in Cicero").crisis
