"""Phone numbers, email addresses and personal names. Invalid numbers and addresses are reported with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from email_validator import EmailNotValidError, validate_email
from phonenumbers import Leniency, PhoneNumberMatch, PhoneNumberMatcher

from leeward.core.phone import REGION, US_COUNTRY_CODE, US_DIGITS, PhoneError, parse_e164
from leeward.core.spans import Span
from leeward.nlu.normalization import normalize
from leeward.nlu.number_words import spoken_digits

FEWEST_DIGITS: Final = 7
MOST_NAME_WORDS: Final = 6
LONGEST_ADDRESS: Final = 254
# Bounds the time for long runs of digits; a message names far fewer numbers than this.
MOST_CANDIDATES: Final = 500
NAME_FACTS: Final = ("first_name", "last_name")

# "5pm" and "310k" right after a number would be taken for its last digits.
_GLUED_DIGITS: Final = re.compile(r"(?<=\s)\d{1,4}(?=[A-Za-z])")
# What may have been meant as a phone number, whatever its number of digits.
_DIGITS: Final = re.compile(r"(?<![\w$])\+?\(?\d[\d\s().\-–]{5,}\d(?!\w)")
_NAMED_PHONE: Final = re.compile(
    r"\b(?:phone|call|text|cell|reach|number|tel|llam\w+|celular|numero|whatsapp)\W*(?:me|is|es|al|at|on|"
    r"a)?\W*(?:at|is|al|es)?\W*$"
)
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:loan|account|acct|case|file|policy|cuenta|caso|prestamo)\W*(?:number|no|num|#|numero)?\W*(?:is|es)?\W*$"
)
_EMAIL_LIKE: Final = re.compile(r"[^\s<>(),;:\"@]{1,64}@[^\s<>();:\"]{0,250}[^\s<>(),;:\".!?]")
_EMAIL_NO_AT: Final = re.compile(r"\s*[\w.+-]+\.(?:com|net|org|edu|gov|es|mx)\W*|\s*[\w.+-]*\d[\w.+-]*\s*")
_SPOKEN_EMAIL: Final = re.compile(
    r"(?<![\w.-])([a-z0-9][a-z0-9._-]{0,63}) ?(?:\(at\)|\[at\]| at | arroba )\s?([a-z0-9-]{1,60}) ?(?:\.| dot | punto )\s?"
    r"(com|net|org|edu|gov)\b"
)
_EMAIL_WORD: Final = re.compile(r"mail|correo")
_NAME_LEAD: Final = re.compile(
    r"\b(?:my (?:full )?name is|my name'?s|name is|name:|i'?m called|me llamo|mi nombre(?: completo)? es|nombre:"
    r"|(?P<weak>call me|this is|soy|i'?m|i am))\s+"
)
_POLITE: Final = re.compile(
    r"^\W*(?:(?:it'?s|i'?m|i am|soy|es|sure|yes|si|ok|okay|claro|hi|hello|hola|la senora|el senor|don|dona|"
    r"mrs?\.?|ms\.?|dr\.?|sra?\.?)"
    r"[\s,]+)+"
)
_NAME_END: Final = re.compile(
    r"[,;!?\n\d@()]|(?<=\w{3})\.(?=\s|$)|\b(?:and|y|but|pero|from|de chicago|here|aqui)\b|\b(?:my|mi)\b"
)
_NAME_WORD: Final = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?")
_NO_NAME: Final = frozenset(
    """i you we they he she it what why how when where who is are do does did can could would should no not dont don't
    the a an my your que por para como cuando donde quien es son no mi su el la un una yo tu ok okay yes si hi hello
    hola thanks gracias person persona house casa mortgage hipoteca bank banco lawyer abogado skip stop behind
    foreclosure rather prefer nobody nothing scared afraid losing help about later back now please sorry later just
    really trying calling asking going getting crazy ridiculous sick tired never already only still so very too at
    in on from viuda viudo duena dueno nevermind never mind wait idk dunno nope nah none cancel maybe sure huh lol hmm hmmm
    hmmmm um umm uh mmm mm ah eh whatever forget this that thats one another other mejor espere olvidelo nada bueno pues
    luego despues debo""".split()
)
# Second given names that are common in Spanish and hardly ever a last name; "María José Hernández" has two given names.
_SECOND_NAMES: Final = frozenset(
    """jose maria luis juan carlos antonio angel miguel manuel alberto eduardo enrique fernando francisco javier jesus
    alejandro andres pablo pedro rafael ramon ricardo roberto daniel david arturo armando alfredo cesar felipe gerardo
    guadalupe isabel carmen elena teresa luisa fernanda alejandra beatriz cristina dolores eugenia gabriela lourdes
    mercedes patricia pilar rosa rosario soledad victoria lucia paula sofia ana""".split()
)
_PARTICLES: Final = frozenset("de la del los las y van von der da dos di".split())


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contact details in a text: facts by name (`phone` in E.164), their spans, and what was rejected.

    `rejected` holds (fact, reason): phone_too_short, phone_too_long, phone_not_us, phone_invalid, email_no_at, email_invalid.
    """

    facts: dict[str, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()

    def and_also(self, other: Contacts) -> Contacts:
        """Both together; where both have a fact, the other's value is kept."""
        return Contacts({**self.facts, **other.facts}, self.spans + other.spans, self.rejected + other.rejected)


def read_contacts(text: str, *, asked: str | None, plain_answer: bool) -> Contacts:
    """Phone, email and names in a text.

    `asked` is the question just put; its answer needs less evidence than an unasked detail. `plain_answer`: the text is
    neither a question nor a dialogue act, so that it may be a bare name.
    """
    found = _read_email(text, asked=asked == "email")
    found = found.and_also(_read_phone(text, found.spans, asked=asked == "phone"))
    # Beside a number or an address a name is believed only where the words say that it is one ("my name is …").
    answers_name = asked if asked in NAME_FACTS else None
    return found.and_also(_read_name(text, answers_name, plain_answer=plain_answer and (bool(answers_name) or not found.spans)))


def _read_email(text: str, *, asked: bool) -> Contacts:
    written = _EMAIL_LIKE.search(text)
    if written is not None:
        return _email(written)
    normalized = normalize(text)
    spoken = _SPOKEN_EMAIL.search(normalized)
    if spoken is not None and (asked or _EMAIL_WORD.search(normalized)):
        return Contacts({"email": f"{spoken.group(1)}@{spoken.group(2)}.{spoken.group(3)}"}, (Span(*spoken.span()),))
    if asked and len(text) <= LONGEST_ADDRESS and _EMAIL_NO_AT.fullmatch(text):
        return Contacts(rejected=(("email", "email_no_at"),))
    return Contacts()


def _email(written: re.Match[str]) -> Contacts:
    spans = (Span(*written.span()),)
    try:
        address = validate_email(written.group().strip("'"), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return Contacts(spans=spans, rejected=(("email", "email_invalid"),))
    return Contacts({"email": address}, spans)


def _read_phone(text: str, taken: tuple[Span, ...], *, asked: bool) -> Contacts:
    """The first phone number outside the spans `taken`, or the reason why an answer is none."""
    for span in taken:
        text = f"{text[: span.start]}{'_' * (span.end - span.start)}{text[span.end :]}"
    searched = _GLUED_DIGITS.sub(lambda match: "x" * len(match.group()), re.sub(r"\s", " ", text))
    for match in PhoneNumberMatcher(searched, REGION, leniency=Leniency.POSSIBLE, max_tries=MOST_CANDIDATES):
        if not _reads_as_phone(text, match, asked=asked):
            continue
        span = Span(match.start, match.end)
        try:
            return Contacts({"phone": parse_e164(match.raw_string, us_only=True)}, (span,))
        except PhoneError as error:
            if asked:
                return Contacts(spans=(span,), rejected=(("phone", error.reason),))
    return _answered_phone(text) if asked else Contacts()


def _answered_phone(text: str) -> Contacts:
    """The answer to "what is your number" said digit by digit, or with a number of digits that no phone number has."""
    said = "".join(spoken_digits().get(word, word if word.isdigit() else " ") for word in normalize(text).split())
    run = max(said.split(), key=len, default="")
    written = _DIGITS.search(text)
    span = Span(*written.span()) if written else Span(0, len(text))
    try:
        if len(run) >= FEWEST_DIGITS:
            return Contacts({"phone": parse_e164(run, us_only=True)}, (Span(0, len(text)),))
        if written:
            return Contacts({"phone": parse_e164(written.group(), us_only=True)}, (span,))
    except PhoneError as error:
        return Contacts(spans=(span,), rejected=(("phone", error.reason),))
    digits = sum(character.isdigit() for character in text)
    if digits and len(text.strip()) / 2 <= digits < US_DIGITS:
        return Contacts(rejected=(("phone", "phone_too_short"),))
    return Contacts()


def _reads_as_phone(text: str, match: PhoneNumberMatch, *, asked: bool) -> bool:
    """Whether digits are a phone number and not an account or an amount: asked for, written in groups, or named as one."""
    preceding = text[: match.start][-1:]
    if preceding == "$":
        return False
    if asked:
        return True
    number = match.number
    before = normalize(text[max(0, match.start - 40) : match.start])
    if preceding.isalnum() or number.country_code != US_COUNTRY_CODE or len(str(number.national_number)) != US_DIGITS:
        return False
    if _OTHER_NUMBER.search(before):
        return False
    return _NAMED_PHONE.search(before) is not None or re.search(r"\D", match.raw_string) is not None


def _read_name(text: str, asked: str | None, *, plain_answer: bool) -> Contacts:
    normalized = normalize(text)
    leads = _NAME_LEAD.finditer(normalized)
    lead = next((lead for lead in leads if not lead.group("weak") or _two_capitals(text[lead.end() :])), None)
    if lead is None and not (asked and plain_answer):
        return Contacts()
    polite = _POLITE.match(normalized) if lead is None else None
    start = lead.end() if lead else polite.end() if polite else 0
    stretch = _NAME_END.split(text[start:], maxsplit=1)[0]
    names = [match.group() for match in _NAME_WORD.finditer(stretch)]
    if not names or len(names) > MOST_NAME_WORDS or any(normalize(name) in _NO_NAME - _PARTICLES for name in names):
        return Contacts()
    if lead is not None and not asked:
        names = [name for name in names if name[0].isupper() or normalize(name) in _PARTICLES] or names[:1]
    names = [_cased(name) for name in names]
    spans = (Span(start, start + len(stretch)),)
    if asked == "last_name" and lead is None:
        return Contacts({"last_name": " ".join(names)}, spans)
    if len(names) == 1:
        return Contacts({"first_name": names[0]}, spans)
    given = _given_names(names)
    return Contacts({"first_name": " ".join(names[:given]), "last_name": " ".join(names[given:])}, spans)


def _given_names(names: list[str]) -> int:
    """How many of the names, of which there are two or more, are given names: two in "José Luis Pérez", one in "Ann Lee"."""
    second = normalize(names[1])
    if len(names) == 2 or second in _PARTICLES or second not in _SECOND_NAMES:
        return 1
    return 2


def _two_capitals(text: str) -> bool:
    """Whether a text begins with a first and a last name, which "this is" and "soy" need before a name unasked."""
    names = [word for word in text.split()[:5] if normalize(word) not in _PARTICLES]
    return len(names) >= 2 and all(name[0].isupper() for name in names[:2])


def _cased(name: str) -> str:
    """A name typed all in lower or upper case, with its capital; particles and mixed case are left as written."""
    if normalize(name) in _PARTICLES:
        return name.lower()
    return name.capitalize() if name.islower() or (name.isupper() and len(name) > 2) else name
