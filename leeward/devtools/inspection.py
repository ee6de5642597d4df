"""What `leeward read` and `leeward estimate` print: the understanding and the estimate of one text, without a conversation.

Also trains the topic model alone (`leeward train --nlu`), which these commands use where no assistant has been trained.
"""

from __future__ import annotations

import functools
import tarfile
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from watchfiles import watch

from leeward.assessment.model import Estimate, Reason
from leeward.assessment.serialization import estimate_to_json
from leeward.core import formatting
from leeward.core.facts import Facts, value_to_json
from leeward.dialogue import topics
from leeward.dialogue.intent_resolution import intent_confidence, nearest_topic, resolve_intent
from leeward.nlu import safety_rules
from leeward.nlu.embeddings import Embedder, cached_embedder, embed
from leeward.nlu.extraction import YES_OR_NO_TO_CONTACT, Reading, read, tags_of
from leeward.nlu.intent_classifier import OUT_OF_SCOPE, ExamplesUnread, Guess, TopicModel, load_examples
from leeward.ops import model_files, paths

NLU: Final = paths.PROJECT / "data" / "nlu"
EMBEDDINGS_CACHE: Final = "embeddings.npz"
MODEL_MEMBER: Final = "topics.model"
# Below this probability of the likeliest topic, a text counts as a plain answer that raises no topic.
MIN_CONFIDENCE: Final = 0.1


def understand(text: str, *, asked: str | None, on: date) -> dict[str, Any]:
    """What is understood of a text, as JSON: the keys are those that docs/cli.md documents for `leeward read`.

    `asked` is the fact that the person was just asked for, `on` the day that words like "tomorrow" are counted from.
    `topic` is None where the text only answers a question.
    """
    reading = read(text, asked=asked, on=on)
    alerts = safety_rules.screen(text)
    guess = topic_model().classify(text, tags_of(text, asked))
    crisis = bool(alerts.crisis or alerts.danger or guess.is_crisis)
    intent = resolve_intent(reading, guess, alerts, asked=asked)
    topic, confidence = ("crisis", 1.0) if crisis else _topic(reading, guess, intent)
    return {
        "text": text,
        "language": reading.language,
        "topic": topic,
        "topics": list(dict.fromkeys([topic, *guess.also])) if topic is not None else [],
        "confidence": round(confidence, 4),
        "facts": {name: value_to_json(fact.value) for name, fact in reading.facts.known.items()} | _wishes(reading, asked),
        "clarify": sorted(reading.facts.clarify),
        "crisis": crisis,
    }


def _wishes(reading: Reading, asked: str | None) -> dict[str, bool]:
    """Whether the person wants to be contacted, as the conversation takes it; a consent is never read out of free words."""
    if "person" in reading.acts:
        return {"wants_contact": True}
    if asked in YES_OR_NO_TO_CONTACT and len({"yes", "no"} & reading.acts) == 1:
        return {asked: "yes" in reading.acts}
    return {}


def _topic(reading: Reading, guess: Guess, intent: str) -> tuple[str | None, float]:
    """What the message is handled as where that is a topic, else the likeliest topic, each with its probability.

    None for the topic where the probability is below MIN_CONFIDENCE.
    """
    nearest = nearest_topic(reading, guess)
    if nearest is not None and intent not in topics.topics() - {nearest}:
        return nearest, dict(guess.ranking)[nearest]
    if intent in topics.topics():
        return intent, intent_confidence(intent, guess)
    tells = bool(reading.facts.known or reading.facts.clarify or reading.acts)
    for name, confidence in guess.ranking:
        if name in topics.topics() and not (tells and name == OUT_OF_SCOPE):
            return (name, confidence) if confidence >= MIN_CONFIDENCE else (None, confidence)
    return None, 0.0


