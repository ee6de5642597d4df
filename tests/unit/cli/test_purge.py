"""`leeward purge`: what the firm keeps no longer is named, and deleted unless it is only to be named."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from leeward.cli.main import app
from leeward.ops import logs
from leeward.records.models import Conversation
from leeward.records.services import conversations

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def past_their_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One conversation and one copy of a log that are older than the firm keeps them."""
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    conversations.conversation_start(channel="web", language="en")
    Conversation.objects.update(last_at=timezone.now() - timedelta(days=181))
    logs.folder().mkdir()
    (logs.folder() / "desk.log").touch()
    copy = logs.folder() / "desk.log.20260101T000001"
    copy.touch()
    then = (datetime.now(UTC) - timedelta(days=31)).timestamp()
    os.utime(copy, (then, then))
    return copy


def test_a_dry_run_says_what_would_go_and_deletes_nothing(past_their_time: Path) -> None:
    done = CliRunner().invoke(app, ("purge", "--dry-run"))
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Conversations without a case, kept for 180 days: 1 would be deleted.",
        "Closed cases with their conversations, kept for 1825 days: 0 would be deleted.",
        "Logins, links and counts of tries that have ended, kept for 30 days: 0 would be deleted.",
        "Log files, kept for 30 days: 1 would be deleted.",
    ]
    assert Conversation.objects.exists()
    assert past_their_time.exists()


def test_without_it_what_was_named_is_gone(past_their_time: Path) -> None:
    done = CliRunner().invoke(app, ("purge", "--json"))
    assert json.loads(done.stdout) == {"conversations": 1, "closed_cases": 0, "sessions": 0, "logs": 1}
    assert not Conversation.objects.exists()
    assert not past_their_time.exists()
    again = json.loads(CliRunner().invoke(app, ("purge", "--dry-run", "--json")).stdout)
    assert set(again.values()) == {0}
