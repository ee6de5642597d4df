"""A picture of the law: one tile a jurisdiction, by what follows for a loan that bought the home its owner lives in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import escape
from typing import Final

from leeward import law as laws
from leeward.assessment.deficiency import estimate
from leeward.core.facts import Facts
from leeward.law.model import Standing

TILE: Final = 46
GAP: Final = 4
# Column and row of each tile, roughly where the state lies; each has the same size, so that small states are not lost.
_ROWS: Final = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. PR",
)
_PLACES: Final = {code: (column, row) for row, line in enumerate(_ROWS) for column, code in enumerate(line.split())}
# Fill, ink and mark: the mark and the words carry the meaning for those who do not see the colors.
_LOOKS: Final[dict[Standing, tuple[str, str, str, str]]] = {
    "barred": ("#1d5b5e", "#ffffff", "■", "barred after the usual foreclosure"),
    "limited": ("#e9c46a", "#16242e", "◧", "allowed with limits"),
    "allowed": ("#9b1c1c", "#ffffff", "□", "allowed"),
    "not_used": ("#d7dcde", "#16242e", "·", "not used"),
}


def standing_of(code: str, *, on: date) -> Standing:
    """What follows the customary foreclosure for a loan that bought the single-family home its owner lives in."""
    facts = Facts().learn("state", code).learn("balance_owed", Decimal(200_000)).learn("home_value", Decimal(150_000))
    facts = (
        facts.learn("loan_purpose", "purchase").learn("occupancy", "home").learn("units", 1).learn("loan_type", "conventional")
    )
    law = laws.jurisdiction(code)
    exposures = estimate(facts, on=on, law=law).exposures
    return next(e.standing for e in exposures if e.lien == "first" and e.process == law.customary)


def svg(*, on: date) -> str:
    """The tile map as an SVG document with a title, a description and a legend."""
    standings = {code: standing_of(code, on=on) for code in laws.codes()}
    tiles = "\n".join(_tile(code, standing) for code, standing in sorted(standings.items()))
    width, height = 11 * (TILE + GAP) + GAP, 8 * (TILE + GAP) + 3 * TILE
    counted = "; ".join(
        f"{_LOOKS[standing][3]}: {', '.join(sorted(c for c, s in standings.items() if s == standing))}"
        for standing in _LOOKS
        if standing in standings.values()
    )
    title = "Can the lender come after a homeowner for the rest?"
    basis = (
        f"Purchase loan, single-family home, owner lives there, customary foreclosure. As of {on.isoformat()}. Not reviewed."
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">
<title id="t">{escape(title)}</title>
<desc id="d">{escape(counted)}. {escape(basis)}</desc>
<rect width="{width}" height="{height}" fill="#fbfaf7"/>
<g font-family="system-ui, sans-serif" text-anchor="middle">
{tiles}
</g>
{_legend(8 * (TILE + GAP) + 20, sorted(set(standings.values())))}
<text x="{GAP}" y="{height - 10}" font-family="system-ui, sans-serif" font-size="10.5" fill="#4d5b63">{escape(basis)}</text>
</svg>
"""


def _tile(code: str, standing: Standing) -> str:
    fill, ink, mark, words = _LOOKS[standing]
    column, row = _PLACES[code]
    x, y = GAP + column * (TILE + GAP), GAP + row * (TILE + GAP)
    return (
        f"<g><title>{escape(laws.jurisdiction(code).name.en)}: {words}</title>"
        f'<rect x="{x}" y="{y}" width="{TILE}" height="{TILE}" rx="6" fill="{fill}"/>'
        f'<text x="{x + TILE // 2}" y="{y + 22}" font-size="15" font-weight="700" fill="{ink}">{code}</text>'
        f'<text x="{x + TILE // 2}" y="{y + 38}" font-size="12" fill="{ink}">{mark}</text></g>'
    )


def _legend(top: int, standings: list[Standing]) -> str:
    rows = []
    for index, standing in enumerate(standings):
        fill, ink, mark, words = _LOOKS[standing]
        y = top + index * 24
        rows.append(
            f'<rect x="{GAP}" y="{y - 14}" width="20" height="20" rx="4" fill="{fill}"/>'
            f'<text x="{GAP + 10}" y="{y + 1}" font-size="12" fill="{ink}" text-anchor="middle">{mark}</text>'
            f'<text x="{GAP + 30}" y="{y + 1}" font-size="13" fill="#16242e">{escape(words)}</text>'
        )
    return f'<g font-family="system-ui, sans-serif">{"".join(rows)}</g>'
