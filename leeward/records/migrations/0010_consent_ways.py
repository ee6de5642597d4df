"""A consent is about one way to reach the person, an email address as well as a number.

SQLite keeps a text of any length whatever its column says (https://www.sqlite.org/datatype3.html), and to widen a column there
Django makes the table anew, which would lose the triggers of 0002 and 0008. So only PostgreSQL's column is widened.
"""

from __future__ import annotations

from django.db import migrations, models


def widen(apps, schema_editor):
    """Lets an email address in."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE records_consentrecord ALTER COLUMN way TYPE varchar(254)")


class Migration(migrations.Migration):
    """See the module's text."""

    dependencies = [("records", "0009_token_epochs")]
    operations = [
        migrations.RenameField("consentrecord", "phone", "way"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(widen, migrations.RunPython.noop)],
            state_operations=[migrations.AlterField("consentrecord", "way", models.CharField(blank=True, max_length=254))],
        ),
    ]
