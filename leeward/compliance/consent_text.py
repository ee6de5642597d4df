"""The consents, word for word, and what counts as yes, no and stop.

Two consents, asked separately and never a condition: to be contacted by a person, and to automated calls and texts. Sources:
47 CFR 64.1200(f)(9) and (a)(10). The texts and the words stand in consent.yml.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from leeward.core import formatting
from leeward.core.firm import Firm
from leeward.law.model import Language
from leeward.nlu import opt_out
from leeward.sms.segments import plain

Kind = Literal["contact", "automated"]
Answer = Literal["yes", "no", "unclear"]

_FILE: Final = Path(__file__).with_name("consent.yml")
_ABOUT_CONTACT: Final = re.compile(
    r"\b(call\w*|text\w*|messag\w*|contact\w*|e ?mail\w*|list|number|unsubscribe|revoke|opt ?out|"
    r"llam\w*|mensaj\w*|escrib\w*|lista|numero)\b"
)
_NOT_LETTERS: Final = re.compile(r"[^\w\s]|_")
_SENTENCE_END: Final = re.compile(r"[.!;\n]+")


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A consent exactly as it is shown; `version` names the wording that it was filled in from."""

    kind: Kind
    version: str
    language: Language
    text: str


@functools.cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return words


@functools.cache
def _phrases(name: str) -> frozenset[str]:
    return frozenset(_plain(phrase) for phrase in _words()[name])


def consent_text(kind: Kind, language: Language, firm: Firm, phone: str | None, *, by_text: bool = False) -> ConsentText:
    """The text of one consent for this firm, naming the number (E.164) it is for; `by_text` as one text message holds it.

    Raises ValueError for automated calls and texts without a number: that consent must name one.
    """
    words = _words()[kind]
    number = "" if phone is None else formatting.phone(phone)
    if kind == "automated" and not number:
        raise ValueError("consent to automated calls and texts needs a phone number")
    at = words["at"][language].format(phone=number) if kind == "contact" and number else ""
    wording_of = words.get("sms", words) if by_text else words
    text = wording_of[language].format(firm=firm.name, firm_phone=firm.phone_display, phone=number, at=at)
    if by_text:
        text = plain(" ".join(text.split()))
    return ConsentText(kind, _version(kind), language, text)


@functools.cache
def _version(kind: Kind) -> str:
    """The day the wording was changed, and a mark of the wording, so that nobody can change one without the other."""
    words = _words()[kind]
    wordings = json.dumps([words["en"], words["es"], words.get("at"), words.get("sms")], ensure_ascii=False)
    mark = hashlib.sha256(wordings.encode()).hexdigest()[:8]
    return f"{kind}-{words['date'].isoformat()}-{mark}"


def answer(text: str) -> Answer:
    """Whether the words are a clear yes or a clear no, in either language; anything else is unclear."""
    plain = _plain(text)
    if plain in _phrases("yes"):
        return "yes"
    if plain in _phrases("no"):
        return "no"
    return "unclear"


def is_stop(text: str) -> bool:
    """Whether a message, or one of its sentences, means stop: "stop", "No. Leave me alone.", but not "stop the foreclosure"."""
    if _said_once(text) in _phrases("stop_alone") or opt_out.asks_no_contact(text):
        return True
    return any(_said_once(sentence) in _phrases("stop") for sentence in (text, *_SENTENCE_END.split(text)))


def opts_out(text: str, *, closing: bool = False) -> bool:
    """Whether a text message means that we must stop writing and calling (47 CFR 64.1200(a)(10)).

    `closing` says that we have just asked whether there is anything else, so that "no more" is only an answer.
    """
    return opt_out.opts_out(text, closing=closing) or (not closing and is_stop(text))


def revokes_contact(text: str) -> bool:
    """Whether a stop is about being called, texted or contacted, and not only about this chat (47 CFR 64.1200(a)(10))."""
    return opt_out.asks_no_contact(text) or (is_stop(text) and _ABOUT_CONTACT.search(_plain(text)) is not None)


def _said_once(text: str) -> str:
    """Plain words, where "stop stop STOP" is "stop"."""
    return " ".join(word for word, _ in itertools.groupby(_plain(text).split()))


def _plain(text: str) -> str:
    """Words without case, accents, apostrophes and punctuation, so that "Don't call me!" and "dont call me" are one."""
    without_apostrophes = text.replace("'", "").replace("’", "")
    decomposed = unicodedata.normalize("NFKD", without_apostrophes.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(_NOT_LETTERS.sub(" ", letters).split())
