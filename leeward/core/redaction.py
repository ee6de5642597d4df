"""Secrets in a text: where they stand, and the text without them.

Masked are social security and taxpayer numbers, cards, bank accounts, routing numbers and IBANs, codes and passwords, driver's
licences, passports, alien and Medicare numbers, loan numbers, and dates of birth that are said to be one. The rules are narrow:
an amount, a telephone number, a date of the case, a case number or a ZIP code must stay readable. They are written for the
canonical form (leeward/core/canonical_text.py), so that no dash, space or alphabet gets past them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stdnum import iban, luhn

from leeward.core.canonical_text import canonical
from leeward.core.spans import Span, merge_spans

MASK: Final = "•••"

# ------------------------------------------------------------------ what stands between a name and its number

# "is", "number:", "#" and their like, in any order.
_LINK: Final = r"(?:[\s:=#.,;'\"()\-]|\b(?:is|es|was|are|son|number|numero|num|no|nr|nro|id|code)\b){0,12}"
_BEFORE_NAME: Final = r"[\s,]{0,3}(?:(?:is|es|was|are|son|=|-)\s{0,2})?(?:(?:my|mi|the|el|la|his|her|our)\s)?"


def _named(name: str, value: str) -> tuple[re.Pattern[str], ...]:
    """A number with its name before it ("my ssn is …") and after it ("… is my ssn"); group 1 is the number."""
    return (
        re.compile(rf"(?<![a-z0-9])(?:{name})(?![a-z]){_LINK}({value})"),
        re.compile(rf"(?<![\w.,$\-])({value}){_BEFORE_NAME}(?:{name})(?![a-z])"),
    )


# ------------------------------------------------------------------ names

_SSN: Final = (
    r"ssn|ss ?#|s\.s\.n\.?|ss (?:number|num|no)|social(?: security| sec)?(?: number| num| no| #)?|"
    r"(?:numero de )?seguro social|numero de seguro|nss|itin|tin|tax ?id|taxpayer id|ein"
)
_BANK: Final = (
    r"acct|account|checking|savings|routing|aba|ruta|cuenta(?: de banco| bancaria| de cheques| de ahorros)?|(?:de )?ahorros"
)
_CARD_NAME: Final = r"(?:credit |debit )?card|tarjeta(?: de credito| de debito)?|visa|mastercard|amex|discover"
_LOAN: Final = r"loan|mortgage|prestamo|hipoteca|member|policy|poliza"
_HAS_NUMBER: Final = r" ?(?:number|num\b|no\.|nr\b|nro\b|numero|#)"
_NUMBER_OF: Final = r"numero de (?:la |mi |el |su )?"
_PIN: Final = r"pin(?: ?(?:number|code|num|no|#))?|nip|codigo (?:pin|secreto)"
_CVV: Final = r"cvv2?|cvc2?|csc|security code|codigo de seguridad"
_LICENCE: Final = (
    r"driver'?s?'? ?(?:license|licence|lic\.?)(?: number)?|licen[cs]e|licencia(?: de (?:conducir|manejar))?|dl|dln|state id"
)
_BORN: Final = (
    r"dob|d\.o\.b\.?|date of birth|birth ?date|birthday|born|fecha de nac(?:imiento)?|naci|nacio|nacido|nacida|nacimiento|"
    r"cumpleanos"
)
_ENDS: Final = r"(?:ends?|ending|termina|terminan|last (?:four|4)|ultimos (?:cuatro|4))"
_LAST_FOUR: Final = r"(?:last (?:four|4)|ultimos (?:cuatro|4))"

# ------------------------------------------------------------------ numbers

_SEPARATORS: Final = r"[ \n./_()\-]{0,3}"
_NINE: Final = rf"(?:\(?\d(?:{_SEPARATORS}\d){{8}}|\d(?:, ?\d){{8}})(?!\d)"
_NO_PHONE: Final = r"(?!\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4})"
# Not the beginning of an amount: "250000,00", "1234.50".
_ENDED: Final = r"(?![\d,]|\.\d)"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|set|dic)[a-z]{0,7}\.?"
_DATE: Final = (
    r"\d{1,2} ?[-/. ] ?\d{1,2} ?[-/. ] ?(?:\d{4}|\d{2})(?!\d)|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:del? )?\d{{2,4}}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of |de )?{_MONTH},? (?:del? )?\d{{2,4}}(?!\d)"
)
_MBI_LETTER: Final = r"[ac-hjkmnp-rt-y]"

_NAMED_RULES: Final = (
    *_named(_SSN, _NINE),
    re.compile(rf"(?<![a-z0-9])(?:{_SSN})(?![a-z])[^\d$]{{0,25}}({_NINE})"),
    re.compile(rf"(?<![a-z0-9])(?:{_SSN}|{_BANK}|{_CARD_NAME})(?![a-z])[^\d$]{{0,12}}{_ENDS}[^\d$]{{0,20}}(\d{{4}})(?!\d)"),
    re.compile(rf"{_LAST_FOUR}[^\d$]{{0,30}}\b(?:{_SSN}|{_BANK}|{_CARD_NAME})(?![a-z])[^\d$]{{0,12}}(\d{{4}})(?!\d)"),
    re.compile(rf"(?<!\d)(\d{{4}})[^\d$]{{0,12}}\b{_LAST_FOUR}[^\d$]{{0,30}}\b(?:{_SSN}|{_BANK}|{_CARD_NAME})(?![a-z])"),
    # Without the word "number", only what is too long for an amount: "my account is 250000" is money.
    *_named(_BANK, rf"{_NO_PHONE}\d(?:[ \-]?\d){{7,19}}{_ENDED}"),
    *_named(
        rf"(?:{_BANK}|{_LOAN}|{_CARD_NAME}){_HAS_NUMBER}|{_NUMBER_OF}(?:{_BANK}|{_LOAN}|{_CARD_NAME})",
        rf"{_NO_PHONE}\d(?:[ \-]?\d){{4,19}}{_ENDED}",
    ),
    # "Loan no 150000" may be a no and an amount.
    *_named(rf"(?:{_BANK}|{_LOAN}) no", rf"{_NO_PHONE}\d{{7,20}}{_ENDED}"),
    *_named(_CARD_NAME, r"\d(?:[ ./_\-]{0,2}\d){12,18}(?!\d)"),
    *_named(_CVV, r"\d{3,4}(?![\d,]|\.\d)"),
    # A pin of up to eight digits: longer ones are what some counties call a parcel.
    *_named(_PIN, r"\d(?: ?\d){2,7}(?![\d\-,]|\.\d)"),
    *_named(_LICENCE, r"[a-z]{0,2}[ \-]?\d(?:[ \-]?[a-z]?\d){5,16}(?![a-z0-9])"),
    *_named("passport|pasaporte", r"[a-z]?\d{7,9}(?!\d)"),
    *_named(r"a[- ]number|alien(?: registration)?|uscis", r"a?[ \-]?\d{3}[ \-]?\d{3}[ \-]?\d{2,3}(?!\d)"),
    *_named("medicare|medicaid", r"(?=[a-z \-]*\d)[a-z0-9](?:[ \-]?[a-z0-9]){7,13}(?<=\d)(?![a-z0-9])"),
    *_named(rf"(?:{_BORN})(?: on| el| the)?", _DATE),
    re.compile(r"(?<![a-z])iban(?![a-z])[\s:=#]{0,4}([a-z]{2}\d{2}(?: ?[a-z0-9]{1,4}){2,8})"),
)

# Without a name: three, two and four digits with the same mark between them, or bare.
_NINE_GROUPED: Final = re.compile(
    r"(?<![\d$.,/\-])(?<!\$ )(?!000|666)(?:"
    r"\d{3} {0,2}(?P<mark>[-./_]) {0,2}(?!00)\d{2} {0,2}(?P=mark) {0,2}(?!0000)\d{4}"
    r"|\d{3} {1,3}(?!00)\d{2} {1,3}(?!0000)\d{4}"
    r"|\(\d{3}\) {0,2}[-./_]? ?(?!00)\d{2} ?[-./_ ] ?(?!0000)\d{4}"
    r"|\d{3}-(?!00)\d{2}\n-? ?(?!0000)\d{4}"
    r")(?!\d|[-.,/]\d)"
)
# No amount that a homeowner owes has nine digits; a range of amounts ends in zeros ("250-300000").
_NINE_BARE: Final = re.compile(r"(?<![\d$.,/\-])(?<!\$ )(?!000|666|9)\d{3}(?:\d{6}|-\d{3}(?!000)\d{3})(?!\d|[-.,/]\d)")
_CARD: Final = re.compile(
    r"(?<![\d$+.,])(?:\d{4}(?:[ \n./_\-]{1,3}\d{4}){2}[ \n./_\-]{1,3}\d{1,4}(?:[ ./_\-]{1,3}\d{1,3})?"
    r"|\d{4}[ \n./_\-]{1,3}\d{6}[ \n./_\-]{1,3}\d{4,5}|\d{13,19}|\d(?:[ ./_\-]{1,2}\d){12,18})(?!\d)"
)
# Issuers' ranges (ISO/IEC 7812): four years in a row pass the check digit, but are no card.
_ISSUER: Final = re.compile(r"4|5[0-8]|6|3[04-9]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)")
_IBAN: Final = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]){11,30}(?![a-z0-9])")
# CMS, Medicare Beneficiary Identifier format: eleven characters, letters without S, L, O, I, B and Z.
_MBI: Final = re.compile(
    rf"(?<![a-z0-9])[1-9]{_MBI_LETTER}(?:{_MBI_LETTER}|\d)\d[ \-]?{_MBI_LETTER}(?:{_MBI_LETTER}|\d)\d[ \-]?"
    rf"{_MBI_LETTER}{{2}}\d{{2}}(?![a-z0-9])"
)
# A password may hold any mark and be several words; a comma after the first ends it. "La clave es pagar" is no password.
_SECRET_WORDS: Final = r"\S{1,100}[,;](?=\s)|\S{1,100}(?: [^\s,;]{1,100}){0,4}"
_PASSWORD: Final = re.compile(
    r"(?<![a-z])(?:(?:password|passcode|passphrase|pass ?word|pwd|contrasena)(?![a-z])\W{0,3}(?:is|es)\s+"
    rf"(?P<told>{_SECRET_WORDS})"
    r"|(?:password|passcode|passphrase|pass ?word|pwd|contrasena|clave)(?![a-z])"
    rf"(?:\s{{0,2}}[:=]\s{{0,3}}(?P<given>{_SECRET_WORDS})"
    r"|\W{1,3}(?:es\s)?(?P<bare>\S{0,100}\d\S{0,100})))"
)
_NO_PASSWORD: Final = re.compile(
    r"(?:not|no|wrong|expired|incorrect|lost|forgotten|locked|the same|same|required|needed|too|still|gone|on|in|at|to|what|"
    r"incorrecta|vencida|la misma|mala|que|para)\b"
)
_BUT: Final = re.compile(r" (?:and|but|y|pero|so) .*")
# A number of the case, which staff need.
_CASE_NUMBER: Final = re.compile(
    r"(?:case|cause|docket|caso|causa|expediente|file|index|parcel|apn|invoice|folio)\W{0,3}"
    r"(?:(?:number|num|no|nr|numero|id)\b|#)?\W{0,4}(?:(?:is|es)\s)?(?:[\w\-]{1,8}[ \-]){0,3}$"
)
_LONGEST_CASE_NAME: Final = 48
_NEAR_THE_BORDER: Final = 200
_DIGIT: Final = re.compile(r"\d")
# What announces a number and leaves it to the next message.
_ANNOUNCES: Final = re.compile(r"(?:\b(?:is|es|are|son)|[:=#])\s*$")


def find_secrets(text: str) -> tuple[Span, ...]:
    """Where secrets stand in a text, in order and without overlaps."""
    plain = canonical(text)
    return merge_spans(plain.original(start, end) for start, end in _found(plain.text) if end > start)


def mask(text: str) -> str:
    """The text with every secret replaced by a mark; all else is left as written."""
    return _without(text, find_secrets(text))


def mask_after(previous: str, text: str) -> tuple[str, str]:
    """Two messages in a row, each without its secrets, and without one that only the two together show.

    "My social is 123-45" and then "6789", or "my pin is" and then "4821". The second message must begin with the rest of it.
    """
    end = previous[-_NEAR_THE_BORDER:]
    border = len(end) + 1
    both = f"{end}\n{text[:_NEAR_THE_BORDER]}"
    opens = border + len(text) - len(text.lstrip())
    announced = _ANNOUNCES.search(canonical(end).text) is not None
    split = [
        span
        for span in find_secrets(both)
        if (span.start < border - 1 and span.end > border and not _is_round(both[border : span.end]))
        or (announced and border <= span.start <= opens + 1)
    ]
    cut = len(previous) - len(end)
    first = [Span(cut + span.start, len(previous)) for span in split if span.start < border]
    second = [Span(max(span.start, border) - border, span.end - border) for span in split]
    return _without(previous, first), _without(text, merge_spans([*find_secrets(text), *second]))


def was_masked_from(masked: str, text: str) -> bool:
    """Whether `masked` may be what masking made of `text`: the same but for the marks."""
    if MASK not in masked:
        return masked == text
    first, *middle, last = masked.split(MASK)
    at = len(first)
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    for part in middle:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return at <= len(text) - len(last)


def _is_round(part: str) -> bool:
    """Whether the rest of a number looks like an amount of its own ("310000")."""
    return "".join(character for character in part if character.isdigit()).endswith("00")


def _found(plain: str) -> Iterator[tuple[int, int]]:
    yield from _passwords(plain)
    if _DIGIT.search(plain) is None:
        return
    for rule in _NAMED_RULES:
        yield from (match.span(1) for match in rule.finditer(plain))
    for match in _NINE_GROUPED.finditer(plain):
        yield match.span()
    for rule in (_NINE_BARE, _MBI):
        yield from (match.span() for match in rule.finditer(plain) if not _is_case_number(plain, match.start()))
    for match in _CARD.finditer(plain):
        if _is_card(match.group()) and not _is_case_number(plain, match.start()):
            yield match.span()
    yield from _ibans(plain)


def _is_case_number(plain: str, start: int) -> bool:
    return _CASE_NUMBER.search(plain[max(0, start - _LONGEST_CASE_NAME) : start]) is not None


def _is_card(written: str) -> bool:
    """Whether the digits begin as an issuer's do and pass the check that cards carry (ISO/IEC 7812, the Luhn formula)."""
    digits = "".join(character for character in written if character.isdigit())
    return 13 <= len(digits) <= 19 and _ISSUER.match(digits) is not None and bool(luhn.is_valid(digits))


def _ibans(plain: str) -> Iterator[tuple[int, int]]:
    """International bank account numbers (ISO 13616), by their check digits; what follows one is no part of it."""
    for match in _IBAN.finditer(plain):
        ends = [at for at in range(match.end(), match.start() + 14, -1) if plain[at - 1].isalnum()]
        valid = next((at for at in ends if iban.is_valid(plain[match.start() : at])), None)
        if valid is not None:
            yield match.start(), valid


def _passwords(plain: str) -> Iterator[tuple[int, int]]:
    for match in _PASSWORD.finditer(plain):
        group = match.lastgroup or "bare"
        if group == "told" and _NO_PASSWORD.match(match.group(group)):
            continue
        said = _BUT.sub("", match.group(group)).rstrip()
        yield match.start(group), match.start(group) + len(said)


def _without(text: str, spans: Iterable[Span]) -> str:
    masked = text
    for span in sorted(spans, reverse=True):
        masked = masked[: span.start] + MASK + masked[span.end :]
    return masked
