"""What the tests of the services share."""

from __future__ import annotations

import pytest

from leeward.records.models import Conversation
from leeward.records.services import conversations


@pytest.fixture
def conversation() -> Conversation:
    """A conversation on the web that has just begun."""
    return conversations.conversation_start(channel="web", language="en")
