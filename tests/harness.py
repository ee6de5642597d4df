"""A whole Leeward for tests: a really trained model, the real action server and assistant, a fresh record."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import psycopg2
from django.db.models import QuerySet

from leeward.devtools.chat_client import choice_of
from leeward.devtools.fake_twilio import FakeTwilio
from leeward.devtools.sms_client import Phone
from leeward.ops import instance, paths, supervisor
from leeward.ops.ports import Ports, free_port
from leeward.records.models import Conversation, Message, OutboundSms

# How long a test waits for what must come: a busy machine is no fault.
ANSWER_SECONDS = 120.0
START_SECONDS = 600
supervisor.START_SECONDS = START_SECONDS
LOG_IN = """
from leeward import records; records.setup()
from django.contrib.auth import get_user_model
from django.test import Client
name = "tester"
user = get_user_model().objects.filter(username=name).first() or get_user_model().objects.create_superuser(name)
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""


@dataclass
class Stack:
    """The started parts; `actions` can be killed and brought back."""

    ports: Ports
    var: Path
    twilio: FakeTwilio
    actions_port: int = 0
    database_url: str = ""
    # Another assistant on the same records; 0: there is none.
    second_port: int = 0
    environment: dict[str, str] = field(default_factory=instance.environment)

    @property
    def chat(self) -> str:
        """The chat's address."""
        return f"http://127.0.0.1:{self.ports.chat}"

    @property
    def second_chat(self) -> str:
        """The chat's address at the second assistant."""
        return f"http://127.0.0.1:{self.second_port}"

    @property
    def desk(self) -> str:
        """The desk's address."""
        return f"http://127.0.0.1:{self.ports.desk}"

    def kill_actions(self) -> None:
        """Ends the action server without warning."""
        for pid in pids(f"leeward.cli.serve actions {self.actions_port}"):
            os.kill(pid, signal.SIGKILL)
        until(lambda: not answers(f"http://127.0.0.1:{self.actions_port}/health"))

    @contextlib.contextmanager
    def actions_again(self) -> Iterator[None]:
        """Brings the action server back for the length of a block, and on until the stack ends."""
        self._start("actions", self.actions_port)
        until(lambda: answers(f"http://127.0.0.1:{self.actions_port}/health"), seconds=START_SECONDS)
        yield

    def kill_assistant(self) -> None:
        """Ends the assistant without warning, as a power cut does."""
        for pid in pids(f"leeward.cli.serve assistant {self.ports.chat}"):
            os.kill(pid, signal.SIGKILL)
        until(lambda: not answers(f"{self.chat}/health"))

    def start_assistant(self) -> None:
        """Starts the assistant again; it goes on until the stack ends."""
        self._start("assistant", self.ports.chat)
        until(lambda: answers(f"{self.chat}/health"), seconds=START_SECONDS)

    def _start(self, part: str, port: int) -> None:
        subprocess.Popen(
            [sys.executable, "-m", "leeward.cli.serve", part, str(port)],
            env=self.environment,
            cwd=paths.PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def run(self, *command: str) -> str:
        """What a command says when it works on this stack's records."""
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment,
            cwd=paths.PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def write(self, sql: str, *values: object) -> None:
        """Changes the records behind the assistant's back (SQLite)."""
        with contextlib.closing(sqlite3.connect(self.var / "records.sqlite3", timeout=20)) as records, records:
            records.execute(sql, values)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Another process has the write lock of the records (SQLite), as a long migration would."""
        with contextlib.closing(sqlite3.connect(self.var / "records.sqlite3", timeout=20, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    def staff(self) -> httpx.Client:
        """Someone of the staff, logged in at the desk."""
        session = self.run("-c", LOG_IN).strip()
        return httpx.Client(base_url=self.desk, cookies={"sessionid": session}, timeout=ANSWER_SECONDS)

    def rows(self, query: QuerySet[Any, tuple[Any, ...]]) -> list[Any]:
        """Rows of the records, as the database gives them (in SQLite JSON as text, a yes as 1).

        The query is the models' own, so no test knows tables and columns by another name; it is run on the stack's
        records, for the test's own Django is tied to a database of its own.
        """
        sql, values = query.query.sql_with_params()
        if self.database_url:
            with contextlib.closing(psycopg2.connect(self.database_url)) as records, records.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()
        with contextlib.closing(sqlite3.connect(self.var / "records.sqlite3", timeout=20)) as records:
            return records.execute(sql.replace("%s", "?"), values).fetchall()

    def end(self) -> None:
        """Ends what a test brought back."""
        for part in (f"actions {self.actions_port}", f"assistant {self.ports.chat}", f"assistant {self.second_port}"):
            for pid in pids(f"leeward.cli.serve {part}"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)


@contextlib.contextmanager
def started(
    var: Path, *, desk: bool = False, action_server: bool = False, database_url: str = "", second: bool = False
) -> Iterator[Stack]:
    """A stack whose records live in `var` (or in the PostgreSQL at `database_url`), with a Twilio of its own.

    With `action_server`, the actions run in a process of their own, which a test may kill and bring back; with `second`, two
    assistants share the records. All of it is stopped at the end.
    """
    before = dict(os.environ)
    os.environ["LEEWARD_VAR"] = str(var)
    os.environ["LEEWARD_DATABASE_URL"] = database_url
    ports = Ports.free()
    actions_port = free_port() if action_server else 0
    os.environ["LEEWARD_ACTIONS_URL"] = f"http://127.0.0.1:{actions_port}/webhook" if action_server else ""
    twilio = FakeTwilio(patience=ANSWER_SECONDS)
    os.environ.update(twilio.environment(f"http://127.0.0.1:{ports.chat}"))
    migrate = [
        sys.executable,
        "-c",
        "from leeward import records; records.setup()\nfrom leeward.records import bootstrap; bootstrap.migrate()",
    ]
    subprocess.run(migrate, env=instance.environment(), cwd=paths.PROJECT, check=True)
    supervisor.ensure_trained(print)
    stack = Stack(ports, var, twilio, actions_port, database_url, free_port() if second else 0)
    if second:
        stack._start("assistant", stack.second_port)
    with contextlib.ExitStack() as actions, supervisor.running(ports, desk=desk, say=print):
        if action_server:
            actions.enter_context(stack.actions_again())
        try:
            if second:
                until(lambda: answers(f"{stack.second_chat}/health"), seconds=START_SECONDS)
            yield stack
        finally:
            stack.end()
            twilio.close()
            os.environ.clear()
            os.environ.update(before)


@dataclass
class Person:
    """Someone at the chat, over HTTP as the page does it."""

    stack: Stack
    language: str = "en"
    replies: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    opening: list[dict[str, Any]] = field(default_factory=list)
    status: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.stack.chat, timeout=ANSWER_SECONDS)

    def open(self) -> None:
        """Opens the chat; what is said first is in `replies`."""
        answer = self.client.post("/chat/sessions", json={"language": self.language})
        assert answer.status_code == 201, answer.text
        self.state = answer.json()
        self.client.headers["Authorization"] = f"Bearer {self.state['token']}"
        self.opening = self.replies = [m for m in self.state["messages"] if m["from"] == "assistant"]

    def says(self, words: str, *, key: str = "text", message_id: str | None = None) -> str:
        """Writes (or, with key="choice", taps) and gives back all that is answered, as one text."""
        said = {"text": words} if key == "text" else {"answer": choice_of(words, self.replies)}
        self.seen = max([self.seen, *(reply["n"] for reply in self.replies if "n" in reply)])
        body = {
            "id": message_id or uuid.uuid4().hex,
            "seen": self.seen,
            "language": self.state.get("language", self.language),
            **said,
        }
        answer = self.client.post("/chat/messages", json=body)
        self.status = answer.status_code
        if answer.status_code != 200:
            self.replies = [{"text": answer.json()["error"], "buttons": [], "card": None, "asked": None}]
            return self.text
        self.state = answer.json()
        self.replies = self.state["replies"]
        if "token" in self.state:
            self.client.headers["Authorization"] = f"Bearer {self.state['token']}"
        return self.text

    def reloads(self) -> None:
        """Comes back with the same token, as a reloaded page does; the whole conversation is in `replies`."""
        self.client = httpx.Client(base_url=self.stack.chat, timeout=ANSWER_SECONDS, headers=self.client.headers)
        answer = self.client.get("/chat/messages")
        assert answer.status_code == 200, answer.text
        self.state = answer.json()
        self.replies = [m for m in self.state["messages"] if m["from"] == "assistant"]

    def returns(self) -> None:
        """Comes back on another day with the same token and goes on; what is said then is in `replies`."""
        seen = max(message["n"] for message in self.state["messages"]) if "messages" in self.state else 0
        answer = self.client.post("/chat/return", json={})
        assert answer.status_code == 200, answer.text
        self.state = answer.json()
        self.client.headers["Authorization"] = f"Bearer {self.state['token']}"
        newest = [m for m in self.state["messages"] if m["n"] > seen and m["from"] == "assistant"]
        last = max(m["n"] for m in self.state["messages"] if m["from"] == "you")
        self.replies = [m for m in newest if m["n"] > last]

    @property
    def conversation(self) -> str:
        """The conversation's id, as the token names it."""
        token = self.client.headers["Authorization"].removeprefix("Bearer ")
        return str(jwt.decode(token, options={"verify_signature": False})["sub"])

    @property
    def text(self) -> str:
        """All that was answered last."""
        return "\n".join(reply["text"] for reply in self.replies)

    @property
    def asked(self) -> str | None:
        """The question that stands open."""
        return next((reply["asked"] for reply in reversed(self.replies) if reply["asked"]), None)

    @property
    def buttons(self) -> list[str]:
        """The titles that can be tapped now."""
        return [title for reply in self.replies for title in reply["buttons"]]


@dataclass
class Texter:
    """Someone with a phone, whose texts reach the assistant as Twilio hands them over. Talks as Person does."""

    stack: Stack
    language: str = "en"
    number: str = ""
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.number = self.number or f"+1312{uuid.uuid4().int % 8_000_000 + 2_000_000}"
        self.phone = Phone(self.stack.twilio, self.stack.chat, self.number, self.is_settled, patience=ANSWER_SECONDS)

    def open(self) -> None:
        """Says hello, and nothing else."""
        self.says("hola" if self.language == "es" else "hi")

    def says(self, words: str, *, key: str = "text") -> str:
        """Texts (or, with key="choice", replies with the number of a choice) and gives back all that is answered."""
        if key == "choice":
            words = str(self.buttons.index(words) + 1)
        self.texts = self.phone.says(words)
        return self.text

    @property
    def text(self) -> str:
        """All that was answered last."""
        return "\n".join(self.texts)

    @property
    def asked(self) -> str | None:
        """The question that stands open."""
        return next((asked for asked, _ in reversed(self.rows(self._last_turn())) if asked), None)

    @property
    def buttons(self) -> list[str]:
        """The choices that can be replied with now."""
        return [button["title"] for _, buttons in self.rows(self._last_turn()) for button in json.loads(buttons)]

    @property
    def state(self) -> dict[str, Any]:
        """What is on record of the conversation."""
        conversations = Conversation.objects.filter(text_number=self.number)
        row = self.row(conversations.values_list("facts", "paused", "language", "case__number"))
        return {"facts": json.loads(row[0]), "paused": bool(row[1]), "language": row[2], "case": row[3]}

    def row(self, query: QuerySet[Any, tuple[Any, ...]]) -> Any:
        """One row of the records, None where there is none."""
        return next(iter(self.rows(query)), None)

    def rows(self, query: QuerySet[Any, tuple[Any, ...]]) -> list[Any]:
        """Rows of the records."""
        return self.stack.rows(query)

    def count(self, query: QuerySet[Any]) -> int:
        """How many rows of the records there are."""
        return len(self.rows(query.values_list("pk")))

    def _last_turn(self) -> QuerySet[Any, tuple[Any, ...]]:
        said = Message.objects.filter(conversation__text_number=self.number, direction="out")
        last = said.order_by("-n").values("answers")[:1]
        return Message.objects.filter(direction="out", answers=last).order_by("n").values_list("asked", "buttons")

    def is_settled(self, sid: str) -> bool:
        """Whether a text has its answer, and all of that has gone out."""
        message = self.row(Message.objects.filter(key=sid).values_list("status", "conversation_id"))
        if message is None or message[0] == "waiting":
            return False
        soon = datetime.now(UTC) + timedelta(minutes=10)
        open_still = OutboundSms.objects.filter(status__in=("waiting", "sending"), not_before__lte=soon)
        return self.count(open_still.filter(conversation=message[1])) == 0


def leeward(*words: str, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command line does with these words and this input, on an installation that has no action server of its own."""
    return subprocess.run(
        [sys.executable, "-m", "leeward", *words],
        input=said,
        env={**os.environ, "LEEWARD_ACTIONS_URL": "", "RASA_TELEMETRY_ENABLED": "false", **environment},
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def pids(command: str) -> list[int]:
    found = subprocess.run(["pgrep", "-f", command], capture_output=True, text=True, check=False).stdout
    return [int(pid) for pid in found.split()]


def answers(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(url, timeout=2).status_code == 200
    return False


def until(condition: Any, seconds: float = ANSWER_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
        time.sleep(0.05)
