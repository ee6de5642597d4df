"""A lawyer's signature under one statement of a law file: who, when, and the hash of what was signed.

The hash is of all that the statement says (words, citations, conditions, clock). An edit changes it, and with it clears the
signature: `law check` and `law show` then say that the statement was signed, but has changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import yaml

from leeward.law.files import LawFileError
from leeward.law.model import Review

State = Literal["unsigned", "signed", "changed"]
HASH_LENGTH: Final = 16  # hex digits


def statements(part: object, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every statement that can be signed within a file's objects, with its place in the file."""
    if is_dataclass(part) and not isinstance(part, type):
        if hasattr(part, "reviewed"):
            yield place, part
        for field in fields(part):
            yield from statements(getattr(part, field.name), f"{place}.{field.name}".removeprefix("."))
    elif isinstance(part, tuple):
        for index, inner in enumerate(part):
            yield from statements(inner, f"{place}[{index}]")
    elif isinstance(part, Mapping):
        for key, inner in part.items():
            yield from statements(inner, f"{place}.{key}".removeprefix("."))


def fingerprint(statement: Any) -> str:
    """The hash of what a statement says, without its signature; what is empty counts for nothing."""
    told = _told({name: value for name, value in msgspec.to_builtins(statement).items() if name != "reviewed"})
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:HASH_LENGTH]


def state(statement: Any) -> State:
    """Whether a statement is signed, and still says what was signed."""
    review: Review | None = statement.reviewed
    if review is None:
        return "unsigned"
    return "signed" if review.hash == fingerprint(statement) else "changed"


def sign(path: Path, found: object, place: str, *, by: str, on: date) -> None:
    """Writes a signature under the statement at `place` (as `law show` names it), in place of an earlier one.

    `found` are the objects read from the file. Raises KeyError for a place that is no statement, and LawFileError for one that
    is written in a single line, into which no line can be put.
    """
    statement = dict(statements(found))[place]
    # YAML 1.1 takes a bare `on` for true.
    line = (
        f"""reviewed: {{by: {json.dumps(by, ensure_ascii=False)}, "on": {on.isoformat()}, hash: '{fingerprint(statement)}'}}"""
    )
    text = path.read_text(encoding="utf-8")
    node = _node_at(yaml.compose(text, Loader=yaml.SafeLoader), place)
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise LawFileError(path.name, place, "write this statement over several lines first, so that a signature fits under it")
    path.write_text(_with_line(text, node, line), encoding="utf-8")


def _with_line(text: str, node: yaml.MappingNode, line: str) -> str:
    """The text with the signature before the statement's second key, or where an earlier one stands."""
    lines = text.splitlines(keepends=True)
    starts = {key.value: key.start_mark for key, _ in node.value}
    signed = line.rjust(len(line) + node.start_mark.column) + "\n"
    earlier = starts.get("reviewed")
    if earlier is None:
        second = node.value[1][0].start_mark.line
        return "".join([*lines[:second], signed, *lines[second:]])
    following = [mark.line for mark in starts.values() if mark.line > earlier.line]
    after = min(following, default=node.end_mark.line)
    return "".join([*lines[: earlier.line], signed, *lines[after:]])


def _node_at(node: yaml.Node | None, place: str) -> yaml.Node | None:
    for part in place.replace("[", ".").replace("]", "").split("."):
        if isinstance(node, yaml.SequenceNode):
            node = node.value[int(part)]
        elif isinstance(node, yaml.MappingNode):
            node = next(value for key, value in node.value if key.value == part)
    return node


def _told(value: Any) -> Any:
    """A value without its empty parts, so that a new optional key of the model clears no signature."""
    if isinstance(value, dict):
        inner = {key: _told(part) for key, part in value.items()}
        return {key: part for key, part in inner.items() if part not in (None, [], {})}
    return [_told(part) for part in value] if isinstance(value, list | tuple) else value
