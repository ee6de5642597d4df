"""One message may answer for several ways to be reached, and give and take back: each is kept, once.

On SQLite a constraint is changed by making the table anew, which loses its triggers (0002 and 0008): they are put back.
"""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

TABLE = "records_consentrecord"
APPEND_ONLY = import_module("leeward.records.migrations.0002_append_only")
WAS_SHOWN = import_module("leeward.records.migrations.0008_consent_was_shown")


def guard_again(apps, schema_editor):
    """Puts the triggers back in place."""
    if schema_editor.connection.vendor == "sqlite":
        kept = (APPEND_ONLY.SQLITE.format(table=TABLE, verb=verb) for verb in ("UPDATE", "DELETE"))
        for statement in (*kept, WAS_SHOWN.SQLITE):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """See the module's text."""

    dependencies = [("records", "0012_old_tokens_until")]
    operations = [
        migrations.RemoveConstraint("consentrecord", "consent_once"),
        migrations.AddConstraint(
            "consentrecord",
            models.UniqueConstraint(
                fields=("conversation_ref", "kind", "way", "given", "message_key"), name="consent_once_a_way"
            ),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
