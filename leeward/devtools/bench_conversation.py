"""Simulated people talk to the running assistant: how many get an answer, how many get through, and what is kept wrong."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from leeward.devtools.chat_client import Conversation
from leeward.devtools.simulated_users import Person, answer, opening, someone

MOST_TURNS: Final = 60
# The same words put this often in a row are a loop.
LOOP: Final = 4
# While one of these stands open, staff may not get in touch yet.
BEFORE_HANDOFF: Final = frozenset(
    "wants_contact has_lawyer first_name last_name phone email safe_to_contact consent_contact".split()
)


@dataclass
class Talk:
    """How one conversation went: turns to the first estimate and to the handoff (None: not reached), and what was wrong."""

    seed: int
    turns: int = 0
    estimate_at: int | None = None
    handoff_at: int | None = None
    wanted_contact: bool = False
    looped: bool = False
    dead_end: str | None = None
    wrong: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def run(url: str, seeds: Iterable[int], *, at_once: int = 4) -> list[Talk]:
    """One conversation for each seed. Raises ServerGone when the assistant does not answer."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda seed: converse(url, someone(seed)), seeds))


def converse(url: str, person: Person) -> Talk:
    """One person's conversation, to its end or until they have had enough."""
    chat = Conversation(url, person.language)
    chat.open()
    talk = Talk(person.seed, wanted_contact=person.wants_contact)
    asked, buttons = _asked(chat.state["messages"]), _buttons(chat.state["messages"])
    first = opening(person)
    recent: list[str] = []
    while talk.turns < MOST_TURNS:
        if first is None and asked is None:
            talk.dead_end = talk.dead_end or "nothing was asked"
            break
        key, words = ("text", first) if first is not None else answer(person, str(asked), buttons)
        first = None
        chat.send(key, words)
        talk.turns += 1
        replies: list[dict[str, Any]] = chat.state.get("replies", [])
        _note(talk, replies, chat.state)
        if asked == "anything_else" or (talk.handoff_at is not None and _asked(replies) == "anything_else"):
            break
        asked, buttons = _asked(replies), _buttons(replies)
        if asked in (None, "idle") and buttons:
            # Something was offered instead of a question: whether they meant this or that.
            chat.send("choice", buttons[-1])
            talk.turns += 1
            replies = chat.state.get("replies", [])
            asked, buttons = _asked(replies), _buttons(replies)
        recent = [*recent, replies[-1]["text"] if replies else ""][-LOOP:]
        talk.looped = talk.looped or (len(recent) == LOOP and len(set(recent)) == 1)
    else:
        talk.dead_end = "no end was reached"
    kept = chat.state.get("facts", {})
    talk.wrong = {
        name: (value, kept.get(name))
        for name, value in person.said.items()
        if name in kept and kept[name] != value and kept[name] != "unknown"
    }
    return talk


def _note(talk: Talk, replies: list[dict[str, Any]], state: dict[str, Any]) -> None:
    if talk.estimate_at is None and any((reply["card"] or {}).get("kind") == "estimate" for reply in replies):
        talk.estimate_at = talk.turns
    facts = state.get("facts", {})
    reachable = "phone" in facts or "email" in facts
    if talk.handoff_at is None and state.get("case") and reachable and _asked(replies) not in BEFORE_HANDOFF:
        talk.handoff_at = talk.turns


def _asked(messages: list[dict[str, Any]]) -> str | None:
    return next((message["asked"] for message in reversed(messages) if message.get("asked")), None)


def _buttons(messages: list[dict[str, Any]]) -> list[str]:
    return [title for message in messages for title in message.get("buttons") or []]


def table(talks: list[Talk]) -> str:
    """The run in a few lines of Markdown."""
    wanted = [talk for talk in talks if talk.wanted_contact]
    estimates = [talk.estimate_at for talk in talks if talk.estimate_at is not None]
    handoffs = [talk.handoff_at for talk in wanted if talk.handoff_at is not None]
    wrong = Counter(name for talk in talks for name in talk.wrong)
    rows = [
        ("conversations", str(len(talks))),
        ("reach an estimate", _share(len(estimates), len(talks))),
        ("turns to the estimate, median", _median(estimates)),
        ("of those who want a person, reach the handoff", _share(len(handoffs), len(wanted))),
        ("turns to the handoff, median", _median(handoffs)),
        ("loops", str(sum(talk.looped for talk in talks))),
        ("dead ends", str(sum(talk.dead_end is not None for talk in talks))),
        ("facts kept wrong", str(sum(wrong.values())) + (f" ({', '.join(sorted(wrong))})" if wrong else "")),
    ]
    return "\n".join(["| | |", "|---|---:|", *(f"| {label} | {value} |" for label, value in rows)])


def troubles(talks: list[Talk]) -> list[str]:
    """One line for each conversation that looped, ended nowhere, or kept something wrong."""
    found = []
    for talk in talks:
        if talk.looped or talk.dead_end or talk.wrong:
            found.append(f"seed {talk.seed}: loop {talk.looped}, dead end {talk.dead_end}, wrong {talk.wrong}")
    return found


def _share(part: int, whole: int) -> str:
    return "–" if not whole else f"{100 * part / whole:.1f} %"


def _median(values: list[int]) -> str:
    return "–" if not values else f"{statistics.median(values):g}"
