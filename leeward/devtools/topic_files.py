"""The files that Rasa reads of leeward/dialogue/topics.yml: the domain's intents and the rule of each intent.

    python -m leeward.devtools.topic_files

writes both. Nobody edits them; tests/unit/dialogue/test_topics.py holds them equal to what is generated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from leeward.dialogue import topics
from leeward.dialogue.topics import Intent
from leeward.ops import paths

HEAD: Final = """\
# GENERATED from leeward/dialogue/topics.yml by `python -m leeward.devtools.topic_files`. Change that table, not this file.
version: "3.1"
"""
INTENTS: Final = Path("domain", "intents.yml")
RULES: Final = Path("data", "rules", "topics.yml")


def contents(intents: Iterable[Intent]) -> Mapping[Path, str]:
    """What each generated file holds, by its path inside the project."""
    table = tuple(intents)
    return {INTENTS: _domain_intents(table), RULES: _rules(table)}


def _domain_intents(intents: Iterable[Intent]) -> str:
    # Facts are entities, but no policy learns from them: the actions read them from the message.
    lines = "".join(f"  - {intent.name}: {{use_entities: []}}\n" for intent in intents)
    return f"{HEAD}\nintents:\n{lines}"


def _rules(intents: Iterable[Intent]) -> str:
    return f"{HEAD}\nrules:\n" + "".join(f"\n{_rule(intent)}" for intent in intents)


def _rule(intent: Intent) -> str:
    answer = "" if intent.action is None else f"      - action: {intent.action}\n"
    return (
        f"  - rule: {json.dumps(intent.rule, ensure_ascii=False)}\n"
        "    condition:\n"
        "      - active_loop: intake_form\n"
        "    steps:\n"
        f"      - intent: {intent.name}\n"
        f"{answer}"
        "      - action: intake_form\n"
        "      - active_loop: intake_form\n"
    )


def main() -> None:
    """Writes the generated files."""
    for path, content in contents(topics.intents().values()).items():
        target = paths.PROJECT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
