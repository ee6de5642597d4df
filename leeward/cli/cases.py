"""`leeward cases`, and `leeward erase`: what staff see, and deleting one conversation."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from leeward.cli.common import (
    JsonFlag,
    ToFile,
    csv_safe,
    fail,
    group,
    open_records,
    output,
    print_json,
    use_configured_instance,
)

app = group("The cases that staff see.")


@app.command("list")
def list_cases(as_json: JsonFlag = False) -> None:
    """The cases, most urgent first."""
    rows = _selectors().case_rows(on=_today())
    if as_json:
        print_json(rows)
        return
    for row in rows:
        name, contact = row["name"] or "(no name)", f"may contact: {row['may_contact']}"
        typer.echo(f"{row['case']}  tier {row['tier']}  {row['status']:<8} {name}  {contact}  {row['reasons']}")
    if not rows:
        typer.echo("There are no cases yet.")


@app.command()
def show(case: Annotated[str, typer.Argument(help="The case's number.")], as_json: JsonFlag = False) -> None:
    """One case with its facts, consents and transcript."""
    found = _selectors().case_view(case, on=_today())
    if found is None:
        fail(f"There is no case {case}; `leeward cases list` shows them.")
    if as_json:
        print_json(found)
        return
    for key in ("case", "conversation", "status", "triage", "facts", "estimate", "contact", "consents"):
        typer.echo(f"{key}: {json.dumps(found[key], ensure_ascii=False)}")
    for message in found["transcript"]:
        typer.echo(f"  {message['at']}  {message['from']}: {message['text']}")


@app.command()
def export(to: ToFile = None, as_json: JsonFlag = False) -> None:
    """All cases as CSV, one row each (or JSON with everything)."""
    selectors = _selectors()
    rows = selectors.case_rows(on=_today())
    with output(to) as out:
        if as_json:
            json.dump([selectors.case_view(row["case"], on=_today()) for row in rows], out, ensure_ascii=False, indent=2)
            out.write("\n")
            return
        writer = csv.DictWriter(out, fieldnames=selectors.CASE_ROW_FIELDS)
        writer.writeheader()
        writer.writerows({key: csv_safe(value) for key, value in row.items()} for row in rows)


def erase(
    conversation: Annotated[str, typer.Argument(help="The conversation's id, as `cases show` prints it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Delete what a person told us: words, facts, contact and case. Permissions and opt-outs are kept."""
    use_configured_instance()
    open_records()
    from leeward.records.services import conversations

    if not yes and not typer.confirm(f"Delete everything told in conversation {conversation}? This cannot be undone."):
        fail("Nothing was deleted.")
    try:
        conversations.conversation_erase(conversation_id=conversation, request_id="leeward erase")
    except conversations.ConversationMissing:
        fail(f"There is no conversation {conversation!r}; `leeward cases show N` prints the id.")
    typer.echo(f"Deleted what was told in {conversation}. Permissions and opt-outs stay.")


def _today() -> date:
    """Today where the firm is."""
    from leeward.core.firm import FirmFileError, firm

    try:
        return datetime.now(ZoneInfo(firm().timezone)).date()
    except FirmFileError as error:
        fail(str(error))


def _selectors() -> Any:
    open_records()
    from leeward.records import selectors

    return selectors
