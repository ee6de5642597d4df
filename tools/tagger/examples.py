"""Examples: what the network should say of a text, piece by piece and as a whole; and texts varied so that it learns words.

data/messages gives the role of every piece and every label. data/nlu gives only the topic and whether it is a crisis: its short
texts say nothing of what else is in them, so the rest is left open there (IGNORED, LEFT_OPEN).
"""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
import sentencepiece
import yaml

from leeward.core.spans import Span
from leeward.nlu.labelled_messages import LabelledMessage
from tools.tagger.labels import CHOICES, INDEPENDENT, LONGEST, PROJECT, ROLES, SAID_IN_WORDS

MESSAGES: Final = PROJECT / "data" / "messages"
NLU: Final = PROJECT / "data" / "nlu"
# In place of a class or a choice: nothing to learn here. In place of 0 or 1 of an independent label: the same.
IGNORED: Final = -100
LEFT_OPEN: Final = -1.0
# One message in so many is held back.
_HELD: Final = 12
# The ids of the special pieces, as in the base model.
BEGIN: Final = 0
PADDING: Final = 1
END: Final = 2
UNKNOWN: Final = 3
_NOT_KNOWN: Final = "unknown"
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_SPACES: Final = str.maketrans({"\n": " ", "\t": " ", "\r": " "})
_AMOUNTS: Final = frozenset("owed worth second monthly arrears bought_for sold_for claimed fee offer other_debt other".split())
_PLACES: Final = frozenset("home residence lenders relatives".split())
# Chances of each variation of a message, in each epoch anew.
_OTHER_DIGITS: Final = 0.3
_LOWER_CASE: Final = 0.25
_NO_ACCENTS: Final = 0.2
_OTHER_PLACES: Final = 0.3
_PLACE_LENGTH: Final = range(4, 30)


@dataclass(frozen=True, slots=True)
class Example:
    """One text as the network sees it, and what it should say: a class for each piece and choice, 0 or 1 for other labels."""

    ids: list[int]
    roles: list[int]
    choices: list[int]
    independent: list[float]
    message: LabelledMessage | None


def held_out(message: LabelledMessage) -> bool:
    """Whether a message is for measuring only: by a checksum of its id, so that it stays so while others are added."""
    return zlib.crc32(message.id.encode()) % _HELD == 0


def short_texts(folder: Path) -> list[tuple[str, str]]:
    """The examples of data/nlu, each with its intent."""
    return sorted({pair for path in sorted(folder.rglob("*.yml")) for pair in _intents(path)})


def _intents(path: Path) -> Iterator[tuple[str, str]]:
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            if text := line.strip().removeprefix("- ").strip():
                yield block["intent"], text


def marked_stretches(message: LabelledMessage) -> Iterator[tuple[Span, str]]:
    """Where the marks of a message are in its text: after the mark before where it is there, else where it is first."""
    end = 0
    for words, role in message.marks:
        start = message.text.find(words, end)
        if start < 0:
            start = message.text.find(words)
        if start >= 0:
            end = start + len(words)
            yield Span(start, end), role


class Examples:
    """Makes examples with a vocabulary. The pieces of a text must be those that leeward.nlu.tagger reads."""

    def __init__(self, vocabulary: sentencepiece.SentencePieceProcessor) -> None:
        self._vocabulary = vocabulary

    def of_message(self, message: LabelledMessage) -> Example:
        """The example that a labelled message is."""
        before, ids, spans = self._pieces(message.text, message.asked)
        stretches = [*marked_stretches(message)]
        stretches += [found for found in _said_in_words(message) if not any(found[0].overlaps(span) for span, _ in stretches)]
        roles = [0] * len(ids)
        for stretch, role in stretches:
            for index, span in enumerate(spans):
                if span.overlaps(stretch):
                    roles[index] = ROLES.index(role)
        return Example(
            [*before, *ids, END],
            [*[IGNORED] * len(before), *roles, IGNORED],
            [_choice(message, fact) for fact in CHOICES],
            [float(_holds(message, kind, name)) for kind, name in INDEPENDENT],
            message,
        )

    def of_short_text(self, intent: str, text: str) -> Example:
        """The example that a text of data/nlu is: of its topic and of a crisis only."""
        before, ids, _ = self._pieces(text, None)
        known = {"topic", "crisis"}
        sequence = [*before, *ids, END]
        return Example(
            sequence,
            [IGNORED] * len(sequence),
            [IGNORED] * len(CHOICES),
            [float(name == intent) if kind in known else LEFT_OPEN for kind, name in INDEPENDENT],
            None,
        )

    def _pieces(self, text: str, asked: str | None) -> tuple[list[int], list[int], list[Span]]:
        """The ids before the text (with the open question), and those of the text with their spans."""
        question = self._vocabulary.encode(asked.replace("_", " ")) if asked else []
        plain = "".join(_compatible(character) for character in text.translate(_APOSTROPHES).translate(_SPACES))
        ids, surfaces = self._vocabulary.encode(plain), self._vocabulary.encode(plain, out_type=str)
        # The first piece begins with a space that the text does not have.
        edges = [-1]
        for surface in surfaces:
            edges.append(edges[-1] + len(surface))
        spans = [Span(max(start, 0), max(end, 0)) for start, end in pairwise(edges)]
        return [BEGIN, *question, END], ids[:LONGEST], spans[:LONGEST]


