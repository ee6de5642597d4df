"""`leeward bench`: measurements of understanding, of whole conversations and of the time a turn takes."""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from leeward.cli.common import WRONG_USAGE, JsonFlag, fail, group, print_json, print_to_stderr
from leeward.cli.running import started

app = group("Measure what Leeward does.")


@app.command()
def reading(
    files: Annotated[list[Path], typer.Argument(help="JSON lines with `labels` or `expect`; see docs/testing.md.")],
    alone: Annotated[bool, typer.Option("--alone", help="Without Rasa's default pipeline (DIET) beside it.")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="Also print what was not understood.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Score what is understood of labelled messages, beside Rasa's default pipeline trained on the same data."""
    from leeward.devtools import bench_reading

    try:
        lines = [line for path in files for line in bench_reading.read_lines(path)]
    except bench_reading.BenchFileError as error:
        fail(str(error), WRONG_USAGE)
    columns = [bench_reading.score("Leeward", lines, _understand)]
    if not alone:
        from leeward.devtools import bench_diet

        with bench_diet.trained() as understand_by_diet:
            columns.append(bench_reading.score("DIET", lines, understand_by_diet, facts=False))
    if misses:
        for miss in bench_reading.misses(lines, _understand):
            typer.echo(miss)
    if as_json:
        print_json([asdict(scores) for scores in columns])
    else:
        typer.echo(bench_reading.table(columns))


@app.command()
def conversation(
    people: Annotated[int, typer.Option("--people", help="How many simulated people talk.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="The first person's number; the same number talks the same way.")] = 1,
) -> None:
    """Let simulated people talk to an assistant started for it, and say how many get through, and in how many turns."""
    from leeward.devtools import bench_conversation
    from leeward.ops import instance
    from leeward.ops.ports import Ports

    with tempfile.TemporaryDirectory() as folder:
        os.environ["LEEWARD_VAR"] = folder
        ports = Ports.free()
        os.environ.update(instance.environment())
        with started(ports, desk=False, say=print_to_stderr) as (running, _):
            talks = bench_conversation.run(running.chat, range(seed, seed + people))
    for trouble in bench_conversation.troubles(talks):
        typer.echo(trouble)
    typer.echo(bench_conversation.table(talks))


@app.command()
def turn(
    people: Annotated[int, typer.Option("--people", min=1, help="How many talk at once in the second part.")] = 8,
    seconds: Annotated[float, typer.Option("--seconds", help="How long each part lasts, for each bot.")] = 20.0,
    long: Annotated[int, typer.Option("--long", help="Turns of the long conversation; 0 leaves it out.")] = 300,
    stored: Annotated[
        int, typer.Option("--stored", help="Conversations to add before the last part; 0 leaves it out.")
    ] = 5_000,
    beside: Annotated[list[Path] | None, typer.Option("--beside", help="Another checkout of Leeward, measured too.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Without the bot of Rasa's default recipe.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Measure how long a turn takes, beside a bot of Rasa's default recipe, in one run."""
    import json

    from leeward.cli.bench_records import copy_newest_conversation
    from leeward.devtools import bench_turn
    from leeward.devtools.default_bot import TrainingFailed

    for checkout in beside or ():
        if not (checkout / "leeward").is_dir():
            fail(f"{checkout} is no checkout of Leeward.", WRONG_USAGE)
    try:
        report = bench_turn.run(
            people=people,
            seconds=seconds,
            long=long,
            stored=stored,
            others=beside or (),
            alone=alone,
            fill=copy_newest_conversation,
            say=print_to_stderr,
        )
    except (bench_turn.BotFailed, TrainingFailed) as error:
        fail(str(error))
    typer.echo(json.dumps(report.to_json()) if as_json else bench_turn.table(report))


def _understand(text: str, asked: str | None, on: date) -> dict[str, Any]:
    from leeward.devtools import inspection

    return inspection.understand(text, asked=asked, on=on)
