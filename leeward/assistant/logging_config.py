"""Logging for everything that runs Rasa: warnings and errors only, so that no message text reaches a log."""

from __future__ import annotations

import logging

from rasa.utils.log_utils import configure_structlog

from leeward.dialogue.topics import REJECTION


def configure() -> None:
    """Sets Rasa's two loggers to warnings. Rasa's structlog prints debug lines, texts among them, unless told otherwise.

    ActionExecutionRejection is how the form yields to a rule, no error: Rasa's log line for it is dropped.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    configure_structlog(logging.WARNING)
    logging.getLogger("rasa.core.actions.action").addFilter(lambda record: record.getMessage() != REJECTION)
