"""Whatever the gate of the facts lets in has an estimate, a triage, options and words, in every state and on every day."""

from __future__ import annotations

import itertools
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward import law
from leeward.assessment.deficiency import estimate
from leeward.assessment.options import options
from leeward.assessment.serialization import estimate_to_json
from leeward.assessment.triage import triage
from leeward.core.facts import EARLIEST_DATE, LATEST_DATE, MOST_COUNT, MOST_MONEY, SPECS, UNKNOWN, Facts, Kind, Range, Spec
from leeward.core.formatting import fact_value

# A sale, a court date or the day of service at the ends of what the gate admits, and around a leap day.
EDGE_DATES = (EARLIEST_DATE, date(2024, 2, 29), LATEST_DATE)

days = st.one_of(st.sampled_from(EDGE_DATES), st.dates(EARLIEST_DATE, LATEST_DATE))


def values_of(spec: Spec) -> st.SearchStrategy[Any]:
    """Every value that a fact may have, its bounds more often than by chance."""
    match spec.kind:
        case Kind.MONEY:
            money = st.one_of(
                st.sampled_from([Decimal(0), Decimal("0.01"), MOST_MONEY]), st.decimals(0, MOST_MONEY, allow_nan=False)
            )
            return st.one_of(money, ranges(money))
        case Kind.COUNT:
            return st.one_of(st.integers(0, MOST_COUNT), ranges(st.decimals(0, MOST_COUNT, allow_nan=False)))
        case Kind.DATE:
            return days
        case Kind.CHOICE:
            return st.sampled_from(spec.choices)
        case Kind.FLAG:
            return st.booleans()
        case Kind.TEXT:
            written = st.text(min_size=1, max_size=spec.longest).filter(str.strip)
            return st.from_regex(spec.pattern, fullmatch=True).filter(_fits(spec)) if spec.pattern else written


def _fits(spec: Spec) -> Any:
    return lambda text: len(text) <= spec.longest


def ranges(bounds: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Range]:
    return st.tuples(bounds, bounds).map(lambda pair: Range(min(pair), max(pair)))


@st.composite
def anything_told(draw: st.DrawFn) -> Facts:
    """Each fact told, not known to the person, or never spoken of."""
    facts = Facts()
    for name, spec in SPECS.items():
        if draw(st.booleans()):
            facts = facts.learn(name, draw(st.one_of(values_of(spec), st.just(UNKNOWN))))
    return facts


def is_worked_out(facts: Facts, on: date) -> bool:
    """Works out all that a conversation and the desk show of these facts."""
    worked_out = estimate(facts, on=on)
    urgency = triage(facts, worked_out, on=on)
    json.dumps([estimate_to_json(worked_out), urgency.to_json(), facts.to_json()], allow_nan=False)
    shown = [fact_value(SPECS[name], fact.value, language) for name, fact in facts.known.items() for language in ("en", "es")]
    return bool(options(facts, worked_out, on=on)) and all(shown)


@settings(deadline=None, max_examples=300)
@given(anything_told(), days)
def test_whatever_is_told_is_worked_out_on_whatever_day(facts: Facts, on: date) -> None:
    assert is_worked_out(facts, on)


@pytest.mark.parametrize("on", EDGE_DATES)
def test_every_stage_in_every_state_is_worked_out_at_the_edges_of_the_calendar(on: date) -> None:
    dates = [name for name, spec in SPECS.items() if spec.kind is Kind.DATE]
    for state, stage, day in itertools.product(law.codes(), (*SPECS["stage"].choices, UNKNOWN), EDGE_DATES):
        told: dict[str, Any] = {"balance_owed": MOST_MONEY, "home_value": Decimal(0), "state": state, "stage": stage}
        facts = Facts()
        for name, value in {**told, **dict.fromkeys(dates, day)}.items():
            facts = facts.learn(name, value)
        assert triage(facts, estimate(facts, on=on), on=on).to_json(), (state, stage, day)
