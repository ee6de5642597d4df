"""State update: the facts and the progress after one user turn. Pure; nothing is asked or sent here.

Facts given out of order are kept, a correction replaces an earlier value, and a yes or no counts only for the question it
answers. What the person should be told of it is returned as notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, get_args

from leeward.core import stages
from leeward.core.facts import SPECS, UNKNOWN, Facts, Kind, Value
from leeward.core.ways import is_email
from leeward.dialogue.policy import CONSENTS, CONTACT, OWN_QUESTIONS, Progress, leave_open, ways_of

# What the rule for an intent says anyway, and so is not said a second time as a warning.
HEARD_BY_A_RULE: Final = {"scam_complaint": "scam", "distress": "distress", "crisis": "distress"}
# Words that are no sign of wanting to go on after a cry for help.
NO_WISH_TO_GO_ON: Final = frozenset(
    "thanks greet distress nlu_fallback out_of_scope help are_you_human why_ask change_language".split()
)
NEVER_UNKNOWN: Final = frozenset(CONTACT)

Answer = Literal["yes", "no", "later", "unclear"]
Signal = Literal["distress", "scam", "elder"]
"""What a message shows beside its intent, and is answered once in a conversation."""
SIGNALS: Final[tuple[Signal, ...]] = get_args(Signal)
Note = Literal[
    Signal,
    "already_with_staff",
    "check_in",
    "contact_first",
    "erased",
    "go_ahead",
    "goodbye",
    "kept",
    "must_be_clear",
    "no_contact",
    "noted",
    "phone_opted_out",
    "rest",
    "revoked",
]
"""What the person should hear of a turn; each has the response say_NOTE, or utter_NOTE where a rule says it too."""


@dataclass(frozen=True, slots=True)
class UserTurn:
    """One message as it was understood.

    `asked` is the question it may answer, `turn` the message's id, `clear_answer` what consent_answers.answer makes of its
    words (for a button: what the button says), `correction` an amount that replaces an earlier one without saying which,
    `possible_crisis` whether the words sound so dark that a gentle word is in place, `warnings` what to say once (scam,
    elder, distress), `revokes` whether they take back every permission to call or write. `consent_way` is the way named by the
    consent that stood on the screen, `prefers` how they would rather be reached than it says. `opted_out` and
    `stopped_on_web` are their numbers under a stop (as in Progress), `taken_back` each consent, with its way, that no longer
    stands on record.
    """

    intent: str
    turn: str
    asked: str | None = None
    facts: Facts = Facts()
    correction: Value | None = None
    clear_answer: Answer = "unclear"
    language: str | None = None
    crisis: bool = False
    danger: bool = False
    possible_crisis: bool = False
    warnings: tuple[Signal, ...] = ()
    revokes: bool = False
    consent_way: str | None = None
    prefers: Literal["call", "text", "email"] | None = None
    opted_out: frozenset[str] = frozenset()
    stopped_on_web: frozenset[str] = frozenset()
    taken_back: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that was known before and is another now."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class TurnResult:
    """Facts and progress after a message, with what the person should hear of it.

    `notes` are the names of things to say; `consents` the consents that this message gave or refused; `replaced` the ways to
    reach the person that others took the place of.
    """

    facts: Facts
    progress: Progress
    changes: tuple[Change, ...] = ()
    notes: tuple[Note, ...] = ()
    consents: Mapping[str, bool] | None = None
    revoked: bool = False
    replaced: tuple[str, ...] = ()


def apply_turn(facts: Facts, progress: Progress, user_turn: UserTurn) -> TurnResult:
    """Applies one user turn to the conversation state. Pure. Applying the same turn twice gives the same facts."""
    language = facts.get("language")
    learned = _learned(facts, progress, user_turn)
    changes = tuple(
        Change(name, fact.value)
        for name, fact in learned.known.items()
        if name != "language" and facts.is_known(name) and facts.get(name) != fact.value
    )
    after = facts.merge(learned)
    replaced = tuple(str(facts.get(change.name)) for change in changes if change.name in ("phone", "email"))
    progress = replace(progress, idle=False, stopped=False, messages=progress.messages + (user_turn.intent != "opening"))
    progress = _without_old_answers(
        replace(progress, opted_out=user_turn.opted_out, stopped_on_web=user_turn.stopped_on_web),
        facts,
        after,
        user_turn,
        replaced,
    )
    if learned.known:
        progress = replace(
            progress,
            last_learned=tuple(learned.known),
            skipped=progress.skipped - set(learned.known),
        )
    missed = user_turn.intent in ("nlu_fallback", "out_of_scope") and not learned.known
    progress = replace(progress, consecutive_fallbacks=progress.consecutive_fallbacks + 1 if missed else 0)
    if user_turn.asked == "phone" and "email" in learned.known and "phone" not in after.known:
        # Who gives an address when asked for a number would rather be written to.
        progress = progress.with_skipped("phone")
    after, progress, notes = _own_questions(after, progress, user_turn)
    after, progress = _language(after, progress, user_turn, before=language)
    if (
        user_turn.possible_crisis
        and user_turn.intent != "crisis"
        and not progress.crisis
        and "check_in" not in progress.announced
    ):
        progress = progress.with_announced("check_in")
        notes = ("check_in", *notes)
    if user_turn.asked == "anything_else" and user_turn.intent == "inform" and learned.known and not changes:
        notes = (*notes, "noted")
    if user_turn.intent in HEARD_BY_A_RULE:
        progress = progress.with_announced(HEARD_BY_A_RULE[user_turn.intent])
    for warning in user_turn.warnings:
        if warning not in progress.announced:
            progress = progress.with_announced(warning)
            notes = (*notes, warning)
    asked = user_turn.asked
    consents: dict[str, bool] = {
        name: name in progress.yes for name in CONSENTS if asked == name and name in progress.yes | progress.no
    }
    phone = after.get("phone")
    if user_turn.revokes:
        for name in CONSENTS:
            progress = progress.with_no(name)
        notes = (*notes, "revoked")
    elif phone in progress.opted_out and "wants_contact" in progress.yes and f"opted_out:{phone}" not in progress.announced:
        progress = progress.with_announced(f"opted_out:{phone}")
        notes = (*notes, "phone_opted_out")
    return TurnResult(after, progress, changes, notes, consents or None, user_turn.revokes, replaced)


def _without_old_answers(
    progress: Progress, before: Facts, after: Facts, user_turn: UserTurn, replaced: tuple[str, ...]
) -> Progress:
    """Takes away what no longer stands: what was said of another number or address, and what was taken back elsewhere.

    A consent that is being asked for has no answer yet, whatever was said of another way.
    """
    progress = progress.without_consents(replaced=replaced, taken_back=user_turn.taken_back)
    if before.get("phone") in replaced and "safe_to_contact" not in after.known:
        progress = progress.asked_anew("safe_to_contact")
    return progress.without_answer(user_turn.asked) if user_turn.asked in CONSENTS else progress


def _learned(facts: Facts, progress: Progress, user_turn: UserTurn) -> Facts:
    learned = Facts(
        {name: replace(fact, turn=user_turn.turn) for name, fact in user_turn.facts.known.items()},
        {
            name: options
            for name, options in user_turn.facts.clarify.items()
            if name == user_turn.asked or not facts.is_known(name)
        },
    )
    asked = user_turn.asked
    learned = _after_a_sale(facts, learned, user_turn.turn)
    if user_turn.correction is not None:
        target = _corrected(facts, progress, asked)
        if target is not None:
            learned = learned.learn(target, user_turn.correction, user_turn.turn)
    if user_turn.intent == "dont_know" and asked in SPECS and asked not in NEVER_UNKNOWN and asked not in learned.known:
        learned = learned.learn(str(asked), UNKNOWN, user_turn.turn)
    is_flag = asked in SPECS and SPECS[str(asked)].kind is Kind.FLAG
    if is_flag and asked not in learned.known and user_turn.intent in ("affirm", "deny"):
        learned = learned.learn(str(asked), user_turn.intent == "affirm", user_turn.turn)
    changes_phone = facts.is_known("phone") and learned.is_known("phone") and facts.get("phone") != learned.get("phone")
    if changes_phone and learned.get("safe_to_contact") is False:
        # "Don't call that one, call …": nobody offers a number in place of another that is not to be called either.
        return learned.forget("safe_to_contact")
    return learned


def _after_a_sale(facts: Facts, learned: Facts, turn: str) -> Facts:
    """A lawsuit after the sale is one for the rest, and telling of the sale does not take back that the rest is claimed."""
    stage, told = facts.get("stage"), learned.get("stage")
    if stages.is_sold(facts) and told == "served":
        return learned.learn("stage", "deficiency_claim", turn)
    tells_of_the_sale = learned.is_known("sold_on") or learned.is_known("sale_price")
    return learned.forget("stage") if stage == "deficiency_claim" and told == "sold" and tells_of_the_sale else learned


def _corrected(facts: Facts, progress: Progress, asked: str | None) -> str | None:
    """Which amount "actually it's 320" replaces: the last one learned, or else the answer to the question just asked."""
    for name in reversed(progress.last_learned):
        if SPECS[name].kind is Kind.MONEY and isinstance(facts.get(name), Decimal | int):
            return name
    return asked if asked in SPECS and SPECS[str(asked)].kind is Kind.MONEY else None


def _own_questions(facts: Facts, progress: Progress, user_turn: UserTurn) -> tuple[Facts, Progress, tuple[Note, ...]]:
    """Wishes for a person, safety, skips, stops, and yes or no to the conversation's own questions."""
    asked, intent = user_turn.asked, user_turn.intent
    if intent == "crisis":
        progress = replace(
            progress,
            crisis=progress.crisis or user_turn.crisis or not user_turn.danger,
            danger=progress.danger or user_turn.danger,
            yes=progress.yes - {"go_on"},
            no=progress.no - {"go_on"},
        )
        return facts, progress, ()
    puts_off = asked in CONSENTS and user_turn.clear_answer == "later"
    if intent == "stop" or (intent == "goodbye" and not puts_off):
        return facts, replace(progress, idle=True, stopped=intent == "stop"), ()
    if intent == "erase":
        return facts, replace(progress, erasing=True), ()
    if progress.erasing:
        return _erase(facts, progress, user_turn)
    if intent == "contact_request" and not _prefers_another_way(user_turn):
        return _wants_person(facts, progress)
    if asked in CONSENTS:
        return _consent(facts, progress, user_turn, asked)
    if intent == "skip" and asked is not None and asked != "go_on":
        return facts, progress.with_skipped(asked), ()
    if intent == "dont_know" and asked != "go_on" and asked is not None and (asked in OWN_QUESTIONS or asked in NEVER_UNKNOWN):
        return facts, progress.with_skipped(asked), ()
    if asked in ("go_on", "wants_contact", "anything_else", "switch_language") and intent in ("affirm", "deny"):
        return _yes_or_no(facts, progress, asked, yes=intent == "affirm")
    if asked == "go_on":
        return _after_crisis(facts, progress, intent)
    if asked == "second_lien" and intent in ("affirm", "second_lien_or_heloc") and not facts.is_answered(asked):
        return facts, progress.with_yes(asked), ()
    if asked in NEVER_UNKNOWN and intent == "deny" and asked not in facts.known:
        return facts, progress.with_skipped(asked), ()
    return facts, progress, ()


