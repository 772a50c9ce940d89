"""Participation rounds and opinion groups, a Waardewerk plugin."""

import os

# Before numpy is imported: the products here are small, so sharing one out over threads takes
# longer than making it, and the order in which threads add up is not always the same.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
