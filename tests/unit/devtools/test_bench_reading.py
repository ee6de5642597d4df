"""How understanding is scored: a stand-in that answers from a table, so that each figure can be told by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from leeward.devtools.bench_reading import BenchFileError, Line, misses, read_lines, score, table

NOTHING: dict[str, Any] = {"topic": None, "facts": {}, "clarify": [], "crisis": False}


def answers(by_text: dict[str, dict[str, Any]]) -> Any:
    def understand(text: str, asked: str | None, on: date) -> dict[str, Any]:
        return {**NOTHING, **by_text[text]}

    return understand


def message(text: str, **labels: Any) -> Line:
    return {"text": text, "labels": labels}


def test_another_topic_that_fits_counts_leniently_and_not_strictly() -> None:
    lines = [{**message("a", topic="short_sale"), "topic_alt": ["tax_question"]}, message("b", topic="bankruptcy")]
    scores = score("x", lines, answers({"a": {"topic": "tax_question"}, "b": {"topic": "bankruptcy"}}))
    assert (scores.strict, scores.lenient) == (0.5, 1.0)
    assert scores.macro_f1_lenient == 1.0


def test_out_of_scope_has_a_recall_and_a_precision() -> None:
    lines = [message("a", topic="out_of_scope"), message("b", topic="out_of_scope"), message("c", topic="bankruptcy")]
    got = {"a": {"topic": "out_of_scope"}, "b": {"topic": "bankruptcy"}, "c": {"topic": "out_of_scope"}}
    scores = score("x", lines, answers(got))
    assert (scores.scope_recall, scores.scope_precision) == (0.5, 0.5)


def test_a_plain_answer_without_a_topic_is_not_scored_for_one() -> None:
    scores = score("x", [message("a", state="IL")], answers({"a": {"facts": {"state": "IL"}}}))
    assert scores.strict is None
    assert scores.facts["state"].recall == 1.0


def test_a_fact_that_was_not_stated_is_wrong_and_one_asked_again_is_missed_but_clarified() -> None:
    lines = [message("a"), message("b", state="KS")]
    scores = score("x", lines, answers({"a": {"facts": {"state": "IL"}}, "b": {"clarify": ["state"]}}))
    tally = scores.facts["state"]
    assert (tally.right, tally.wrong, tally.missed, tally.clarified) == (0, 1, 1, 1)


def test_a_fact_to_ignore_is_not_scored() -> None:
    scores = score("x", [{**message("a"), "ignore": ["state"]}], answers({"a": {"facts": {"state": "IL"}}}))
    assert scores.facts["state"].wrong == 0


def test_another_amount_taken_for_what_is_owed_is_counted() -> None:
    lines = [message("a", other_amounts=[{"value": 13_000, "role": "reinstatement"}])]
    assert score("x", lines, answers({"a": {"facts": {"balance_owed": 13_000}}})).others_taken == 1


def test_borderline_cries_are_not_scored() -> None:
    lines = [message("a", crisis=True), message("b", crisis=False), message("c", crisis="borderline"), message("d")]
    scores = score("x", lines, answers({"a": {"crisis": True}, "b": {"crisis": True}, "c": {}, "d": {}}))
    assert (scores.crisis_recall, scores.crisis_false_alarms, scores.elsewhere_false_alarms) == (1.0, 1.0, 0.0)


def test_figures_are_right_clarified_or_wrong() -> None:
    def figure(text: str, expect: dict[str, Any], **more: Any) -> Line:
        wanted = {"state": None, "balance_owed": None, "home_value": None, "clarify": [], **expect}
        return {"text": text, "asked": None, "expect": wanted, **more}

    lines = [
        figure("a", {"balance_owed": 310_000}),
        figure("b", {"clarify": ["state"]}),
        figure("c", {"home_value": 265_000}, accept=["clarify:home_value"]),
        figure("d", {"balance_owed": 310_000}),
        figure("e", {}),
    ]
    got = {
        "a": {"facts": {"balance_owed": 310_000}},
        "b": {"clarify": ["state"]},
        "c": {"clarify": ["home_value"]},
        "d": {"facts": {"balance_owed": 310}},
        "e": {"facts": {"home_value": 5}},
    }
    scores = score("x", lines, answers(got))
    assert (scores.figures_right, scores.figures_clarified, scores.figures_wrong) == (1, 2, 2)
    assert len(misses(lines, answers(got))) == 2


def test_the_table_leaves_out_what_was_not_scored() -> None:
    written = table([score("Leeward", [message("a", topic="bankruptcy")], answers({"a": {"topic": "bankruptcy"}}))])
    assert "| topic accuracy, strict | 100.0 % |" in written
    assert "figures" not in written


@pytest.mark.parametrize("content", ["", "{", '{"text": "a"}', '["text"]'])
def test_a_file_that_is_no_such_set_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BenchFileError, match=r"set\.jsonl"):
        read_lines(path)


def test_a_file_of_messages_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(message("a", topic="bankruptcy")) + "\n\n", encoding="utf-8")
    assert read_lines(path)[0]["text"] == "a"
