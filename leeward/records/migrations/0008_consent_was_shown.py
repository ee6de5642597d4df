"""A consent counts only for words that had been shown: the database itself refuses any other.

The exact text of a consent to be contacted must stand in an earlier outbound message of the same conversation than the message
that gives it, whatever path leads there. (A reminder is asked for by the person in words of their own, so it is exempt.)
"""

from __future__ import annotations

from django.db import migrations

REFUSED = "a consent needs a question that was shown before its answer"

# On both: no earlier outbound message of the conversation holds the consent's text.
NOT_SHOWN = """
NEW.given AND NEW.kind IN ('contact', 'automated') AND NOT EXISTS (
    SELECT 1 FROM records_message AS shown
    JOIN records_message AS answer ON answer.conversation_id = shown.conversation_id
    WHERE shown.conversation_id = NEW.conversation_ref AND shown.direction = 'out'
      AND {position} > 0
      AND answer.direction = 'in' AND answer.key = NEW.message_key AND shown.n < answer.n
)
"""
SQLITE = f"""
CREATE TRIGGER records_consentrecord_was_shown BEFORE INSERT ON records_consentrecord
WHEN {NOT_SHOWN.format(position="instr(shown.text, NEW.text)")}
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
"""
POSTGRESQL = (
    f"""
CREATE OR REPLACE FUNCTION leeward_consent_was_shown() RETURNS trigger AS $$
BEGIN
  IF {NOT_SHOWN.format(position="strpos(shown.text, NEW.text)")} THEN RAISE EXCEPTION '{REFUSED}'; END IF;
  RETURN NEW;
END
$$ LANGUAGE plpgsql
""",
    """
CREATE TRIGGER records_consentrecord_was_shown BEFORE INSERT ON records_consentrecord
FOR EACH ROW EXECUTE FUNCTION leeward_consent_was_shown()
""",
)


def guard(apps, schema_editor):
    """Puts the trigger in place."""
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else (SQLITE,)
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """See the module's text."""

    dependencies = [("records", "0007_turns")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
