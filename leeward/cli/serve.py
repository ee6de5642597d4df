"""Serves one part: `python -m leeward.cli.serve actions|assistant|desk PORT`. leeward.ops.supervisor starts it."""

from __future__ import annotations

import gc
import os
import sys

from leeward.ops.settings import Settings, SettingsError


def main(part: str, port: int) -> None:
    """Serves one part until stopped. Each imports only what it needs, and none of them TensorFlow."""
    # As for the command that starts us: what is written here is for this user alone.
    os.umask(0o077)
    try:
        host = Settings.from_environment().host
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

            server.run(port, host)
        case "desk":
            import uvicorn

            uvicorn.run("leeward.desk.asgi:application", host=host, port=port, log_level="warning", lifespan="off", ws="none")
        case _:
            raise SystemExit(f"There is no part named {part}; it is actions, assistant or desk.")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
