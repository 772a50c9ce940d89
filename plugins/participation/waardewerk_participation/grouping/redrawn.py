"""Votes without any opinion behind them: the same table, dealt out by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from waardewerk_participation.grouping.votes import Flags, Votes


def shuffled(votes: Votes, *, draws: int, seed: int) -> Iterator[Votes]:
    """Give the table again and again with the votes on each statement dealt out anew.

    Who voted on what stays, and so does how each statement was voted on in total. What goes is
    who voted alike: groups in such a table are groups by chance.
    """
    order = np.argsort(votes.columns, kind="stable")
    ends = np.searchsorted(votes.columns[order], np.arange(votes.shape[1] + 1))
    by_statement = votes.values[order]
    for draw in range(draws):
        chance = np.random.default_rng([seed, draw])
        dealt = by_statement.copy()
        for begin, end in pairwise(ends.tolist()):
            chance.shuffle(dealt[begin:end])
        values = np.empty_like(dealt)
        values[order] = dealt
        yield replace(votes, values=values)


def thinned(votes: Votes, *, share: float, draws: int, seed: int) -> Iterator[Votes]:
    """Give the table again and again, each time with another ``share`` of the votes left out."""
    for draw in range(draws):
        chance = np.random.default_rng([seed, draw])
        kept: Flags = chance.random(len(votes.values)) >= share
        yield votes.only(kept)
