"""What was said, agreed and decided: the one place that stores it, and the one that staff and a reloaded page read."""

from __future__ import annotations

import os


def setup() -> None:
    """Makes the records usable in a process that is not Django's own. Calling it again does nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.ops.django_settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
