"""How a text is encoded and how many segments it takes, which is what it costs.

The GSM 7-bit alphabet (3GPP TS 23.038) holds 160 characters in one segment and 153 in each of several; a single character
outside it makes the whole text UCS-2, with 70 and 67.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

import gsm0338

Encoding = Literal["GSM-7", "UCS-2"]

LIMIT: Final = 320
"""The most characters of one text; GSM-7 makes that three segments."""

_CODEC: Final = gsm0338.Codec()
_ONE: Final = {"GSM-7": 160, "UCS-2": 70}
_EACH_OF_SEVERAL: Final = {"GSM-7": 153, "UCS-2": 67}

# Typography that the alphabet lacks, and the accents that it lacks: it has é, ñ, ü, ¿ and ¡, but not á, í, ó and ú. People
# who text in Spanish leave those out every day, and one of them would more than double the cost (decision 0009).
_PLAINER: Final = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u200b": "",
        "á": "a",
        "í": "i",
        "ó": "o",
        "ú": "u",
        "Á": "A",
        "Í": "I",
        "Ó": "O",
        "Ú": "U",
    }
)


@dataclass(frozen=True, slots=True)
class Size:
    """What a text takes: `units` are septets of GSM-7 or 16-bit units of UCS-2."""

    encoding: Encoding
    units: int
    segments: int


def to_gsm7(text: str) -> str:
    """The text in characters that GSM-7 has, as far as the language allows; what it cannot replace stays."""
    return unicodedata.normalize("NFC", text).translate(_PLAINER)


def size(text: str) -> Size:
    """The encoding, units and segments that the network will count for a text."""
    try:
        septets, _ = _CODEC.encode(text)
        return _of("GSM-7", len(septets))
    except UnicodeEncodeError:
        return _of("UCS-2", len(text.encode("utf-16-be")) // 2)


def _of(encoding: Encoding, units: int) -> Size:
    if units <= _ONE[encoding]:
        return Size(encoding, units, 1)
    return Size(encoding, units, -(-units // _EACH_OF_SEVERAL[encoding]))
