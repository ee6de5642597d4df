"""Leeward: an intake assistant that a consumer-law firm puts on its website."""
