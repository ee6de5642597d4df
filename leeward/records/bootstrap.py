"""What a fresh installation needs before anything can be stored: tables, and a first person on the staff."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model
from django.core.management import call_command

FIRST_USER = "staff"


def migrate() -> None:
    """Brings the tables to the present shape."""
    call_command("migrate", interactive=False, verbosity=0)


def desk_first_login() -> tuple[str, str] | None:
    """The first staff user with a random password, to be shown once; None where there are staff already."""
    users = get_user_model()
    if users.objects.filter(is_staff=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    users.objects.create_superuser(username=FIRST_USER, password=password)
    return FIRST_USER, password
