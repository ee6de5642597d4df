"""The cases in cases/*.yml, which a lawyer can read and correct: a homeowner, the law that decides, and the answer.

`judicial`, `nonjudicial`: what the holder of the first mortgage may ask for after that kind of foreclosure ("allowed, up
to 150000"; "barred"; "not_used"). `second_judicial`, `second_nonjudicial`: the same for a second lien. `shortfall`,
`equity`, `at_auction`: one amount, [low, high], or unknown (`equity`, `at_auction`: null where there is none). What a
case does not name, it does not check.
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
    result = estimate(Facts.from_json(case["facts"]), on=TODAY)
    told = {name: value for name, value in _told(result).items() if name in case}
    assert told == {name: value for name, value in case.items() if name in told}
    assert set(case) - CHECKED == set()
    assert case["citation"]


def _told(result: Estimate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "shortfall": _amount(Range(result.shortfall.low, result.shortfall.high)) if result.shortfall else "unknown",
        "equity": _amount(result.equity),
        "at_auction": _amount(result.at_auction),
        "tier": result.tier,
        "depends_on": list(result.depends_on),
        "rests_on": list(result.exposures[0].rests_on),
        "possible": _possible(result),
    }
    for exposure in result.exposures:
        name = exposure.process if exposure.lien == "first" else f"second_{exposure.process}"
        settled = exposure.standing in ("barred", "not_used")
        up_to = "an unknown amount" if exposure.up_to is None else str(money_to_json(exposure.up_to))
        told[name] = exposure.standing if settled else f"{exposure.standing}, up to {up_to}"
    return told


def _possible(result: Estimate) -> list[str]:
    return [reason.key for reason in result.exposures[0].possible]


def _amount(amount: Range | None) -> Any:
    if amount is None:
        return None
    low, high = money_to_json(amount.min), money_to_json(amount.max)
    return low if low == high else [low, high]


def test_every_jurisdiction_has_at_least_three_cases_and_the_largest_eight() -> None:
    told = [case.values[0] for case in _cases()]
    counts = {code: sum(case["facts"].get("state") == code for case in told) for code in laws.codes()}
    assert {code: count for code, count in counts.items() if count < 3} == {}
    assert {code: counts[code] for code in LARGEST if counts[code] < 8} == {}
