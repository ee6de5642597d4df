"""How long a lender has left after the home was sold."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.assessment.deficiency import estimate
from leeward.core.facts import Facts

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        ("LA", date(2031, 10, 1)),  # five years, La. C.C. art. 3498; homes are sold through the court alone
        ("AZ", None),  # 90 days, A.R.S. 33-814(A), but only after a trustee's sale
        ("FL", None),  # one year, but from the clerk's certificate, Fla. Stat. 95.11(6)(h)
        ("MD", None),  # three years, but from the auditor's report, Md. Code, Real Prop. 7-105.17(d)
        ("IL", None),  # no fixed clock from the sale
    ],
)
def test_the_clock_runs_from_the_sale(state: str, ends: date | None) -> None:
    sold = Facts().learn("state", state).learn("stage", "sold").learn("sale_date", date(2026, 10, 1))
    assert estimate(sold, on=TODAY).deadline_ends == ends


def test_no_clock_runs_before_the_sale() -> None:
    planned = Facts().learn("state", "AZ").learn("stage", "sale_set").learn("sale_date", date(2026, 12, 1))
    assert estimate(planned, on=TODAY).deadline_ends is None
