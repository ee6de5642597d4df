"""How long a turn takes: Leeward beside a bot of Rasa's default recipe, and beside other checkouts of Leeward, interleaved.

All bots run on this machine at the same time, and are spoken to in turns, so that whatever else the machine does falls on all
of them alike. Each is told the same twelve messages; ten answer its questions, two ask something in between.
"""

from __future__ import annotations

import math
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from leeward.devtools import default_bot
from leeward.ops import instance, paths
from leeward.ops.ports import Ports, free_port

MESSAGES: Final = (
    "Joliet, Illinois",
    "I owe about 320,000",
    "maybe 240k",
    "i'm behind on payments",
    "what is a short sale?",
    "no, there is no other loan",
    "i want to keep it",
    "can i just walk away?",
    "yes",
    "no",
    "Maria Lopez",
    "312-555-0142",
)
QUESTIONS: Final = ("what is a short sale?", "can i just walk away?")
START_SECONDS: Final = 600
ANSWER_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.05
# The rate at which one person may write to Leeward for long (leeward.assistant.channels.web).
LEAST_SECONDS_A_TURN: Final = 0.5
# Early and late turns are told by the median of so many.
AROUND: Final = 5

Say = Callable[[str], None]


class BotFailed(Exception):
    """A bot did not start, or did not answer as it should; the message says which."""


class Bot(ABC):
    """A bot with its processes and its records in a folder of its own."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    @abstractmethod
    def launch(self) -> None:
        """Starts its processes."""

    @abstractmethod
    def open(self) -> Say:
        """Begins a conversation and gives what says one message in it. Raises httpx.HTTPError where nothing answers yet."""

    def start(self) -> float:
        """Starts it; the seconds until the first conversation was opened. Raises BotFailed."""
        began = time.perf_counter()
        self.launch()
        while time.perf_counter() - began < START_SECONDS:
            if any(process.poll() is not None for process in self.processes):
                break
            try:
                self.open()
            except httpx.HTTPError:
                time.sleep(POLL_SECONDS)
            else:
                return time.perf_counter() - began
        raise BotFailed(f"{self.name} did not start; its logs are in {self.folder}.")

    def stop(self) -> None:
        """Ends its processes."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()

    def _spawn(self, *arguments: str, cwd: Path, **environment: str) -> None:
        with (self.folder / "log.txt").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, *arguments],
                    cwd=cwd,
                    env={**_plain_environment(), **environment},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                )
            )


def _plain_environment() -> dict[str, str]:
    """The environment without this machine's own settings: no other database than a fresh file, no texts to anybody."""
    return {name: value for name, value in instance.environment().items() if not name.startswith(("LEEWARD_", "TWILIO_"))}


class LeewardBot(Bot):
    """A checkout of Leeward, started with `leeward up`."""

    def __init__(self, name: str, folder: Path, checkout: Path) -> None:
        super().__init__(folder)
        self.name = name
        self.checkout = checkout
        self.ports = Ports.free()

    def launch(self) -> None:
        """`leeward up`, desk included."""
        self._spawn(
            "-c",
            _command_of(self.checkout),
            "up",
            cwd=self.checkout,
            PYTHONPATH=str(self.checkout),
            LEEWARD_VAR=str(self.folder),
            LEEWARD_CHAT_PORT=str(self.ports.chat),
            LEEWARD_DESK_PORT=str(self.ports.desk),
            LEEWARD_ACTIONS_PORT=str(free_port()),
        )

    def open(self) -> Say:
        """A conversation over the web channel."""
        client = httpx.Client(base_url=f"http://127.0.0.1:{self.ports.chat}", timeout=ANSWER_SECONDS)
        opened = client.post("/chat/sessions", json={"language": "en"}).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        shown = opened["messages"]

        def say(words: str) -> None:
            nonlocal shown
            seen = max((message.get("n", 0) for message in shown), default=0)
            said = client.post("/chat/messages", json={"id": uuid.uuid4().hex, "seen": seen, "text": words})
            shown = said.raise_for_status().json()["replies"]

        return say


