"""Intent resolution: the single intent of a message, by which the rules in data/rules/ choose the next action.

Safety comes first, then what is plain from the words themselves (stop, skip, yes, a figure that answers the question),
and only then the topic model, and that only when it is sure enough. Facts in a message are taken whatever its intent.
"""

from __future__ import annotations

import re
from typing import Final

from leeward.dialogue import topics
from leeward.dialogue.policy import OWN_QUESTIONS
from leeward.dialogue.scope import is_about_the_home
from leeward.nlu.dialogue_acts import is_question
from leeward.nlu.extraction import Reading
from leeward.nlu.intent_classifier import CRISIS, OUT_OF_SCOPE, POSSIBLE_CRISIS_THRESHOLD, Guess
from leeward.nlu.normalization import normalize
from leeward.nlu.safety_rules import Alerts

INTENT_THRESHOLD: Final = 0.5
"""Probability from which the model's guess decides. Below it the guess decides only where no rule does; below
FALLBACK_THRESHOLD never."""
FALLBACK_THRESHOLD: Final = 0.3
# A question beside the topics that has an answer of its own (actions/answer_topics.py).
ASIDE: Final = frozenset({"credit"})
MIN_CLARIFY_CONFIDENCE: Final = 0.15
NEAREST_CONFIDENCE: Final = 0.1
"""Probability from which a topic answers a message about the home that the model takes for something else."""

# A bare "1" or "ok" is about nothing, so it cannot be about something else.
_WORDS = re.compile(r"[^\W\d_]{3,}")
# Acts in the order in which they count when a message has several.
_ACT_INTENTS: Final = (
    ("erase", "erase"),
    ("start_over", "start_over"),
    ("person", "contact_request"),
    ("why", "why_ask"),
    ("summary", "summary"),
    ("help", "help"),
    ("skip", "skip"),
    ("refuse", "skip"),
    ("fees", "cost_of_help"),
)
# How long these last is a question of their own, and not how long the lender has to sue.
_WITH_A_TIME_OF_THEIR_OWN: Final = frozenset("old_debt move_out_timing court_papers reverse_mortgage hoa_or_tax_sale".split())
# What may be meant with words on pay and savings; the topic that the model is sure of counts.
_NAMES_WHAT_IS_TAKEN: Final = frozenset({"bankruptcy", "tax_question", "divorce_or_cosigner"})

# Manners and wishes that change the course need words of their own (their act), or a model that is next to certain: "a lot"
# is no thanks, and nobody's answers are put aside because a guess said so.
_STRICT_INTENTS: Final = frozenset(
    "thanks goodbye greet start_over erase stop help summary are_you_human change_language".split()
)
STRICT_THRESHOLD: Final = 0.9

_SMALL_TALK: Final = (("goodbye", "goodbye"), ("thanks", "thanks"), ("greeting", "greet"))

# Guesses that say how a message is meant, not what it is about: other rules above have already found those they can trust.
_ANSWER_INTENTS: Final = frozenset({"inform", "affirm", "deny", "dont_know", "skip", "correct"})


def resolve_intent(reading: Reading, guess: Guess, alerts: Alerts, *, asked: str | None) -> str:
    """The intent of one message. `asked` is the question just put to the person."""
    if alerts.crisis or alerts.danger or guess.is_crisis:
        return "crisis"
    if "stop" in reading.acts and not (asked == "goal" and reading.facts.is_known("goal")):
        return "stop"
    for act, intent in _ACT_INTENTS:
        if act in reading.acts:
            return intent
    is_sure = guess.confidence >= INTENT_THRESHOLD
    if "wages" in reading.acts:
        return guess.topic if is_sure and guess.topic in _NAMES_WHAT_IS_TAKEN else "wages_and_assets"
    if ASIDE & reading.acts:
        return "out_of_scope"
    if "how_long" in reading.acts:
        return guess.topic if is_sure and guess.topic in _WITH_A_TIME_OF_THEIR_OWN else "deficiency_question"
    answers = _answers(reading, asked)
    question = is_question(normalize(reading.text))
    if answers and not question:
        return answers
    if "goodbye" in reading.acts and not question and not _has_facts(reading):
        return "goodbye"
    if guess.topic == OUT_OF_SCOPE and not _WORDS.search(reading.text):
        return "nlu_fallback"
    nearest = nearest_topic(reading, guess)
    if nearest is not None and not answers:
        return nearest
    bar = STRICT_THRESHOLD if guess.topic in _STRICT_INTENTS else INTENT_THRESHOLD
    if guess.confidence >= bar and guess.topic not in _ANSWER_INTENTS and not (_has_facts(reading) and not question):
        return guess.topic
    if answers:
        return answers
    if _has_facts(reading):
        return "inform"
    for act, intent in _SMALL_TALK:
        if act in reading.acts:
            return intent
    if asked in OWN_QUESTIONS and guess.topic in ("affirm", "deny") and guess.confidence >= INTENT_THRESHOLD:
        return guess.topic
    if guess.confidence >= FALLBACK_THRESHOLD and guess.topic not in _ANSWER_INTENTS | topics.clarifiable() | _STRICT_INTENTS:
        # The topic model sees a crisis with low confidence and the crisis classifier none: a supportive sentence is enough.
        return "distress" if guess.topic == CRISIS and guess.crisis_score < POSSIBLE_CRISIS_THRESHOLD else guess.topic
    return "nlu_fallback"


def nearest_topic(reading: Reading, guess: Guess) -> str | None:
    """The likeliest topic of a message about the home that the model takes for something else; None where there is none."""
    if guess.topic != OUT_OF_SCOPE or not is_about_the_home(normalize(reading.text)):
        return None
    leanings = (name for name, confidence in guess.ranking if name in topics.clarifiable() and confidence >= NEAREST_CONFIDENCE)
    return next(leanings, None)


def intent_confidence(intent: str, guess: Guess) -> float:
    """How sure the intent of a message is, from 0 to 1.

    The model's own probability where the intent is the model's first guess; 1.0 where only rules gave it.
    """
    return guess.confidence if intent == guess.topic else 1.0


def clarification_candidates(guess: Guess) -> tuple[str, ...]:
    """The topics, at most two, to offer when a message is not understood; the likelier first."""
    leanings = [
        name for name, confidence in guess.ranking[:3] if name in topics.clarifiable() and confidence >= MIN_CLARIFY_CONFIDENCE
    ]
    return tuple(leanings[:2])


def _answers(reading: Reading, asked: str | None) -> str | None:
    """The intent if the message answers the question just asked, in the reader's own judgement."""
    if asked is not None and (asked in reading.facts.known or asked in reading.facts.clarify):
        return "inform"
    if asked is not None and any(fact == asked for fact, _ in reading.rejected):
        return "inform"
    if "dont_know" in reading.acts:
        return "dont_know"
    if asked is not None and "yes" in reading.acts:
        return "affirm"
    if asked is not None and "no" in reading.acts:
        return "deny"
    if "correction" in reading.acts and (_has_facts(reading) or reading.amounts):
        return "correct"
    return None


def _has_facts(reading: Reading) -> bool:
    return bool(reading.facts.known or reading.facts.clarify or reading.rejected)
