"""The records as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Conversations, cases, contacts, consents and audit events."""

    name = "leeward.records"
    label = "records"
    verbose_name = "Records"
