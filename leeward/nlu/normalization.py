"""A text made ready for matching: misspelled words mended, letters folded, phrases found word by word (spaCy)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

import yaml
from rapidfuzz import process as fuzzy
from rapidfuzz.distance import OSA
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from leeward.core.spans import Span
from leeward.nlu.number_words import number_words

_FILE: Final = Path(__file__).with_name("data") / "spelling.yml"
_WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_LETTERS: Final = re.compile(r"(?<![\w@.])[^\W\d_]{2,20}(?![\w@]|\.\w)")
_LETTER_O: Final = re.compile(r"(?<=\d)[oO](?=[oO,.\d]|\b)|(?<=\d,)[oO](?=[oO\d])|(?<=\d,[oO])[oO]|(?<=\d,[oO]{2})[oO]")
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
# spaCy's own tokenizer takes minutes over ten thousand dollar signs.
_TOKEN: Final = re.compile(r"[^\W\d_]+|'[a-z]+|\d+|[^\w\s]")
_NOT_LETTERS: Final = re.compile(r"[^\w\s]|_")
_OTHER_WORD: Final = "…"
_CHOICE: Final = re.compile(r"(\([^()]*\)|\[[^\[\]]*\])")
SHORTEST_CORRECTED: Final = 5


def normalize(text: str) -> str:
    """The text in lower case and without accents, as long as the original."""
    plain = text.translate(_APOSTROPHES)
    return plain.lower() if plain.isascii() else "".join(_fold_character(character) for character in plain)


@functools.lru_cache(maxsize=4_000)
def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def words(normalized: str) -> list[str]:
    """The words of a folded text, in order."""
    return _WORD.findall(normalized)


def correct_spelling(text: str) -> str:
    """The text with the misspelled words that matter to the reader put right, and the letter O in a number made a zero."""
    return _LETTERS.sub(lambda match: _corrected_word(match.group()), _LETTER_O.sub("0", text))


@functools.lru_cache(maxsize=20_000)
def _corrected_word(word: str) -> str:
    normalized = normalize(word)
    # A word with a capital may be somebody's name.
    right = _common_misspellings().get(normalized) or (None if word.istitle() else _closest(normalized))
    if right is None:
        return word
    return right.upper() if word.isupper() else right


def _closest(normalized: str) -> str | None:
    """The one word of the vocabulary that a misspelling is closest to, its first letter right."""
    if len(normalized) < SHORTEST_CORRECTED or normalized in _right_words():
        return None
    close = fuzzy.extractOne(normalized, _vocabulary(), scorer=OSA.distance, score_cutoff=1 if len(normalized) < 9 else 2)
    return close[0] if close is not None and close[0][0] == normalized[0] else None


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return table


@functools.cache
def _common_misspellings() -> Mapping[str, str]:
    return dict(_table()["common_misspellings"])


@functools.cache
def _vocabulary() -> tuple[str, ...]:
    return tuple(_table()["vocabulary"])


@functools.cache
def _right_words() -> frozenset[str]:
    """Words that are no misspelling: the vocabulary, what looks like it, number words, and words of the role phrases."""
    roles = (_FILE.parent / "money_roles.yml").read_text(encoding="utf-8")
    return (
        frozenset(_vocabulary()) | frozenset(_table()["lookalikes"]) | number_words().keys() | frozenset(_WORD.findall(roles))
    )


def plain_words(text: str) -> str:
    """Words without case, accents, apostrophes and punctuation, so that "Don't call me!" and "dont call me" are one."""
    without_apostrophes = text.replace("'", "").replace("’", "")
    decomposed = unicodedata.normalize("NFKD", without_apostrophes.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(_NOT_LETTERS.sub(" ", letters).split())


class Phrases:
    """Phrases by label, found word by word in folded text. Of two that overlap the longer counts.

    A phrase may hold choices: "[i|we] (still) owe" stands for "i owe", "we owe", "i still owe" and "we still owe".
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        """Raises ValueError for a phrase that stands under two labels."""
        labels: dict[tuple[str, ...], str] = {}
        for label, group in phrases.items():
            for text in (text for phrase in group for text in _spelled_out(phrase)):
                if labels.setdefault(tuple(_TOKEN.findall(text)), label) != label:
                    raise ValueError(f"{text!r} stands under two labels")
        self._known = {token for tokens in labels for token in tokens}
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab)
        for label in phrases:
            self._matcher.add(label, [Doc(self._vocab, words=list(tokens)) for tokens, its in labels.items() if its == label])

    def find(self, normalized: str) -> list[tuple[str, Span]]:
        """Every phrase in the text with its label, in order."""
        tokens = list(_TOKEN.finditer(normalized))
        # spaCy keeps every word it has seen; what people write is not to be kept, so other words all become one.
        doc = Doc(self._vocab, words=[token.group() if token.group() in self._known else _OTHER_WORD for token in tokens])
        found = filter_spans(self._matcher(doc, as_spans=True))
        return [(span.label_, Span(tokens[span.start].start(), tokens[span.end - 1].end())) for span in found]


def _spelled_out(phrase: str) -> list[str]:
    """Every way to read a phrase with options."""
    choices = []
    for part in _CHOICE.split(phrase):
        if part.startswith("("):
            choices.append(["", *part[1:-1].split("|")])
        elif part.startswith("["):
            choices.append(part[1:-1].split("|"))
        else:
            choices.append([part])
    return [" ".join("".join(chosen).split()) for chosen in product(*choices)]
