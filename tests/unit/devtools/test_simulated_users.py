"""The simulated people: the same seed is the same person, and what they write means what is true of them."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.core.facts import value_to_json
from leeward.devtools.bench_conversation import Talk, table, troubles
from leeward.devtools.simulated_users import answer, opening, someone
from leeward.nlu.extraction import read

TODAY = date(2026, 11, 23)


def test_the_same_seed_talks_the_same_way() -> None:
    assert someone(7) == someone(7)
    assert answer(someone(7), "stage", []) == answer(someone(7), "stage", [])
    assert opening(someone(3)) == opening(someone(3))


@settings(deadline=None)
@given(st.integers(1, 10_000))
def test_what_they_say_they_owe_is_read_as_what_is_true(seed: int) -> None:
    person = someone(seed)
    person.stubborn = 0.0
    _, words = answer(person, "balance_owed", [])
    owed = read(words, asked="balance_owed", on=TODAY, language=person.language).facts.get("balance_owed")
    assert owed is not None
    assert value_to_json(owed) == person.truth["balance_owed"]


def test_both_languages_and_both_wishes_occur() -> None:
    people = [someone(seed) for seed in range(1, 60)]
    assert {person.language for person in people} == {"en", "es"}
    assert {person.wants_contact for person in people} == {True, False}


def test_a_run_is_told_in_shares_medians_and_troubles() -> None:
    good = Talk(1, turns=12, estimate_at=3, handoff_at=11, wanted_contact=True)
    bad = Talk(2, turns=60, wanted_contact=True, dead_end="no end was reached", wrong={"state": ("IL", "IN")})
    written = table([good, bad])
    assert "| reach an estimate | 50.0 % |" in written
    assert "| turns to the handoff, median | 11 |" in written
    assert "| facts kept wrong | 1 (state) |" in written
    assert len(troubles([good, bad])) == 1
