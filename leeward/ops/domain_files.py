"""Rasa's domain as plain YAML, domain.yml and the files of domain/ together: what is said, and in which wordings."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from leeward.ops import paths

DOMAIN: Final = Path("domain.yml")
FOLDER: Final = Path("domain")
"""The rest of the domain, beside domain.yml."""


@functools.cache
def responses() -> Mapping[str, list[dict[str, Any]]]:
    """Every response with its variations, by name. Raises ValueError where two files have a response of the same name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in files(paths.PROJECT):
        own = _content(path).get("responses") or {}
        if twice := sorted(set(own) & set(found)):
            raise ValueError(f"{path.name} repeats {', '.join(twice)} of another file")
        found.update(own)
    return found


@functools.cache
def intents() -> tuple[str, ...]:
    """The intents that Rasa knows, in the order of their files."""
    listed = [entry for path in files(paths.PROJECT) for entry in _content(path).get("intents") or []]
    return tuple(next(iter(entry)) if isinstance(entry, dict) else entry for entry in listed)


def actions() -> tuple[str, ...]:
    """The custom actions that Rasa knows."""
    names: list[str] = _content(paths.PROJECT / DOMAIN)["actions"]
    return tuple(names)


def slots() -> tuple[str, ...]:
    """The slots of a conversation."""
    return tuple(_content(paths.PROJECT / DOMAIN)["slots"])


def required_slots() -> tuple[str, ...]:
    """Every question that the intake form can ask."""
    slots: list[str] = _content(paths.PROJECT / DOMAIN)["forms"]["intake_form"]["required_slots"]
    return tuple(slots)


def prompt_variants(question: str) -> frozenset[str]:
    """In which wordings a question exists: first, again, third, choices. Empty for a question without a response of its own."""
    variations = responses().get(f"utter_ask_{question}") or responses().get(f"say_ask_{question}") or []
    return frozenset(_variant(variation) for variation in variations)


def files(project: Path) -> Iterator[Path]:
    """domain.yml, then the files of domain/ by name."""
    yield project / DOMAIN
    yield from sorted((project / FOLDER).rglob("*.yml"))


def _content(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return content


def _variant(variation: Mapping[str, Any]) -> str:
    return next((c["value"] for c in variation.get("condition", []) if c["name"] == "prompt_variant"), "first")
