"""The form steps aside for a rule without an error in the log, and only that line is dropped."""

from __future__ import annotations

import logging

import pytest
from rasa_sdk.interfaces import ActionExecutionRejection

from leeward.assistant import logging_config
from leeward.dialogue.topics import REJECTION

RASA = "rasa.core.actions.action"


@pytest.fixture(autouse=True)
def configured_logging() -> None:
    logging_config.configure()


def test_the_forms_rejection_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger(RASA).error(ActionExecutionRejection("intake_form", REJECTION))
    assert caplog.records == []


def test_another_error_of_an_action_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger(RASA).error("the action failed")
    assert [record.getMessage() for record in caplog.records] == ["the action failed"]
