"""The command line as a person or a program uses it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from harness import Stack, answers, leeward, until

from leeward.ops import instance, paths
from leeward.ops.ports import Ports

ILLINOIS = ("estimate", "--state", "IL", "--owed", "600000", "--worth", "450000")


def test_the_firms_own_example_as_json() -> None:
    done = leeward(*ILLINOIS, "--json")
    estimate = json.loads(done.stdout)
    assert done.returncode == 0
    assert estimate["shortfall"]["expected"] == 150_000
    judicial = next(e for e in estimate["exposures"] if e["process"] == "judicial" and e["lien"] == "first")
    assert (judicial["standing"], judicial["up_to"]) == ("allowed", 150_000)


def test_the_same_for_people_names_the_statute() -> None:
    told = leeward(*ILLINOIS).stdout
    assert "$150,000" in told
    assert "735 ILCS 5/15-1508(e)" in told
    assert "a lawyer should confirm" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--state", "ZZ", "--owed", "1"), "There is no state 'ZZ'"),
        (("--state", "IL", "--owed", "-5"), "--owed is '-5'"),
        (("--state", "IL", "--owed", "lots"), "--owed is 'lots'"),
        (("--state", "IL", "--worth", "1.2.3"), "--worth is '1.2.3'"),
        (("--state", "IL", "--purpose", "fun"), "loan_purpose is one of"),
        (("--state", "IL", "--process", "magic"), "There is no process 'magic'"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_exit_2(words: tuple[str, ...], sentence: str) -> None:
    done = leeward("estimate", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_law_is_shown_checked_and_compared() -> None:
    assert "735 ILCS 5/15-1402" in leeward("law", "show", "IL").stdout
    assert len(leeward("law", "table").stdout.splitlines()) == 53
    checked = leeward("law", "check")
    assert checked.returncode == 0
    assert "0 faults" in checked.stdout
    assert leeward("law", "show", "XX").returncode == 2


def test_reading_hands_unknown_fields_back() -> None:
    lines = (
        '{"id": 7, "text": "310", "asked": "balance_owed"}\n{"text": "tomorrow", "asked": "sale_date", "on": "2026-11-23"}\n'
    )
    first, second = (json.loads(line) for line in leeward("read", "--jsonl", said=lines).stdout.splitlines())
    assert (first["id"], first["facts"]) == (7, {"balance_owed": 310_000})
    assert second["facts"] == {"sale_date": "2026-11-24"}


def test_a_conversation_one_json_a_line(stack: Stack) -> None:
    instance.Running(chat=f"{stack.chat}/", desk=None, pid=os.getpid()).note()
    try:
        said = '{"say": "I owe 200k in Chicago, worth 150k"}\n{"tap": "I\'ve missed payments"}\n{"bad": 1}\n'
        first, second, third = (json.loads(line) for line in leeward("chat", "--jsonl", said=said).stdout.splitlines())
    finally:
        instance.Running.forget()
    assert set(first) == {"said", "replies", "facts", "paused", "case"}
    assert "not a lawyer" in first["replies"][0]["text"]
    assert any(reply["card"] for reply in first["replies"])
    assert second["facts"]["stage"] == "behind"
    assert "error" in third


def test_a_taken_port_is_one_clear_sentence(stack: Stack) -> None:
    done = leeward("up", LEEWARD_CHAT_PORT=str(stack.ports.chat))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {stack.ports.chat} is taken, so the chat cannot start; "
        "stop what uses it, or set LEEWARD_CHAT_PORT to another port."
    )


def test_a_firm_file_that_does_not_fit_is_one_clear_sentence(tmp_path: object) -> None:
    done = leeward("up", LEEWARD_FIRM=f"{tmp_path}/nowhere.yml")
    assert done.returncode == 1
    assert "nowhere.yml cannot be read" in done.stderr


def test_doctor_says_what_is_in_order() -> None:
    told = leeward("doctor").stdout
    assert "ok  Law files: no faults" in told
    assert "ok  Model" in told


def test_up_starts_everything_shows_a_login_once_revives_a_part_and_stops_on_ctrl_c(tmp_path: object) -> None:
    ports = Ports.free()
    environment = {
        **instance.environment(),
        "LEEWARD_VAR": str(tmp_path),
        "LEEWARD_CHAT_PORT": str(ports.chat),
        "LEEWARD_DESK_PORT": str(ports.desk),
    }
    up = subprocess.Popen(
        [sys.executable, "-m", "leeward", "up"], env=environment, cwd=paths.PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert up.stdout is not None
    told = ""
    while "Ctrl-C" not in told:
        line = up.stdout.readline()
        assert line, told
        told += line
    assert f"http://127.0.0.1:{ports.chat}/" in told
    assert "First staff login" in told
    assert httpx.get(f"http://127.0.0.1:{ports.desk}/login/").status_code == 200
    desk = f"http://127.0.0.1:{ports.desk}/health"
    subprocess.run(["pkill", "-9", "-f", f"leeward.cli.serve desk {ports.desk}"], check=True)
    assert "desk process stopped" in up.stdout.readline()
    until(lambda: answers(desk))
    up.send_signal(signal.SIGINT)
    assert up.wait(30) == 0
    assert not answers(desk)


def test_the_topics_are_trained_again_whenever_data_is_saved(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "leeward", "train", "--nlu", "--watch"],
        env={**os.environ, "LEEWARD_MODELS": str(tmp_path)},
        cwd=paths.PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("Trained the topics on ")
        assert process.stdout.readline().startswith("Waiting for changes")
        first = {path.name for path in tmp_path.glob("topics-*.model")}
        data = paths.PROJECT / "data" / "nlu" / "en" / "topics.yml"
        until(lambda: bool(select.select([process.stdout], [], [], 0)[0]) or data.touch())
        assert process.stdout.readline().startswith("Trained the topics on ")
        assert {path.name for path in tmp_path.glob("topics-*.model")} == first
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_watching_goes_with_the_topics_alone() -> None:
    done = leeward("train", "--watch")
    assert done.returncode == 2
    assert "leeward train --nlu --watch" in done.stderr