def _command_of(checkout: Path) -> str:
    """The program of a checkout's `leeward` command, as its pyproject.toml names it."""
    scripts = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, function = scripts["leeward"].partition(":")
    return f"from {module} import {function}; {function}()"


class DefaultBot(Bot):
    """The bot of Rasa's default recipe, with its action server."""

    name = "Rasa's default"

    def __init__(self, folder: Path, project: Path) -> None:
        super().__init__(folder)
        self.project = project
        self.port = free_port()

    def launch(self) -> None:
        """`rasa run` and `rasa run actions`."""
        actions_port = free_port()
        endpoints = default_bot.write_endpoints(self.project, self.folder, actions_port)
        self._spawn("-m", "rasa_sdk", "--actions", "actions", "--port", str(actions_port), cwd=self.project)
        self._spawn(
            *("-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(self.port), "--model", default_bot.MODEL),
            *("--endpoints", str(endpoints), "--credentials", "credentials.yml"),
            cwd=self.project,
        )

    def open(self) -> Say:
        """A conversation over the REST channel, greeted."""
        client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=ANSWER_SECONDS)
        sender = uuid.uuid4().hex

        def say(words: str) -> None:
            said = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": words}).raise_for_status()
            if not said.json():
                raise BotFailed(f"{self.name} said nothing to {words!r}.")

        say("hello")
        return say


# ------------------------------------------------------------------ figures


@dataclass
class Times:
    """Turns of one kind: how many, the median and the 95th percentile in milliseconds, and how many were answered a second."""

    turns: int
    median: float
    p95: float
    a_second: float


@dataclass
class Figures:
    """What was measured of one bot: memory in MB (10^6 bytes), processor time in milliseconds a turn, turns in milliseconds."""

    start_seconds: float = 0.0
    one: Times | None = None
    many: Times | None = None
    cpu: float | None = None
    memory_largest: float | None = None
    memory_all: float | None = None
    memory_all_shared_once: float | None = None
    early_turn: float | None = None
    late_turn: float | None = None
    one_with_stored: Times | None = None


