"""Phone numbers, email addresses and names. A number or an address that cannot be is given back with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from leeward.reading.text import Span, fold

REGION: Final = "US"
US_DIGITS: Final = 10
MOST_NAME_WORDS: Final = 6
# Numbers kept for stories and tests (NANP 555-0100 to 555-0199): nobody is reached there, but they are well-formed.
_FICTION: Final = re.compile(r"\+1[2-9]\d{2}55501\d{2}")
_PHONE_LIKE: Final = re.compile(r"(?<![\w$])\+?\(?\d[\d\s().\-–]{5,18}\d(?![\w])")
_EMAIL_LIKE: Final = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]*[^\s<>(),;:\".!?]")
_SPOKEN_EMAIL: Final = re.compile(r"\b([a-z0-9._-]+) ?(?:\(at\)|\[at\]| at | arroba )\s?([a-z0-9-]+) ?(?:\.| dot | punto )\s?(com|net|org|edu|gov)\b")
_NAME_LEAD: Final = re.compile(
    r"\b(?:my (?:full )?name is|my name'?s|name is|name:|call me|this is|i'?m called|me llamo|mi nombre(?: completo)? es|nombre:)\s+",
)
_NAME_LEAD_ASKED: Final = re.compile(r"^\W*(?:it'?s|its|i'?m|i am|im|soy|es|sure,?|yes,?|si,?|ok,?|claro,?|la senora|el senor|mrs?\.?|ms\.?)\s+")
_NAME_WORD: Final = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?")
_NO_NAME: Final = frozenset(
    """i you we they he she it what why how when where who is are do does did can could will would should no not dont don't the a an my your
    que por para como cuando donde quien es son no mi su el la un una yo tu ok okay yes si hi hello hola thanks gracias person persona house
    casa mortgage hipoteca bank banco lawyer abogado skip stop behind foreclosure rather prefer nobody nothing scared afraid losing help""".split()
)
_PARTICLES: Final = frozenset("de la del los las y van von der da dos di".split())


@dataclass(frozen=True, slots=True)
class Contacts:
    """What a text says about how to reach someone: facts by name, where they stand, and what was wrong with the rest."""

    facts: dict[str, str]
    spans: tuple[Span, ...]
    rejected: tuple[tuple[str, str], ...]


def read_contacts(text: str, *, asked: str | None, plain_answer: bool) -> Contacts:
    """Phone, email and names in a text. `plain_answer`: the words are no question and no other act, so they may be a name."""
    facts: dict[str, str] = {}
    spans: list[Span] = []
    rejected: list[tuple[str, str]] = []
    _read_email(text, asked, facts, spans, rejected)
    _read_phone(text, asked, facts, spans, rejected)
    if not spans or asked in ("first_name", "last_name"):
        _read_name(text, asked, plain_answer, facts, spans)
    return Contacts(facts, tuple(spans), tuple(rejected))


def _read_email(text: str, asked: str | None, facts: dict[str, str], spans: list[Span], rejected: list[tuple[str, str]]) -> None:
    match = _EMAIL_LIKE.search(text)
    spoken = _SPOKEN_EMAIL.search(fold(text))
    if match is None and spoken is not None and (asked == "email" or "mail" in fold(text) or "correo" in fold(text)):
        facts["email"] = f"{spoken.group(1)}@{spoken.group(2)}.{spoken.group(3)}"
        spans.append(Span(*spoken.span()))
        return
    if match is None:
        if asked == "email" and re.search(r"[\w.]+\.(?:com|net|org|edu|gov|es|mx)\b", text) and not re.search(r"\s\S+\s\S+\s", text):
            rejected.append(("email", "email_no_at"))
        elif asked == "email" and re.fullmatch(r"\s*[\w.+-]*\d[\w.+-]*\s*", text):
            rejected.append(("email", "email_no_at"))
        return
    spans.append(Span(*match.span()))
    try:
        facts["email"] = validate_email(match.group().strip("'"), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        rejected.append(("email", "email_invalid"))


def _read_phone(text: str, asked: str | None, facts: dict[str, str], spans: list[Span], rejected: list[tuple[str, str]]) -> None:
    for match in _PHONE_LIKE.finditer(text):
        span = Span(*match.span())
        if any(span.overlaps(other) for other in spans):
            continue
        digits = re.sub(r"\D", "", match.group())
        long_enough = len(digits) in (US_DIGITS, US_DIGITS + 1)
        if asked != "phone" and not (long_enough and _reads_as_phone(text, match)):
            continue
        number = _e164(match.group())
        spans.append(span)
        if number is not None:
            facts["phone"] = number
            return
        if asked == "phone":
            rejected.append(("phone", _why_not(digits)))
            return
    if asked == "phone" and not rejected and "phone" not in facts:
        digits = re.sub(r"\D", "", text)
        if 1 <= len(digits) < US_DIGITS and len(digits) >= len(text.strip()) / 2:
            rejected.append(("phone", "phone_too_short"))


def _reads_as_phone(text: str, match: re.Match[str]) -> bool:
    """Whether ten digits are a phone number and not an account or an amount: written in groups, or named as one."""
    named = re.search(r"(?:phone|call|text|cell|reach|number|tel|llam\w+|celular|numero|whatsapp)\W*(?:me|is|es|al|at|on|a)?\W*(?:at|is|al|es)?\W*$", fold(text[: match.start()]))
    return named is not None or re.search(r"[\s().\-–]", match.group().strip()) is not None or match.group().startswith("+")


def _e164(written: str) -> str | None:
    """The number in E.164, or None where it cannot be a US number."""
    try:
        parsed = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        return None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if _FICTION.fullmatch(number):
        return number
    return number if parsed.country_code == 1 and phonenumbers.is_valid_number(parsed) else None


def _why_not(digits: str) -> str:
    if len(digits) < US_DIGITS:
        return "phone_too_short"
    if len(digits) > US_DIGITS + 1 or (len(digits) == US_DIGITS + 1 and not digits.startswith("1")):
        return "phone_too_long"
    return "phone_invalid"


def _read_name(text: str, asked: str | None, plain_answer: bool, facts: dict[str, str], spans: list[Span]) -> None:
    folded = fold(text)
    lead = _NAME_LEAD.search(folded)
    asked_name = asked in ("first_name", "last_name")
    if lead is None and not (asked_name and plain_answer):
        return
    start = lead.end() if lead else 0
    if lead is None:
        polite = _NAME_LEAD_ASKED.match(folded)
        start = polite.end() if polite else 0
    stretch = re.split(r"[,;!?\n\d@]|\.(?=\s|$)|\b(?:and|y|but|pero)\b|\b(?:my|mi)\b", text[start:])[0]
    names = [match.group() for match in _NAME_WORD.finditer(stretch)]
    if not names or len(names) > MOST_NAME_WORDS or any(fold(name) in _NO_NAME - _PARTICLES for name in names):
        return
    if lead is not None and not asked_name:
        names = [name for name in names if name[0].isupper()] or names[:1]
    names = [_cased(name) for name in names]
    spans.append(Span(start, start + len(stretch)))
    if asked == "last_name" and lead is None:
        facts["last_name"] = " ".join(names)
    elif len(names) == 1:
        facts["first_name"] = names[0]
    else:
        facts["first_name"], facts["last_name"] = names[0], " ".join(names[1:])


def _cased(name: str) -> str:
    """A name typed all in lower or upper case, with its capital; particles and mixed case are left as written."""
    if fold(name) in _PARTICLES:
        return name.lower()
    return name.capitalize() if name.islower() or (name.isupper() and len(name) > 2) else name
