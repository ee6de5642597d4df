"""Every environment variable of an installation: its name, type, default and meaning (docs/environment.md is made from this).

A variable that is empty counts as not set. All variables are read together, so that a value that does not fit is refused by
name wherever anything starts, and not only where it would first be used.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Network = IPv4Network | IPv6Network

# 256 bits in hexadecimal are twice that; anything shorter may have been thought up by a person.
SHORTEST_SECRET: Final = 32
# Under these, programs on the machine itself reach it: the supervisor, a proxy beside it, whoever tries it out.
LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


class SettingsError(ValueError):
    """An environment variable has a value that does not fit; the text names the variable and says what would fit."""


@dataclass(frozen=True)
class Variable:
    """One environment variable: what kind of value it takes, what stands without it, and what it is for.

    `default` is written as people read it. `is_secret` marks what must never be printed or committed.
    """

    name: str
    kind: str
    default: str
    meaning: str
    is_secret: bool = False


def _text(value: str) -> str:
    return value


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(
            f"is too short to sign with; use at least {SHORTEST_SECRET} random characters (`openssl rand -base64 48`)"
        )
    return value


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise ValueError("is not a port number; use one from 1 to 65535")
    return int(value)


def _switch(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("is neither 1 (on) nor 0 (off)")
    return value == "1"


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no web address; write it as https://chat.example.com")
    return value.rstrip("/")


def _postgresql(value: str) -> str:
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("postgres", "postgresql") and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("is no address of a PostgreSQL database; write it as postgresql://user:password@host:5432/name")
    return value


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(name, strict=False) for name in _names(value))
    except ValueError:
        raise ValueError("names something that is no address; write 10.0.0.2 or 10.0.0.0/8") from None


_KINDS: Final[dict[Callable[[str], Any], str]] = {
    _text: "text",
    _secret: "text",
    _port: "port",
    _switch: "0 or 1",
    _url: "web address",
    _postgresql: "database address",
    _names: "names with commas between them",
    _networks: "addresses or networks with commas between them",
    Path: "path",
}


def _variable(
    name: str, parse: Callable[[str], T], default: T, meaning: str, *, shown: str | None = None, is_secret: bool = False
) -> T:
    """A field of Settings; `shown` is its default as people read it, where that is not simply its value."""
    variable = Variable(name, _KINDS[parse], str(default) if shown is None else shown, meaning, is_secret)
    # dataclasses.field() is typed as the field's value too.
    made: T = field(default=default, metadata={"variable": variable, "parse": parse})
    return made


@dataclass(frozen=True)
class Settings:
    """What an installation is told by its environment."""

    # What is written, and where from
    var: Path | None = _variable(
        "LEEWARD_VAR",
        Path,
        None,
        "The folder for all that is written: databases, the secret key, logs. `leeward backup` copies the records.",
        shown="`var/` in the project",
    )
    models: Path | None = _variable(
        "LEEWARD_MODELS", Path, None, "The folder of trained models.", shown="`models/` in the project"
    )
    database_url: str | None = _variable(
        "LEEWARD_DATABASE_URL",
        _postgresql,
        None,
        "The database of the records, as `postgresql://user:password@host:5432/name?sslmode=require`; "
        "signs such as `@` or `/` in a password are percent-encoded.",
        shown="`records.sqlite3` in the data folder",
        is_secret=True,
    )
    secret_key: str | None = _variable(
        "LEEWARD_SECRET_KEY",
        _secret,
        None,
        f"At least {SHORTEST_SECRET} random characters, from which the keys for chat tokens, staff sessions and the rest are "
        "derived. All processes of an installation need the same one; whoever has it can read any chat.",
        shown="made once and kept in `secret.key` in the data folder",
        is_secret=True,
    )
    # Who is served, and where
    host: str = _variable(
        "LEEWARD_HOST",
        _text,
        "127.0.0.1",
        "The address that the assistant and the desk listen on. Another one only if the reverse proxy is on another machine.",
    )
    chat_port: int = _variable("LEEWARD_CHAT_PORT", _port, 5005, "The port of the assistant and its chat page.")
    desk_port: int = _variable("LEEWARD_DESK_PORT", _port, 8000, "The port of the staff desk.")
    actions_url: str | None = _variable(
        "LEEWARD_ACTIONS_URL",
        _url,
        None,
        "A separate action server, as `http://127.0.0.1:5055/webhook` (`python -m leeward.cli.serve actions 5055`); it shares "
        "`LEEWARD_SECRET_KEY` with the assistant.",
        shown="the actions run in the assistant",
    )
    hosts: tuple[str, ...] = _variable(
        "LEEWARD_HOSTS",
        _names,
        (),
        "The names under which browsers reach the desk, beside this machine's own (`localhost`, `127.0.0.1`, `[::1]`); a "
        "request for any other name is refused.",
        shown="this machine's own alone",
    )
    chat_hosts: tuple[str, ...] = _variable(
        "LEEWARD_CHAT_HOSTS",
        _names,
        (),
        "The names under which browsers reach the chat, beside this machine's own and the one in `LEEWARD_PUBLIC_URL`; a "
        "request for any other name is refused.",
        shown="this machine's own and that of `LEEWARD_PUBLIC_URL`",
    )
    proxies: tuple[Network, ...] = _variable(
        "LEEWARD_PROXIES",
        _networks,
        (),
        "The reverse proxies in front of the chat and the desk, by address (`127.0.0.1`) or network (`10.0.0.0/8`). Only from "
        "them is `X-Forwarded-For` believed: the last address in it that is no proxy's is the caller's, and the limits count "
        "by it. Without this everyone behind a proxy counts as one caller.",
        shown="none; the address that a connection comes from is the caller's",
    )
    tls: bool = _variable(
        "LEEWARD_TLS",
        _switch,
        False,
        "1 where the chat and the desk are reached through TLS: browsers are told to insist on it, the desk's cookies travel "
        "only encrypted and its plain addresses lead to the encrypted ones. The proxy must set `X-Forwarded-Proto` itself, for "
        "the desk believes it.",
        shown="0",
    )
    # Texting
    twilio_account_sid: str = _variable(
        "TWILIO_ACCOUNT_SID", _text, "", "The account at Twilio. Without one the text channel is asleep."
    )
    twilio_auth_token: str = _variable(
        "TWILIO_AUTH_TOKEN",
        _text,
        "",
        "The account's token: it lets us send, and checks the signatures of what comes in.",
        is_secret=True,
    )
    sms_number: str = _variable(
        "LEEWARD_SMS_NUMBER", _text, "", "The number that texts come from, as `+13125550100`; this or a messaging service."
    )
    twilio_messaging_service_sid: str = _variable(
        "TWILIO_MESSAGING_SERVICE_SID", _text, "", "The messaging service that texts come from; this or a number."
    )
    public_url: str = _variable(
        "LEEWARD_PUBLIC_URL",
        _url,
        "",
        "Our address as Twilio knows it, such as `https://chat.example.com`: signatures are made over it, and the links that "
        "we text begin with it.",
    )
    twilio_api: str | None = _variable(
        "LEEWARD_TWILIO_API",
        _url,
        None,
        "Another address for Twilio's API; tests and `leeward sms` put one of this machine in its place.",
        shown="Twilio's own",
    )

    @property
    def names_of_desk(self) -> tuple[str, ...]:
        """Every name under which the desk is served."""
        return (*LOCAL_NAMES, *self.hosts)

    @property
    def names_of_chat(self) -> tuple[str, ...]:
        """Every name under which the chat is served, that of the public address among them."""
        public = urlsplit(self.public_url).hostname
        return (*LOCAL_NAMES, *self.chat_hosts, *([public] if public else ()))

    @staticmethod
    def from_environment() -> Settings:
        """What the environment says at this moment. Raises SettingsError for the first variable that does not fit."""
        found: dict[str, Any] = {}
        for setting in fields(Settings):
            variable: Variable = setting.metadata["variable"]
            value = os.environ.get(variable.name, "").strip()
            if not value:
                continue
            try:
                found[setting.name] = setting.metadata["parse"](value)
            except ValueError as error:
                told = "" if variable.is_secret else f"is {value!r}, which "
                raise SettingsError(f"{variable.name} {told}{error}.") from None
        return Settings(**found)


# What another package reads: core knows no ops.
READ_ELSEWHERE: Final = (
    Variable("LEEWARD_FIRM", _KINDS[Path], "`firm.yml` in the project", "The firm's file, where another firm is served."),
)


def variables() -> tuple[Variable, ...]:
    """Every environment variable there is, in the order in which an operator would ask for them."""
    return (*(setting.metadata["variable"] for setting in fields(Settings)), *READ_ELSEWHERE)
