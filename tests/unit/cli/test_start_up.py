"""What `leeward --help` loads: it should be there at once, so nothing heavy is imported before a command needs it."""

from __future__ import annotations

import subprocess
import sys

from leeward.ops import paths

HEAVY = ("rasa", "django", "numpy", "spacy", "sklearn", "phonenumbers", "yaml", "httpx", "twilio")


def test_the_command_loads_no_heavy_library_before_it_needs_one() -> None:
    program = f"import sys, leeward.cli.main; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=paths.PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
