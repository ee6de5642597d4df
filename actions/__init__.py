"""Rasa custom actions: a tracker in, one call into leeward, events and replies out."""
