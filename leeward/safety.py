"""Cries for help, danger at home, scams, and secrets that must not be kept.

`screen` is asked before anything else on every message. It is rules over words (safety.yml), wide on purpose: a false alarm
costs a gentle sentence, a miss may cost a life. It never judges how great a risk is; people do.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

MASK: Final = "•••"
LONGEST_SCREENED: Final = 20_000
_FILE: Final = Path(__file__).with_name("safety.yml")
_SPACES: Final = re.compile(r"[^\w]+|_")
# Invisible characters can hide a word from the rules.
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")

_SSN: Final = re.compile(r"(?<![\d$.,])(?!000|666|9\d\d)(\d{3})([- ])(?!00)(\d{2})\2(?!0000)(\d{4})(?![\d,])")
_SSN_NAMED: Final = re.compile(
    r"\b(?:ssn|ss#|social(?: security)?(?: number| no)?|seguro social|n[uú]mero de seguro)\b\D{0,20}(\d{3}[- .]?\d{2}[- .]?\d{4})\b",
    re.IGNORECASE,
)
_CARD: Final = re.compile(r"(?<![\d$+])(?:\d[ -]?){12,18}\d(?!\d)")
_ACCOUNT: Final = re.compile(
    r"\b(?:acct|account|routing|aba|cuenta|ruta|loan|pr[eé]stamo|card|tarjeta|pin|cvv|password|contrase[nñ]a)"
    r"(?: ?(?:number|no|num|n[uú]mero|nro|#|de banco|bancaria))*\.?\s*(?:is|es|:|#|=)?\s*#?(\d[\d -]{3,20}\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a secret stands in a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alerts:
    """What a message raises. `crisis`: suicide or self-harm; `danger`: violence or threats; `secrets`: what must be masked."""

    crisis: bool = False
    danger: bool = False
    scam: bool = False
    secrets: tuple[Span, ...] = ()


def screen(text: str) -> Alerts:
    """What a message raises; total, for any text."""
    words = _plain(text[:LONGEST_SCREENED])
    return Alerts(
        crisis=_raises(words, "crisis", "not_crisis"),
        danger=_raises(words, "danger", "not_danger"),
        scam=_raises(words, "scam", None),
        secrets=_secrets(text),
    )


def mask(text: str) -> str:
    """The text with social security, card and account numbers replaced by a mark; all else is left as written."""
    masked = text
    for span in reversed(_secrets(text)):
        masked = masked[: span.start] + MASK + masked[span.end :]
    return masked


@functools.cache
def _rules(name: str) -> tuple[re.Pattern[str], ...]:
    rules = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(re.compile(pattern) for pattern in rules[name])


def _raises(words: str, rules: str, exceptions: str | None) -> bool:
    left = words
    for exception in _rules(exceptions) if exceptions else ():
        left = exception.sub(" _ ", left)
    return any(rule.search(left) for rule in _rules(rules))


def _plain(text: str) -> str:
    """Words in lower case without accents, apostrophes, punctuation or invisible characters, one space between them."""
    visible = _INVISIBLE.sub("", text).replace("'", "").replace("’", "").replace("`", "")
    decomposed = unicodedata.normalize("NFKD", visible.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SPACES.sub(" ", letters).strip()


def _secrets(text: str) -> tuple[Span, ...]:
    found = [Span(*match.span()) for match in _SSN.finditer(text)]
    found += [Span(*match.span(1)) for match in _SSN_NAMED.finditer(text)]
    found += [Span(*match.span(1)) for match in _ACCOUNT.finditer(text)]
    found += [Span(*match.span()) for match in _CARD.finditer(text) if _is_card(match.group())]
    return _without_overlaps(sorted(found, key=lambda span: (span.start, -span.end)))


def _without_overlaps(spans: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in spans:
        if kept and span.start < kept[-1].end:
            kept[-1] = Span(kept[-1].start, max(kept[-1].end, span.end))
        else:
            kept.append(span)
    return tuple(kept)


def _is_card(text: str) -> bool:
    """Whether the digits pass the check that card numbers carry (ISO/IEC 7812, the Luhn formula)."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
