"""`leeward train`."""

from __future__ import annotations

from typing import Annotated

import typer

from leeward.cli.common import WRONG_USAGE, fail, use_configured_instance


def train(
    force: Annotated[bool, typer.Option("--force", help="Train even if a model for the present data exists.")] = False,
    nlu: Annotated[bool, typer.Option("--nlu", help="Only what `read` and `bench reading` need, in a second or so.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="With --nlu: again whenever data/nlu is saved, until Ctrl-C.")] = False,
) -> None:
    """Train a model on the present data, unless there is one."""
    from leeward.ops import model_files

    if watch and not nlu:
        fail("--watch goes with --nlu: leeward train --nlu --watch", WRONG_USAGE)
    if nlu:
        _train_topics(watch=watch)
        return
    target = model_files.model_file()
    if target.exists() and not force:
        typer.echo(f"{target.name} already fits the present data.")
        return
    use_configured_instance()
    from leeward.assistant import training

    training.train(target)
    typer.echo(f"Trained {target.name}.")


def _train_topics(*, watch: bool) -> None:
    from leeward.devtools import inspection
    from leeward.nlu.intent_classifier import ExamplesUnread

    try:
        _print_trained(*inspection.train_topics())
    except ExamplesUnread as error:
        fail(str(error), WRONG_USAGE)
    if not watch:
        return
    typer.echo("Waiting for changes in data/nlu; Ctrl-C ends it.")
    for trained in inspection.train_topics_on_change():
        if isinstance(trained, ExamplesUnread):
            typer.echo(str(trained), err=True)
        else:
            _print_trained(*trained)


def _print_trained(lines: int, seconds: float) -> None:
    typer.echo(f"Trained the topics on {lines} lines in {seconds:.2f} s; `leeward read` uses them now.")
