"""Serves one part: `python -m leeward.cli.serve actions|assistant|desk PORT`. leeward.ops.supervisor starts it."""

from __future__ import annotations

import os
import sys

from leeward.ops.settings import Settings, SettingsError


def main(part: str, port: int) -> None:
    """Serves one part until stopped. Each imports only what it needs, so that only one process loads TensorFlow."""
    # As for the command that starts us: what is written here is for this user alone.
    os.umask(0o077)
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    match part:
        case "actions":
            from leeward.assistant import action_server

            action_server.run(port)
        case "assistant":
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
    main(sys.argv[1], int(sys.argv[2]))
