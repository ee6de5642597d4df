"""The consents, word for word.

Two consents, asked separately and never a condition: to be contacted by a person, and to automated calls and texts. Source:
47 CFR 64.1200(f)(9). The texts stand in consent.yml.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, Self

import yaml

from leeward.core import ways
from leeward.core.firm import Firm
from leeward.core.language import Language
from leeward.core.phone import display as display_phone

Kind = Literal["contact", "automated"]

_FILE: Final = Path(__file__).with_name("consent.yml")


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A consent exactly as it is shown; `version` names the wording that it was filled in from."""

    kind: Kind
    version: str
    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """A consent as it stood on the person's screen, kept until it is answered: what its answer will be recorded for.

    `question` is the slot that it asks for, `text` every letter that was shown, `way` the number (E.164) or email address that
    it names, `lifts_stop` whether it said that a yes ends a stop.
    """

    question: str
    kind: Kind
    text: str
    version: str
    language: Language
    way: str
    lifts_stop: bool

    def to_json(self) -> dict[str, str | bool]:
        """As a slot holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> Self | None:
        """What to_json wrote. None where nothing was shown or a part is missing: no consent is recorded for half a text."""
        if value is None or set(value) != {part.name for part in fields(cls)}:
            return None
        return cls(**value)


@functools.cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return words


def consent_text(
    kind: Kind, language: Language, firm: Firm, way: str, *, by_text: bool = False, lifts_stop: bool = False
) -> ConsentText:
    """The text of one consent for this firm, naming the number (E.164) or email address it is for.

    `by_text` gives its short form for SMS; with `lifts_stop` it says that a yes ends an earlier stop.

    Raises ValueError for automated calls and texts to an email address.
    """
    words = _words()[kind]
    by_email = ways.is_email(way)
    if kind == "automated" and by_email:
        raise ValueError("consent to automated calls and texts needs a phone number")
    shown = way if by_email else display_phone(way)
    at = words["at_email" if by_email else "at_phone"][language].format(way=shown) if kind == "contact" else ""
    variant = words.get("sms", words) if by_text else words
    template = f"{words['after_stop'][language]} {variant[language]}" if lifts_stop else variant[language]
    text = " ".join(template.format(firm=firm.name, firm_phone=firm.phone_display, phone=shown, at=at).split())
    return ConsentText(kind, _version(kind), language, text)


@functools.cache
def _version(kind: Kind) -> str:
    """The day the wording was changed, and a mark of the wording, so that nobody can change one without the other."""
    words = _words()[kind]
    parts = ("en", "es", "at_phone", "at_email", "after_stop", "sms")
    wordings = json.dumps([words.get(part) for part in parts], ensure_ascii=False)
    mark = hashlib.sha256(wordings.encode()).hexdigest()[:8]
    return f"{kind}-{words['date'].isoformat()}-{mark}"
