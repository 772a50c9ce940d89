"""Reads: who holds what, bodies, who leaves, and requests for advice."""
