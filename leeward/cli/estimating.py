"""`leeward estimate`: what a lender could come after someone for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leeward.cli.common import WRONG_USAGE, JsonFlag, fail, print_json, state_code

if TYPE_CHECKING:
    from leeward.core.facts import Facts
    from leeward.law.model import ProcessName


def estimate(
    state: Annotated[str, typer.Option("--state", help="Two letters, such as IL.")],
    owed: Annotated[str | None, typer.Option("--owed", help="Owed on the first mortgage, USD.")] = None,
    worth: Annotated[str | None, typer.Option("--worth", help="What the home is worth, USD.")] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="purchase, refinance or home_equity.")] = None,
    second_lien: Annotated[str | None, typer.Option("--second-lien", help="Owed on all junior liens, USD.")] = None,
    occupancy: Annotated[str | None, typer.Option("--occupancy", help="home, rental, second_home, vacant, inherited.")] = None,
    loan_type: Annotated[str | None, typer.Option("--loan-type", help="conventional, fha, va, usda, private, reverse.")] = None,
    units: Annotated[int | None, typer.Option("--units", help="How many units the building has.")] = None,
    process: Annotated[str | None, typer.Option("--process", help="The foreclosure is judicial or nonjudicial.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="Any other fact, as NAME=VALUE (on_the_loan=false); may be repeated.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="The day that counts as today, as 2026-11-28.")] = None,
    holds: Annotated[
        list[str] | None, typer.Option("--holds", help="A named condition of the law file that holds; may be repeated.")
    ] = None,
    fails: Annotated[
        list[str] | None, typer.Option("--fails", help="A named condition that does not hold; may be repeated.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Estimate what a lender could come after someone for."""
    code = state_code(state)
    facts = _facts(
        {
            "state": code,
            "balance_owed": _dollars(owed, "--owed"),
            "home_value": _dollars(worth, "--worth"),
            "second_lien": _dollars(second_lien, "--second-lien"),
            "loan_purpose": purpose,
            "occupancy": occupancy,
            "loan_type": loan_type,
            "units": units,
        }
    )
    facts = _with_facts(facts, fact or [])
    circumstances = _circumstances(code, holds=holds or [], fails=fails or [])
    from leeward.assessment import deficiency
    from leeward.devtools import inspection

    today = date.today() if on is None else _day(on)
    result = deficiency.estimate(facts, on=today, process=_process(process), circumstances=circumstances)
    if as_json:
        print_json(inspection.estimate_json(result, process))
    else:
        typer.echo(inspection.estimate_text(result, facts, process))


def _facts(values: Mapping[str, Any]) -> Facts:
    from leeward.core.facts import Facts

    facts = Facts()
    try:
        for name, value in values.items():
            if value is not None:
                facts = facts.learn(name, value)
    except ValueError as error:
        fail(f"{error}.", WRONG_USAGE)
    return facts


def _circumstances(code: str, *, holds: list[str], fails: list[str]) -> dict[str, bool]:
    from leeward import law
    from leeward.assessment.deficiency import person_circumstances

    named = (*law.jurisdiction(code).slugs, *person_circumstances())
    circumstances = {**dict.fromkeys(holds, True), **dict.fromkeys(fails, False)}
    for slug in circumstances:
        if slug not in named:
            known = ", ".join(named) or "none"
            fail(f"The law of {code} names no condition {slug!r}; it names: {known}.", WRONG_USAGE)
    return circumstances


def _with_facts(facts: Facts, told: list[str]) -> Facts:
    """The facts with those given as NAME=VALUE; values are written as in JSON, and a text or a day needs no quotes."""
    from leeward.core.facts import SPECS, value_from_json

    for pair in told:
        name, found, text = pair.partition("=")
        if not found or name not in SPECS:
            fail(f"--fact {pair!r} is no NAME=VALUE; the names are {', '.join(SPECS)}.", WRONG_USAGE)
        try:
            facts = facts.learn(name, value_from_json(SPECS[name], _json_value(text)))
        except ValueError as error:
            fail(f"{error}.", WRONG_USAGE)
    return facts


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--on is {text!r}; write a day as 2026-11-28.", WRONG_USAGE)


def _process(text: str | None) -> ProcessName | None:
    named: dict[str | None, ProcessName | None] = {None: None, "judicial": "judicial", "nonjudicial": "nonjudicial"}
    if text not in named:
        fail(f"There is no process {text!r}; use judicial or nonjudicial.", WRONG_USAGE)
    return named[text]


def _dollars(text: str | None, option: str) -> Decimal | None:
    if text is None:
        return None
    cleaned = text.strip().removeprefix("$").replace(",", "")
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        fail(f"{option} is {text!r}, which is no amount; write dollars in digits, such as 450000.", WRONG_USAGE)
    if not amount.is_finite() or amount < 0:
        fail(
            f"{option} is {text!r}; an amount cannot be negative or endless. Write dollars in digits, such as 450000.",
            WRONG_USAGE,
        )
    return amount
