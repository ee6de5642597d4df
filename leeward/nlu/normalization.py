"""Text normalization before matching: spelling correction, case and accent folding, and phrase matching on tokens (spaCy).

`normalize` keeps the length of a text, so that spans of its result are spans of the original. The steps further down change the
length; `plain_words`, opt_out and safety_rules each compose the steps that their phrases are written for.
"""

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
_PUNCTUATION: Final = re.compile(r"[^\w\s]|_")
_NO_APOSTROPHES: Final = str.maketrans("", "", "'’")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SPELLED_OUT: Final = re.compile(r"\b\w(?:[ .*-]\w){3,}\b")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_DISGUISED: Final = re.compile(r"\b[a-z]+[0-9@$!][a-z0-9@$!]*[a-z][a-z0-9]*\b")
_LOOKALIKES: Final = str.maketrans("013457@$!", "oieastasi")
_CONTRACTIONS: Final = (
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\b(what|it|there|that|where|he|she|who|here|how|let)'s\b"), r"\1 is"),
    (re.compile(r"'"), ""),
)
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
    """The words of a normalized text, in order."""
    return _WORD.findall(normalized)


def correct_spelling(text: str) -> str:
    """The text with misspelled vocabulary words (data/spelling.yml) corrected, and the letter O in a number as a zero."""
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
    """The vocabulary word within OSA distance 1 (2 from nine letters on) and with the same first letter, if any."""
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
    """Words that are never corrected: vocabulary, lookalikes, number words, and the words of the money role phrases."""
    roles = (_FILE.parent / "money_roles.yml").read_text(encoding="utf-8")
    return (
        frozenset(_vocabulary()) | frozenset(_table()["lookalikes"]) | number_words().keys() | frozenset(_WORD.findall(roles))
    )


# ---------------------------------------------------------------- steps that change the length of a text


def strip_invisible(text: str) -> str:
    """The text without zero-width and direction characters (Unicode format characters), which can hide a word from a rule."""
    return _INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """The text in its compatibility decomposition (NFKD), case-folded and without accents: "É" is "e", "ﬁ" is "fi".

    Unlike `normalize` it may change the length, so that no span of the result points into the original.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def strip_punctuation(text: str) -> str:
    """The words of a text with one space between them; whatever is no letter, digit or space separates words."""
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def strip_apostrophes(text: str) -> str:
    """The text with "don't" as "dont"."""
    return text.translate(_NO_APOSTROPHES)


def expand_contractions(folded: str) -> str:
    """English contractions of a folded text written out: "i'm" is "i am", "can't" is "can not"; other apostrophes go."""
    expanded = folded.translate(_APOSTROPHES)
    for written, meant in _CONTRACTIONS:
        expanded = written.sub(meant, expanded)
    return expanded


def join_spelled_letters(folded: str) -> str:
    """The text with a word spelled letter by letter joined: "d i e d" and "d.i.e.d" are "died". Four letters or more."""
    return _SPELLED_OUT.sub(lambda match: _PUNCTUATION.sub("", match.group()).replace(" ", ""), folded)


def reveal_disguised_letters(folded: str) -> str:
    """The text with figures and signs inside a word read as the letters that they look like: "k1ll" is "kill"."""
    return _DISGUISED.sub(lambda match: match.group().translate(_LOOKALIKES), folded)


def shorten_stretched_letters(folded: str) -> str:
    """The text with a letter that is repeated three times or more written once: "stooop" is "stop"."""
    return _STRETCHED.sub(r"\1", folded)


def plain_words(text: str) -> str:
    """Words without case, accents, apostrophes and punctuation, so that "Don't call me!" and "dont call me" are one."""
    return strip_punctuation(fold(strip_apostrophes(text)))


class Phrases:
    """Labelled phrases, matched token by token in normalized text. Of overlapping matches the longest is kept.

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
        # spaCy's vocabulary stores every word it sees. Personal data must not stay there, so unknown words become one token.
        doc = Doc(self._vocab, words=[token.group() if token.group() in self._known else _OTHER_WORD for token in tokens])
        found = filter_spans(self._matcher(doc, as_spans=True))
        return [(span.label_, Span(tokens[span.start].start(), tokens[span.end - 1].end())) for span in found]


def _spelled_out(phrase: str) -> list[str]:
    """Every expansion of a phrase with alternatives and optional parts."""
    choices = []
    for part in _CHOICE.split(phrase):
        if part.startswith("("):
            choices.append(["", *part[1:-1].split("|")])
        elif part.startswith("["):
            choices.append(part[1:-1].split("|"))
        else:
            choices.append([part])
    return [" ".join("".join(chosen).split()) for chosen in product(*choices)]
