"""The command line as a process of its own, with servers where it needs them; tests/unit/cli holds the rest."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import httpx
from harness import ANSWER_SECONDS, Stack, answers, leeward, until

from leeward.ops import instance, paths
from leeward.ops.ports import Ports

ILLINOIS = ("estimate", "--state", "IL", "--owed", "600000", "--worth", "450000")


def test_the_module_is_the_command_and_the_firms_own_example_is_json() -> None:
    done = leeward(*ILLINOIS, "--json")
    estimate = json.loads(done.stdout)
    assert done.returncode == 0
    assert estimate["shortfall"]["expected"] == 150_000
    judicial = next(e for e in estimate["exposures"] if e["process"] == "judicial" and e["lien"] == "first")
    assert (judicial["standing"], judicial["up_to"]) == ("allowed", 150_000)


def test_a_conversation_one_json_a_line(stack: Stack) -> None:
    with instance.sole():
        instance.Running(chat=f"{stack.chat}/", desk=None).save()
        said = '{"say": "I owe 200k in Chicago, worth 150k"}\n{"tap": "I\'ve missed payments"}\n{"bad": 1}\n'
        first, second, third = (json.loads(line) for line in leeward("chat", "--jsonl", said=said).stdout.splitlines())
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
    assert up.wait(ANSWER_SECONDS) == 0
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
        assert process.wait(ANSWER_SECONDS) == 0
