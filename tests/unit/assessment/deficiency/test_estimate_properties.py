"""What holds for every homeowner in every state, whatever is known."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.assessment.figures import figures_needed
from leeward.assessment.model import Estimate
from leeward.assessment.serialization import estimate_to_json
from leeward.core import stages
from leeward.core.facts import SPECS, UNKNOWN, Facts, Kind, Range

TODAY = date(2026, 11, 23)
TIERS = ("none", "low", "moderate", "high")

dollars = st.decimals(min_value=0, max_value=3_000_000, places=2)
ranges = st.tuples(dollars, dollars).map(lambda pair: Range(min(pair), max(pair)))
amounts = st.one_of(dollars, ranges)
states = st.sampled_from(law.codes())


def choice(name: str) -> st.SearchStrategy[Any]:
    return st.sampled_from((*SPECS[name].choices, UNKNOWN))


@st.composite
def situations(draw: st.DrawFn) -> Facts:
    """Any homeowner: each fact known, a range, not known, or never asked."""
    may_be_told = {
        "state": states,
        "balance_owed": st.one_of(amounts, st.just(UNKNOWN)),
        "home_value": st.one_of(amounts, st.just(UNKNOWN)),
        "second_lien": st.one_of(amounts, st.just(UNKNOWN)),
        "loan_purpose": choice("loan_purpose"),
        "loan_type": choice("loan_type"),
        "occupancy": choice("occupancy"),
        "units": st.one_of(st.integers(0, 12), st.just(UNKNOWN)),
        "stage": choice("stage"),
    }
    facts = Facts()
    for name, values in may_be_told.items():
        if draw(st.booleans()):
            facts = facts.learn(name, draw(values))
    return facts


@st.composite
def with_figures(draw: st.DrawFn) -> Facts:
    """A homeowner whose state, debt and home value are known, and after a sale its price."""
    facts = draw(situations()).learn("state", draw(states))
    facts = facts.learn("balance_owed", draw(amounts)).learn("home_value", draw(amounts))
    return facts.learn("sale_price", draw(amounts)) if stages.is_sold(facts) else facts


def of(facts: Facts) -> Estimate:
    return estimate(facts, on=TODAY)


def more(facts: Facts, name: str, extra: Decimal) -> Facts:
    amount = facts.amount(name)
    assert amount is not None
    return facts.learn(name, Range(amount.min + extra, amount.max + extra))


def figures(result: Estimate) -> list[Decimal]:
    """All that could be asked for, in one order; None where nothing can be collected is 0."""
    assert result.shortfall is not None
    of_exposures = [exposure.up_to for exposure in result.exposures if exposure.lien == "first"]
    at_auction = [result.at_auction.min, result.at_auction.max] if result.at_auction else [Decimal(0), Decimal(0)]
    told = [result.shortfall.low, result.shortfall.expected, result.shortfall.high, *of_exposures, *at_auction]
    return [amount for amount in told if amount is not None]


@given(situations())
def test_every_situation_has_an_estimate_that_fits_in_json(facts: Facts) -> None:
    json.dumps(estimate_to_json(of(facts)))


@given(with_figures(), dollars)
def test_more_owed_never_lowers_the_exposure(facts: Facts, extra: Decimal) -> None:
    before, after = figures(of(facts)), figures(of(more(facts, "balance_owed", extra)))
    assert all(then >= now for now, then in zip(before, after, strict=True))


@given(with_figures(), dollars)
def test_more_worth_never_raises_the_exposure(facts: Facts, extra: Decimal) -> None:
    before, after = figures(of(facts)), figures(of(more(facts, "home_value", extra)))
    assert all(then <= now for now, then in zip(before, after, strict=True))


@given(with_figures(), dollars)
def test_more_owed_on_a_second_lien_never_lowers_what_its_holder_could_ask(facts: Facts, extra: Decimal) -> None:
    def asked(result: Estimate) -> list[Decimal]:
        return [exposure.up_to or Decimal(0) for exposure in result.exposures if exposure.lien == "second"]

    known = facts.learn("second_lien", Decimal(1))
    before, after = asked(of(known)), asked(of(more(known, "second_lien", extra)))
    assert all(then >= now for now, then in zip(before, after, strict=True))


@given(situations())
def test_what_is_barred_or_not_used_is_always_zero_and_the_rest_is_the_shortfall(facts: Facts) -> None:
    result = of(facts)
    for exposure in result.exposures:
        if exposure.standing in ("barred", "not_used"):
            assert exposure.up_to == 0
            assert exposure.at_auction is None
        elif exposure.lien == "first":
            assert exposure.up_to == (result.shortfall.high if result.shortfall else None)


@given(situations())
def test_unknown_is_never_reported_as_none(facts: Facts) -> None:
    result = of(facts)
    if not (facts.is_known("balance_owed") and facts.is_known("home_value")):
        assert result.tier != "none"
        assert result.shortfall is None
    if facts.get("second_lien") is UNKNOWN:
        assert result.tier != "none"


@given(situations())
def test_only_facts_that_nobody_asked_for_are_asked_for(facts: Facts) -> None:
    depends_on = of(facts).depends_on
    assert not any(facts.is_answered(name) for name in depends_on)
    assert len(set(depends_on)) == len(depends_on)


@given(situations())
def test_every_standing_has_its_reason(facts: Facts) -> None:
    for exposure in of(facts).exposures:
        assert exposure.reasons


@given(with_figures(), st.data())
def test_narrowing_an_amount_never_widens_the_answer(facts: Facts, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["balance_owed", "home_value"]))
    wide = facts.amount(name)
    assert wide is not None
    inside = st.decimals(min_value=wide.min, max_value=wide.max, places=2)
    ends = sorted((data.draw(inside), data.draw(inside)))
    before, after = of(facts).shortfall, of(facts.learn(name, Range(ends[0], ends[1]))).shortfall
    assert before is not None
    assert after is not None
    assert before.low <= after.low <= after.expected <= after.high <= before.high


@given(with_figures(), st.data())
def test_answering_a_question_never_raises_what_could_be_asked(facts: Facts, data: st.DataObject) -> None:
    # What an estimate is reckoned from sets its amounts; everything else can only protect more.
    asked = [name for name in of(facts).depends_on if name not in ("second_lien", *figures_needed(facts))]
    if not asked:
        return
    name = data.draw(st.sampled_from(asked))
    spec = SPECS[name]
    choices = st.booleans() if spec.kind is Kind.FLAG else st.sampled_from(spec.choices or ("",))
    values = st.integers(1, 9) if name == "units" else choices
    before, after = of(facts), of(facts.learn(name, data.draw(values)))
    assert after.shortfall == before.shortfall
    for then, now in zip(after.exposures, before.exposures, strict=True):
        if now.up_to is not None:
            assert then.up_to is not None
            assert then.up_to <= now.up_to


@given(with_figures())
def test_the_tier_follows_from_the_figures(facts: Facts) -> None:
    """None means that no lien is short even at a low sale; high means that some lien is short for certain."""
    result = of(facts)
    customary = [exposure for exposure in result.exposures if exposure.process == result.exposures[0].process]
    if result.tier == "none":
        assert result.shortfall is not None
        assert result.shortfall.high == 0
        assert not any(exposure.at_auction for exposure in customary)
    if result.tier == "high":
        assert any(exposure.standing == "allowed" and exposure.up_to for exposure in customary)


@given(with_figures(), dollars)
def test_more_owed_never_lowers_the_tier(facts: Facts, extra: Decimal) -> None:
    before, after = of(facts).tier, of(more(facts, "balance_owed", extra)).tier
    if "unknown" not in (before, after):
        assert TIERS.index(after) >= TIERS.index(before)
