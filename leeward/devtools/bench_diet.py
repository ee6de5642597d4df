"""Rasa's default pipeline (DIET), trained on the same data, as the baseline that our understanding stands beside.

The pipeline is the one `rasa init` writes, without the response selector, which has nothing to select from here.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

from leeward.assistant import logging_config
from leeward.devtools.bench_reading import CRISIS, OUT_OF_SCOPE, Understand
from leeward.dialogue import topics
from leeward.ops import paths

PIPELINE: Final[tuple[dict[str, Any], ...]] = (
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True, "random_seed": 1},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
)


@contextmanager
def trained() -> Iterator[Understand]:
    """The baseline, trained on data/nlu/ (minutes). It names a topic and a crisis; it reads no facts."""
    logging_config.configure()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yml"
        config.write_text(yaml.safe_dump({"recipe": "default.v1", "language": "en", "pipeline": list(PIPELINE)}), "utf-8")
        model = train_nlu(str(config), str(paths.PROJECT / "data" / "nlu"), output=folder)
        if model is None:
            raise RuntimeError("Rasa trained no model")
        agent = Agent.load(model)
        loop = asyncio.new_event_loop()

        def understand(text: str, asked: str | None, on: date) -> dict[str, Any]:
            parsed = loop.run_until_complete(agent.parse_message(text))
            topic = _topic(parsed)
            return {"topic": topic, "facts": {}, "clarify": [], "crisis": topic == CRISIS}

        try:
            yield understand
        finally:
            loop.close()


def _topic(parsed: dict[str, Any]) -> str | None:
    """Its likeliest topic; where it falls back, the message counts as out of scope."""
    if parsed["intent"]["name"] == "nlu_fallback":
        return OUT_OF_SCOPE
    named: Iterator[str] = (ranked["name"] for ranked in parsed["intent_ranking"] if ranked["name"] in topics.topics())
    return next(named, None)
