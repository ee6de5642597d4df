"""Every reasonable way of saying stop is heard, and nothing else is taken for it (47 CFR 64.1200(a)(10)).

The table data/optouts.jsonl was written by people who had not seen the rules, in two parts. At first sight the rules heard 84 %
of the first part (3 % false alarms) and, after learning from it, 90 % of the second (6 %); now they have learnt from both.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.nlu import opt_out
from leeward.nlu.extraction import read

TABLE = [json.loads(line) for line in (Path(__file__).parent / "data" / "optouts.jsonl").read_text("utf-8").splitlines()]
KEYWORDS = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe", "stopall", "alto", "parar", "cancelar", "baja"]


def rows(*, opts_out: bool) -> list[str]:
    return [row["text"] for row in TABLE if row["opts_out"] is opts_out]


def test_the_table_is_large_and_in_both_languages() -> None:
    for language in ("en", "es"):
        said = [row for row in TABLE if row["language"] == language]
        assert sum(row["opts_out"] for row in said) >= 75
        assert sum(not row["opts_out"] for row in said) >= 75


@pytest.mark.parametrize("word", KEYWORDS)
@pytest.mark.parametrize(
    "shape", ["{}", "{}.", "{}!!!", " {} ", "{} please", "{} now", "ok {}", "{} {}", "PLEASE {}", "{}\n", "“{}”"]
)
def test_the_words_of_the_law_always_count(word: str, shape: str) -> None:
    said = shape.replace("{}", word)
    assert opt_out.opts_out(said)
    assert opt_out.opts_out(said.upper())
    assert opt_out.opts_out(said.title())
    # A question that stands open changes nothing about them.
    assert opt_out.opts_out(said, closing=True)


def test_other_ways_of_saying_so_are_heard() -> None:
    said = rows(opts_out=True)
    missed = [text for text in said if not opt_out.opts_out(text)]
    assert len(missed) <= 0.03 * len(said), missed


def test_what_is_about_something_else_is_no_stop() -> None:
    said = rows(opts_out=False)
    wrong = [text for text in said if opt_out.opts_out(text)]
    assert len(wrong) <= 0.02 * len(said), wrong


@pytest.mark.parametrize(
    "text",
    [
        "stop the foreclosure",
        "don't stop helping me",
        "para cuándo",
        "How do I stop the bank from calling me?",
        "no paren de ayudarme",
    ],
)
def test_the_hard_ones_are_no_stop(text: str) -> None:
    assert not opt_out.opts_out(text)


def test_no_more_is_an_answer_when_we_ask_for_more() -> None:
    assert opt_out.opts_out("no more")
    assert not opt_out.opts_out("no more", closing=True)
    assert not opt_out.opts_out("no más", closing=True)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("START", opt_out.is_start),
        ("Inicio", opt_out.is_start),
        ("HELP", opt_out.is_help),
        ("ayuda", opt_out.is_help),
        ("NEW", opt_out.is_new_person),
        ("soy otra persona", opt_out.is_new_person),
        ("web", opt_out.asks_link),
        ("Remind me", opt_out.asks_reminder),
        ("recuérdeme", opt_out.asks_reminder),
        ("this one", opt_out.means_this_number),
        ("a este número", opt_out.means_this_number),
    ],
)
def test_other_keywords(text: str, means: object) -> None:
    assert callable(means)
    assert means(text)
    assert not means("I owe 310k in Joliet")


@given(st.text(max_size=3000))
def test_any_text_is_judged(text: str) -> None:
    assert opt_out.opts_out(text) in (True, False)


def test_a_very_long_text_is_judged_quickly_and_whole_words_count() -> None:
    assert not opt_out.opts_out("the house " * 1000)
    assert opt_out.opts_out("stop " * 300)


# ------------------------------------------------------------------ however it is signed, spelled or wrapped

SIGNATURES = st.one_of(
    st.builds(
        "{}{} from my {}".format,
        st.sampled_from([" ", "\n", "\n\n", " -", " - ", "--", ". "]),
        st.sampled_from(["Sent", "sent", "SENT", "Sent securely"]),
        st.sampled_from(["iPhone", "Galaxy S24", "T-Mobile 5G device", "phone, sorry for typos"]),
    ),
    st.builds("{}Enviado desde mi {}".format, st.sampled_from([" ", "\n", " - "]), st.sampled_from(["iPhone", "Samsung"])),
    st.builds(
        "{}{}".format, st.sampled_from([" - ", " – ", " ~", "\n--\n"]), st.sampled_from(["Maria", "Joe B.", "Ana López"])
    ),
    st.just("\nGet Outlook for Android"),
    st.just("\n\nOn Mon, Nov 3, 2026 at 9:04 AM Atlas <a@example.com> wrote:\n> How much do you owe?"),
    st.just(""),
)
SPACES = st.sampled_from(["", " ", "  ", "\n", "\u00a0", "\u200b", "\t"])
MARKS = st.text(alphabet=".!*\"'()[]<>…“”👍🙏😡🛑", max_size=4)


def spelled(word: str, gap: str) -> str:
    return gap.join(word)


def cased(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from([word, word.upper(), word.title(), word.swapcase()])


@given(st.data(), st.sampled_from(KEYWORDS), SIGNATURES, SPACES, MARKS, MARKS, SPACES)
def test_a_stop_is_heard_however_it_is_signed_and_wrapped(
    data: st.DataObject, word: str, signature: str, before: str, left: str, right: str, after: str
) -> None:
    said = before + left + data.draw(cased(word)) + right + after + signature
    assert opt_out.opts_out(said)


@given(
    st.data(), st.sampled_from(["stop", "quit", "cancel", "alto", "parar", "baja", "end"]), st.sampled_from(" .-_*"), SIGNATURES
)
def test_a_stop_is_heard_letter_by_letter(data: st.DataObject, word: str, gap: str, signature: str) -> None:
    assert opt_out.opts_out(spelled(data.draw(cased(word)), gap) + signature)


@given(
    st.sampled_from(["stop", "unsubscribe", "opt out"]),
    st.sampled_from(["not interested", "no me interesa", "i have a lawyer"]),
)
def test_a_stop_after_its_reason_is_heard(word: str, reason: str) -> None:
    assert opt_out.opts_out(f"{reason}, {word}")
    assert opt_out.opts_out(f"{reason} - {word.upper()}!")
    assert opt_out.is_stop(f"{reason}, {word}")


LOOK_ALIKES = [
    "stop the foreclosure",
    "can you stop the sale",
    "how do I stop this",
    "i want it to stop",
    "they said they would stop",
    "mi pago es caro, alto",
    "la tasa es alto",
    "cancel the auction",
    "can the bank end my loan",
    "quiero parar la venta",
    "the opt out form for escrow",
    "i unsubscribed from their emails",
]


@given(st.sampled_from(LOOK_ALIKES), SIGNATURES, SPACES, MARKS.filter(lambda marks: "🛑" not in marks), st.booleans())
def test_what_is_no_stop_is_none_however_it_is_signed_and_wrapped(
    text: str, signature: str, before: str, marks: str, upper: bool
) -> None:
    said = before + (text.upper() if upper else text) + marks + signature
    assert not opt_out.opts_out(said)
    assert not opt_out.is_stop(said)


@pytest.mark.parametrize(
    "text",
    [
        "wrong number, it's {}",
        "that's the wrong number, the right one is {}",
        "number was wrong. use {}",
        "remove my number and put {}",
        "no, not that number, stop calling my work, use this one: {}",
        "don't call me at work, call {}",
        "stop calling my old number, my new number is {}",
        "it's my work number, don't call me there",
        "número equivocado, es {}",
        "no llame a ese número, llame al {}",
        "no me llamen al trabajo, llámenme al {}",
        "ese número no, usen {}",
        "wrong email, it should be ana@example.com",
    ],
)
@pytest.mark.parametrize("number", ["312 555 0143", "(312) 555-0143", "3125550143", "+1 312.555.0143"])
def test_a_number_that_is_corrected_is_no_stop(text: str, number: str) -> None:
    said = text.format(number)
    assert not opt_out.opts_out(said)
    assert not opt_out.revokes_contact(said)


@pytest.mark.parametrize(
    "text",
    [
        "wrong number",
        "you have the wrong number, this is {}",
        "take {} off your list",
        "stop texting me at {}",
        "don't text {} anymore",
        "no llamen al {}",
        "número equivocado",
    ],
)
def test_a_number_that_is_named_to_be_left_alone_is_a_stop(text: str) -> None:
    assert opt_out.opts_out(text.format("312 555 0143"))


@pytest.mark.parametrize("asked", ["safe_to_contact", "consent_contact"])
@pytest.mark.parametrize(
    "text",
    ["it's my work number, don't call me there", "please don't call me at work", "no me llamen al trabajo", "no llame ahí"],
)
def test_a_number_to_be_left_alone_is_not_safe_and_no_stop(text: str, asked: str) -> None:
    assert not opt_out.opts_out(text)
    assert read(text, asked=asked, on=date(2026, 11, 28)).facts.get("safe_to_contact") is False
    assert not read(text, asked="goal", on=date(2026, 11, 28)).facts.is_answered("safe_to_contact")


@pytest.mark.parametrize(("text", "back"), [("start please", True), ("Yes, START again", True), ("no, don't start", False)])
def test_a_start_is_heard_in_a_few_more_words_and_not_where_it_is_negated(text: str, back: bool) -> None:
    assert opt_out.is_start(text) is back
