"""What whole messages teach the topic model: stories keep their topic, and a message may raise several."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeward.nlu.intent_classifier import TopicModel
from leeward.nlu.labelled_messages import LabelledMessage
from leeward.nlu.message_classifier import FEWEST, MessageClassifier

SHORT = [
    *[(f"can they come after me for {what}", "deficiency_question") for what in ("the rest", "more", "the balance", "it")],
    *[(f"call me {when}", "contact_request") for when in ("today", "please", "tomorrow", "now")],
    *[(word, "affirm") for word in ("yes", "yes please", "ok yes", "sure")],
]
AFTER_AUCTION = [
    "the bank auctioned our place in {} and now a letter wants the difference from us",
    "we lost the house in {}, it went for nothing and some company bills us for what is missing",
]
PLEASE_CALL = [
    "could somebody ring my wife in {} after her shift, she has all the papers",
    "i would rather speak with someone about our home in {} than type",
]
CITIES = ("Dayton", "Tulsa", "Macon", "Reno", "Salem", "Mesa", "Provo", "Akron")


def message(number: int, text: str, *topics: str) -> LabelledMessage:
    return LabelledMessage(
        id=str(number),
        lang="en",
        asked=None,
        on="2026-11-28",
        text=text,
        facts={},
        clarify=(),
        topics=topics,
        crisis=False,
        without=(),
    )


MESSAGES = [
    message(number, told.format(city), topic)
    for number, (told, city, topic) in enumerate(
        (told, city, topic)
        for city in CITIES
        for told, topic in (
            *((told, "deficiency_question") for told in AFTER_AUCTION),
            *((told, "contact_request") for told in PLEASE_CALL),
        )
    )
]


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return TopicModel.train(SHORT, {"affirm"}, messages=MESSAGES)


def test_a_story_is_about_what_stories_like_it_are_about(model: TopicModel) -> None:
    told = "the bank auctioned the farm in Boise and now a letter wants money from us"
    assert model.classify(told).topic == "deficiency_question"


def test_a_message_may_raise_several_topics(model: TopicModel) -> None:
    guess = model.classify(f"{AFTER_AUCTION[0].format('Boise')}. {PLEASE_CALL[0].format('Boise')}.")
    assert {guess.topic, *guess.also} == {"deficiency_question", "contact_request"}


def test_the_moves_of_a_conversation_are_left_to_the_short_examples(model: TopicModel) -> None:
    without = TopicModel.train(SHORT, {"affirm"})
    yes, before = model.classify("yes please"), without.classify("yes please")
    assert yes.topic == "affirm"
    assert dict(yes.ranking)["affirm"] == pytest.approx(dict(before.ranking)["affirm"])


def test_a_topic_of_few_messages_is_not_learned() -> None:
    few = [message(number, f"a tax man came {number}", "tax_question") for number in range(FEWEST - 1)]
    learned = TopicModel.train(SHORT, {"affirm"}, messages=[*MESSAGES, *few])
    assert "tax_question" not in dict(learned.classify("a tax man came").ranking)


def test_a_saved_model_says_the_same(model: TopicModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    again = TopicModel.load(tmp_path / "model")
    told = AFTER_AUCTION[1].format("Boise")
    assert again.classify(told).topic == model.classify(told).topic
    assert again.classify(told).confidence == pytest.approx(model.classify(told).confidence, abs=0.01)


def test_the_same_messages_are_not_learned_twice() -> None:
    first = MessageClassifier.train(MESSAGES, lambda text: [text])
    assert first is not None
    assert MessageClassifier.train(MESSAGES, lambda text: [text], earlier=first) is first
    assert MessageClassifier.train(MESSAGES[:-1], lambda text: [text], earlier=first) is not first
