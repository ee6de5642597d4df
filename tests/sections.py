"""Runs the test sections, those that do not need each other side by side, and says at the end where the time went.

Each section's output is kept together and printed when the section ends. All sections of a stage run to their end, so that one
failure does not hide another; a stage with a failure is the last one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One named command of the run."""

    title: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a section: its exit status and its length in seconds."""

    title: str
    status: int
    seconds: float


def pytest(title: str, *folders: str, within: str | None = None) -> Section:
    """A section of pytest folders; `within` is a program that runs the command given to it."""
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *folders)
    return Section(title, (within, *command) if within else command)


# In a lane of their own, as they take as long as all the others.
LAW_AND_READING = ("tests/unit/law", "tests/unit/assessment", "tests/unit/nlu")

Lane = tuple[Section, ...]
# Stages follow each other; the lanes of one stage run side by side, and the sections of a lane one after the other.
STAGES: tuple[tuple[Lane, ...], ...] = (
    (
        (
            Section("Style", ("ruff", "check", ".")),
            Section("Format", ("ruff", "format", "--check", ".")),
            Section("Types", ("mypy",)),
            Section("Import rules", ("lint-imports",)),
        ),
    ),
    (
        (
            pytest("The core, the records, the desk", "tests/unit", *(f"--ignore={folder}" for folder in LAW_AND_READING)),
            pytest(
                "The records and the desk on PostgreSQL",
                *("tests/unit/records", "tests/unit/desk", "tests/postgresql"),
                within="tests/with_postgresql",
            ),
        ),
        (
            Section("Rasa's own data", (sys.executable, "tests/validate_data.py")),
            Section("Training", ("leeward", "train")),
            Section("Rasa's own tests", (sys.executable, "tests/rasa/run.py")),
            pytest("The law, the estimate and the reading", *LAW_AND_READING),
        ),
    ),
    (
        (pytest("Services", "tests/service"),),
        (
            pytest("Conversations with the running assistant", "tests/conversation"),
            pytest("The page in a browser", "tests/browser"),
        ),
        (pytest("Faults: overlapping messages, kill -9, a process that hangs", "tests/faults"),),
    ),
)


def run_section(section: Section) -> Outcome:
    """Runs one section and prints what it said."""
    start = time.monotonic()
    # Never the project's own data folder: whoever tests first and runs then begins with none.
    with tempfile.TemporaryDirectory(prefix="leeward-tests-") as var:
        environment = {**os.environ, "LEEWARD_VAR": var}
        done = subprocess.run(
            section.command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    seconds = time.monotonic() - start
    result = "" if done.returncode == 0 else f", FAILED with {done.returncode}"
    print(f"\n== {section.title} ({seconds:.0f} s{result})\n{done.stdout.rstrip()}", flush=True)
    return Outcome(section.title, done.returncode, seconds)


def run_lane(lane: Lane) -> list[Outcome]:
    """Runs a lane's sections in order, up to the first that fails."""
    outcomes: list[Outcome] = []
    for section in lane:
        outcomes.append(run_section(section))
        if outcomes[-1].status:
            break
    return outcomes


def run_stage(lanes: tuple[Lane, ...]) -> Iterator[Outcome]:
    """Runs the lanes of a stage side by side."""
    with ThreadPoolExecutor(len(lanes)) as pool:
        for outcomes in pool.map(run_lane, lanes):
            yield from outcomes


def main() -> int:
    """Runs all stages; 1 where a section failed."""
    start = time.monotonic()
    outcomes: list[Outcome] = []
    for lanes in STAGES:
        outcomes += run_stage(lanes)
        if any(outcome.status for outcome in outcomes):
            break
    failed = [outcome.title for outcome in outcomes if outcome.status]
    print("\n== Where the time went (sections of one stage run side by side)")
    for outcome in outcomes:
        print(f"{outcome.seconds:6.0f} s  {outcome.title}")
    print(f"{time.monotonic() - start:6.0f} s  in all")
    print("== Failed: " + "; ".join(failed) if failed else "== All passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
