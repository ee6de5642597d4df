"""A mistake of the user is one sentence on stderr that says how to mend it, and exit code 1, or 2 for wrong usage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leeward.cli.main import app

IL = ("estimate", "--state", "IL")

WRONG_USAGE = [
    (("estimate", "--state", "ZZ"), "There is no state 'ZZ'; use two letters, such as IL."),
    ((*IL, "--owed", "-5"), "--owed is '-5'; an amount cannot be negative or endless."),
    ((*IL, "--owed", "inf"), "--owed is 'inf'; an amount cannot be negative or endless."),
    ((*IL, "--owed", "lots"), "--owed is 'lots', which is no amount; write dollars in digits, such as 450000."),
    ((*IL, "--worth", "1.2.3"), "--worth is '1.2.3', which is no amount"),
    ((*IL, "--second-lien", "x"), "--second-lien is 'x', which is no amount"),
    ((*IL, "--purpose", "fun"), "loan_purpose is one of"),
    ((*IL, "--occupancy", "castle"), "occupancy is one of"),
    ((*IL, "--loan-type", "gift"), "loan_type is one of"),
    ((*IL, "--process", "magic"), "There is no process 'magic'; use judicial or nonjudicial."),
    ((*IL, "--holds", "full_moon"), "The law of IL names no condition 'full_moon'; it names:"),
    ((*IL, "--fails", "full_moon"), "The law of IL names no condition 'full_moon'; it names:"),
    (("read",), "Give a text to read, or --jsonl with one JSON a line on stdin."),
    (("read", "hi", "--asked", "shoe_size"), "There is no fact named 'shoe_size'; the names are"),
    (("read", "hi", "--on", "tomorrow"), "'tomorrow' is no date; write it as YYYY-MM-DD."),
    (("law", "show", "XX"), "There is no state 'XX'; use two letters, such as IL."),
    (("law", "show", "IL", "--lang", "fr"), "There is no language 'fr'; use en or es."),
    (("chat", "--lang", "fr"), "There is no language 'fr'; use en or es."),
    (("sms", "--number", "12"), "'12' is no phone number; write it as +13125550142."),
    (("train", "--watch"), "--watch goes with --nlu: leeward train --nlu --watch"),
    (("bench", "reading", "/nowhere.jsonl"), "/nowhere.jsonl"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG_USAGE, ids=[" ".join(words) for words, _ in WRONG_USAGE])
def test_wrong_usage_is_one_sentence_and_exit_2(words: tuple[str, ...], sentence: str) -> None:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


UNREADABLE_LINES = [
    ("not json\n", "This line is not JSON: not json"),
    ('{"words": "hi"}\n', 'Each line needs a "text".'),
    ('["hi"]\n', 'Each line needs a "text".'),
    ('{"text": "hi", "asked": "shoe_size"}\n', "There is no fact named 'shoe_size'"),
    ('{"text": "hi", "asked": ["state"]}\n', "There is no fact named ['state']"),
    ('{"text": "hi", "on": "soon"}\n', "'soon' is no date; write it as YYYY-MM-DD."),
    ('{"text": "hi", "on": 20261125}\n', "20261125 is no date; write it as YYYY-MM-DD."),
]


@pytest.mark.parametrize(("line", "sentence"), UNREADABLE_LINES)
def test_a_line_that_read_cannot_use_is_named_in_one_sentence(line: str, sentence: str) -> None:
    done = CliRunner().invoke(app, ("read", "--jsonl"), input=line)
    assert done.exit_code == 2
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [("law", "map"), ("cases", "export"), ("optouts", "export")])
@pytest.mark.django_db
def test_a_file_that_cannot_be_written_is_one_sentence_and_exit_1(words: tuple[str, ...], tmp_path: Path) -> None:
    target = tmp_path / "no such folder" / "out"
    done = CliRunner().invoke(app, (*words, "--to", str(target)))
    assert (done.exit_code, done.stderr) == (1, f"{target} cannot be written: No such file or directory.\n")


@pytest.mark.parametrize("words", [("up",), ("erase", "some-conversation", "--yes")])
def test_a_port_that_is_no_number_is_one_sentence_and_exit_1(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "leeward", *words],
        env={**os.environ, "LEEWARD_CHAT_PORT": "http"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "LEEWARD_CHAT_PORT is 'http', which is not a port number; use one from 1 to 65535.\n"


def test_a_firm_file_that_is_not_there_is_one_sentence_and_exit_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from leeward.core.firm import firm

    monkeypatch.setenv("LEEWARD_FIRM", str(tmp_path / "nowhere.yml"))
    firm.cache_clear()
    try:
        done = CliRunner().invoke(app, ("up",))
    finally:
        firm.cache_clear()
    assert done.exit_code == 1
    assert "nowhere.yml cannot be read" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
