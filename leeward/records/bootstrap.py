"""What a fresh installation needs before anything can be stored: tables, and a first person on the staff."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.core.management import call_command

from leeward.records import installation

FIRST_USER = "staff"


def open_records(*, traces: Sequence[str], begin_anew: bool = False) -> None:
    """Makes the records ready for use, new ones only where there never were any, or where `begin_anew` says so.

    `traces` is what shows that this data folder was used before (leeward.ops.installation.traces). Raises RecordsMissing.
    """
    installation.check_at_start(traces=traces, begin_anew=begin_anew)
    migrate()


def migrate() -> None:
    """Brings the tables to the present shape, and makes the file that they are kept in if need be."""
    file = installation.sqlite_file()
    if file is not None:
        file.touch(mode=0o600)
    call_command("migrate", interactive=False, verbosity=0)
    installation.settle()


def desk_first_login() -> tuple[str, str] | None:
    """The first staff user with a random password, to be shown once; None where there are staff already."""
    users = get_user_model()
    if users.objects.filter(is_staff=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    users.objects.create_superuser(username=FIRST_USER, password=password)
    return FIRST_USER, password
