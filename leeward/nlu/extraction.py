"""Information extraction: one message, in English or Spanish, to facts, dialogue acts and rejected values.

Pure and total: no text raises. Uncertain values are left out or put into `clarify`: a wrong amount is worse than a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from leeward.core.facts import CONTACT_FACTS, SPECS, UNKNOWN, Facts, Kind
from leeward.core.spans import Span
from leeward.nlu.categorical_slots import find_lenders, read_choices, read_doubts
from leeward.nlu.contacts import read_contacts
from leeward.nlu.dates import DATE_FACTS, date_spans, read_dates
from leeward.nlu.delinquency import read_months_behind
from leeward.nlu.dialogue_acts import Act, find_acts, is_question, language_of
from leeward.nlu.money_roles import OtherAmount, read_money
from leeward.nlu.normalization import correct_spelling, normalize, strip_invisible, words
from leeward.nlu.opt_out import is_stop, spares_number
from leeward.nlu.places import find_places, home_county, home_state
from leeward.nlu.tagger import BRIEF, SURE, Tags, tag

__all__ = ["OtherAmount", "Reading", "read"]

LONGEST_READ: Final = 10_000
# "No" to these questions is an answer: there is none.
NONE_IS_ZERO: Final = frozenset({"second_lien", "arrears", "months_behind"})
_ONLY_ONE: Final = re.compile(
    r"\W*(?:(?:i |we )?(?:just|only)(?: have| got)?(?: the| this)? (?:one|1|first|main)"
    r"|(?:tengo |hay )?(?:solo|nada mas|solamente)(?: tengo| hay)?(?: la| esta)? (?:una|1|primera|principal))"
    r"(?: mortgage| loan| hipoteca)?\W*"
)
# Said without being asked: there is one mortgage, and no more.
_NO_SECOND: Final = re.compile(
    r"\b(?:no|without|not any|don'?t have (?:a|any)|no hay|no tengo|sin) (?:other|second|2nd|otra|otro|segunda) "
    r"(?:loans?|mortgages?|liens?|hipoteca|prestamo)\b|\b(?:only|just) (?:the )?one (?:mortgage|loan)\b|\bsolo una hipoteca\b"
)
# Single words that answer "keep the home, or let it go?", and mean something else anywhere else.
_BARE_GOALS: Final = {
    **dict.fromkeys("leave leaving go out dejar irme salir soltarla".split(), "leave"),
    **dict.fromkeys("keep stay remain quedar".split(), "keep"),
}
MOST_WORDS_IN_A_TIME: Final = 25
# Someone sues or collects; after the sale that is for the rest.
_COLLECTS: Final = re.compile(
    r"\b(?:suing|sued|sues|collectors?|collection|garnish\w*|demand(?:a|an|o|aron|ado|ada)|cobradora?|cobrador|cobranzas?)\b"
)
# A suit for the whole loan, to take the home.
_FORECLOSES: Final = re.compile(r"\b(?:foreclos\w*|ejecucion|keep (?:the|my|our) (?:house|home))\b")
_CONTROL: Final = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f]")
_HAS_WORDS: Final = re.compile(r"\w")
_ONLY_HEARD: Final = re.compile(r"\W*(?:(?:ok|okay|okey|k|kk|vale|bueno|alright|all right|fine|gracias|thanks|thank you)\W*)+")
_BEGINS_NO: Final = re.compile(r"^\W*(?:no|nope|nah|never|nunca)\b(?! (?:se|idea|sure|clue|lo se|estoy|problem|worries)\b)")
_BEGINS_YES: Final = re.compile(r"^\W*(?:yes|yeah|yep|yup|si|claro|sure)\b(?! (?:no|not)\b)")
_NO_DATE: Final = re.compile(
    r"\bno (?:court |sale )?date\b|(?:\bnot|n't) (?:been )?(?:set|scheduled|told|gotten|got)\b|\bno hay fecha\b|\bsin fecha\b|"
    r"\bno tengo fecha\b|\bno me han dado\b|\btodavia no hay\b"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one message.

    `language` as detected, None if it may be either; `facts` with what is to be clarified; `acts` are the dialogue acts (yes,
    skip, person, stop …); `amounts` in USD that are no fact of the case; `rejected` holds invalid values as (fact, reason key).
    """

    text: str
    language: Literal["en", "es"] | None
    facts: Facts
    acts: frozenset[Act]
    amounts: tuple[OtherAmount, ...]
    rejected: tuple[tuple[str, str], ...]


