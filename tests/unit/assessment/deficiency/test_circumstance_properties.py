"""A circumstance that holds does what its file says, in every state and for any facts; a day that is told is sure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.assessment.model import Estimate
from leeward.core import stages
from leeward.core.business_days import next_court_day
from leeward.core.facts import SPECS, UNKNOWN, Facts, Kind
from leeward.law.model import Circumstance, Effect, Jurisdiction

TODAY = date(2026, 11, 23)
READS_FILES = settings(deadline=None)  # the law is read in the first example, which takes longer than the next
STRENGTH = ["allowed", "limited", "barred", "not_used"]
PROTECTIVE: frozenset[Effect] = frozenset({"barred", "fair_value_credit", "reduced", "discretion"})
TOLD = (
    "balance_owed home_value second_lien second_lien_purpose loan_purpose loan_type occupancy units stage "
    "on_the_loan borrower_died prior_bankruptcy discharged military served_on sold_on sale_date sale_price amount_claimed"
).split()

days = st.integers(0, 1_500).map(lambda back: TODAY - timedelta(days=back))
dollars = st.decimals(min_value=0, max_value=3_000_000, places=2)


def values(name: str) -> st.SearchStrategy[Any]:
    of_kind: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.MONEY: dollars,
        Kind.COUNT: st.integers(1, 12),
        Kind.DATE: days,
        Kind.FLAG: st.booleans(),
    }
    spec = SPECS[name]
    known = of_kind[spec.kind] if spec.kind in of_kind else st.sampled_from(spec.choices)
    return st.one_of(known, st.just(UNKNOWN))


@st.composite
def people(draw: st.DrawFn, state: str | None = None) -> Facts:
    """Any homeowner of a state, at any stage: each fact known, not known, or never asked."""
    facts = Facts().learn("state", state or draw(st.sampled_from(law.codes())))
    for name in TOLD:
        if draw(st.booleans()):
            facts = facts.learn(name, draw(values(name)))
    return facts


NAMED = [(law.jurisdiction(code), item) for code in law.codes() for item in law.jurisdiction(code).circumstances]


@st.composite
def named(draw: st.DrawFn, kind: str) -> tuple[Jurisdiction, Circumstance, Facts]:
    """A circumstance that says something of this kind, and somebody in its state."""
    found, item = draw(st.sampled_from([(found, item) for found, item in NAMED if getattr(item, kind)]))
    return found, item, draw(people(found.code))


def of(facts: Facts, *holding: str) -> Estimate:
    return estimate(facts, on=TODAY, circumstances=dict.fromkeys(holding, True))


def told_rules(result: Estimate) -> set[str]:
    """The rules of a state's file that an answer speaks of, without the state's code."""
    reasons = [reason for exposure in result.exposures for reason in (*exposure.reasons, *exposure.possible)]
    return {reason.key.partition("/")[2] for reason in reasons}


@READS_FILES
@given(named("excludes"))
def test_what_it_excludes_is_no_longer_spoken_of(case: tuple[Jurisdiction, Circumstance, Facts]) -> None:
    _, item, facts = case
    assert not told_rules(of(facts, item.slug)) & set(item.excludes)


@READS_FILES
@given(named("contradicts"))
def test_what_it_contradicts_is_neither_taken_as_given_nor_left_open(case: tuple[Jurisdiction, Circumstance, Facts]) -> None:
    found, item, facts = case
    result = of(facts, item.slug)
    assert not {slug for exposure in result.exposures for slug in exposure.rests_on} & set(item.contradicts)
    needing = {rule.id for rule in found.protections if {*rule.when.presumes, *rule.when.turns_on} & set(item.contradicts)}
    assert not told_rules(result) & needing


@READS_FILES
@given(named("allows"))
def test_where_it_allows_a_claim_only_a_rule_that_still_holds_protects(case: tuple[Jurisdiction, Circumstance, Facts]) -> None:
    _, item, facts = case
    result = of(facts, item.slug)
    assume(result.liable.answer != "no")
    for exposure in result.exposures:
        if exposure.lien == "first" and exposure.process in item.allows and exposure.standing != "allowed":
            assert not any(reason.key == f"{exposure.process}/{exposure.standing}" for reason in exposure.reasons)


@READS_FILES
@given(named("person"))
def test_whoever_it_frees_owes_nothing(case: tuple[Jurisdiction, Circumstance, Facts]) -> None:
    _, item, facts = case
    result = of(facts, item.slug)
    assert result.liable.answer == "no"
    assert not any(exposure.up_to for exposure in result.exposures if exposure.lien == "first")


def is_exception(found: Jurisdiction, item: Circumstance) -> bool:
    """Whether it takes something away, and no protection of the file needs it or is needed by it."""
    needed = {
        slug for rule in found.protections if rule.effect in PROTECTIVE for slug in (*rule.when.presumes, *rule.when.turns_on)
    }
    return bool(item.excludes or item.allows) and item.person is None and item.slug not in needed


@st.composite
def exceptions(draw: st.DrawFn) -> tuple[Circumstance, Facts]:
    found, item = draw(st.sampled_from([(found, item) for found, item in NAMED if is_exception(found, item)]))
    return item, draw(people(found.code))


@READS_FILES
@given(exceptions())
def test_an_exception_never_protects_more(case: tuple[Circumstance, Facts]) -> None:
    item, facts = case
    for before, after in zip(of(facts).exposures, of(facts, item.slug).exposures, strict=True):
        assert STRENGTH.index(after.standing) <= STRENGTH.index(before.standing)
        if before.up_to is not None and after.up_to is not None:
            assert after.up_to >= before.up_to


@READS_FILES
@given(people(), st.sampled_from([("on_the_loan", False), ("discharged", True)]))
def test_whoever_did_not_sign_or_was_discharged_is_told_of_no_debt(facts: Facts, fact: tuple[str, bool]) -> None:
    result = of(facts.learn(*fact))
    assert result.liable.answer == "no"
    assert [exposure.up_to for exposure in result.exposures if exposure.up_to != 0] == []
    assert result.at_auction is None


@READS_FILES
@given(people())
def test_a_day_that_is_told_is_a_court_day_counted_from_what_was_told(facts: Facts) -> None:
    state = str(facts.get("state"))
    for clock in of(facts).clocks:
        if clock.day is None:
            continue
        assert next_court_day(clock.day, state) == clock.day
        if clock.counts_from == "service":
            assert isinstance(facts.get("served_on"), date)
        else:
            assert clock.counts_from == "sale"
            assert facts.get("stage") in stages.AFTER_SALE
            assert any(isinstance(facts.get(name), date) for name in ("sold_on", "sale_date"))
