"""The ports of one machine."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from leeward.ops.settings import Settings


@dataclass(frozen=True)
class Ports:
    """The two ports of one machine; each can be set by its environment variable."""

    chat: int
    desk: int

    @staticmethod
    def configured() -> Ports:
        """The ports that the environment names, or the usual ones. Raises SettingsError, naming the variable."""
        settings = Settings.from_environment()
        return Ports(settings.chat_port, settings.desk_port)

    @staticmethod
    def free() -> Ports:
        """Two ports that nothing listens on at this moment."""
        return Ports(free_port(), free_port())


def free_port() -> int:
    """A port of the loopback address that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something already listens on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
