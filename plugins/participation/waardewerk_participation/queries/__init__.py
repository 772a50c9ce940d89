"""Reads: rounds, what is seen of them, what was counted, and imported open data."""