# The questions to which "yes" and "no" are answers about being contacted.
YES_OR_NO_TO_CONTACT: Final = frozenset({"wants_contact", "consent_contact", "consent_automated"})
# Facts that are words of the message itself, found by the tagger.
_SURE_OF_DOUBT: Final = 0.8
_TAGGED_TEXTS: Final = ("lender", "first_name", "last_name", "best_time")
# The questions whose answer may be that the phone they name is not to be called.
ABOUT_THE_PHONE: Final = frozenset({"safe_to_contact", "consent_contact", "consent_automated"})


def read(text: str, *, asked: str | None = None, on: date, language: str | None = None) -> Reading:
    """Reads one message. `asked` is the question just put, `on` is today, `language` what the conversation is in."""
    visible = _visible(text, asked)
    normalized = normalize(visible)
    # A name, an address or a time of day says nothing about the language someone wants to speak.
    detected = None if asked in CONTACT_FACTS else language_of(visible, normalized)
    spoken = detected or language
    spanish = spoken == "es"
    acts = find_acts(normalized)
    if asked is not None and asked in SPECS and SPECS[asked].kind is Kind.FLAG and _ONLY_HEARD.fullmatch(normalized):
        # "Ok" agrees; it does not say that someone has a lawyer, or that a phone is safe.
        acts = acts - {"yes"}
    if is_stop(text):
        acts.add("stop")
    tags = None if _is_only_an_act(normalized, acts) else tag(visible, asked)
    if "why" in acts or "start_over" in acts:
        asked = None
    facts = Facts()
    contacts = read_contacts(visible, asked=asked, plain_answer=not acts and not is_question(normalized))
    taken: list[Span] = list(contacts.spans)
    for name, value in contacts.facts.items():
        facts = facts.learn_or_ask(name, value)
    facts, taken = _dates(facts, normalized, taken, asked, on, tags)
    lenders = [(name, span) for name, span in find_lenders(normalized) if not any(span.overlaps(other) for other in taken)]
    if lenders:
        facts = facts.learn_or_ask("lender", lenders[0][0])
        taken += [span for _, span in lenders]
    # "Person" is a county in North Carolina; a message that is an act is no place.
    expects_place = asked == "state" and not acts - {"greeting", "yes"}
    facts, taken = _place(facts, visible, normalized, taken, expects_place, spanish, tags)
    facts, periods = _months(facts, normalized, asked, tags)
    facts, taken = _choices(facts, normalized, [*taken, *periods], asked, tags)
    money = read_money(
        normalized,
        asked=asked,
        spanish=None if spoken is None else spanish,
        taken=[*taken, *date_spans(normalized)],
        periods=periods,
        tags=tags,
    )
    facts = facts.merge(money.facts)
    facts = _tagged(facts, visible, tags, asked)
    facts = _after_a_sale(facts, normalized, asked)
    facts = _not_yet_sold(facts, on)
    if facts.get("loan_purpose") == "home_equity" and (asked == "second_lien" or facts.is_known("second_lien")):
        # "A credit line for 35,000" beside the mortgage says nothing about what the mortgage was for.
        facts = facts.forget("loan_purpose")
    if not facts.is_answered("second_lien") and _NO_SECOND.search(normalized):
        facts = facts.learn("second_lien", 0)
    if money.correction:
        acts.add("correction")
    if asked in ABOUT_THE_PHONE and "phone" not in facts.known and spares_number(text):
        facts = facts.learn("safe_to_contact", False)
    facts = _asked(facts, visible, normalized, acts, asked, contacts.rejected)
    if tags is not None and asked not in YES_OR_NO_TO_CONTACT and _wants_contact(tags):
        acts.add("person")
    return Reading(text, detected, facts, frozenset(acts), money.others, contacts.rejected)


