"""`leeward read`: what is understood of a text, without a conversation."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Annotated, Any

import typer

from leeward.cli.common import WRONG_USAGE, JsonlFlag, fail, print_json


def read(
    text: Annotated[str | None, typer.Argument(help="What someone wrote.")] = None,
    asked: Annotated[str | None, typer.Option("--asked", help="The fact just asked for.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Today, as YYYY-MM-DD, for words like “tomorrow”.")] = None,
    jsonl: JsonlFlag = False,
) -> None:
    """Say what the assistant understands of a text, without a conversation."""
    if jsonl:
        for line in sys.stdin:
            if line.strip():
                typer.echo(json.dumps(_read_line(line), ensure_ascii=False))
        return
    if text is None:
        fail("Give a text to read, or --jsonl with one JSON a line on stdin.", WRONG_USAGE)
    print_json(_understand(text, asked=asked, on=on))


def _read_line(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError:
        fail(f"This line is not JSON: {line.strip()[:60]}", WRONG_USAGE)
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        fail('Each line needs a "text".', WRONG_USAGE)
    return {**fields, **_understand(fields["text"], asked=fields.get("asked"), on=fields.get("on"))}


def _understand(text: str, *, asked: Any, on: Any) -> dict[str, Any]:
    asked, day = _fact(asked), _day(on)
    from leeward.devtools import inspection

    return inspection.understand(text, asked=asked, on=day)


def _fact(name: Any) -> str | None:
    from leeward.core.facts import SPECS
    from leeward.dialogue.policy import OWN_QUESTIONS

    if name is None:
        return None
    if not isinstance(name, str) or (name not in SPECS and name not in OWN_QUESTIONS):
        fail(f"There is no fact named {name!r}; the names are {', '.join(SPECS)}.", WRONG_USAGE)
    return name


def _day(text: Any) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        fail(f"{text!r} is no date; write it as YYYY-MM-DD.", WRONG_USAGE)
