"""Benchmarks that anyone can run: `leeward bench …`."""
