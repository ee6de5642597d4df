"""Work on real records in processes of its own, as the commands of an operator are."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from leeward.ops import paths

BEGIN = "from leeward import records\nrecords.setup()\n"


def printed(var: Path, program: str, **environment: str) -> list[str]:
    """The lines that a process prints that has the records of `var` set up and then runs `program`."""
    done = _run([sys.executable, "-c", BEGIN + textwrap.dedent(program)], var, environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def command(var: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the leeward command does with these words on the records of `var`."""
    return _run([sys.executable, "-m", "leeward", *words], var, environment)


def _run(words: list[str], var: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        env={**os.environ, "LEEWARD_DATABASE_URL": "", "LEEWARD_VAR": str(var), **environment},
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
