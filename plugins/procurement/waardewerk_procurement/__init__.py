"""Procurement and subsidies, a Waardewerk plugin."""
