"""Consents, opt-outs and audit events are only ever added: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

TABLES = ("records_consentrecord", "records_optout", "records_auditevent")

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION leeward_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""
POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION leeward_append_only()
"""


def guard(apps, schema_editor):
    """Puts the triggers in place."""
    if schema_editor.connection.vendor == "postgresql":
        # No parameters at all, or the driver would take the percent sign for one.
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        statements = [POSTGRESQL.format(table=table) for table in TABLES]
    else:
        statements = [SQLITE.format(table=table, verb=verb) for table in TABLES for verb in ("UPDATE", "DELETE")]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """See the module's text."""

    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
