"""What a message does besides giving facts, and its language."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.nlu.dialogue_acts import is_question
from leeward.nlu.extraction import read
from leeward.nlu.normalization import normalize

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("yes", "yes"),
        ("yep!", "yes"),
        ("ok sure", "yes"),
        ("sí, claro", "yes"),
        ("no", "no"),
        ("nah", "no"),
        ("no gracias", "no"),
        ("i don't know", "dont_know"),
        ("idk", "dont_know"),
        ("ni la menor idea", "dont_know"),
        ("no sé", "dont_know"),
        ("skip", "skip"),
        ("next question please", "skip"),
        ("la siguiente", "skip"),
        ("i'd rather not say", "refuse"),
        ("prefiero no decir", "refuse"),
        ("why do you need to know that", "why"),
        ("¿para qué?", "why"),
        ("i want to talk to a real person", "person"),
        ("quiero hablar con un abogado", "person"),
        ("start over", "start_over"),
        ("empezar de nuevo", "start_over"),
        ("what do you have on me so far", "summary"),
        ("help", "help"),
        ("ayuda", "help"),
        ("hello", "greeting"),
        ("buenas tardes", "greeting"),
        ("thank you so much", "thanks"),
        ("muchas gracias", "thanks"),
        ("bye", "goodbye"),
        ("adiós", "goodbye"),
        ("stop", "stop"),
        ("alto", "stop"),
    ],
)
def test_an_act_is_heard(text: str, act: str) -> None:
    assert act in read(text, on=TODAY).acts


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("no one told me the sale was set", "no"),
        ("yes men at the bank lied to us for years and now this", "yes"),
        ("i want to stop the sale", "stop"),
        ("i need help with my mortgage", "help"),
        ("we skipped two payments", "skip"),
        ("i know nothing about a sale", "dont_know"),
    ],
)
def test_the_same_words_in_a_sentence_are_no_act(text: str, act: str) -> None:
    assert act not in read(text, on=TODAY).acts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the bank wants my house and i don't know what to do", "en"),
        ("el banco me quiere quitar la casa y no sé qué hacer", "es"),
        ("debo como doscientos mil", "es"),
        ("¿me pueden ayudar?", "es"),
        ("no", None),
        ("300 mil", None),
        ("Detroit", None),
        ("Maria Lopez", None),
        ("312 555 0123", None),
        ("ok", None),
        ("😭😭", None),
        ("Los Angeles", None),
    ],
)
def test_the_language_of_a_text_or_none_where_it_is_not_clear(text: str, language: str | None) -> None:
    assert read(text, on=TODAY).language == language


@pytest.mark.parametrize(
    "text",
    ["what is a short sale", "Do I have to move?", "Dónde firmo", "¿me pueden demandar?", "will they sue me"],
)
def test_a_question_is_known_by_its_mark_or_its_first_words(text: str) -> None:
    assert is_question(normalize(text))


@pytest.mark.parametrize("text", ["Will", "Ana Ruiz", "i owe 310k", "they know what i owe", "no", ""])
def test_a_statement_or_a_name_is_no_question(text: str) -> None:
    assert not is_question(normalize(text))
