"""The ports of one machine."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass


@dataclass(frozen=True)
class Ports:
    """The two ports of one machine; each can be set by its environment variable."""

    chat: int
    desk: int

    @staticmethod
    def configured() -> Ports:
        """LEEWARD_CHAT_PORT and LEEWARD_DESK_PORT, or 5005 and 8000.

        Raises ValueError, naming the variable, for what is no port.
        """
        return Ports(_port("LEEWARD_CHAT_PORT", 5005), _port("LEEWARD_DESK_PORT", 8000))

    @staticmethod
    def free() -> Ports:
        """Two ports that nothing listens on at this moment."""
        return Ports(free_port(), free_port())


def _port(variable: str, default: int) -> int:
    value = os.environ.get(variable, str(default))
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise ValueError(f"{variable} is {value!r}, which is not a port number; use one from 1 to 65535.")
    return int(value)


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
