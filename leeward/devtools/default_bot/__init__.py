"""A bot of Rasa's default recipe that asks what Leeward asks, as the baseline that a turn of ours stands beside.

`project/` is what someone has after `rasa init` and the documentation's chapters on forms and custom actions: DIET, TED and
rules, an action server over HTTP, an SQLite tracker store, the REST channel. It is trained on data/nlu/ once and kept.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from leeward.nlu.intent_classifier import load_examples
from leeward.ops import instance, paths

PROJECT: Final = Path(__file__).with_name("project")
MODEL: Final = "models/default-bot.tar.gz"


class TrainingFailed(Exception):
    """Rasa made no model; the message names its log."""


def ready_project(folder: Path) -> Path:
    """The bot's project within `folder`, trained there unless it was before (about ten minutes). Raises TrainingFailed."""
    project = folder / f"default-bot-{_fingerprint()}"
    if not (project / MODEL).exists():
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__"))
        _add_intents(project)
        _train(project)
    return project


def write_endpoints(project: Path, folder: Path, actions_port: int) -> Path:
    """The endpoints of one run, whose trackers are kept in `folder`."""
    endpoints: dict[str, Any] = {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "trackers.sqlite3")},
    }
    file = folder / "endpoints.yml"
    file.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    return file


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(
        [Path(__file__), *PROJECT.rglob("*.yml"), *PROJECT.rglob("*.py"), *(paths.PROJECT / "data" / "nlu").rglob("*.yml")]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _add_intents(project: Path) -> None:
    """Our intents for the domain; outside the form each has an answer by a rule, as our topics have."""
    domain_file, rules_file = project / "domain.yml", project / "data" / "rules.yml"
    domain = yaml.safe_load(domain_file.read_text(encoding="utf-8"))
    rules = yaml.safe_load(rules_file.read_text(encoding="utf-8"))
    domain["intents"] = sorted({intent for _, intent in load_examples(paths.PROJECT / "data" / "nlu")})
    for intent in (*domain["intents"], "nlu_fallback"):
        if intent != "greet":
            answer = f"utter_{intent}" if f"utter_{intent}" in domain["responses"] else "utter_fallback"
            steps = [{"intent": intent}, {"action": answer}]
            rules["rules"].append({"rule": f"{intent} outside the form", "condition": [{"active_loop": None}], "steps": steps})
    domain_file.write_text(yaml.safe_dump(domain, sort_keys=False), encoding="utf-8")
    rules_file.write_text(yaml.safe_dump(rules, sort_keys=False), encoding="utf-8")


def _train(project: Path) -> None:
    log = project / "train.log"
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", Path(MODEL).name.removesuffix(".tar.gz")]
    data = ["--data", "data", str(paths.PROJECT / "data" / "nlu")]
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [*command, *data], cwd=project, env=instance.environment(), stdout=out, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0 or not (project / MODEL).exists():
        raise TrainingFailed(f"The default bot could not be trained; the log is {log}.")
