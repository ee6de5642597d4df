"""`leeward doctor`: checks that all that Leeward needs is in place, and says what to do about what is not."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date

import typer

from leeward.ops import database, installation, instance, model_files, paths, work_folders
from leeward.ops.ports import Ports, is_taken
from leeward.ops.settings import Settings, SettingsError
from leeward.ops.twilio_config import TwilioSettings, TwilioSettingsError


def doctor() -> None:
    """Check that everything Leeward needs is in place, and say what to do about what is not."""
    results = checks()
    for check in results:
        typer.echo(f"{'ok ' if check.ok else 'NO '} {check.what}: {check.found}")
    if not all(check.ok for check in results):
        raise typer.Exit(1)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is in order, and what was found."""

    what: str
    ok: bool
    found: str


def checks() -> list[Check]:
    """Every check, in the order in which faults should be mended."""
    first = [_python(), _environment()]
    if first[-1].ok:
        first.append(_var())
    if not first[-1].ok:
        # All others need the environment and the data folder.
        return first
    return [*first, _records(), _copies(), _firm(), _law(), _model(), _texting(), _proxy(), *_ports(), _telemetry()]


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", sys.version_info[:2] == (3, 11), f"{found} (3.11 is needed)")


def _environment() -> Check:
    try:
        Settings.from_environment()
    except SettingsError as error:
        return Check("Environment", False, f"{error} docs/environment.md lists every variable.")
    return Check("Environment", True, "every variable fits")


def _var() -> Check:
    try:
        folder = paths.var()
    except SettingsError as error:
        return Check("Data folder", False, str(error))
    writable = os.access(folder, os.W_OK)
    return Check(
        "Data folder", writable, f"{folder}" if writable else f"{folder} is not writable; set LEEWARD_VAR to one that is"
    )


def _records() -> Check:
    """Whether the records are there, and when they were last backed up; without opening them."""
    if Settings.from_environment().database_url is not None:
        return Check("Records", True, "in PostgreSQL")
    traces = installation.traces()
    if not database.sqlite_file(paths.var()).exists():
        gone = f"gone, though {', '.join(traces)} shows that there were some; put them back or restore a backup"
        return Check("Records", not traces, gone if traces else "none yet; `leeward up` makes them")
    newest = max((paths.var() / "backups").glob("leeward-*.zip"), default=None)
    backed_up = "no backup yet in backups/; `leeward backup` makes one" if newest is None else f"last backup {newest.name}"
    return Check("Records", True, f"there; {backed_up}")


def _copies() -> Check:
    """Whether a backup or restore that was killed has left copies of what people told us."""
    left = work_folders.left_behind()
    named = f"left behind by a command that was killed: {', '.join(map(str, left))}; the next `leeward backup` clears them away"
    return Check("Unfinished copies", not left, named if left else "none")


def _firm() -> Check:
    from leeward.core.firm import FirmFileError, firm

    try:
        return Check("Firm", True, firm().name)
    except FirmFileError as error:
        return Check("Firm", False, str(error))


def _law() -> Check:
    from leeward.law import check

    faults = [
        finding for finding in [*check.shared_findings(on=date.today()), *check.findings(on=date.today())] if finding.is_fault
    ]
    return Check("Law files", not faults, f"{len(faults)} faults; `leeward law check` lists them" if faults else "no faults")


def _model() -> Check:
    path = model_files.model_file()
    return Check("Model", path.exists(), path.name if path.exists() else "none for the present data; run `leeward train`")


def _texting() -> Check:
    try:
        settings = TwilioSettings.from_environment()
    except TwilioSettingsError as error:
        return Check("Texting", False, str(error))
    if settings is None:
        return Check("Texting", True, "not set up; docs/sms.md says how")
    return Check("Texting", True, f"from {settings.number or settings.service}, by way of {settings.public_url}/sms/twilio")


def _proxy() -> Check:
    settings = Settings.from_environment()
    if settings.proxies:
        return Check("Proxy", True, ", ".join(map(str, settings.proxies)))
    told = "LEEWARD_TLS is 1, so there is one: name it in LEEWARD_PROXIES, or everyone behind it counts as one caller"
    return Check("Proxy", not settings.tls, told if settings.tls else "none")


def _ports() -> list[Check]:
    if instance.Running.load():
        return [Check("Running", True, "yes")]
    ports = Ports.configured()
    named = (("chat", ports.chat), ("desk", ports.desk))
    return [
        Check(
            f"Port for the {what}",
            not is_taken(port),
            f"{port} is taken; set LEEWARD_{what.upper()}_PORT" if is_taken(port) else f"{port} is free",
        )
        for what, port in named
    ]


def _telemetry() -> Check:
    off = os.environ.get("RASA_TELEMETRY_ENABLED") == "false"
    return Check("Telemetry", off, "off" if off else "on; start everything with the leeward command")
