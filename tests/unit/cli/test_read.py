"""`leeward read`: what is understood of a text, one JSON document or one JSON a line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from leeward.cli.main import app
from leeward.devtools import inspection
from leeward.nlu.intent_classifier import TopicModel

LINES = [
    ("can I do a short sale", "short_sale"),
    ("what is a short sale of my house", "short_sale"),
    ("would a short sale help me", "short_sale"),
    ("would chapter 13 bankruptcy help", "bankruptcy"),
    ("I think about filing bankruptcy", "bankruptcy"),
    ("what does bankruptcy do to my house", "bankruptcy"),
    ("what is the weather like", "out_of_scope"),
    ("write me a poem about the weather", "out_of_scope"),
    ("will the weather be good", "out_of_scope"),
]


@pytest.fixture(autouse=True, scope="module")
def a_small_topic_model() -> object:
    """A topic model of three topics, really trained, in place of the one that takes every line of data/nlu."""
    model = TopicModel.train(LINES, frozenset())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspection, "topic_model", lambda: model)
        yield


def test_one_text_gives_every_documented_key() -> None:
    done = CliRunner().invoke(app, ("read", "I owe 310k on my place in Joliet, IL. Would a short sale help?"))
    assert done.exit_code == 0, done.stderr
    understood = json.loads(done.stdout)
    assert understood.keys() >= {"text", "language", "topic", "confidence", "facts", "clarify", "crisis"}
    assert understood["facts"]["balance_owed"] == 310_000
    assert understood["facts"]["state"] == "IL"
    assert (understood["language"], understood["topic"], understood["crisis"]) == ("en", "short_sale", False)


def test_the_fact_just_asked_for_and_the_day_settle_a_bare_answer() -> None:
    done = CliRunner().invoke(app, ("read", "tomorrow", "--asked", "sale_date", "--on", "2026-11-23"))
    assert json.loads(done.stdout)["facts"] == {"sale_date": "2026-11-24"}


def test_each_line_is_answered_in_its_order_with_its_unknown_fields_handed_back() -> None:
    lines = (
        '{"id": 7, "text": "310", "asked": "balance_owed"}\n\n'
        '{"text": "tomorrow", "asked": "sale_date", "on": "2026-11-23", "note": {"by": "me"}}\n'
    )
    first, second = (json.loads(line) for line in CliRunner().invoke(app, ("read", "--jsonl"), input=lines).stdout.splitlines())
    assert (first["id"], first["asked"], first["facts"]) == (7, "balance_owed", {"balance_owed": 310_000})
    assert (second["note"], second["facts"]) == ({"by": "me"}, {"sale_date": "2026-11-24"})


def test_spanish_is_printed_as_it_is_written() -> None:
    done = CliRunner().invoke(app, ("read", "--jsonl"), input='{"text": "el año que viene"}\n')
    assert "el año que viene" in done.stdout


def test_a_cry_for_help_is_told_whatever_the_topic_model_says() -> None:
    understood = json.loads(CliRunner().invoke(app, ("read", "I want to kill myself")).stdout)
    assert (understood["topic"], understood["crisis"]) == ("crisis", True)
