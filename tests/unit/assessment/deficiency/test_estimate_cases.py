"""The cases in cases/*.yml, which a lawyer can read and correct: a homeowner, the law that decides, and the answer.

`judicial`, `nonjudicial`: what the holder of the first mortgage may ask for after that kind of foreclosure ("allowed, up
to 150000"; "barred"; "not_used"). `second_judicial`, `second_nonjudicial`: the same for a second lien. `shortfall`,
`equity`, `at_auction`: one amount, [low, high], or unknown (`equity`, `at_auction`: null where there is none).

`liable`: whether this person owes the loan in person (yes, no, unknown). `answer_due`: the day by which a suit must be
answered, "no day told" where the law names none that can be counted, null where nothing is to be answered. `redemption`:
buying the home back after the sale (null: not possible). `deadline`: the lender's time to ask for the rest (null: no rule).
Of these two, only what the case names is checked (price, counts_from, day; kind, days, months, counts_from, ends).

`asked_on` is the day of the question (else that of the research), `process` the kind of foreclosure told, `holds` and `fails`
what the papers have settled. What a case does not name, it does not check.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from leeward import law as laws
from leeward.assessment.deficiency import estimate
from leeward.assessment.model import Estimate
from leeward.core.facts import Facts, Range, money_to_json

LARGEST = "IL CA TX FL NY PA OH GA NC MI NJ".split()
CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 23)
CHECKED = {
    "case",
    "citation",
    "facts",
    "asked_on",
    "process",
    "holds",
    "fails",
    "liable",
    "answer_due",
    "redemption",
    "deadline",
    "shortfall",
    "equity",
    "at_auction",
    "judicial",
    "nonjudicial",
    "second_judicial",
    "second_nonjudicial",
    "tier",
    "depends_on",
    "rests_on",
    "possible",
}


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['case']}")


@pytest.mark.parametrize("case", _cases())
def test_the_case_comes_out_as_the_law_has_it(case: dict[str, Any]) -> None:
    result = _estimate(case)
    told = {name: _only_named(value, case[name]) for name, value in _told(result).items() if name in case}
    assert told == {name: value for name, value in case.items() if name in told}
    assert set(case) - CHECKED == set()
    assert case["citation"]


def _estimate(case: dict[str, Any]) -> Estimate:
    settled = dict.fromkeys(case.get("holds", ()), True) | dict.fromkeys(case.get("fails", ()), False)
    facts = Facts.from_json(
        {name: value.isoformat() if isinstance(value, date) else value for name, value in case["facts"].items()}
    )
    return estimate(facts, on=case.get("asked_on", TODAY), process=case.get("process"), circumstances=settled)


def _only_named(value: Any, wanted: Any) -> Any:
    """Of a rule, the parts that the case speaks of."""
    if isinstance(value, dict) and isinstance(wanted, dict):
        return {name: value[name] for name in wanted}
    return value


def _told(result: Estimate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "shortfall": _amount(Range(result.shortfall.low, result.shortfall.high)) if result.shortfall else "unknown",
        "equity": _amount(result.equity),
        "at_auction": _amount(result.at_auction),
        "tier": result.tier,
        "depends_on": list(result.depends_on),
        "rests_on": list(result.exposures[0].rests_on),
        "possible": _possible(result),
        "liable": result.liable.answer,
        "answer_due": _answer_due(result),
        "redemption": _redemption(result),
        "deadline": _deadline(result),
    }
    for exposure in result.exposures:
        name = exposure.process if exposure.lien == "first" else f"second_{exposure.process}"
        settled = exposure.standing in ("barred", "not_used")
        up_to = "an unknown amount" if exposure.up_to is None else str(money_to_json(exposure.up_to))
        told[name] = exposure.standing if settled else f"{exposure.standing}, up to {up_to}"
    return told


def _answer_due(result: Estimate) -> date | str | None:
    clock = result.clock("answer_due")
    return None if clock is None else clock.day or "no day told"


def _redemption(result: Estimate) -> dict[str, Any] | None:
    clock = result.redemption
    return None if clock is None else {"price": clock.price, "counts_from": clock.counts_from, "day": clock.day}


def _deadline(result: Estimate) -> dict[str, Any] | None:
    rule = result.deadline
    if rule is None:
        return None
    found = {"kind": rule.kind, "days": rule.days, "months": rule.months, "counts_from": rule.counts_from}
    return {**found, "ends": result.deadline_ends}


def _possible(result: Estimate) -> list[str]:
    return [reason.key for reason in result.exposures[0].possible]


def _amount(amount: Range | None) -> Any:
    if amount is None:
        return None
    low, high = money_to_json(amount.min), money_to_json(amount.max)
    return low if low == high else [low, high]


def test_every_jurisdiction_has_at_least_six_cases_and_the_largest_twelve() -> None:
    told = [case.values[0] for case in _cases()]
    counts = {code: sum(case["facts"].get("state") == code for case in told) for code in laws.codes()}
    assert {code: count for code, count in counts.items() if count < 6} == {}
    assert {code: counts[code] for code in LARGEST if counts[code] < 12} == {}


@pytest.mark.parametrize("wanted", ["sold_on", "served_on", "an heir who never signed"])
def test_every_jurisdiction_has_a_case_after_a_sale_one_of_an_heir_and_one_with_a_day_of_service(wanted: str) -> None:
    told = [case.values[0]["facts"] for case in _cases()]
    fitting = [facts for facts in told if (_is_heir(facts) if wanted.startswith("an heir") else wanted in facts)]
    assert {facts.get("state") for facts in fitting} >= set(laws.codes())


def _is_heir(facts: dict[str, Any]) -> bool:
    return facts.get("on_the_loan") is False and facts.get("occupancy") == "inherited"
