"""What the commands share: options, one-line failures, JSON output, and opening the records.

Nothing here imports more than the standard library and typer at import time, so that `leeward --help` stays quick.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from leeward.ops.ports import Ports

WRONG_USAGE = 2

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JsonlFlag = Annotated[bool, typer.Option("--jsonl", help="One JSON a line, in and out.")]
ToFile = Annotated[Path | None, typer.Option("--to", help="A file; without it, standard output.")]


def group(help: str) -> typer.Typer:
    """An empty group of commands, such as `leeward law`."""
    return typer.Typer(help=help, no_args_is_help=True)


def fail(sentence: str, code: int = 1) -> NoReturn:
    """Ends the command with one line on stderr: code 1 where the user can mend something, 2 for wrong usage."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """Prints a value as indented JSON on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_to_stderr(line: str) -> None:
    """Prints progress where stdout is kept for the result."""
    typer.echo(line, err=True)


def check_language(lang: str | None) -> None:
    """Fails unless the language is English, Spanish or not given."""
    if lang not in (None, "en", "es"):
        fail(f"There is no language {lang!r}; use en or es.", WRONG_USAGE)


def state_code(text: str) -> str:
    """The two capital letters of a jurisdiction whose law is on file; fails for anything else."""
    from leeward import law

    code = text.strip().upper()
    if code not in law.codes():
        fail(f"There is no state {text!r}; use two letters, such as IL.", WRONG_USAGE)
    return code


@contextlib.contextmanager
def output(to: Path | None) -> Iterator[TextIO]:
    """The file to write to, or standard output; fails where the file cannot be written."""
    if to is None:
        yield sys.stdout
        return
    try:
        file = to.open("w", encoding="utf-8", newline="")
    except OSError as error:
        fail(f"{to} cannot be written: {error.strerror}.")
    with file:
        yield file


def configured_ports() -> Ports:
    """The ports that the environment names, or the usual ones; fails where one is no port number."""
    from leeward.ops.ports import Ports

    try:
        return Ports.configured()
    except ValueError as error:
        fail(str(error))


def use_configured_instance() -> None:
    """Points this process at the databases and models of the installed assistant. Call it before `open_records`."""
    from leeward.ops import instance

    os.environ.update(instance.environment())


def open_records(*, begin_anew: bool = False) -> None:
    """Sets Django up and brings the records' tables up to date; fails where the records that belong here are missing.

    `begin_anew` makes new ones in the place of missing ones.
    """
    from leeward import records
    from leeward.ops import installation as data_folder

    traces = data_folder.traces()
    records.setup()
    from leeward.records import bootstrap, installation

    try:
        bootstrap.open_records(traces=traces, begin_anew=begin_anew)
    except installation.RecordsMissing as error:
        fail(str(error))


def csv_safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is made text (OWASP, CSV injection)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
