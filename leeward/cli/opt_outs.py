"""`leeward optouts`: numbers that must not be called or texted, to and from other systems."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from leeward.cli.common import WRONG_USAGE, ToFile, csv_safe, fail, group, open_records, output

app = group("Numbers that must not be called or texted.")


@app.command()
def export(to: ToFile = None) -> None:
    """Every number that must not be called or texted, as CSV."""
    open_records()
    from leeward.records import opt_outs

    with output(to) as out:
        writer = csv.DictWriter(out, fieldnames=("phone", "at", "channel", "words"))
        writer.writeheader()
        # A number begins with a plus, which is no formula here: it is the column's form.
        writer.writerows({**row, "words": csv_safe(row["words"])} for row in opt_outs.opt_outs_list())


@app.command("import")
def import_numbers(
    file: Annotated[Path, typer.Argument(help="CSV with a column `phone`, and `words` if there are any.")],
) -> None:
    """Take over numbers that asked another list to stop. Nothing is taken over where one of them cannot be read."""
    rows = _rows(file)
    open_records()
    from leeward.records import opt_outs

    typer.echo(f"{opt_outs.opt_outs_add(rows=rows, channel='import')} of {len(rows)} numbers were new.")


def _rows(file: Path) -> list[tuple[str, str]]:
    """The number (E.164) and the words of each line; fails where the file or one of its lines cannot be read."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            return [
                (_number_in(row, line), row.get("words") or "imported") for line, row in enumerate(csv.DictReader(source), 2)
            ]
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8 text; save it as CSV UTF-8 and import again.")


def _number_in(row: Mapping[str, str], line: int) -> str:
    """The row's number (E.164), also written as people do; the apostrophe that spreadsheets keep is taken off."""
    from leeward.core.phone import PhoneError, parse_e164

    if "phone" not in row:
        fail("The file needs a first line with a column named phone.", WRONG_USAGE)
    try:
        return parse_e164((row["phone"] or "").strip().lstrip("'"))
    except PhoneError:
        fail(f"Line {line}: {row['phone']!r} is no phone number. Mend it and import again; nothing was taken over.")
