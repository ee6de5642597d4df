"""Records in a real data folder, worked on by processes of their own, as commands and a running Leeward do."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from leeward.ops import paths

BEGIN = "from leeward import records\nrecords.setup()\n"
MAKE = "from leeward.records import bootstrap\nbootstrap.migrate()\n"


def python(var: Path, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a process does that has the records of `var` set up and then runs `program`."""
    return _run([sys.executable, "-c", BEGIN + textwrap.dedent(program)], var, environment)


def printed(var: Path, program: str, **environment: str) -> list[str]:
    """The lines that such a process prints."""
    done = python(var, program, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def command(var: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the leeward command does with these words on the records of `var`."""
    return _run([sys.executable, "-m", "leeward", *words], var, environment)


def make_records(var: Path, program: str = "") -> Path:
    """New records in `var`, after which `program` has run on them."""
    printed(var, MAKE + textwrap.dedent(program))
    return var


def _run(words: list[str], var: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        env={**os.environ, "LEEWARD_DATABASE_URL": "", "LEEWARD_VAR": str(var), **environment},
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
