"""Messages sent before the next question: urgency, redemption, answer deadline, liability, estimate, options, handoff.

Each is sent once; `Progress.announced` keeps which were.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation_state import State, state_name
from leeward.assessment.figures import figures_needed
from leeward.assessment.liability import liability
from leeward.assessment.model import Estimate, Exposure, Reason, Shortfall
from leeward.assessment.options import Option, options, programs
from leeward.assessment.serialization import estimate_to_json
from leeward.core import formatting, stages
from leeward.core.facts import SPECS, Range
from leeward.core.firm import Firm
from leeward.core.language import Language
from leeward.dialogue.policy import ON_THE_ESTIMATE, Progress, estimate_is_due, handoff_is_due, options_are_due, ways_of
from leeward.law.model import JuniorLiens, Provision, cited

OPTIONS_TOLD_IN_FULL = 3
PROGRAMS_TOLD = 1
# A second lien has a standing of its own; it changes nothing in what is told of the main mortgage.
ON_THE_STANDING = ON_THE_ESTIMATE - {"second_lien", "second_lien_purpose"}
URGENT_TIER = 1
_FIGURES = ("balance_owed", "home_value", "sale_price", "amount_claimed")
# What is at stake when time is short, by the reason of triage; the time to answer a lawsuit is told by its day.
AT_STAKE = {
    **dict.fromkeys(("sale_now", "sale_soon", "sale_passed", "sale_date_unknown", "confirmation_pending"), "sale"),
    **dict.fromkeys(("court_date_soon", "court_date_passed", "confirmation_hearing"), "court"),
    "deficiency_claim": "claim",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said of one subject now: the response, what fills it, and a mark by which it is known to have been said.

    The mark is "subject:hash of what it rests on", so that what is told once is told again where that has changed.
    """

    mark: str
    response: str
    filling: dict[str, str] = field(default_factory=dict)


def hours_text(firm: Firm, language: Language) -> str:
    """The firm's opening hours in one phrase: days with the same hours are joined."""
    return formatting.opening_hours(firm.hours, language)


def firm_slots(state: State) -> list[EventType]:
    """The slots that let responses name the firm."""
    return [
        SlotSet("firm", state.firm.name),
        SlotSet("firm_phone", state.firm.phone_display),
        SlotSet("firm_hours", hours_text(state.firm, state.language)),
    ]


def tell_what_is_due(dispatcher: CollectingDispatcher, state: State) -> Progress:
    """Sends every announcement that is due and was not sent before; returns the progress with them noted."""
    progress = state.progress
    if progress.idle or progress.paused:
        return progress
    progress = _tell_urgency(dispatcher, state, progress)
    progress = _tell_catching_up(dispatcher, state, progress)
    progress = _tell_redemption(dispatcher, state, progress)
    progress = _tell_answer_deadline(dispatcher, state, progress)
    progress = _tell_liability_once(dispatcher, state, progress)
    if state.facts.get("stage") == "notice" and "notice" not in progress.announced:
        dispatcher.utter_message(response="say_notice")
        progress = progress.with_announced("notice")
    if estimate_is_due(state.facts, progress):
        progress = _tell_estimate_once(dispatcher, state, progress)
    if handoff_is_due(state.facts, progress) and "handoff" not in progress.announced:
        progress = _tell_handoff(dispatcher, state, progress)
    progress = _tell_also(dispatcher, state, progress)
    if options_are_due(state.facts, state.estimate, progress) and "options" not in progress.announced:
        _tell_options(dispatcher, state)
        progress = progress.with_announced("options")
    if _outside_practice(state) and "outside_practice" not in progress.announced and _contact_is_near(state, progress):
        dispatcher.utter_message(response="say_outside_practice", state_name=state_name(state.facts))
        progress = progress.with_announced("outside_practice")
    if state.facts.get("has_lawyer") is True and "has_lawyer" not in progress.announced:
        dispatcher.utter_message(response="say_has_lawyer")
        progress = progress.with_announced("has_lawyer")
    return progress


