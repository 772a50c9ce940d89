"""Persons, their roles at three levels, and how they sign in."""
