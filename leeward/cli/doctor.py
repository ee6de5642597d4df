"""What `leeward doctor` checks: all that Leeward needs, and what to do about what is missing."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date

from leeward.core.firm import FirmFileError, firm
from leeward.law import check
from leeward.ops import instance, model_files, paths
from leeward.ops.ports import Ports, is_taken
from leeward.ops.twilio_config import TwilioSettings, TwilioSettingsError


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is in order, and what was found."""

    what: str
    ok: bool
    found: str


def checks() -> list[Check]:
    """Every check, in the order in which faults should be mended."""
    return [_python(), _var(), _firm(), _law(), _model(), _texting(), *_ports(), _telemetry()]


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", sys.version_info[:2] == (3, 11), f"{found} (3.11 is needed)")


def _var() -> Check:
    folder = paths.var()
    writable = os.access(folder, os.W_OK)
    return Check(
        "Data folder", writable, f"{folder}" if writable else f"{folder} is not writable; set LEEWARD_VAR to one that is"
    )


def _firm() -> Check:
    try:
        return Check("Firm", True, firm().name)
    except FirmFileError as error:
        return Check("Firm", False, str(error))


def _law() -> Check:
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


def _ports() -> list[Check]:
    if instance.Running.noted():
        return [Check("Running", True, "yes")]
    try:
        ports = Ports.configured()
    except ValueError as error:
        return [Check("Ports", False, str(error))]
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
