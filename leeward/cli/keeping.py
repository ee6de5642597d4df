"""`leeward backup`, `restore` and `purge`: copies of the records, and how long records are kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from leeward.cli.common import JsonFlag, fail, open_records, print_json


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="A new file; without it, one in backups/ of the data folder.", show_default=False)
    ] = None,
) -> None:
    """Copy all records to one file, while Leeward runs or not. Keep it as safe as the records themselves."""
    from leeward import records
    from leeward.ops import database, paths, supervisor
    from leeward.ops.settings import Settings
    from leeward.records.backups.archive import BackupError

    if Settings.from_environment().database_url is None and not database.sqlite_file(paths.var()).exists():
        fail(f"There are no records in {paths.var()} to back up.")
    # Who is asked to end clears away what it has begun.
    supervisor.end_on_signals()
    records.setup()
    from leeward.records.backups import making

    target = file or making.default_target()
    try:
        counts = making.back_up(target).contents.counts
    except BackupError as error:
        fail(str(error))
    typer.echo(f"Backed up to {target} (conversations: {counts['records_conversation']}, cases: {counts['records_case']}).")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `leeward backup` made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put records that are here already aside.")] = False,
) -> None:
    """Put the records of a backup in place, once all of it is verified. What was erased since stays erased."""
    from leeward import records
    from leeward.ops import instance, supervisor
    from leeward.records.backups import archive
    from leeward.records.backups.archive import BackupError

    supervisor.end_on_signals()
    try:
        # A Leeward that runs would write into records that are being replaced.
        with instance.sole():
            archive.read(file)
            records.setup()
            from leeward.records.backups import restoring

            done = restoring.restore(file, replace=replace)
    except (instance.AlreadyRunning, BackupError) as error:
        fail(str(error))
    counts = done.manifest.contents.counts
    held = f"conversations: {counts['records_conversation']}, cases: {counts['records_case']}"
    typer.echo(f"Restored the records of {done.manifest.made_at} ({held}).")
    if done.erased_again:
        typer.echo(f"Conversations erased again, because they were erased since: {done.erased_again}.")
    if done.earlier is None:
        return
    typer.echo(f"The records before are kept as {done.earlier.kept_as}; delete them once all is well.")
    if not done.earlier.is_readable:
        typer.echo(
            "They could not be read: what was erased since is known from erased.txt alone, and numbers that said stop since "
            "the backup are not in these records.",
            err=True,
        )


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Delete what the firm keeps no longer (`retention` in firm.yml). A running Leeward does so every night."""
    from leeward.core.firm import FirmFileError, firm

    try:
        keep = firm().retention
    except FirmFileError as error:
        fail(str(error))
    open_records()
    from leeward.ops import logs
    from leeward.records import retention

    now = datetime.now(UTC)
    gone = retention.due(keep=keep, now=now) if dry_run else retention.purge(keep=keep, now=now)
    expired = logs.expired(days=keep.logs, now=now)
    for copy in () if dry_run else expired:
        copy.unlink()
    counts = {**asdict(gone), "logs": len(expired)}
    if as_json:
        print_json(counts)
        return
    days = asdict(keep)
    named = {
        "conversations": "Conversations without a case",
        "closed_cases": "Closed cases with their conversations",
        "sessions": "Logins, links and counts of tries that have ended",
        "logs": "Log files",
    }
    for name, count in counts.items():
        limit = f"kept for {days[name]} days" if days[name] else "kept until someone deletes them"
        typer.echo(f"{named[name]}, {limit}: {count} {'would be deleted' if dry_run else 'deleted'}.")
