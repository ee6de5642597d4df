"""The desk as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Queue and case."""

    name = "leeward.desk"
    label = "desk"