@dataclass
class Report:
    """A whole run: when and where, what was asked of it, and the figures of each bot by its name."""

    date: str
    cores: int
    load: float
    people: int
    seconds: float
    long: int
    stored: int
    bots: dict[str, Figures] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """All figures, numbers rounded to three places."""
        return {key: _rounded(value) for key, value in asdict(self).items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    return {key: _rounded(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def times(seconds: Sequence[float], elapsed: float) -> Times:
    """The figures of turns that took so many seconds each, and `elapsed` seconds together (less than their sum where several
    people talked at once). Raises statistics.StatisticsError for none."""
    ordered = sorted(seconds)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else 0.0
    return Times(len(ordered), 1_000 * statistics.median(ordered), 1_000 * p95, len(ordered) / elapsed)


# ------------------------------------------------------------------ measuring


def run(
    *,
    people: int,
    seconds: float,
    long: int,
    stored: int,
    others: Sequence[Path],
    alone: bool,
    fill: Callable[[Path, int], None],
    say: Callable[[str], None],
) -> Report:
    """The whole measurement, `alone` without the default bot. `fill` adds conversations to Leeward's records in a folder.

    Raises BotFailed, TrainingFailed.
    """
    report = Report(time.strftime("%Y-%m-%d %H:%M"), os.cpu_count() or 1, os.getloadavg()[0], people, seconds, long, stored)
    project = None
    if not alone:
        say("Getting the default bot ready (about ten minutes the first time) …")
        project = default_bot.ready_project(_kept())
    with _bots(project, others) as bots:
        for bot in bots:
            say(f"Starting {bot.name} …")
            report.bots[bot.name] = Figures(start_seconds=bot.start())
        say(f"One person, then {people} at once …")
        _measure_crowds(bots, report)
        if long:
            say(f"One conversation of {long} turns …")
            _measure_long(bots, report, long)
        if stored:
            say(f"Adding {stored} conversations …")
            for bot in bots:
                _fill(bot, stored, fill)
            for bot, taken in zip(bots, crowd(bots, 1, seconds), strict=True):
                report.bots[bot.name].one_with_stored = taken
    return report


def _kept() -> Path:
    folder = paths.var() / "bench"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def _bots(project: Path | None, others: Sequence[Path]) -> Iterator[list[Bot]]:
    with ExitStack() as stack:
        bots: list[Bot] = [LeewardBot("Leeward", _folder(stack), paths.PROJECT)]
        bots += [LeewardBot(path.name, _folder(stack), path.resolve()) for path in others]
        if project is not None:
            bots.append(DefaultBot(_folder(stack), project))
        for bot in bots:
            stack.callback(bot.stop)
        yield bots


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leeward-bench-", ignore_cleanup_errors=True)))


def _measure_crowds(bots: Sequence[Bot], report: Report) -> None:
    # The first conversation of each does not count.
    for bot in bots:
        _talk(bot.open())
    before = [cpu_seconds(bot) for bot in bots]
    ones = crowd(bots, 1, report.seconds)
    for bot, taken, cpu in zip(bots, ones, before, strict=True):
        figures = report.bots[bot.name]
        figures.one = taken
        now = cpu_seconds(bot)
        # The opening of a conversation is a turn too.
        turns = taken.turns * (len(MESSAGES) + 1) / len(MESSAGES)
        figures.cpu = None if cpu is None or now is None else 1_000 * (now - cpu) / turns
    for bot, taken in zip(bots, crowd(bots, report.people, report.seconds), strict=True):
        figures = report.bots[bot.name]
        figures.many = taken
        figures.memory_largest, figures.memory_all, figures.memory_all_shared_once = memory(bot)


def crowd(bots: Sequence[Bot], people: int, seconds: float) -> list[Times]:
    """Rounds in which so many people talk to each bot in turn, until each was talked to for so long."""
    taken: list[list[float]] = [[] for _ in bots]
    spent = [0.0 for _ in bots]
    with ThreadPoolExecutor(people) as pool:
        while min(spent) < seconds:
            for index, bot in enumerate(bots):
                turns, elapsed = _round(bot, people, pool)
                taken[index] += turns
                spent[index] += elapsed
    return [times(turns, elapsed) for turns, elapsed in zip(taken, spent, strict=True)]


def _round(bot: Bot, people: int, pool: ThreadPoolExecutor) -> tuple[list[float], float]:
    """One conversation for each person, opened before the clock starts."""
    conversations = list(pool.map(lambda _: bot.open(), range(people)))
    began = time.perf_counter()
    taken = list(pool.map(_talk, conversations))
    return [turn for turns in taken for turn in turns], time.perf_counter() - began


def _talk(say: Say) -> list[float]:
    return [_timed(say, words) for words in MESSAGES]


def _timed(say: Say, words: str) -> float:
    began = time.perf_counter()
    try:
        say(words)
    except httpx.HTTPError as error:
        raise BotFailed(f"A bot did not answer {words!r}: {error}") from error
    return time.perf_counter() - began


def _measure_long(bots: Sequence[Bot], report: Report, turns: int) -> None:
    """One conversation with each, all of them in step, no faster than a person may write for long."""
    conversations = [bot.open() for bot in bots]
    taken: list[list[float]] = [[] for _ in bots]
    for number in range(turns):
        began = time.perf_counter()
        words = MESSAGES[number] if number < len(MESSAGES) else QUESTIONS[number % len(QUESTIONS)]
        for say, its in zip(conversations, taken, strict=True):
            its.append(1_000 * _timed(say, words))
        if number > len(MESSAGES):
            time.sleep(max(0.0, LEAST_SECONDS_A_TURN - (time.perf_counter() - began)))
    for bot, its in zip(bots, taken, strict=True):
        report.bots[bot.name].early_turn = statistics.median(its[2 : 2 + AROUND])
        report.bots[bot.name].late_turn = statistics.median(its[-AROUND:])


def _fill(bot: Bot, conversations: int, fill: Callable[[Path, int], None]) -> None:
    """Copies of one conversation of three messages."""
    say = bot.open()
    for words in MESSAGES[:3]:
        say(words)
    if isinstance(bot, DefaultBot):
        _fill_trackers(bot.folder / "trackers.sqlite3", conversations)
    elif isinstance(bot, LeewardBot) and bot.checkout == paths.PROJECT:
        fill(bot.folder, conversations)


def _fill_trackers(file: Path, conversations: int) -> None:
    """Copies the newest conversation of Rasa's SQL tracker store."""
    columns = "type_name, timestamp, intent_name, action_name, data"
    with sqlite3.connect(file) as database:
        (newest,) = database.execute("SELECT sender_id FROM events ORDER BY id DESC LIMIT 1").fetchone()
        events = database.execute(f"SELECT {columns} FROM events WHERE sender_id = ? ORDER BY id", (newest,)).fetchall()
        copies = ((f"{number:032x}", *event) for number in range(conversations) for event in events)
        database.executemany(f"INSERT INTO events (sender_id, {columns}) VALUES (?, ?, ?, ?, ?, ?)", copies)


# ------------------------------------------------------------------ processes


def _pids(bot: Bot) -> list[int]:
    """Its processes and theirs."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
    found = [process.pid for process in bot.processes]
    for parent in found:
        found += [pid for pid, its in parents.items() if its == parent]
    return found


def memory(bot: Bot) -> tuple[float, float, float | None]:
    """Resident memory in MB of its largest process and of all of them; and of all, shared pages counted once (Linux)."""
    listed = subprocess.run(
        ["ps", "-o", "rss=", "-p", ",".join(map(str, _pids(bot)))], capture_output=True, text=True, check=True
    )
    resident = [1_024 * int(line) / 1e6 for line in listed.stdout.split()]
    return max(resident), sum(resident), _shared_once(bot)


def _shared_once(bot: Bot) -> float | None:
    """The proportional set size (proc(5), smaps_rollup); None where the kernel does not tell."""
    total = 0.0
    for pid in _pids(bot):
        file = Path(f"/proc/{pid}/smaps_rollup")
        try:
            lines = file.read_text().splitlines()
        except OSError:
            return None
        total += sum(1_024 * int(line.split()[1]) / 1e6 for line in lines if line.startswith("Pss:"))
    return total


def cpu_seconds(bot: Bot) -> float | None:
    """The processor time of all its processes so far; None where the kernel does not tell (proc(5), stat)."""
    ticks = 0
    for pid in _pids(bot):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


# ------------------------------------------------------------------ writing


def table(report: Report) -> str:
    """The run as a Markdown table, one column a bot."""
    bots = list(report.bots.values())
    rows = [
        ("start until the first answer, s", [_number(f.start_seconds) for f in bots]),
        ("one person: median / 95th percentile, ms", [_times(f.one) for f in bots]),
        ("processor time a turn, ms", [_number(f.cpu) for f in bots]),
        (f"{report.people} people at once: median / 95th percentile, ms", [_times(f.many) for f in bots]),
        (f"{report.people} people at once: turns a second", [_number(f.many.a_second if f.many else None) for f in bots]),
        ("memory of the largest process, MB", [_number(f.memory_largest) for f in bots]),
        ("memory of all processes, MB", [_number(f.memory_all) for f in bots]),
        ("memory of all, shared pages once, MB", [_number(f.memory_all_shared_once) for f in bots]),
        ("5th turn of a long conversation, ms", [_number(f.early_turn) for f in bots]),
        (f"its {report.long}th turn, ms", [_number(f.late_turn) for f in bots]),
        (f"one person, {report.stored:,} conversations stored, ms", [_times(f.one_with_stored) for f in bots]),
    ]
    when = f"{report.date}, {report.cores} cores, load {report.load:.1f}, {report.seconds:g} s for each figure and bot"
    head = [when, "", f"| | {' | '.join(report.bots)} |", f"|---|{'---:|' * len(bots)}"]
    return "\n".join([*head, *(f"| {label} | {' | '.join(cells)} |" for label, cells in rows)])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _times(value: Times | None) -> str:
    return "–" if value is None else f"{_number(value.median)} / {_number(value.p95)}"
