"""The actions' tests work on a real record, and now and then for another firm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from leeward.core.firm import firm
from leeward.ops.paths import PROJECT
from leeward.records.services import conversations


@pytest.fixture
def conversation(db: None) -> str:
    """The id of a conversation that is on record."""
    return conversations.conversation_start(channel="web", language="en").id


@pytest.fixture
def firm_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Serves the firm of firm.yml with some of its details changed, for one test."""

    def serve(**changes: Any) -> None:
        details = yaml.safe_load((PROJECT / "firm.yml").read_text(encoding="utf-8"))
        (tmp_path / "firm.yml").write_text(yaml.safe_dump({**details, **changes}), encoding="utf-8")
        monkeypatch.setenv("LEEWARD_FIRM", str(tmp_path / "firm.yml"))
        firm.cache_clear()

    yield serve
    firm.cache_clear()
