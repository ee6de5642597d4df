"""A process that does not outlive the one that started it, however that one ended: kill -9 lets nobody say goodbye."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Final

LOOK_EVERY_SECONDS: Final = 0.5
# What does not end when asked is ended.
GRACE_SECONDS: Final = 10.0


def end_with(parent: int) -> None:
    """Ends this process soon after `parent`, the id of the process that started it, is gone: by SIGTERM, then at once."""
    threading.Thread(target=_watch, args=(parent,), name="parent watch", daemon=True).start()


def _watch(parent: int) -> None:
    # An orphan is given another parent (getppid(2)), on every Unix.
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
