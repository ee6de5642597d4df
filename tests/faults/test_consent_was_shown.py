"""A consent counts only for a question whose exact words had been on that person's screen."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import httpx
import pytest
from harness import Person

from leeward.records.models import ConsentRecord

Sends = Callable[..., list[httpx.Response | None]]
ANSWERS = {
    "has_lawyer": "no",
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "312 555 0123",
    "safe_to_contact": "yes",
    "email": "skip",
    "wants_contact": "yes",
}


def consents(person: Person) -> list[tuple[str, bool]]:
    """Kind, and whether it was given, of every consent on record."""
    query = ConsentRecord.objects.filter(conversation_ref=person.conversation).values_list("kind", "given")
    return [(kind, bool(given)) for kind, given in person.stack.rows(query)]


def goes_on_until(person: Person, question: str) -> None:
    """Talks until a question stands open."""
    person.says("I owe 310k in Joliet, worth 265k")
    person.says("I want to talk to a person")
    for _ in range(15):
        if person.asked == question:
            return
        person.says(ANSWERS.get(str(person.asked), "skip"))
    raise AssertionError(f"{question} was never asked; {person.asked} is open")


@pytest.mark.parametrize("milliseconds", [0, 10, 30, 60, 100, 300])
def test_a_yes_written_before_the_consent_was_on_the_screen_is_no_consent(
    person: Person, sends_at_gaps: Sends, milliseconds: int
) -> None:
    goes_on_until(person, "safe_to_contact")
    seen = max(reply["n"] for reply in person.replies)
    sends_at_gaps(person, [{"text": words, "seen": seen} for words in ("yes", "yes ", "yes please")], milliseconds / 1000)
    assert not any(given for _, given in consents(person))


def test_a_yes_that_does_not_say_what_was_seen_is_no_consent(person: Person) -> None:
    goes_on_until(person, "consent_contact")
    answer = person.client.post("/chat/messages", json={"id": "00000000deadbeef", "text": "yes"})
    assert answer.status_code == 200
    assert consents(person) == []


def test_a_yes_to_the_words_on_the_screen_is_one(person: Person) -> None:
    goes_on_until(person, "consent_contact")
    person.says("yes")
    assert consents(person) == [("contact", True)]


def test_a_tap_under_an_earlier_question_fills_nothing(person: Person) -> None:
    goes_on_until(person, "consent_contact")
    earlier = next(reply for reply in person.replies if reply["ask"])["ask"]["id"]
    person.says("what is a short sale?")
    assert person.asked == "consent_contact"
    body = {"id": "00000000feedbeef", "seen": person.seen + 9, "answer": {"ask": earlier, "choice": "Yes"}}
    answer = person.client.post("/chat/messages", json=body)
    assert "earlier question" in answer.json()["replies"][0]["text"]
    assert answer.json()["replies"][-1]["asked"] == "consent_contact"
    assert consents(person) == []


@pytest.mark.parametrize("gaps", list(itertools.product([0.0, 0.05], repeat=2)))
def test_bursts_while_consents_are_asked_sign_nothing(person: Person, sends_at_gaps: Sends, gaps: tuple[float, float]) -> None:
    goes_on_until(person, "phone")
    seen = max(reply["n"] for reply in person.replies)
    burst = [{"text": words, "seen": seen} for words in ("312 555 0123", "yes", "yes!", "ok yes", "yes, I agree")]
    sends_at_gaps(person, burst, sum(gaps))
    assert not any(given for _, given in consents(person))
