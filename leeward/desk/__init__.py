"""The staff's site over the records."""