def _is_only_an_act(normalized: str, acts: set[Act]) -> bool:
    """Whether a few words say yes, no, thanks and the like and nothing else: they mean what they say, whatever was asked."""
    return _ONLY_HEARD.fullmatch(normalized) is not None or (bool(acts) and len(words(normalized)) <= BRIEF)


def _wants_contact(tags: Tags) -> bool:
    wish, chance = tags.choice("wants_contact")
    return wish is True and chance >= SURE


def tags_of(text: str, asked: str | None) -> Tags:
    """The tagger's output on a message, as `read` uses it."""
    return tag(_visible(text, asked), asked)


def _visible(text: str, asked: str | None) -> str:
    """The text as it is read: without what cannot be seen, and with its spelling mended where it is no contact detail."""
    visible = strip_invisible(_CONTROL.sub("", text))[:LONGEST_READ]
    return visible if asked in CONTACT_FACTS else correct_spelling(visible)


def _dates(
    facts: Facts, normalized: str, taken: list[Span], asked: str | None, on: date, tags: Tags | None
) -> tuple[Facts, list[Span]]:
    for dated in read_dates(normalized, asked=asked, on=on, tags=tags):
        if any(dated.span.overlaps(span) for span in taken) or facts.is_answered(dated.fact):
            continue
        facts = facts.ask_again(dated.fact) if dated.day is None else facts.learn_or_ask(dated.fact, dated.day)
        taken = [*taken, dated.span]
    return facts, taken


def _place(
    facts: Facts, text: str, normalized: str, taken: list[Span], expected: bool, spanish: bool, tags: Tags | None
) -> tuple[Facts, list[Span]]:
    places = find_places(text, asked=expected, spanish=spanish, taken=tuple(taken), tags=tags)
    county = home_county(places, text, tags=tags)
    if county is not None:
        facts = facts.learn_or_ask("county", county)
    states = home_state(places, normalized, asked=expected, tags=tags)
    if states is None:
        return facts, taken
    facts = facts.learn("state", states[0]) if len(states) == 1 else facts.ask_again("state", states)
    return facts, [*taken, *(place.span for place in places)]


def _months(facts: Facts, normalized: str, asked: str | None, tags: Tags | None) -> tuple[Facts, tuple[Span, ...]]:
    behind = read_months_behind(normalized, asked=asked == "months_behind", tags=tags)
    if behind.months is not None:
        facts = facts.learn_or_ask("months_behind", behind.months)
    elif behind.doubtful:
        facts = facts.ask_again("months_behind")
    return facts, behind.spans


def _choices(
    facts: Facts, normalized: str, taken: list[Span], asked: str | None, tags: Tags | None
) -> tuple[Facts, list[Span]]:
    choices, where = read_choices(normalized, asked=asked, tags=tags)
    for name, value in choices.items():
        facts = facts.learn_or_ask(name, value)
    for name in read_doubts(normalized):
        facts = facts.ask_again(name)
    if facts.get("discharged") is True and not facts.is_answered("prior_bankruptcy"):
        facts = facts.learn("prior_bankruptcy", True)
    return facts, [*taken, *where]


def _tagged(facts: Facts, text: str, tags: Tags | None, asked: str | None) -> Facts:
    """What only the tagger finds: names of people and lenders, "none", "I don't know", and what is to be asked again."""
    if tags is None:
        return facts
    brief = len(words(normalize(text))) <= BRIEF
    for name in _TAGGED_TEXTS:
        # A few words that answer the question for a name, an address or a time are read by its grammar.
        if asked in CONTACT_FACTS and (brief or name in ("lender", "best_time")):
            continue
        stretch = max(tags.stretches(name), key=lambda found: found[1], default=None)
        if stretch is not None and stretch[1] >= SURE and not facts.is_answered(name):
            facts = facts.learn_or_ask(name, _whole_words(text, stretch[0]))
    for name, chance in tags.labels["zero"].items():
        if chance >= SURE and not facts.is_answered(name):
            facts = facts.learn(name, 0)
    if asked is not None and asked in SPECS and tags.labels["unknown"]["asked"] >= SURE and not facts.is_answered(asked):
        facts = facts.learn(asked, UNKNOWN)
    if brief:
        # What a few words leave open, the grammar of the figure or the place itself knows.
        return facts
    for name, chance in tags.labels["clarify"].items():
        if chance >= _SURE_OF_DOUBT and name not in tags.choices:
            facts = facts.forget(name).ask_again(name, facts.clarify.get(name, ()))
    return facts