def train_topics() -> tuple[int, float]:
    """Trains the topic model alone, for work on data/nlu. Returns the number of training lines and the seconds it took.

    Sentence embeddings are cached beside the model, and the last model is where training starts from. Raises ExamplesUnread,
    and keeps the last model, where a file of data/nlu cannot be read.
    """
    begin = time.perf_counter()
    examples = load_examples(NLU)
    target, before = model_files.topics_file(), model_files.earlier_topics_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    earlier = TopicModel.load(before) if before is not None else None
    model = TopicModel.train(examples, topics.acts(), _embedder(target.parent / EMBEDDINGS_CACHE), earlier)
    for older in target.parent.glob("topics-*.model"):
        older.unlink()
    model.save(target)
    return len(examples), time.perf_counter() - begin


def train_topics_on_change() -> Iterator[tuple[int, float] | ExamplesUnread]:
    """Trains whenever a file in data/nlu is saved, until interrupted; yields the error where a file cannot be read."""
    # Loads the encoder (seconds) before the first change, so that no save has to wait for it.
    embed([""])
    for _ in watch(NLU, raise_interrupt=False):
        try:
            yield train_topics()
        except ExamplesUnread as error:
            yield error


@functools.cache
def _embedder(cache: Path) -> Embedder:
    return cached_embedder(cache)


@functools.cache
def topic_model() -> TopicModel:
    """The topic model inside the trained assistant's archive; without one, the topic model alone, trained if need be."""
    archive = model_files.model_file()
    if not archive.exists():
        if not model_files.topics_file().exists():
            train_topics()
        return TopicModel.load(model_files.topics_file())
    with tarfile.open(archive) as model:
        member = next(name for name in model.getnames() if name.endswith(MODEL_MEMBER))
        stored = model.extractfile(member)
        content = stored.read() if stored else b""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL_MEMBER
        path.write_bytes(content)
        return TopicModel.load(path)


def estimate_json(estimate: Estimate, process: str | None) -> dict[str, Any]:
    """The estimate as JSON, with only one kind of foreclosure if one was named."""
    values = estimate_to_json(estimate)
    if process is not None:
        values["exposures"] = [exposure for exposure in values["exposures"] if exposure["process"] == process]
        if values["law"] is not None:
            values["law"]["citations"] = _citations(values)
    return values


def _citations(values: dict[str, Any]) -> list[str]:
    """The sources of what is shown: of the exposures' reasons and of the time to sue."""
    reasons = [reason for exposure in values["exposures"] for reason in exposure["reasons"]]
    told = [item["citation"] for item in (*reasons, values["deadline"]) if item is not None and item["citation"]]
    return list(dict.fromkeys(told))


def estimate_text(estimate: Estimate, facts: Facts, process: str | None) -> str:
    """The estimate for a person at a terminal."""
    lines = []
    shortfall = estimate.shortfall
    if shortfall is None:
        lines.append("Shortfall: not known (the amount owed and the home's worth are both needed).")
    elif shortfall.low == shortfall.high:
        lines.append(f"Shortfall at a sale for what the home is worth: {formatting.money(shortfall.expected)}")
    else:
        lines.append(f"Shortfall: {formatting.money(shortfall.low)} to {formatting.money(shortfall.high)}")
    for exposure in estimate.exposures:
        if process is not None and exposure.process != process:
            continue
        up_to = "amount not known" if exposure.up_to is None else f"up to {formatting.money(exposure.up_to)}"
        lines.append(f"{exposure.process}, {exposure.lien} lien: {exposure.standing}, {up_to}")
        lines += [f"  - {_told(reason)}" for reason in exposure.reasons]
        lines += [f"  - possible: {_told(reason)}" for reason in exposure.possible]
    lines.append(f"Owes it in person: {estimate.liable.answer}")
    lines += [f"  - {_told(reason)}" for reason in estimate.liable.reasons]
    for clock in estimate.clocks:
        lines.append(f"{clock.what}: {clock.day.isoformat() if clock.day else 'no day'}. {clock.words.en}")
    lines.append(f"Tier: {estimate.tier}")
    if estimate.depends_on:
        lines.append(f"Depends on: {', '.join(estimate.depends_on)}")
    lines.append("This is general information, not legal advice; a lawyer should confirm it.")
    return "\n".join(lines)


def _told(reason: Reason) -> str:
    return f"{reason.words.en} ({reason.citation})" if reason.citation else reason.words.en
