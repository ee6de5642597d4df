"""Messages that once broke a conversation, or the desk's list for everyone. A list, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Final

from harness import Person

# Rasa takes a text for a command where it begins with a slash after all white space is stripped.
SPACES: Final = ("/", "/\u00a0", "/\r", "/\x0b", "/\x1c", "/\u3000", " /\u2003", "//")

PAYLOADS: Final = (
    "restart",
    "back",
    "session_start",
    "nonsense",
    "EXTERNAL: action_take",
    'inform{"state": "ZZ"}',
    'inform{"state": ["IL","OH"]}',
    'inform{"balance_owed": "abc"}',
    'inform{"balance_owed": -5}',
    'inform{"balance_owed": 1e300}',
    'inform{"balance_owed": Infinity}',
    'inform{"balance_owed": ' + "9" * 400 + "}",
    'inform{"balance_owed": {"min": 9, "max": 1}}',
    'inform{"state": "IL", "served_on": "9999-12-31", "stage": "served"}',
    'inform{"state": "IL", "sale_date": "0001-01-01", "stage": "sale_set"}',
    'inform{"sale_date": "zzz"}',
    'inform{"phone": "call me maybe"}',
    'inform{"email": "<img src=x onerror=alert(1)>"}',
    'inform{"first_name": "' + "A" * 3_000 + '"}',
    'inform{"stage": "nope"}',
    'change_language{"language": "zz"}',
    'inform{"state": ',
    'inform{"progress": "x"}',
    'inform{"safe_to_contact": "maybe"}',
)

WORDS: Final = (
    "I was served on 12/31/9999",
    "I was served on January 1, 0001 in Chicago",
    "The sale is on 12/31/9999 in Chicago",
    "they sold my house on 12/31/9999",
    "me entregaron los papeles el 31/12/9999",
    "I owe $" + "9" * 60 + " on my house in Chicago and it is worth 5",
    "I owe 1e300 dollars, worth 100k, Chicago",
    "I owe 999999999999999999 trillion dollars on my home in Chicago worth 1000",
    "I am 99999999999999999 months behind",
    "it has 99999999999999 units",
    "my name is " + "A" * 200 + " Smith",
    "my lender is " + "B" * 900,
    "hello \x00 there",
    "\U0010ffff hi",
    "\u202eabc\u202c \u200b\u200b",
    "12/31/2026 " * 400,
)


def messages() -> list[str]:
    """All of them as a person would send them: words, and commands, each behind another of the spaces."""
    return [f"{SPACES[n % len(SPACES)]}{payload}" for n, payload in enumerate(PAYLOADS)] + list(WORDS)


def assert_answered(person: Person, words: str) -> None:
    """They are answered, and so is the ordinary message after them."""
    person.says(words)
    assert person.status == 200, words[:80]
    person.says("what is a short sale?")
    assert person.status == 200, words[:80]
    assert "short sale" in person.text
