"""The actions' tests work on a real record."""

from __future__ import annotations

import pytest

from leeward.records import services


@pytest.fixture
def conversation(db: None) -> str:
    """The id of a conversation that is on record."""
    return services.conversation_start(channel="web", language="en").id
