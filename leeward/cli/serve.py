"""Serves one part: `python -m leeward.cli.serve actions|assistant|desk PORT`. leeward.ops.supervisor starts it.

A third word is the id of the process that starts it, whose end is its own; by itself, a part serves until it is stopped.
"""

from __future__ import annotations

import gc
import os
import signal
import sys

from leeward.ops import parent_watch
from leeward.ops.settings import Settings, SettingsError


def main(part: str, port: int, parent: int | None = None) -> None:
    """Serves one part until stopped. Each imports only what it needs, and none of them TensorFlow."""
    # As for the command that starts us: what is written here is for this user alone, and Ctrl-C ends it.
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if parent is not None:
        parent_watch.end_with(parent)
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    match part:
        case "actions":
            from leeward.assistant import action_server

            action_server.run(port)
        case "assistant":
            from leeward.assistant import postponed_imports

            # What is loaded now stays; looking through it for garbage takes seconds and finds none. The server begins with
            # that once it has loaded all.
            gc.disable()
            # Before anything of Rasa's is imported.
            postponed_imports.postpone(postponed_imports.TRAINING_ONLY)
            from leeward.assistant import server

            _guard_records()
            server.run(port, settings.host)
        case "desk":
            from leeward.desk.asgi import application
            from leeward.ops import web_server

            _guard_records()
            names = settings.names_of_desk
            web_server.serve(application, host=settings.host, port=port, hosts=names, settings=settings, lifespan=False)
        case _:
            raise SystemExit(f"There is no part named {part}; it is actions, assistant or desk.")


def _guard_records() -> None:
    """Ties this process to the records that are here now; ends it with one sentence where there are none."""
    from leeward import records

    records.setup()
    from leeward.records import installation

    try:
        installation.guard()
    except installation.RecordsMissing as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
