"""The calculation of an award, and the file from which anybody computes it again.

Exact and pure: no database, no clock, no chance.
"""
