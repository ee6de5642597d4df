"""Serves one part: `python -m leeward.cli.serve actions|assistant|desk PORT`. leeward.ops.supervisor starts it.

A third word is the id of the process that starts it, whose end is its own; by itself, a part serves until it is stopped.
"""

from __future__ import annotations

import os
import signal
import sys

from leeward.ops import parent_watch
from leeward.ops.settings import Settings, SettingsError


def main(part: str, port: int, parent: int | None = None) -> None:
    """Serves one part until stopped. Each imports only what it needs, so that only one process loads TensorFlow."""
    # As for the command that starts us: what is written here is for this user alone, and Ctrl-C ends it.
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if parent is not None:
        parent_watch.end_with(parent)
    try:
        host = Settings.from_environment().host
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    match part:
        case "actions":
            from leeward.assistant import action_server

            action_server.run(port)
        case "assistant":
            from leeward.assistant import server

            server.run(port, host)
        case "desk":
            import uvicorn

            uvicorn.run("leeward.desk.asgi:application", host=host, port=port, log_level="warning", lifespan="off", ws="none")
        case _:
            raise SystemExit(f"There is no part named {part}; it is actions, assistant or desk.")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