def _after_crisis(facts: Facts, progress: Progress, intent: str) -> tuple[Facts, Progress, tuple[Note, ...]]:
    """After a cry for help the questions go on only when the person goes on: with a fact or a question of their own."""
    if intent in ("skip", "dont_know"):
        return facts, replace(progress, idle=True), ("rest",)
    if intent in NO_WISH_TO_GO_ON:
        return facts, progress, ()
    return facts, progress.with_yes("go_on"), ()


def _erase(facts: Facts, progress: Progress, user_turn: UserTurn) -> tuple[Facts, Progress, tuple[Note, ...]]:
    """Erasing needs a clear yes to its own question; anything else keeps what there is."""
    progress = replace(progress, erasing=False)
    if user_turn.asked != "confirm_erase" or user_turn.intent in ("why_ask", "how_know", "help"):
        return facts, progress, ()
    if user_turn.intent == "affirm":
        return facts, replace(progress, idle=True), ("erased",)
    return facts, progress, ("kept",)


def _wants_person(facts: Facts, progress: Progress) -> tuple[Facts, Progress, tuple[Note, ...]]:
    """A wish for a person, also after a refusal: then the consent is asked for once more, for a way that may be used."""
    way = ways_of(facts, progress).to_use
    if way is None or not progress.has_consent("consent_contact", way):
        progress = progress.asked_anew("consent_contact")
    if "handoff" in progress.announced:
        return facts, progress, ("already_with_staff",)
    first_time = "wants_contact" not in progress.yes
    progress = progress.with_yes("wants_contact")
    if progress.crisis or progress.danger:
        progress = progress.with_yes("go_on")
    return facts, progress, ("contact_first",) if first_time else ()


