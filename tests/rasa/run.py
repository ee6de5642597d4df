"""`rasa test` on the trained model: the messages of test_nlu.yml and the conversations of test_stories.yml.

    python tests/rasa/run.py

Rasa's command ends well whatever it finds, so its reports are read; any mismatch fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from leeward.ops import instance, model_files, paths

HERE = Path(__file__).parent


def main() -> int:
    """Runs the tests; 0 where every expectation holds."""
    model = model_files.model_file()
    if not model.exists():
        print("There is no model of the present data; run `leeward train` first.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        if not _tested(model, Path(folder)):
            return 1
        complaints = [*_messages(Path(folder)), *_conversations(Path(folder))]
    for complaint in complaints:
        print(complaint)
    print("rasa test:", "failed" if complaints else "passed")
    return 1 if complaints else 0


def _tested(model: Path, report: Path) -> bool:
    files = ("--nlu", str(HERE / "test_nlu.yml"), "--stories", str(HERE / "test_stories.yml"))
    command = [sys.executable, "-m", "rasa", "test", *files, "--model", str(model), "--out", str(report), "--no-plot"]
    environment = instance.environment()
    done = subprocess.run(command, cwd=paths.PROJECT, env=environment, capture_output=True, text=True, check=False)
    # The reports are of both kinds only where neither file was passed over.
    complete = done.returncode == 0 and all((report / name).exists() for name in ("intent_report.json", "story_report.json"))
    if not complete:
        print((done.stdout + done.stderr)[-4000:])
    return complete


def _messages(report: Path) -> list[str]:
    """The messages that were understood otherwise; Rasa writes no file where there are none."""
    path = report / "intent_errors.json"
    errors: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [
        f"{error['text']!r} is {error['intent']}, not {error['intent_prediction']['name']}"
        f" ({error['intent_prediction']['confidence']:.2f})"
        for error in errors
    ]


def _conversations(report: Path) -> list[str]:
    """The conversations that went otherwise, as Rasa writes them."""
    failed = (report / "failed_test_stories.yml").read_text(encoding="utf-8")
    return [failed] if "story:" in failed else []


if __name__ == "__main__":
    raise SystemExit(main())
