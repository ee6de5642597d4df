"""Writes docs/environment.md and .env.example from the settings: `python -m leeward.devtools.environment_docs`."""

from __future__ import annotations

import textwrap
from typing import Final

from leeward.ops import settings
from leeward.ops.paths import PROJECT
from leeward.ops.settings import Variable

DOCUMENT: Final = PROJECT / "docs" / "environment.md"
EXAMPLE: Final = PROJECT / ".env.example"

_DOCUMENT_HEAD: Final = """\
# Environment variables

What differs between machines. Nothing has to be set: without any of these, `leeward up` runs on one machine with SQLite and no
text channel. An empty variable counts as not set. A value that does not fit is refused in one sentence that names the variable,
and nothing starts; `leeward doctor` says the same. The firm's own details (name, phone, hours) are not here but in `firm.yml`.

Put them where the service is started from (systemd's `EnvironmentFile`, a container's environment), or copy
[`.env.example`](../.env.example) to `.env` and start with `uv run --env-file .env leeward up`. What is marked *secret* belongs
in no repository and no log.

| variable | value | without it | what it is for |
|---|---|---|---|
"""
_DOCUMENT_FOOT: Final = """
`RASA_TELEMETRY_ENABLED` is set to `false` in everything that is started, whatever it was before.

This page is made from `leeward/ops/settings.py` by `python -m leeward.devtools.environment_docs`.
"""
_EXAMPLE_HEAD: Final = """\
# Copy this file to .env, take the # from what you want to set, and start with: uv run --env-file .env leeward up
# Made from leeward/ops/settings.py by `python -m leeward.devtools.environment_docs`; docs/environment.md says more.
"""


def document() -> str:
    """docs/environment.md: one row a variable."""
    return _DOCUMENT_HEAD + "".join(map(_row, settings.variables())) + _DOCUMENT_FOOT


def example() -> str:
    """.env.example: every variable, commented out, under what it is for."""
    return _EXAMPLE_HEAD + "".join(map(_entry, settings.variables()))


def _row(variable: Variable) -> str:
    secret = ", *secret*" if variable.is_secret else ""
    return f"| `{variable.name}` | {variable.kind}{secret} | {variable.default or '–'} | {variable.meaning} |\n"


def _entry(variable: Variable) -> str:
    default = f" Without it: {variable.default}." if variable.default else ""
    told = f"{variable.meaning}{default}".replace("`", "")
    comment = textwrap.fill(told, width=110, initial_indent="# ", subsequent_indent="# ")
    return f"\n{comment}\n# {variable.name}=\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    EXAMPLE.write_text(example(), encoding="utf-8")
