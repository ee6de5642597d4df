"""Simulated people: who they are, what is true of them, and how they write. Seeded, so that a run can be had again.

Everything is made from facts and templates of this project; no real person's words are used.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Language = Literal["en", "es"]

# A place as it is said, and its state. Those in BETWEEN lie in several states, and are settled by a button.
PLACES: Final = (
    ("Chicago", "IL"),
    ("Joliet, Illinois", "IL"),
    ("Illinois", "IL"),
    ("Phoenix", "AZ"),
    ("Fresno, California", "CA"),
    ("Houston", "TX"),
    ("Orlando, Florida", "FL"),
    ("Atlanta", "GA"),
    ("Detroit", "MI"),
    ("Cleveland, Ohio", "OH"),
    ("Milwaukee", "WI"),
    ("Las Vegas", "NV"),
    ("60601", "IL"),
    ("Minneapolis", "MN"),
    ("Kansas City", "MO"),
    ("Aurora", "IL"),
)
BETWEEN: Final = {"MO": ("Missouri", "Misuri"), "IL": ("Illinois", "Illinois")}
STAGES: Final = {
    "behind": ("I've missed payments", "Debo pagos", "i'm behind on payments", "voy atrasado con los pagos"),
    "notice": ("I got a notice", "Me llegó un aviso", "i got a notice of default", "me llegó un aviso del banco"),
    "current": ("I'm up to date", "Voy al día", "i'm current", "voy al día"),
}
GOALS: Final = {
    "keep": ("Keep it", "Quedarme", "i want to keep it", "quiero quedarme con la casa"),
    "leave": ("Let it go", "Dejarla", "i want to let it go", "quiero dejarla"),
    "unsure": ("Not sure yet", "Todavía no sé", "not sure yet", "todavía no sé"),
}
PURPOSES: Final = {
    "purchase": ("to buy the house", "para comprar la casa"),
    "refinance": ("it was a refinance", "fue un refinanciamiento"),
}
OCCUPANCIES: Final = {"home": ("i live there", "ahí vivo"), "rental": ("i rent it out", "la rento")}
NAMES: Final = (
    ("Maria", "Lopez"),
    ("James", "Carter"),
    ("Ana", "Rivera"),
    ("Tom", "Becker"),
    ("Rosa", "Medina"),
    ("Lee", "Watson"),
)
DIGRESSIONS: Final = {
    "en": ("why do you ask?", "what is a short sale?", "how do you know that?", "can i just walk away?", "thanks"),
    "es": ("¿por qué pregunta?", "¿qué es una venta corta?", "¿cómo sabe eso?", "¿puedo dejar la casa y ya?", "gracias"),
}
BEST_TIMES: Final = {"en": ("after 5 pm", "mornings"), "es": ("por la tarde", "en la mañana")}
NONSENSE: Final = ("asdf", "hmm", "lkjh qwe", "…")
SKIP: Final = {"en": "skip", "es": "omitir"}


@dataclass
class Person:
    """One simulated person. `truth` are facts by their names; `said` those they have told, as they should be kept."""

    seed: int
    language: Language
    truth: dict[str, Any]
    place: str
    talkative: bool
    stubborn: float
    careless: float
    wants_contact: bool
    said: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    @property
    def other(self) -> int:
        """0 for English, 1 for Spanish: where a pair of words has this person's."""
        return 1 if self.language == "es" else 0