def _consent(
    facts: Facts, progress: Progress, user_turn: UserTurn, asked: str | None
) -> tuple[Facts, Progress, tuple[Note, ...]]:
    """Consent is given only by a clear yes and refused only by a no.

    Whoever passes it over or puts it off is not asked again for that way; who would rather be written to is asked for an email
    address; anything else leaves the question open.
    """
    name = str(asked)
    if user_turn.prefers is not None and _prefers_another_way(user_turn):
        facts = facts.learn("contact_by", user_turn.prefers, user_turn.turn)
        if user_turn.prefers == "email":
            return facts, progress.asked_anew("email"), ()
        return facts, progress, ("must_be_clear",)
    if user_turn.clear_answer == "yes" and user_turn.intent == "affirm" and user_turn.consent_way is not None:
        return facts, progress.with_consent(name, user_turn.consent_way), ()
    if user_turn.clear_answer == "later" or user_turn.intent in ("skip", "dont_know"):
        return facts, leave_open(facts, progress, name), ()
    if user_turn.clear_answer == "no" or user_turn.intent == "deny":
        return facts, progress.with_no(name), ()
    if user_turn.intent in ("affirm", "inform", "nlu_fallback"):
        return facts, progress, ("must_be_clear",)
    return facts, progress, ()


def _prefers_another_way(user_turn: UserTurn) -> bool:
    """Whether a consent to be contacted is answered with how they would rather be reached than at the way it names."""
    if user_turn.asked != "consent_contact" or user_turn.prefers is None:
        return False
    return user_turn.prefers != "email" or user_turn.consent_way is None or not is_email(user_turn.consent_way)


