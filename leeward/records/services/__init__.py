"""The one place that writes the records, one module a noun.

Synchronous; every write may be repeated for the same message without harm.
"""
