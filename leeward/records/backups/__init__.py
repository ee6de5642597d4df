"""Backups of the records: made while Leeward runs, and put back while it does not (docs/decisions/0013-backups.md)."""