def _compatible(character: str) -> str:
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 else character


def _said_in_words(message: LabelledMessage) -> Iterator[tuple[Span, str]]:
    """Where names, lenders and times of day stand, for facts that are in the text word for word."""
    text = _folded(message.text)
    if len(text) != len(message.text):
        return
    for fact in SAID_IN_WORDS:
        value = message.facts.get(fact)
        if isinstance(value, str) and value != _NOT_KNOWN:
            found = re.search(rf"(?<!\w){re.escape(_folded(value))}(?!\w)", text)
            if found:
                yield Span(*found.span()), fact


def _folded(text: str) -> str:
    return "".join(
        character for character in unicodedata.normalize("NFD", text) if not unicodedata.combining(character)
    ).lower()


def _choice(message: LabelledMessage, fact: str) -> int:
    """The class of a choice: 0 where nothing is said of it; nothing is learned where a careful person would ask back."""
    if fact in message.clarify:
        return IGNORED
    value, values = message.facts.get(fact), CHOICES[fact]
    return 1 + values.index(value) if value in values else 0


def _holds(message: LabelledMessage, kind: str, name: str) -> bool:
    match kind:
        case "topic":
            return name in message.topics
        case "crisis":
            return message.crisis
        case "unknown":
            return message.asked is not None and message.facts.get(message.asked) == _NOT_KNOWN
        case "zero":
            return bool(message.facts.get(name) == 0)
        case _:
            return name in message.clarify


class Variation:
    """Varies messages: other digits in amounts, other places, lower case, no accents. Labels and marks stay true."""

    def __init__(self, messages: Iterable[LabelledMessage], chance: random.Random) -> None:
        self._chance = chance
        marks = {words for message in messages for words, role in message.marks if role in _PLACES}
        self._places = sorted(words for words in marks if _is_name(words) and len(words) in _PLACE_LENGTH)

    def vary(self, message: LabelledMessage) -> LabelledMessage:
        """The message, or a variation of it."""
        if self._happens(_OTHER_DIGITS):
            message = self._replaced(message, _AMOUNTS, self._other_digits)
        if self._happens(_LOWER_CASE):
            message = _mapped(message, str.lower)
        if self._happens(_NO_ACCENTS):
            message = _mapped(message, _without_accents)
        if self._places and self._happens(_OTHER_PLACES):
            message = self._replaced(message, _PLACES, self._other_place)
        return message

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _replaced(self, message: LabelledMessage, roles: frozenset[str], other: Callable[[str], str | None]) -> LabelledMessage:
        """The message with other words for the marks of some roles, each that stands once in the text."""
        for words, role in message.marks:
            new = other(words) if role in roles and message.text.count(words) == 1 else None
            if new is not None and new not in message.text:
                marks = tuple((new if old == words else old, kept) for old, kept in message.marks)
                message = msgspec.structs.replace(message, text=message.text.replace(words, new), marks=marks)
        return message

    def _other_digits(self, words: str) -> str:
        """The same amount in size: a zero stays one."""
        return "".join(
            self._chance.choice("123456789") if character.isdigit() and character != "0" else character for character in words
        )

    def _other_place(self, words: str) -> str | None:
        return self._chance.choice(self._places) if _is_name(words) and len(words) >= _PLACE_LENGTH.start else None


def _is_name(words: str) -> bool:
    return not any(character.isdigit() for character in words)


def _mapped(message: LabelledMessage, form: Callable[[str], str]) -> LabelledMessage:
    """The message in another form, where that leaves its length as it is."""
    text = form(message.text)
    if len(text) != len(message.text):
        return message
    marks = tuple((form(words), role) for words, role in message.marks)
    return msgspec.structs.replace(message, text=text, marks=marks)


def _without_accents(text: str) -> str:
    return "".join(unicodedata.normalize("NFD", character)[0] for character in text)


def by_length(examples: Iterable[Example], pieces: int, chance: random.Random) -> list[Sequence[Example]]:
    """Batches of at most so many pieces each, of texts of about one length, in random order."""
    batches: list[Sequence[Example]] = []
    batch: list[Example] = []
    for example in sorted(examples, key=lambda example: len(example.ids) + chance.random() * 6):
        longest = max((len(example.ids), *(len(other.ids) for other in batch)))
        if batch and (len(batch) + 1) * longest > pieces:
            batches.append(batch)
            batch = []
        batch.append(example)
    if batch:
        batches.append(batch)
    chance.shuffle(batches)
    return batches