def _tell_urgency(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """A near or unknown sale, court or answer date is said at once, and moves contact to the front."""
    by_dates = any(reason.fact and reason.tier <= URGENT_TIER and not reason.is_far for reason in state.triage.reasons)
    if not by_dates or "urgent" in progress.announced:
        return progress
    dispatcher.utter_message(response="say_urgent", firm_phone=state.firm.phone_display)
    at_stake = {
        AT_STAKE[reason.key] for reason in state.triage.reasons if reason.tier <= URGENT_TIER and reason.key in AT_STAKE
    }
    for name in sorted(at_stake):
        _tell_at_stake(dispatcher, state, name)
    return replace(progress, urgent=True).with_announced("urgent")


def _tell_at_stake(dispatcher: CollectingDispatcher, state: State, name: str) -> None:
    if name == "sale":
        _tell_what_a_sale_ends(dispatcher, state)
    elif name == "claim" and state.estimate.liable.answer == "no":
        dispatcher.utter_message(response="say_at_stake_claim_not_owed")
    else:
        dispatcher.utter_message(response=f"say_at_stake_{name}")


def _tell_what_a_sale_ends(dispatcher: CollectingDispatcher, state: State) -> None:
    """What a sale to come would end, by the law of the state; after the sale, what is still open is told by its own rule."""
    if stages.is_sold(state.facts):
        return
    rule = state.estimate.buying_back
    if rule is None:
        dispatcher.utter_message(response="say_at_stake_sale")
    else:
        dispatcher.utter_message(response="say_at_stake_sale_law", law=_with_source(rule, state.language))


def _tell_catching_up(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """Until when one may catch up before the sale that is set, where the law counts that back from its day."""
    clock = state.estimate.clock("reinstatement_ends")
    if clock is None or clock.day is None or clock.counts_from != "before_sale":
        return progress
    response = "say_catching_up_until" if clock.day >= state.today else "say_catching_up_over"
    law = formatting.with_source(clock.words.in_language(state.language), clock.citation, state.language)
    filling = {"law": law, "day": formatting.day(clock.day, state.language)}
    return tell_once(dispatcher, Telling(_mark("catching_up", response, clock.day.isoformat()), response, filling), progress)


def _tell_redemption(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """After a sale, whether and until when the home can be bought back."""
    if not stages.is_sold(state.facts) or stages.is_lost_otherwise(state.facts):
        return progress
    clock = state.estimate.redemption
    is_open = clock is not None and clock.day is not None and clock.day >= state.today
    was_told = any(thing.startswith("redemption:") for thing in progress.announced)
    if state.facts.get("stage") == "deficiency_claim" and not is_open and not was_told:
        # Who is asked for the rest is past the sale; only a time that still runs is worth a word.
        return progress
    return tell_once(dispatcher, _on_redemption(state), progress)


def _on_redemption(state: State) -> Telling:
    rule, clock, language = state.estimate.buying_back, state.estimate.redemption, state.language
    if rule is None:
        return Telling(_mark("redemption", "no state"), "say_redemption_no_state")
    law = {"law": _with_source(rule, language)}
    if clock is None:
        return Telling(_mark("redemption", "none", rule.words.en), "say_law", law)
    if clock.day is None:
        return Telling(_mark("redemption", "rule", rule.words.en), "say_redemption_rule", law)
    response = "say_redemption_until" if clock.day >= state.today else "say_redemption_over"
    mark = _mark("redemption", response, clock.day.isoformat(), rule.words.en)
    return Telling(mark, response, {**law, "day": formatting.day(clock.day, language)})


def _with_source(rule: Provision | JuniorLiens, language: Language) -> str:
    return formatting.with_source(rule.words.in_language(language), cited(rule.citations), language)


def _mark(subject: str, *rests_on: str) -> str:
    return f"{subject}:{hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()[:12]}"


def tell_once(dispatcher: CollectingDispatcher, telling: Telling, progress: Progress) -> Progress:
    """Says it unless it has been said as it stands; returns the progress with it noted."""
    if telling.mark in progress.announced:
        return progress
    dispatcher.utter_message(response=telling.response, **telling.filling)
    return with_mark(progress, telling.mark)


def with_mark(progress: Progress, mark: str) -> Progress:
    """The progress with this as the last that was said of its subject, so that going back to an earlier fact is told too."""
    subject = mark[: mark.index(":") + 1]
    return replace(progress, announced=frozenset(said for said in progress.announced if not said.startswith(subject)) | {mark})


def _tell_answer_deadline(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """Whoever was served hears how long there is to answer: by its day once that can be counted."""
    return tell_once(dispatcher, time_to_answer(state), progress) if hears_of_answering(state) else progress


def hears_of_answering(state: State) -> bool:
    """Whether the time to answer is told unasked.

    A claim for the rest is a lawsuit only where papers were served; until then there is nothing to answer by a day.
    """
    clock, stage = state.estimate.clock("answer_due"), state.facts.get("stage")
    return stage == "served" or (stage == "deficiency_claim" and clock is not None and clock.day is not None)


def time_to_answer(state: State) -> Telling:
    """How long there is to answer a lawsuit: by its day, or else by the state's rule, or else that the papers tell it."""
    clock, language = state.estimate.clock("answer_due"), state.language
    if clock is not None and clock.day is not None:
        response = "say_answer_due" if clock.day >= state.today else "say_answer_passed"
        filling = {"day": formatting.day(clock.day, language), "citation": formatting.source(clock.citation, language)}
        return Telling(_mark("answer", response, clock.day.isoformat(), clock.words.en), response, filling)
    rule = state.law.answer_to_suit if state.law is not None else None
    if rule is not None and rule.words.is_in(language):
        return Telling(_mark("answer", "rule", rule.words.en), "say_law", {"law": _with_source(rule, language)})
    return Telling(_mark("answer", "unknown"), "say_answer_unknown")


def _tell_also(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """What else the law says to this person, such as a servicemember or who inherits, each once."""
    for reason in state.estimate.liable.also:
        law = formatting.with_source(reason.words.in_language(state.language), reason.citation, state.language)
        progress = tell_once(dispatcher, Telling(f"{reason.key}:told", "say_law", {"law": law}), progress)
    return progress


def _outside_practice(state: State) -> bool:
    code = state.facts.get("state")
    return isinstance(code, str) and code not in state.firm.states_practised


def _contact_is_near(state: State, progress: Progress) -> bool:
    return "wants_contact" in progress.yes or "options" in progress.announced or progress.urgent


# ------------------------------------------------------------------ the estimate


def _tell_estimate_once(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """Tells the estimate when it is new, and again, in short, whenever its figures or standings have changed.

    What a second lien adds is told by itself where nothing else has changed.
    """
    mark, second = _fingerprint(state.estimate, str(state.facts.get("lost_by"))), _mark("second", *_second_lien_known(state))
    told_before = [thing for thing in progress.announced if thing.startswith("estimate:")]
    if mark not in told_before:
        if told_before:
            dispatcher.utter_message(response="say_estimate_updated")
        # Whether the person owes it at all was told just before, or earlier.
        _tell_loan(dispatcher, state, in_full=not told_before)
    elif second not in progress.announced:
        _tell_second_lien(dispatcher, state)
    return with_mark(with_mark(progress, mark), second)


def _fingerprint(estimate: Estimate, lost_by: str) -> str:
    """A mark of all that is told of the main mortgage."""
    shortfall, ends = estimate.shortfall, estimate.deadline_ends
    figures = [str(shortfall and [shortfall.low, shortfall.expected, shortfall.high])]
    standings = [f"{e.process} {e.standing} {e.up_to}" for e in first_lien_exposures(estimate)]
    claims = [claim.key for claim in estimate.federal_claims]
    return _mark("estimate", *figures, *standings, *claims, estimate.liable.answer, str(ends), lost_by)


def _second_lien_known(state: State) -> tuple[str, ...]:
    """What is told of a second lien rests on this; nothing where there is none to speak of."""
    second = state.facts.amount("second_lien")
    return (str(state.facts.get("state")), str(_unpaid_on_the_second(state))) if second and second.max > 0 else ()


def _unpaid_on_the_second(state: State) -> Decimal | None:
    """How much of the second loan (USD) a sale may leave unpaid; None where that is nothing or not known."""
    return next((exposure.up_to for exposure in state.estimate.exposures if exposure.lien == "second"), None) or None


def tell_estimate(dispatcher: CollectingDispatcher, state: State, *, in_full: bool = True) -> None:
    """Whether the person owes the loan, what a sale leaves unpaid of it, what the law allows, and that a lawyer confirms."""
    tell_liability(dispatcher, state)
    _tell_loan(dispatcher, state, in_full=in_full)


def tell_liability(dispatcher: CollectingDispatcher, state: State) -> None:
    """That the person does not owe the loan, or what that depends on, with its law; nothing for who is taken to owe it."""
    liable = state.estimate.liable
    for reason in liable.reasons if liable.answer != "yes" else ():
        _tell_reason(dispatcher, state, reason)


def _tell_reason(dispatcher: CollectingDispatcher, state: State, reason: Reason) -> None:
    law = formatting.with_source(reason.words.in_language(state.language), reason.citation, state.language)
    dispatcher.utter_message(response="say_law", law=law)


def _tell_liability_once(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """Who does not owe the loan hears so as soon as it is known; who may not, hears what decides it before being asked."""
    mark = f"liable:{state.estimate.liable.reasons[0].key}"
    if state.estimate.liable.answer == "yes" or mark in progress.announced:
        return progress
    tell_liability(dispatcher, state)
    return with_mark(progress, mark)


def _tell_loan(dispatcher: CollectingDispatcher, state: State, *, in_full: bool) -> None:
    """What a sale leaves unpaid, who may be asked for it after each kind of foreclosure, and what is uncertain."""
    liable = state.estimate.liable.answer
    _tell_figures(dispatcher, state)
    if liable == "no" and not stages.is_sold(state.facts):
        dispatcher.utter_message(response="say_estimate_home_at_risk")
    elif liable != "no" and state.law is None:
        dispatcher.utter_message(response="say_estimate_no_state")
    if state.law is not None:
        lost_otherwise = stages.is_lost_otherwise(state.facts)
        if lost_otherwise and liable != "no":
            _tell_what_releases_the_rest(dispatcher, state)
        for exposure in first_lien_exposures(state.estimate) if liable != "no" and not lost_otherwise else ():
            _tell_standing(dispatcher, state, exposure, nothing_left=_nothing_left(state.estimate))
        for claim in state.estimate.federal_claims if liable == "yes" else ():
            _tell_reason(dispatcher, state, claim)
        _tell_second_lien(dispatcher, state)
    _tell_auction(dispatcher, state, in_full=in_full)
    _tell_what_is_open(dispatcher, state)
    if in_full:
        _tell_time_to_sue(dispatcher, state)
        _tell_how_sure(dispatcher, state)


def _tell_what_releases_the_rest(dispatcher: CollectingDispatcher, state: State) -> None:
    """After a short sale or a deed in lieu: which paper decides, and the state's rule. Of a tax sale no rule is known."""
    lost_by = state.facts.get("lost_by")
    for way in options(state.facts, state.estimate, on=state.today):
        if way.id == lost_by:
            law = formatting.with_source(way.deficiency.in_language(state.language), way.deficiency_citation, state.language)
            dispatcher.utter_message(response=f"say_after_{lost_by}", law=law)


def _tell_auction(dispatcher: CollectingDispatcher, state: State, *, in_full: bool) -> None:
    auction = state.estimate.at_auction
    if in_full and auction is not None and auction.max > 0:
        dispatcher.utter_message(response="say_estimate_auction", amount=formatting.money(auction.max))


def _tell_what_is_open(dispatcher: CollectingDispatcher, state: State) -> None:
    names = [name for name in state.estimate.depends_on if name in ON_THE_STANDING and not state.facts.is_answered(name)]
    if names and state.estimate.liable.answer != "no":
        listed = formatting.listed([formatting.fact_name(name, state.language) for name in names], state.language)
        dispatcher.utter_message(response="say_standing_depends", facts=listed)


def _tell_time_to_sue(dispatcher: CollectingDispatcher, state: State) -> None:
    """After a sale, how long the lender has to ask for the rest: the rule, and its day where that can be counted."""
    deadline, ends = state.estimate.deadline, state.estimate.deadline_ends
    under_way = first_lien_exposures(state.estimate)[:1]
    may_ask = any(exposure.standing != "barred" for exposure in under_way)
    if not stages.is_sold(state.facts) or deadline is None or not may_ask or state.estimate.liable.answer != "yes":
        return
    dispatcher.utter_message(
        response="say_estimate_deadline",
        law=_with_source(deadline, state.language),
    )
    if ends is not None:
        dispatcher.utter_message(response="say_deadline_ends", day=formatting.day(ends, state.language))


def _tell_how_sure(dispatcher: CollectingDispatcher, state: State) -> None:
    if state.law is None:
        return
    unseen = any(_source(exposure) is None for exposure in first_lien_exposures(state.estimate))
    if state.estimate.liable.answer != "no" and (state.law.confidence != "high" or unseen):
        dispatcher.utter_message(response="say_estimate_low_confidence", state_name=state_name(state.facts))
    dispatcher.utter_message(response="say_estimate_lawyer", as_of=formatting.day(state.law.as_of, state.language))


def first_lien_exposures(estimate: Estimate) -> list[Exposure]:
    """The exposures on the main mortgage, for each kind of foreclosure that is used there."""
    return [e for e in estimate.exposures if e.lien == "first" and e.standing != "not_used"]


def _tell_figures(dispatcher: CollectingDispatcher, state: State) -> None:
    """What is owed on the loan and what a sale leaves unpaid; of a loan that the person does not owe only what is known."""
    shortfall, liable = state.estimate.shortfall, state.estimate.liable.answer
    if liable == "no" and stages.is_sold(state.facts):
        return
    missing = [name for name in figures_needed(state.facts) if name in _FIGURES and state.facts.amount(name) is None]
    if stages.is_sold(state.facts) and shortfall is not None:
        _tell_figures_of_the_sale(dispatcher, state, shortfall)
    elif not missing and not stages.is_sold(state.facts) and shortfall is not None:
        _tell_figures_before_a_sale(dispatcher, state, shortfall)
    elif missing and liable != "no":
        names = [formatting.fact_name(name, state.language) for name in missing]
        dispatcher.utter_message(response="say_estimate_unknown", missing=formatting.listed(names, state.language))


def _tell_figures_of_the_sale(dispatcher: CollectingDispatcher, state: State, shortfall: Shortfall) -> None:
    language = state.language
    told = {name: formatting.money_range(amount, language) for name in _FIGURES if (amount := state.facts.amount(name))}
    left = formatting.money_range(Range(shortfall.low, shortfall.high), language)
    card = {"kind": "estimate", **estimate_to_json(state.estimate)}
    if "amount_claimed" in told:
        dispatcher.utter_message(response="say_estimate_claimed", json_message=card, claimed=told["amount_claimed"])
    elif shortfall.high > 0:
        dispatcher.utter_message(
            response="say_estimate_sold",
            json_message=card,
            owed=told["balance_owed"],
            price=told["sale_price"],
            shortfall=left,
        )
    else:
        dispatcher.utter_message(
            response="say_estimate_sold_even", json_message=card, owed=told["balance_owed"], price=told["sale_price"]
        )


def _tell_figures_before_a_sale(dispatcher: CollectingDispatcher, state: State, shortfall: Shortfall) -> None:
    language, facts = state.language, state.facts
    owed, worth = facts.amount("balance_owed"), facts.amount("home_value")
    if owed is None or worth is None:
        return
    card = {"kind": "estimate", **estimate_to_json(state.estimate)}
    filling = {"owed": formatting.money_range(owed, language), "worth": formatting.money_range(worth, language)}
    if shortfall.low > 0:
        amount = formatting.money_range(Range(shortfall.low, shortfall.high), language)
        response, filling = "say_estimate_shortfall", {**filling, "shortfall": amount}
    elif shortfall.high > 0:
        response, filling = "say_estimate_between", {**filling, "shortfall": formatting.money(shortfall.high)}
    elif state.estimate.equity is not None and state.estimate.equity.max > 0:
        amount = formatting.money_range(state.estimate.equity, language)
        response, filling = "say_estimate_equity", {**filling, "equity": amount}
    else:
        response = "say_estimate_even"
    dispatcher.utter_message(response=response, json_message=card, **filling)


def _nothing_left(estimate: Estimate) -> bool:
    """Whether a sale for what the home is worth would pay the loan."""
    return estimate.shortfall is not None and estimate.shortfall.high == 0


def _tell_standing(dispatcher: CollectingDispatcher, state: State, exposure: Exposure, *, nothing_left: bool) -> None:
    law = state.law
    if law is None:
        return
    amount = ""
    if exposure.up_to is not None and exposure.up_to > Decimal(0):
        amount = formatting.phrase("up_to", state.language, amount=formatting.money(exposure.up_to))
    dispatcher.utter_message(
        response=_standing_response(state, exposure, nothing_left=nothing_left),
        state_name=law.name.in_language(state.language),
        process=formatting.process_name(exposure.process, state.language),
        amount=amount,
        # The first source; all of them are on the card, at the desk, and told to whoever asks how we know.
        citation=formatting.source(_source(exposure), state.language),
    )


def _standing_response(state: State, exposure: Exposure, *, nothing_left: bool) -> str:
    if state.estimate.liable.answer == "unknown":
        return f"say_standing_of_borrower_{exposure.standing}"
    if nothing_left and not stages.is_sold(state.facts):
        return f"say_if_less_{exposure.standing}"
    return f"say_standing_{exposure.standing}"


def _source(exposure: Exposure) -> str | None:
    """The statute that an exposure's standing rests on; None where nobody has seen one."""
    return next((reason.citation for reason in exposure.reasons if reason.citation), None)


def _tell_second_lien(dispatcher: CollectingDispatcher, state: State) -> None:
    second = state.facts.amount("second_lien")
    owes_it = liability(state.facts, "second").answer == "yes"
    if owes_it and state.law is not None and second is not None and second.max > 0:
        unpaid = _unpaid_on_the_second(state)
        dispatcher.utter_message(
            response="say_estimate_second",
            amount=formatting.phrase("unpaid", state.language, amount=formatting.money(unpaid)) if unpaid else "",
            law=_with_source(state.law.junior_liens, state.language),
        )


# ------------------------------------------------------------------ ways out


def open_options(state: State) -> list[Option]:
    """The ways out that fit or may, in the order in which they are told."""
    return [option for option in options(state.facts, state.estimate, on=state.today) if option.fit != "no"]


def _tell_options(dispatcher: CollectingDispatcher, state: State) -> None:
    ranked = open_options(state)
    dispatcher.utter_message(response="say_options_intro")
    _tell_programs(dispatcher, state)
    for option in ranked[:OPTIONS_TOLD_IN_FULL]:
        tell_option(dispatcher, state, option)
    others = [option.name.in_language(state.language) for option in ranked[OPTIONS_TOLD_IN_FULL:]]
    if others:
        dispatcher.utter_message(response="say_options_more", names=formatting.listed(others, state.language))


def _tell_programs(dispatcher: CollectingDispatcher, state: State) -> None:
    """The state's and county's programmes that are open now, the nearest end first: their time runs whatever is chosen."""
    after_sale = stages.is_sold(state.facts)
    if after_sale and state.estimate.liable.answer == "no":
        # What runs after a sale is about the rest of the debt, which this person does not owe.
        return
    for program in programs(state.facts, state.estimate, on=state.today)[:PROGRAMS_TOLD]:
        if program.words.is_in(state.language):
            dispatcher.utter_message(response="say_program", law=_with_source(program, state.language))


def tell_option(dispatcher: CollectingDispatcher, state: State, option: Option) -> None:
    """One way out: what it is, what it stops, what it does to a deficiency, its clock, a caution."""
    language = state.language
    owes_it = state.estimate.liable.answer != "no"
    dispatcher.utter_message(
        response="say_option" if owes_it else "say_option_not_owed",
        name=option.name.in_language(language),
        what=option.what.in_language(language),
        stops=option.stops.in_language(language),
        deficiency=option.deficiency.in_language(language),
        clock=option.clock.in_language(language),
        caution=option.caution.in_language(language),
    )


# ------------------------------------------------------------------ handing off


def _tell_handoff(dispatcher: CollectingDispatcher, state: State, progress: Progress) -> Progress:
    """Says when and how staff will reach the person."""
    dispatcher.utter_message(response="say_summary_for_staff", noted="; ".join(noted_in(state)))
    phone = state.firm.phone_display
    hours = hours_text(state.firm, state.language)
    ways = ways_of(state.facts, progress)
    if ways.phone is None and ways.email is None:
        dispatcher.utter_message(response="say_no_way_to_reach", firm_phone=phone, firm_hours=hours)
    elif ways.phone_is_feared and ways.email is None:
        dispatcher.utter_message(response="say_handoff_unsafe", first_name=_called(state), firm_phone=phone, firm_hours=hours)
    elif ways.to_use is not None and progress.has_consent("consent_contact", ways.to_use):
        dispatcher.utter_message(
            response="say_handoff", first_name=_called(state), when=_when(state), firm_phone=phone, firm_hours=hours
        )
    else:
        dispatcher.utter_message(response="say_handoff_no_consent", firm_phone=phone, firm_hours=hours)
    return progress.with_announced("handoff")


def _called(state: State) -> str:
    name = state.facts.get("first_name")
    return name if isinstance(name, str) else ""


def _when(state: State) -> str:
    """When a person will reach out, as the firm promises it: on the same or the next business day."""
    now = datetime.now(ZoneInfo(state.firm.timezone))
    if state.firm.callback == "same_business_day" and state.firm.is_open(now):
        return formatting.phrase("soon_open", state.language)
    opening = state.firm.next_opening(now)
    if opening is None:
        return formatting.phrase("as_soon_as_possible", state.language)
    return formatting.phrase("next_opening", state.language, opening=formatting.weekday(opening.weekday(), state.language))


def noted_in(state: State) -> list[str]:
    """Each fact with its value, in words."""
    language = state.language
    named = [(name, fact.value) for name, fact in state.facts.known.items() if name != "language"]
    return [
        f"{formatting.fact_name(name, language)}: "
        + (
            str(state_name(state.facts))
            if name == "state" and state.law
            else formatting.fact_value(SPECS[name], value, language)
        )
        for name, value in named
    ]
