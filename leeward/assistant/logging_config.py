"""Logging for everything that runs Rasa: warnings and errors only, so that no message text reaches a log."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from rasa.utils.log_utils import configure_structlog

from leeward.dialogue.topics import REJECTION


def configure() -> None:
    """Sets Rasa's two loggers to warnings. Rasa's structlog prints debug lines, texts among them, unless told otherwise.

    ActionExecutionRejection is how the form yields to a rule, no error: Rasa's log line for it is dropped.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    configure_structlog(logging.WARNING)
    logging.getLogger("rasa.core.actions.action").addFilter(lambda record: record.getMessage() != REJECTION)


def describe_error(error: BaseException) -> str:
    """An error and what caused it, by type and place: "TurnFailed; KeyError at forms.py:120". Never its message, which may
    hold what a person wrote."""
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    return "; ".join(_type_and_place(cause) for cause in causes)


def _type_and_place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
