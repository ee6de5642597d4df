"""How a turn's answers become texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leeward.sms.composer import OutgoingMessage, compose, parse_numbered_choice
from leeward.sms.segments import LIMIT


def test_a_question_carries_its_choices_by_number() -> None:
    assert compose([OutgoingMessage("Do you want that?", ("Yes", "No"))], "en") == ["Do you want that?\nReply 1 Yes, 2 No"]
    assert compose([OutgoingMessage("¿Lo quiere así?", ("Sí", "No"))], "es") == ["¿Lo quiere asi?\nResponda 1 Si, 2 No"]


def test_a_single_choice_is_one_more_way_to_answer() -> None:
    assert compose([OutgoingMessage("How much?", ("I don't know",))], "en") == ["How much?\nOr reply 1 I don't know"]


def test_choices_that_are_numbers_are_not_numbered_again() -> None:
    assert compose([OutgoingMessage("How many units?", ("1", "2", "3", "4"))], "en") == ["How many units?"]


def test_short_answers_share_a_text_and_the_estimate_has_its_own() -> None:
    said = [
        OutgoingMessage("Got it."),
        OutgoingMessage("You owe $1.", group="estimate"),
        OutgoingMessage("The law.", group="estimate"),
        OutgoingMessage("And now?"),
    ]
    assert compose(said, "en") == ["Got it.", "You owe $1.\nThe law.", "And now?"]


def test_a_long_answer_is_cut_between_its_sentences() -> None:
    sentence = "This sentence has exactly so many words as it needs to be rather long. "
    result = compose([OutgoingMessage(sentence * 6)], "en")
    assert len(result) == 2
    assert all(text.endswith("long.") for text in result)


def test_a_list_is_cut_between_its_members_and_no_phone_number_is_torn() -> None:
    noted = "; ".join(f"fact number {number}: (312) 555-01{number}" for number in range(10, 22)) + ". Right?"
    first, second = compose([OutgoingMessage(noted)], "en")
    assert first.endswith(";")
    assert second.startswith("fact number")


def test_a_number_names_a_choice_unless_it_is_a_title_itself() -> None:
    titles = ["Keep it", "Let it go", "Not sure yet"]
    assert [parse_numbered_choice(words, titles) for words in ("2", "#2", "2.", "(2)", " 2 ")] == ["Let it go"] * 5
    assert [parse_numbered_choice(words, titles) for words in ("4", "0", "250", "2 houses", "Keep it")] == [None] * 5
    assert parse_numbered_choice("2", ["1", "2", "3"]) is None


@given(st.lists(st.tuples(st.text(max_size=900), st.lists(st.text(min_size=1, max_size=60), max_size=6)), max_size=5))
def test_no_text_is_ever_too_long(answers: list[tuple[str, list[str]]]) -> None:
    said = [OutgoingMessage(text, tuple(titles)) for text, titles in answers]
    assert all(0 < len(text) <= LIMIT for text in compose(said, "en"))


@given(st.text(alphabet="ab .", min_size=1, max_size=1500))
def test_nothing_that_was_said_is_lost(words: str) -> None:
    assert "".join(compose([OutgoingMessage(words)], "en")).replace(" ", "").replace("\n", "") == words.replace(" ", "")
