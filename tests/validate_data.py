"""`rasa data validate` on the project's data: no error, no conflict, and no warning but the one that Rasa gives for every form.

Rasa's validator calls a response unused unless a story or rule names it, though a form asks it or an action says it
(rasa/validator.py `verify_utterances_in_stories`). So each response it names must be found here at its real user.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import get_args

from leeward.dialogue import topics
from leeward.dialogue.state_update import Note
from leeward.ops import domain_files, instance, paths

COMMAND = [sys.executable, "-m", "rasa", "data", "validate", "--max-history", "5"]
UNUSED = re.compile(r"The utterance '(\w+)' is not used in any story or rule")
WARNING = re.compile(r"(?:UserWarning|RuntimeWarning|RasaWarning): (.*)")


def main() -> int:
    """Runs the validator; 0 where the data is clean."""
    environment = {**instance.environment(), "PYTHONWARNINGS": "ignore,default::UserWarning"}
    done = subprocess.run(COMMAND, cwd=paths.PROJECT, env=environment, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    complaints = [line for line in WARNING.findall(output) if not UNUSED.match(line)]
    complaints += [f"The response {name} is said by no form, no action and no topic." for name in sorted(_unused(output))]
    for complaint in complaints:
        print(complaint)
    if done.returncode:
        print(output[-4000:])
        return done.returncode
    conflicts = "No story structure conflicts found" in output
    print("rasa data validate:", "clean, no story conflicts" if conflicts and not complaints else "not clean")
    return 0 if conflicts and not complaints else 1


def _unused(output: str) -> set[str]:
    """Responses that Rasa calls unused and that no form slot asks, no action names and no topic is answered with."""
    asked = {f"utter_ask_{slot}" for slot in domain_files.required_slots()}
    sources = [*paths.PROJECT.glob("actions/*.py"), *paths.PROJECT.glob("leeward/assistant/**/*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(r"(?:utter|say)_\w+", code)) | {
        f"{kind}_{note}" for kind in ("say", "utter") for note in get_args(Note)
    }
    named |= {intent.answer for intent in topics.intents().values() if intent.answer is not None}
    families = tuple(re.findall(r'f"(say_\w+_)\{', code))
    return {name for name in UNUSED.findall(output) if name not in asked | named and not name.startswith(families)}


if __name__ == "__main__":
    raise SystemExit(main())
