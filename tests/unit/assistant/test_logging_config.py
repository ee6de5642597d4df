"""What reaches a log: nothing that a person wrote, and no form that merely stepped aside."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from trackers import message, tracker_with

from actions.validate_intake_form import ValidateIntakeForm
from leeward.assistant.logging_config import describe_error

# As Rasa 3.6 logs: the words of a message through structlog (rasa/core/processor.py), a rejection as an error
# (rasa/core/actions/action.py).
PROGRAM = """
import logging, sys
import structlog
from leeward.assistant import logging_config
logging_config.configure()
structlog.get_logger("rasa.core.processor").debug("processor.message.parse", parse_data_text="I owe 310 thousand", text="words")
structlog.get_logger("rasa.core.processor").info("processor.message.parse", parse_data_text="I owe 310 thousand")
logging.getLogger("rasa.core.processor").info("Received user message 'I owe 310 thousand'")
logging.getLogger("rasa.core.actions.action").error(sys.argv[1])
logging.getLogger("rasa.core.actions.action").error("Failed to run custom action")
structlog.get_logger("rasa.core.processor").warning("processor.actions.circuit_breaker_tripped")
"""


def rejection() -> str:
    """What the form says when it steps aside, as Rasa hears it."""
    form = ValidateIntakeForm()
    with pytest.raises(ActionExecutionRejection) as rejected:
        asyncio.run(form.run(CollectingDispatcher(), tracker_with(latest=message("short_sale")), {}))
    return str(rejected.value)


@pytest.fixture(scope="module")
def log() -> str:
    """All that a process logs that was configured as the assistant is."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, rejection()], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_no_words_of_a_message_reach_the_log(log: str) -> None:
    assert "310 thousand" not in log
    assert "processor.message.parse" not in log


def test_a_form_that_steps_aside_is_kept_out_of_the_log(log: str) -> None:
    assert rejection() not in log


def test_errors_and_warnings_are_logged(log: str) -> None:
    assert "ERROR rasa.core.actions.action Failed to run custom action" in log
    assert "processor.actions.circuit_breaker_tripped" in log


def failing_action(words: str) -> None:
    try:
        int(words)
    except ValueError as error:
        raise RuntimeError(f"no number: {words}") from error


def test_an_error_is_logged_with_its_cause_and_their_places_and_without_the_words() -> None:
    with pytest.raises(RuntimeError) as raised:
        failing_action("my name is Ana")
    told = describe_error(raised.value)
    assert "RuntimeError at test_logging_config.py:" in told
    assert "; ValueError at test_logging_config.py:" in told
    assert "Ana" not in told
