"""The one secret of an installation: it signs chat tokens and staff sessions."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import tempfile
from pathlib import Path

from leeward.ops import paths
from leeward.ops.settings import Settings, SettingsError


@functools.cache
def secret_key() -> str:
    """The secret: LEEWARD_SECRET_KEY, or secret.key in the data folder, made on first use and readable by its owner only.

    Raises SettingsError where the file is empty: nothing may be signed with an empty secret.
    """
    given = Settings.from_environment().secret_key
    if given:
        return given
    path = paths.var() / "secret.key"
    if not path.exists():
        _make(path)
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise SettingsError(f"{path} is empty; delete it for a new one, which ends all open chats and logins.")
    return key


def _make(path: Path) -> None:
    """A new key, unless there is one by now. Two processes may start at once, and neither may read half of the other's."""
    with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix="secret.") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
