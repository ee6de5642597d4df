"""`leeward cases`: listed, shown and exported, with what a spreadsheet must not run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from factories import CONSENT_TEXT, consent, receive, save_facts
from typer.testing import CliRunner

from leeward.cli.common import csv_safe
from leeward.cli.main import app
from leeward.core.facts import Facts
from leeward.records.models import Case
from leeward.records.services import cases, contacts, conversations

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    conversation = conversations.conversation_start(channel="web", language="en")
    facts = Facts().learn("first_name", "=Ana").learn("last_name", "Ruiz").learn("phone", "+13125550142").learn("state", "IL")
    contacts.contact_save(conversation_id=conversation.pk, facts=facts)
    save_facts(conversation.pk, facts)
    receive(conversation, "a", "I need help")
    consent(conversation.pk)
    return cases.case_open(conversation_id=conversation.pk, triage={"tier": 3, "label": "", "reasons": [], "act_by": None})


def printed(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_without_cases_that_is_said() -> None:
    assert printed("cases", "list") == "There are no cases yet.\n"
    assert json.loads(printed("cases", "list", "--json")) == []


def test_a_case_is_listed_with_its_tier_its_name_and_whether_staff_may_get_in_touch(case: Case) -> None:
    line = printed("cases", "list")
    assert line.startswith(f"{case.number}  tier ")
    assert "=Ana Ruiz  may contact: yes" in line


def test_a_case_is_shown_with_its_transcript_and_its_conversation(case: Case) -> None:
    shown = printed("cases", "show", case.number)
    assert f'conversation: "{case.conversation_id}"' in shown
    assert "I need help" in shown
    assert json.loads(printed("cases", "show", case.number, "--json"))["case"] == case.number


def test_a_case_that_is_not_there_is_one_sentence_and_exit_1() -> None:
    done = CliRunner().invoke(app, ("cases", "show", "NONE"))
    assert (done.exit_code, done.stderr) == (1, "There is no case NONE; `leeward cases list` shows them.\n")


def test_the_export_is_csv_in_which_no_cell_is_a_formula(case: Case, tmp_path: Path) -> None:
    target = tmp_path / "cases.csv"
    printed("cases", "export", "--to", str(target))
    with target.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["case"], row["name"], row["phone"]) == (case.number, "'=Ana Ruiz", "'+13125550142")
    assert next(csv.DictReader(io.StringIO(printed("cases", "export"))))["case"] == case.number


def test_the_export_as_json_has_every_case_with_its_transcript(case: Case) -> None:
    (exported,) = json.loads(printed("cases", "export", "--json"))
    assert exported["case"] == case.number
    assert [message["text"] for message in exported["transcript"]] == ["I need help", CONSENT_TEXT, "yes"]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("Ana", "Ana"),
        ("", ""),
        (3, 3),
        (None, None),
    ],
)
def test_a_cell_that_would_be_run_as_a_formula_is_made_text(cell: object, safe: object) -> None:
    assert csv_safe(cell) == safe
