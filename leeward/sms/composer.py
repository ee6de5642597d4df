"""From a turn's answers, as the web shows them, to texts: plain letters, numbered choices, few and short texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from leeward.core.language import Language
from leeward.sms.segments import LIMIT, to_gsm7

_REPLY: Final = {"en": "Reply {choices}", "es": "Responda {choices}"}
_OR_REPLY: Final = {"en": "Or reply {choices}", "es": "O responda {choices}"}
# Where a long answer is cut, the best place first: between sentences, clauses, members of a list, words.
_BREAKS: Final = tuple(re.compile(pattern) for pattern in (r"(?<=[.!?])\s+", r"(?<=;)\s+", r"(?<=,)\s+", r"\s+"))
_NUMBER: Final = re.compile(r"#?\(?(\d{1,2})[.):]*")


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One answer of a turn: its words, the titles that it offers, and the group that it is told in (the estimate)."""

    text: str
    choices: tuple[str, ...] = field(default=())
    group: str = ""


def compose(said: Sequence[OutgoingMessage], language: Language) -> list[str]:
    """The texts of one turn, in their order, none longer than LIMIT.

    Answers of one group share texts; groups do not mix. Choices are numbered through the whole turn, as `chosen` reads them.
    """
    number = 1
    groups: list[tuple[str, list[str]]] = []
    for answer in said:
        paragraph = to_gsm7(" ".join(answer.text.split()))
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


def parse_numbered_choice(text: str, titles: Sequence[str]) -> str | None:
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
    listed = ", ".join(f"{number} {to_gsm7(title)}" for number, title in zip(numbers, titles, strict=True))
    return (_OR_REPLY if len(titles) == 1 else _REPLY)[language].format(choices=listed)


def _pieces(paragraph: str, asked: str) -> list[str]:
    """A paragraph and its choices in texts: whole if it fits, or else cut (see _BREAKS)."""
    whole = f"{paragraph}\n{asked}" if asked else paragraph
    if len(whole) <= LIMIT:
        return [whole] if whole else []
    pieces = _cut(paragraph, _BREAKS)
    if not asked:
        return pieces
    if len(pieces[-1]) + 1 + len(asked) <= LIMIT:
        return [*pieces[:-1], f"{pieces[-1]}\n{asked}"]
    return [*pieces, *_cut(asked, _BREAKS)]


def _cut(words: str, breaks: Sequence[re.Pattern[str]]) -> list[str]:
    """Words in texts as long as may be, cut at the best of `breaks` that will do; a word longer than a text is cut itself."""
    if len(words) <= LIMIT:
        return [words]
    if not breaks:
        return [words[start : start + LIMIT] for start in range(0, len(words), LIMIT)]
    result: list[str] = []
    for part in breaks[0].split(words):
        for piece in _cut(part, breaks[1:]):
            if result and len(result[-1]) + 1 + len(piece) <= LIMIT:
                result[-1] += f" {piece}"
            else:
                result.append(piece)
    return result