def _yes_or_no(facts: Facts, progress: Progress, asked: str | None, *, yes: bool) -> tuple[Facts, Progress, tuple[Note, ...]]:
    match asked, yes:
        case "anything_else", True:
            return facts, replace(progress, idle=True), ("go_ahead",)
        case "anything_else", False:
            return facts, replace(progress, idle=True), ("goodbye",)
        case "go_on", False:
            return facts, replace(progress, idle=True), ("rest",)
        case "wants_contact", False:
            return facts, progress.with_no("wants_contact"), ("no_contact",)
        case "switch_language", True:
            other = "es" if facts.get("language") != "es" else "en"
            return facts.learn("language", other), replace(progress, language_in_doubt=False, language_chosen=True), ()
        case "switch_language", False:
            return facts, replace(progress, language_in_doubt=False, language_chosen=True), ()
    return facts, progress.with_yes(str(asked)), ()


def _language(facts: Facts, progress: Progress, user_turn: UserTurn, *, before: Value | None) -> tuple[Facts, Progress]:
    """Whether to go on in the other language: at once for the first words, else after asking once."""
    current = facts.get("language") or "en"
    if user_turn.intent == "change_language":
        named = user_turn.facts.get("language")
        target = named if named is not None else ("es" if before != "es" else "en")
        return facts.learn("language", target), replace(progress, language_chosen=True, language_in_doubt=False)
    if user_turn.asked == "switch_language":
        progress = replace(progress, language_in_doubt=False)
    if user_turn.language is None or user_turn.language == current or user_turn.intent == "opening":
        return facts, progress
    if progress.messages <= 1 and not progress.language_chosen:
        return facts.learn("language", user_turn.language), progress
    if not progress.language_asked:
        return facts, replace(progress, language_in_doubt=True, language_asked=True)
    if not progress.language_chosen and user_turn.asked != "switch_language":
        return facts.learn("language", user_turn.language), replace(progress, language_chosen=True)
    return facts, progress
