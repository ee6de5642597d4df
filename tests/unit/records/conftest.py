"""What the tests of the records share."""

from __future__ import annotations

import pytest
from texting import NOON, it_is


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon in Chicago on a working day."""
    it_is(NOON, monkeypatch)