def _whole_words(text: str, span: Span) -> str:
    """The words that a stretch lies in: the tagger's pieces may begin or end within one."""
    start, end = span.start, span.end
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return text[start:end].strip(" .,;:!?\"'()")


def _after_a_sale(facts: Facts, normalized: str, asked: str | None) -> Facts:
    """The stage where an amount is claimed or somebody collects: a claim for the rest, unless the suit is to take the home."""
    claimed = facts.is_known("amount_claimed") and asked != "amount_claimed"
    if facts.is_known("sold_on") and asked != "sold_on" and not facts.is_answered("stage"):
        facts = facts.learn("stage", "sold")
    if facts.get("stage") == "sold":
        is_claim = claimed or (_COLLECTS.search(normalized) is not None and not is_question(normalized))
        return facts.learn("stage", "deficiency_claim") if is_claim else facts
    if not claimed or facts.get("stage") == "deficiency_claim":
        return facts
    if _FORECLOSES.search(normalized) or facts.get("stage") not in (None, "served"):
        return facts.forget("amount_claimed")
    return facts.learn("stage", "deficiency_claim")


def _not_yet_sold(facts: Facts, on: date) -> Facts:
    """A home whose sale is still to come has not been sold, whatever else was read."""
    day = facts.get("sale_date")
    if facts.get("stage") == "sold" and isinstance(day, date) and day >= on and not facts.is_known("sold_on"):
        return facts.learn("stage", "sale_set")
    return facts


def _asked(
    facts: Facts, text: str, normalized: str, acts: set[Act], asked: str | None, rejected: tuple[tuple[str, str], ...]
) -> Facts:
    """The facts with the answer to the question just put, where the words only make sense as that."""
    if asked is None or asked not in SPECS or asked in facts.known or asked in facts.clarify:
        return facts
    if any(fact == asked for fact, _ in rejected):
        return facts
    spec = SPECS[asked]
    if "dont_know" in acts and (spec.kind is not Kind.TEXT or asked == "lender"):
        return facts.learn(asked, UNKNOWN)
    if spec.kind is Kind.FLAG:
        answer = _yes_or_no(normalized, acts)
        return facts if answer is None else facts.learn(asked, answer)
    if asked == "occupancy" and "yes" in acts:
        return facts.learn("occupancy", "home")
    if asked == "goal" and normalized.strip(" .!") in _BARE_GOALS:
        return facts.learn(asked, _BARE_GOALS[normalized.strip(" .!")])
    if asked == "second_lien" and _ONLY_ONE.fullmatch(normalized):
        return facts.learn(asked, 0)
    if asked in NONE_IS_ZERO and _yes_or_no(normalized, acts) is False:
        return facts.learn(asked, 0)
    if asked == "best_time" and not acts - {"yes", "greeting", "thanks"} and _is_a_time(text):
        return facts.learn_or_ask("best_time", " ".join(text.split()))
    if asked in DATE_FACTS and ("no" in acts or _NO_DATE.search(normalized)):
        return facts.learn(asked, UNKNOWN)
    return facts


def _yes_or_no(normalized: str, acts: set[Act]) -> bool | None:
    """The answer to a yes-or-no question, also with more words after it ("no, my husband reads my texts")."""
    if len({"yes", "no"} & acts) == 1:
        return "yes" in acts
    if _BEGINS_NO.search(normalized):
        return False
    return True if _BEGINS_YES.search(normalized) else None


def _is_a_time(text: str) -> bool:
    return bool(_HAS_WORDS.search(text)) and len(text.split()) <= MOST_WORDS_IN_A_TIME and "?" not in text
