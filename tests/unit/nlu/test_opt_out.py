"""Every reasonable way of saying stop is heard, and nothing else is taken for it (47 CFR 64.1200(a)(10)).

The table data/optouts.jsonl was written by people who had not seen the rules, in two parts. At first sight the rules heard 84 %
of the first part (3 % false alarms) and, after learning from it, 90 % of the second (6 %); now they have learnt from both.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.nlu import opt_out

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
