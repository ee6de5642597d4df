"""The one secret of an installation: it signs chat tokens and staff sessions."""

from __future__ import annotations

import functools
import os
import secrets

from leeward.ops import paths
from leeward.ops.settings import Settings


@functools.cache
def secret_key() -> str:
    """The secret, from LEEWARD_SECRET_KEY or var/secret.key, which is made on first use and only its owner can read."""
    given = Settings.from_environment().secret_key
    if given:
        return given
    path = paths.var() / "secret.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key
