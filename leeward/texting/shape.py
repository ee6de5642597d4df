"""From a turn's answers, as the web shows them, to texts: plain letters, numbered choices, few and short texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from leeward.law.model import Language
from leeward.texting.sizes import LIMIT, plain

_REPLY: Final = {"en": "Reply {choices}", "es": "Responda {choices}"}
_OR_REPLY: Final = {"en": "Or reply {choices}", "es": "O responda {choices}"}
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_NUMBER: Final = re.compile(r"#?\(?(\d{1,2})[.):]*")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a turn: its words, the titles that it offers, and the group that it is told in (the estimate)."""

    text: str
    choices: tuple[str, ...] = field(default=())
    group: str = ""


def texts(said: Sequence[Said], language: Language) -> list[str]:
    """The texts of one turn, in their order, none longer than LIMIT.

    Answers of one group share texts; groups do not mix. Choices are numbered through the whole turn, as `chosen` reads them.
    """
    number = 1
    groups: list[tuple[str, list[str]]] = []
    for answer in said:
        paragraph = plain(" ".join(answer.text.split()))
        asked = _choices(answer.choices, number, language)
        number += len(answer.choices)
        if not groups or groups[-1][0] != answer.group:
            groups.append((answer.group, []))
        groups[-1][1].extend(_pieces(paragraph, asked))
    return [text for group, pieces in groups for text in _packed(pieces, fill_gaps=bool(group))]


def _packed(pieces: Iterable[str], *, fill_gaps: bool) -> list[str]:
    """Pieces in as few texts as their order allows; with `fill_gaps` a short one may stand in an earlier text that has room."""
    result: list[str] = []
    for piece in pieces:
        roomy = [at for at, text in enumerate(result) if len(text) + 1 + len(piece) <= LIMIT]
        if roomy and (fill_gaps or roomy[-1] == len(result) - 1):
            at = roomy[0] if fill_gaps else roomy[-1]
            result[at] = f"{result[at]}\n{piece}"
        else:
            result.append(piece)
    return result


def chosen(text: str, titles: Sequence[str]) -> str | None:
    """The title that a reply names by its number ("2", "#2", "2)"), or None for any other words."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or text.strip() in titles:
        return None
    number = int(match[1])
    return titles[number - 1] if 1 <= number <= len(titles) else None


def _choices(titles: tuple[str, ...], first: int, language: Language) -> str:
    """ "Reply 1 Yes, 2 No"; nothing where the titles are themselves the numbers."""
    numbers = [str(number) for number in range(first, first + len(titles))]
    if not titles or list(titles) == numbers:
        return ""
    listed = ", ".join(f"{number} {plain(title)}" for number, title in zip(numbers, titles, strict=True))
    return (_OR_REPLY if len(titles) == 1 else _REPLY)[language].format(choices=listed)


def _pieces(paragraph: str, asked: str) -> list[str]:
    """A paragraph and its choices in texts: whole if it fits, or else cut between sentences, and at worst between words."""
    whole = f"{paragraph}\n{asked}" if asked else paragraph
    if len(whole) <= LIMIT:
        return [whole] if whole else []
    pieces = _joined(_SENTENCE.split(paragraph), " ")
    if not asked:
        return pieces
    if len(pieces[-1]) + 1 + len(asked) <= LIMIT:
        return [*pieces[:-1], f"{pieces[-1]}\n{asked}"]
    return [*pieces, *_joined(asked.split(", "), ", ")]


def _joined(parts: Iterable[str], between: str) -> list[str]:
    """Parts put together again as long as they fit into one text; a part that is too long by itself is cut at its words."""
    result: list[str] = []
    for part in parts:
        for bit in [part] if len(part) <= LIMIT else _joined(_short(part), " "):
            if result and len(result[-1]) + len(between) + len(bit) <= LIMIT:
                result[-1] += between + bit
            else:
                result.append(bit)
    return result


def _short(part: str) -> Iterable[str]:
    """The words of a part; a word that is longer than a text (a hostile name) is cut."""
    for word in part.split():
        yield from (word[start : start + LIMIT] for start in range(0, len(word), LIMIT))
