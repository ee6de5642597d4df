"""The two consents, word for word, and what counts as yes, no and stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.compliance.consent_text import Kind, consent_text
from leeward.core.firm import Firm, load
from leeward.core.language import Language
from leeward.nlu.consent_answers import answer, preferred_way
from leeward.nlu.opt_out import is_stop

PHONE = "+17735550142"
KINDS: tuple[Kind, ...] = ("contact", "automated")
LANGUAGES: tuple[Language, ...] = ("en", "es")


@pytest.fixture(scope="module")
def atlas() -> Firm:
    return load(Path(__file__).resolve().parents[3] / "firm.yml")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_consent_names_the_firm_and_the_number(atlas: Firm, kind: Kind, language: Language) -> None:
    consent = consent_text(kind, language, atlas, PHONE)
    assert (consent.kind, consent.language) == (kind, language)
    assert atlas.name in consent.text
    assert "(773) 555-0142" in consent.text
    assert "{" not in consent.text


@pytest.mark.parametrize(
    ("language", "elements"),
    [
        ("en", ["you sign and agree", "call and text", "marketing", "automated systems", "recorded or artificial voices"]),
        (
            "en",
            ["not a condition of buying anything", "You don't have to agree", "STOP", "HELP", "data rates", "How often varies"],
        ),
        (
            "es",
            ["firma y acepta", "llame y le envíe mensajes de texto", "publicidad", "sistemas automáticos", "voces grabadas"],
        ),
        ("es", ["no es condición para comprar nada", "No tiene que aceptar", "ALTO", "STOP", "AYUDA", "tarifas", "frecuencia"]),
    ],
)
def test_automated_calls_and_texts_are_agreed_to_with_all_that_the_rule_asks_for(
    atlas: Firm, language: Language, elements: list[str]
) -> None:
    """47 CFR 64.1200(f)(9) and the carriers' principles."""
    text = consent_text("automated", language, atlas, PHONE).text
    assert [element for element in elements if element not in text] == []
    assert atlas.phone_display in text


def test_automated_calls_need_a_number(atlas: Firm) -> None:
    with pytest.raises(ValueError, match="phone number"):
        consent_text("automated", "en", atlas, "ana@example.com")


@pytest.mark.parametrize(
    ("language", "named"), [("en", "by email at ana@example.com?"), ("es", "por correo electrónico a ana@example.com?")]
)
def test_contact_can_be_agreed_to_for_an_email_address(atlas: Firm, language: Language, named: str) -> None:
    text = consent_text("contact", language, atlas, "ana@example.com").text
    assert atlas.name in text
    assert named in text


def test_contact_by_a_person_says_nothing_of_machines(atlas: Firm) -> None:
    assert "automat" not in consent_text("contact", "en", atlas, PHONE).text
    assert "automát" not in consent_text("contact", "es", atlas, PHONE).text


def test_a_version_stays_with_its_wording_whoever_it_is_shown_to(atlas: Firm) -> None:
    first = consent_text("automated", "en", atlas, PHONE)
    second = consent_text("automated", "es", atlas, "+13125550199")
    assert first.version == second.version
    assert first.version.startswith("automated-20")


def test_another_wording_has_another_version(atlas: Firm) -> None:
    assert (
        consent_text("contact", "en", atlas, PHONE).version.split("-")[-1]
        != (consent_text("automated", "en", atlas, PHONE).version.split("-")[-1])
    )


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes!",
        "YES, I agree.",
        "yeah",
        "sí",
        "Si",
        "sí, acepto",
        "Claro que sí",
        "I do",
        "yes please",
        "Estoy de acuerdo.",
    ],
)
def test_clear_words_are_a_yes_in_either_language(text: str) -> None:
    assert answer(text) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No.",
        "nope",
        "I don’t agree",
        "no thanks",
        "No, gracias",
        "no quiero que me llamen",
        "Prefiero que no",
        "no, not at all",
    ],
)
def test_clear_words_are_a_no_in_either_language(text: str) -> None:
    assert answer(text) == "no"


@pytest.mark.parametrize("text", ["later", "Not now.", "no, not yet", "ahora no", "Luego", "Déjeme pensarlo"])
def test_what_is_put_off_is_neither_yes_nor_no(text: str) -> None:
    assert answer(text) == "later"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("email only", "email"),
        ("No, email only", "email"),
        ("yes but by email please", "email"),
        ("just email me", "email"),
        ("mejor por correo", "email"),
        ("Solo correo electrónico", "email"),
        ("escríbanme un correo", "email"),
        ("text only", "text"),
        ("mejor por mensaje", "text"),
        ("just call me", "call"),
        ("yes", None),
        ("no", None),
        ("no emails please", None),
        ("not by email", None),
        ("nada de correos", None),
        ("don't email me", None),
        ("my email is ana@example.com", None),
    ],
)
def test_how_someone_would_rather_be_reached_is_heard(text: str, way: str | None) -> None:
    assert preferred_way(text) == way


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "maybe",
        "I guess",
        "yes but only email",
        "yes if it is free",
        "si es gratis",
        "no problem",
        "why not",
        "does yes mean I hire you?",
        "si me llaman a las 5",
        "sure, what does it cost?",
        "y",
        "👍",
        "no sé",
        "yes and no",
    ],
)
def test_anything_less_than_clear_is_no_consent(text: str) -> None:
    assert answer(text) == "unclear"


@given(st.text(max_size=60))
def test_an_answer_is_never_guessed_from_odd_words(text: str) -> None:
    assert answer(text + " xyzzy") == "unclear"
    assert answer("perhaps " + text) == "unclear"


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "STOP!!!",
        "Stop stop stop",
        "unsubscribe",
        "quit",
        "end",
        "revoke",
        "opt out",
        "cancel",
        "leave me alone",
        "No thanks. Stop.",
        "I already have a lawyer. Don't text me anymore.",
        "please stop texting me",
        "take me off your list",
        "ALTO",
        "parar",
        "para",
        "no más mensajes",
        "No mas mensajes!",
        "Ya no me escriban",
        "déjenme en paz",
        "Ya tengo abogado. No me llamen más.",
        "quiero darme de baja",
        "basta",
    ],
)
def test_stop_is_heard_in_both_languages(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stop the foreclosure",
        "How do I stop the sale?",
        "don't stop",
        "can you stop it from being sold",
        "will they stop calling if I pay?",
        "I want to stop paying",
        "the end of the month",
        "in the end. what happens?",
        "cancel the sale",
        "I quit my job",
        "para cuándo",
        "para mi casa",
        "es para mí",
        "¿Cómo paro la venta?",
        "no más de 200 mil",
        "el interés es alto",
        "fin de mes",
        "quiero parar la ejecución",
        "no pares",
    ],
)
def test_what_only_sounds_like_stop_goes_on(text: str) -> None:
    assert not is_stop(text)


@pytest.mark.parametrize("words", ["yes", "no"])
def test_stop_is_neither_yes_nor_no_and_the_other_way_round(words: str) -> None:
    assert not is_stop(words)
    assert answer("stop") == "unclear"
