"""The one secret of an installation. It signs nothing itself: each use has a key of its own that is derived from it."""

from __future__ import annotations

import contextlib
import functools
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import Literal

from leeward.ops import paths
from leeward.ops.settings import Settings, SettingsError

# Chat tokens; the ids of questions; a separate action server; Django's sessions and forms at the desk.
Purpose = Literal["chat", "asks", "actions", "desk"]


def derived_key(purpose: Purpose) -> bytes:
    """The key (32 bytes) for one purpose: HMAC-SHA256 of the purpose under the secret, as HKDF expands (RFC 5869, 2.3).

    Whoever learns one of them can work out neither the secret nor another purpose's key. Raises SettingsError.
    """
    return hmac.digest(secret_key().encode(), f"leeward {purpose}\x01".encode(), "sha256")


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
