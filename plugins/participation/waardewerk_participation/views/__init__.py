"""Pages: for those who hold rounds, for those who take part, and for those who left an address."""

from waardewerk_participation.views import dossier, public, rounds, stakeholders
from waardewerk_participation.views.blueprint import following, staff, taking_part

__all__ = ["dossier", "following", "public", "rounds", "staff", "stakeholders", "taking_part"]
from waardewerk_participation.views import letters, paper, public
from waardewerk_participation.views.blueprint import following, staff, taking_part

__all__ = ["following", "letters", "paper", "public", "staff", "taking_part"]
from waardewerk_participation.views import flags, public, results
from waardewerk_participation.views.blueprint import following, staff, taking_part

__all__ = ["flags", "following", "public", "results", "staff", "taking_part"]
from waardewerk_participation.views import joining, memory, own, public, voting
from waardewerk_participation.views import (
    joining,
    memory,
    moderating,
    own,
    public,
    receipts,
    statements,
    voting,
)
from waardewerk_participation.views.blueprint import following, staff, taking_part

__all__ = [
    "following",
    "joining",
    "memory",
    "moderating",
    "own",
    "public",
    "receipts",
    "staff",
    "statements",
    "taking_part",
    "voting",
]
