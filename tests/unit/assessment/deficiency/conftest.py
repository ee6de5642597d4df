"""A law of the tests' own, so that a test can say exactly which rule it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from leeward import law
from leeward.core.language import Words
from leeward.law.model import Citation, Condition, Jurisdiction, Process, Protection

MakeLaw = Callable[..., Jurisdiction]


@pytest.fixture
def make_law() -> MakeLaw:
    """Illinois' file without its protections, with these instead."""
    return _make_law


@pytest.fixture
def rule() -> Callable[..., Protection]:
    """One protection; keywords are the conditions under which it applies."""
    return _rule


def code(section: str) -> Citation:
    """A section of a code that somebody has read."""
    return Citation(f"Code {section}", "text", date(2026, 11, 23))


def _make_law(
    *protections: Protection, judicial: str = "allowed", nonjudicial: str = "not_used", **changes: Any
) -> Jurisdiction:
    return replace(
        law.jurisdiction("IL"),
        protections=protections,
        judicial=Process(judicial, (code("1"),)),  # type: ignore[arg-type]
        nonjudicial=Process(nonjudicial, (code("2"),)),  # type: ignore[arg-type]
        **changes,
    )


def _rule(name: str, effect: str, *, share: Any = None, **when: Any) -> Protection:
    dates = {key: when.pop(key, None) for key in ("effective_from", "effective_until")}
    return Protection(
        id=name,
        when=Condition(**when),
        effect=effect,  # type: ignore[arg-type]
        words=Words(f"{name} in English", f"{name} en español"),
        citations=(code(name),),
        confidence="high",
        share=share,
        **dates,
    )
