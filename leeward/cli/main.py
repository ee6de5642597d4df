"""The leeward command: every subcommand and the module that holds it. `--json` and `--jsonl` are stable (docs/cli.md).

Exit codes: 0 done, 1 the answer is an error that the user can mend (one line on stderr), 2 wrong usage.
"""

from __future__ import annotations

import os
import signal

import typer

from leeward.cli import bench, cases, doctor, estimating, keeping, law, opt_outs, reading, running, training

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

app = typer.Typer(
    help="Leeward, an intake assistant for a consumer-law firm.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    running.up,
    training.train,
    running.chat,
    running.sms,
    reading.read,
    estimating.estimate,
    cases.erase,
    keeping.backup,
    keeping.restore,
    keeping.purge,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(law.app, name="law")
app.add_typer(cases.app, name="cases")
app.add_typer(opt_outs.app, name="optouts")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """The command's entry point."""
    from leeward.ops.settings import SettingsError

    # What people told us is for this user alone: databases, logs and keys are made with no rights for others.
    os.umask(0o077)
    # A shell starts commands in the background with Ctrl-C ignored; what was asked to stop must stop all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app(prog_name="leeward")
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
