"""`leeward law`: the law of each state, for reading, checking and comparing."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from leeward.cli.common import JsonFlag, ToFile, check_language, group, output, print_json, state_code

app = group("The law of each state, as data.")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="Two letters, such as IL.")],
    lang: Annotated[str, typer.Option("--lang", help="en or es.")] = "en",
) -> None:
    """Print one state's law, as a lawyer would read and sign it."""
    from leeward import law
    from leeward.law import report

    state = state_code(code)
    check_language(lang)
    typer.echo(report.show(law.jurisdiction(state), "es" if lang == "es" else "en"))


@app.command()
def check(as_json: JsonFlag = False) -> None:
    """Report faults in the law files, and list all that no lawyer has reviewed or that is of low confidence."""
    from leeward.law import check

    findings = [*check.shared_findings(on=date.today()), *check.findings(on=date.today())]
    faults = [finding for finding in findings if finding.is_fault]
    if as_json:
        print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            typer.echo(str(finding))
        if not faults:
            typer.echo(str(check.sources()))
        typer.echo(f"{len(faults)} faults, {len(findings) - len(faults)} points for a lawyer to check.")
    if faults:
        raise typer.Exit(1)


@app.command()
def sign(
    file: Annotated[str, typer.Argument(help="Two letters, such as IL, or a file for all states, such as persons.yml.")],
    place: Annotated[str, typer.Argument(help="The statement's place, as law show prints it: protections[0].")],
    by: Annotated[str, typer.Option("--by", help="The lawyer's name and bar number.")],
) -> None:
    """Write a lawyer's signature under one statement. An edit of the statement clears it."""
    from leeward.law import HERE, US, LawFileError, load, signatures
    from leeward.law.check import SHARED
    from leeward.law.files import read_as

    path = HERE / file if file in SHARED else US / f"{state_code(file).lower()}.yml"
    found: object = read_as(path, SHARED[file]) if file in SHARED else load(path)
    try:
        signatures.sign(path, found, place, by=by, on=date.today())
    except KeyError:
        places = ", ".join(name for name, _ in signatures.statements(found))
        raise typer.BadParameter(f"{path.name} has no statement at {place}. Its statements: {places}") from None
    except LawFileError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"Signed: {path.name}, {place}, by {by}.")


@app.command()
def table(as_json: JsonFlag = False) -> None:
    """Print one row a jurisdiction."""
    from leeward.law import report

    if as_json:
        print_json([row.to_json() for row in report.table()])
    else:
        typer.echo(report.table_text())


@app.command("map")
def draw_map(to: ToFile = None) -> None:
    """Draw the jurisdictions as tiles, by what follows for a loan that bought the home its owner lives in."""
    from leeward.assessment import state_map

    picture = state_map.svg(on=date.today())
    if to is None:
        typer.echo(picture)
        return
    with output(to) as file:
        file.write(picture)
    typer.echo(f"Drawn: {to}")