def someone(seed: int) -> Person:
    """The person of a seed."""
    chance = random.Random(seed)
    language: Language = chance.choice(("en", "es"))
    place, state = chance.choice(PLACES)
    owed = chance.randrange(60, 700) * 1_000
    first, last = chance.choice(NAMES)
    truth = {
        "state": state,
        "balance_owed": owed,
        "home_value": max(20_000, int(owed * chance.uniform(0.5, 1.4)) // 1_000 * 1_000),
        "stage": chance.choice(tuple(STAGES)),
        "loan_purpose": chance.choice(tuple(PURPOSES)),
        "occupancy": chance.choice(tuple(OCCUPANCIES)),
        "units": chance.choice((1, 1, 1, 2)),
        "second_lien": chance.choice((0, 0, 0, 25_000, 60_000)),
        "sold_on": "2026-06-02",
        "sale_price": max(20, owed * 6 // 10_000) * 1_000,
        "amount_claimed": max(10, owed // 5_000) * 1_000,
        "goal": chance.choice(tuple(GOALS)),
        "has_lawyer": chance.random() < 0.1,
        "first_name": first,
        "last_name": last,
        "phone": f"+1312555{chance.randrange(100, 200):04d}",
        "email": f"{first.lower()}@example.com",
        "best_time": chance.choice(BEST_TIMES[language]),
        "safe_to_contact": chance.random() > 0.1,
    }
    return Person(
        seed=seed,
        language=language,
        truth=truth,
        place=place,
        talkative=chance.random() < 0.4,
        stubborn=chance.choice((0.0, 0.0, 0.1, 0.25)),
        careless=chance.choice((0.0, 0.3, 0.6)),
        wants_contact=chance.random() < 0.85,
    )


def opening(person: Person) -> str | None:
    """What a talkative person says before anything is asked; None for one who waits for questions."""
    if not person.talkative:
        return None
    owed, worth = amount(person, "balance_owed"), amount(person, "home_value")
    for name in ("balance_owed", "home_value", "state"):
        person.said[name] = person.truth[name]
    if person.language == "es":
        return f"debo {owed} y la casa vale {worth}, está en {person.place}"
    return _careless(person, f"i owe {owed} and the house is worth {worth}, it's in {person.place}")


def answer(person: Person, asked: str, buttons: list[str]) -> tuple[str, str]:
    """What the person does now: ("text" or "choice", the words)."""
    chance = person.random
    if asked in ("balance_owed", "home_value", "stage", "goal") and chance.random() < person.stubborn:
        return _detour(person)
    told = _answers(person).get(asked)
    if told is None:
        return "text", SKIP[person.language]
    words, value, button = told
    if asked in person.truth:
        person.said[asked] = value
    if button is not None and button in buttons and (asked == "state" or chance.random() < 0.5):
        return "choice", button
    return "text", _careless(person, words) if asked in ("stage", "goal", "loan_purpose") else words


def _detour(person: Person) -> tuple[str, str]:
    chance = person.random
    kind = chance.random()
    if kind < 0.6:
        return "text", chance.choice(DIGRESSIONS[person.language])
    return "text", chance.choice(NONSENSE)


def _answers(person: Person) -> dict[str, tuple[str, Any, str | None]]:
    """For each question: the words, the value that should be kept, and the button that says the same."""
    truth, other = person.truth, person.other
    yes, no = (("yes", "no"), ("sí", "no"))[other]
    taps = (("Yes", "No"), ("Sí", "No"))[other]

    def flag(value: bool) -> tuple[str, Any, str | None]:
        return (yes if value else no), value, taps[0] if value else taps[1]

    def choice(table: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, Any, str | None]:
        words = table[truth[name]]
        return (words[2 + other], truth[name], words[other]) if len(words) > 2 else (words[other], truth[name], None)

    second = truth["second_lien"]
    none = (("no", "No other loan"), ("no", "No hay otro"))[other]
    return {
        "state": (person.place, truth["state"], BETWEEN.get(truth["state"], (None, None))[other]),
        "balance_owed": (amount(person, "balance_owed"), truth["balance_owed"], None),
        "home_value": (amount(person, "home_value"), truth["home_value"], None),
        "sold_on": (("June 2, 2026", "el 2 de junio de 2026")[other], truth["sold_on"], None),
        "sale_price": (amount(person, "sale_price"), truth["sale_price"], None),
        "amount_claimed": (amount(person, "amount_claimed"), truth["amount_claimed"], None),
        "stage": choice(STAGES, "stage"),
        "goal": choice(GOALS, "goal"),
        "loan_purpose": choice(PURPOSES, "loan_purpose"),
        "occupancy": choice(OCCUPANCIES, "occupancy"),
        "units": (str(truth["units"]), truth["units"], str(truth["units"])),
        "second_lien": (none[0], 0, none[1]) if not second else (amount(person, "second_lien"), second, None),
        "has_lawyer": flag(truth["has_lawyer"]),
        "first_name": (f"{truth['first_name']} {truth['last_name']}", truth["first_name"], None),
        "last_name": (truth["last_name"], truth["last_name"], None),
        "phone": (f"{truth['phone'][2:5]}-{truth['phone'][5:8]}-{truth['phone'][8:]}", truth["phone"], None),
        "email": (truth["email"], truth["email"], None),
        "best_time": (truth["best_time"], truth["best_time"], None),
        "safe_to_contact": flag(truth["safe_to_contact"]),
        "wants_contact": flag(person.wants_contact),
        "consent_contact": flag(True),
        "consent_automated": flag(False),
        "go_on": flag(True),
        "confirm_erase": flag(False),
        "switch_language": flag(False),
        "anything_else": flag(False),
    }


def amount(person: Person, name: str) -> str:
    """An amount of the truth as this person writes it."""
    dollars = person.truth[name]
    thousands = dollars // 1_000
    if person.language == "es":
        return person.random.choice((f"{thousands} mil", f"${dollars:,}", f"como {thousands} mil"))
    return person.random.choice((f"{thousands}k", f"${dollars:,}", f"about {dollars:,}", f"{thousands} thousand"))


def _careless(person: Person, words: str) -> str:
    """The words with a slip of the thumb: small letters, no apostrophes."""
    return words.replace("'", "").lower() if person.random.random() < person.careless else words
