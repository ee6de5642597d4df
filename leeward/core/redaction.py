"""Secrets in a text (social security, card, bank account and code numbers): where they stand, and the text without them.

The patterns are narrow: an amount, a phone number or a parcel number that a homeowner gives must stay readable.
"""

from __future__ import annotations

import re
from typing import Final

from leeward.core.spans import Span, merge_spans

MASK: Final = "•••"

_DASH: Final = r"[-–‑. ]"
# Nine digits in a row are no amount a homeowner owes, but a social security or a bank's routing number.
_SSN: Final = re.compile(
    rf"(?<![\d$.,–-])(?!000|666|9\d\d)\d{{3}}(?:({_DASH})(?!00)\d{{2}}\1(?!0000)\d{{4}}|\d{{6}})(?![\d–-]|[.,]\d)"
)
_SSN_NAMED: Final = re.compile(
    r"\b(?:ssn|ss#|itin|social(?: security)?(?: number| no)?|(?:n[uú]mero de )?seguro social)\b\D{0,20}"
    rf"(\d{{3}}{_DASH}?\d{{2}}{_DASH}?\d{{4}})\b",
    re.IGNORECASE,
)
_CARD: Final = re.compile(r"(?<![\d$+])(?:\d[ –-]?){12,18}\d(?!\d)")
# Without the word "number", only what is too long for an amount: "my account is 250000" is money.
_ACCOUNT: Final = re.compile(
    r"\b(?:acct|account|routing|aba|iban|cuenta|ruta)\b(?: (?:de banco|bancaria|de cheques|de ahorros))?"
    r"\W{0,3}(?:is|es)?\W{0,3}"
    r"(?!\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4})(\d(?:[ -]?\d){7,19})(?![\d,]|\.\d)",
    re.IGNORECASE,
)
_ACCOUNT_NUMBER: Final = re.compile(
    r"\b(?:(?:acct|account|routing|aba|loan|card) ?(?:number|num|no\.|nr|#)|"
    r"n[uú]mero de (?:la |mi )?(?:cuenta|ruta|tarjeta|pr[eé]stamo)|"
    r"(?:cuenta|ruta|tarjeta) (?:n[uú]mero|n[uú]m|no\.|nro|#))\W{0,3}(?:is|es)?\W{0,3}"
    r"(\d(?:[ -]?\d){4,19})(?![\d,]|\.\d)",
    re.IGNORECASE,
)
# A pin of four to six digits: longer ones are what some counties call a parcel.
_CODE: Final = re.compile(
    r"\b(?:pin|cvv|cvc)\b\W{0,3}(?:is|es)?\W{0,3}(\d{3,6})(?![\d-])"
    r"|\b(?:password|passcode|contrase[nñ]a|clave)\b\W{0,3}(?:is|es)?\W{0,3}(\S*\d\S*)",
    re.IGNORECASE,
)


def find_secrets(text: str) -> tuple[Span, ...]:
    """Where secrets stand in a text, in order and without overlaps."""
    found = [Span(*match.span()) for match in _SSN.finditer(text)]
    found += [Span(*match.span(1)) for rule in (_SSN_NAMED, _ACCOUNT, _ACCOUNT_NUMBER) for match in rule.finditer(text)]
    found += [Span(*match.span(match.lastindex or 0)) for match in _CODE.finditer(text)]
    found += [Span(*match.span()) for match in _CARD.finditer(text) if _is_card(match.group())]
    return merge_spans(found)


def mask(text: str) -> str:
    """The text with social security, card, bank account and code numbers replaced by a mark; all else is left as written."""
    masked = text
    for span in reversed(find_secrets(text)):
        masked = masked[: span.start] + MASK + masked[span.end :]
    return masked


def _is_card(text: str) -> bool:
    """Whether the digits pass the check that card numbers carry (ISO/IEC 7812, the Luhn formula)."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
