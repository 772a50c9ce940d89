"""Pages: for those who hold rounds, for those who take part, and for those who left an address."""

from waardewerk_participation.views import (
    answers,
    dossier,
    flags,
    joining,
    letters,
    memory,
    moderating,
    own,
    paper,
    public,
    receipts,
    results,
    rounds,
    stakeholders,
    statements,
    voting,
)
from waardewerk_participation.views import following as follow_pages
from waardewerk_participation.views import answers, dossier, follow, public, rounds, stakeholders
from waardewerk_participation.views.blueprint import following, staff, taking_part

__all__ = [
    "answers",
    "dossier",
    "flags",
    "follow_pages",
    "following",
    "joining",
    "letters",
    "memory",
    "moderating",
    "own",
    "paper",
    "public",
    "receipts",
    "results",
    "rounds",
    "staff",
    "stakeholders",
    "statements",
    "taking_part",
    "voting",
    "follow",
    "following",
    "public",
    "rounds",
    "staff",
    "stakeholders",
    "taking_part",
]
