"""The figures of `leeward bench turn`: how turns are counted, and that every bot gets its share of the time."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
import yaml

from leeward.devtools import bench_turn, default_bot
from leeward.devtools.bench_turn import MESSAGES, Bot, Figures, Report, crowd, memory, table, times


class Echo(Bot):
    """A bot that answers at once, and keeps what it was told."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(folder)
        self.name = name
        self.told: list[str] = []

    def launch(self) -> None:
        """It has no process."""

    def open(self) -> Callable[[str], None]:
        """A conversation that only listens."""
        return self.told.append


@pytest.mark.parametrize(
    ("seconds", "p95"),
    [([0.010], 10), ([0.010] * 19 + [0.500], 10), ([0.010] * 18 + [0.500] * 2, 500), ([0.001 * n for n in range(1, 101)], 95)],
)
def test_the_95th_percentile_is_what_19_of_20_turns_stay_within(seconds: list[float], p95: float) -> None:
    taken = times(seconds, elapsed=1.0)
    assert taken.p95 == pytest.approx(p95)
    assert (taken.turns, taken.median) == (len(seconds), pytest.approx(1_000 * statistics.median(seconds)))


def test_turns_a_second_are_counted_by_the_clock_and_not_by_what_each_person_waited() -> None:
    assert times([0.5] * 8, elapsed=1.0).a_second == 8


def test_every_bot_is_told_the_same_messages_by_as_many_people(tmp_path: Path) -> None:
    bots = [Echo("one", tmp_path), Echo("two", tmp_path)]
    taken = crowd(bots, 3, 0.001)
    assert sorted(bots[0].told[: 3 * len(MESSAGES)]) == sorted(3 * MESSAGES)
    assert [its.turns for its in taken] == [len(bot.told) for bot in bots]
    assert len(bots[0].told) == len(bots[1].told)


def test_memory_is_that_of_the_process_and_its_children(tmp_path: Path) -> None:
    bot = Echo("one", tmp_path)
    child = f"import subprocess, sys; subprocess.run([{sys.executable!r}, '-c', 'input()'])"
    bot.processes = [Popen([sys.executable, "-c", child], stdin=PIPE, stdout=PIPE)]
    try:
        while len(bench_turn._pids(bot)) < 2:
            os.sched_yield()
        largest, together, _ = memory(bot)
        assert 1 < largest < together
    finally:
        bot.processes[0].communicate(b"\n")


def test_what_was_not_measured_is_a_dash_in_the_table() -> None:
    report = Report(
        "2026-11-28 22:00", 2, 0.5, 8, 20.0, 300, 5_000, {"Leeward": Figures(start_seconds=7.2, one=times([0.02], 1))}
    )
    assert "| start until the first answer, s | 7.2 |" in table(report)
    assert "| one person: median / 95th percentile, ms | 20.0 / 20.0 |" in table(report)
    assert "| its 300th turn, ms | – |" in table(report)
    assert report.to_json()["bots"]["Leeward"]["many"] is None


def test_the_default_bot_asks_ten_questions_so_that_both_conversations_have_as_many_turns() -> None:
    domain = yaml.safe_load((default_bot.PROJECT / "domain.yml").read_text(encoding="utf-8"))
    asked = domain["forms"]["intake_form"]["required_slots"]
    assert len(asked) + len(bench_turn.QUESTIONS) == len(MESSAGES)
    assert {f"utter_ask_{slot}" for slot in asked} <= domain["responses"].keys()
