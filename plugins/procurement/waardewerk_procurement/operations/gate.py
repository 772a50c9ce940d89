"""The gate: a dossier goes on when the checks find nothing that must be put right first."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from waardewerk.notation.problems import Problem
from waardewerk.refusal import marked
from waardewerk_procurement import checking
from waardewerk_procurement.fixed.fixing_content import whats_missing
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries.checking import draft_of

_CHECKS_STOP_IT = marked(
    "The checks find %(count)s things that must be put right first. The page of checks says which."
)


def what_stops(session: Session, dossier: Dossier, today: date) -> tuple[Problem, ...]:
    """Say what a dossier lacks to be fixed at all; when it is whole, what the checks stop it for.

    What it lacks is looked at apart from the checks: those are data, and could be wrong.
    """
    lacks = whats_missing(session, dossier)
    if lacks:
        return lacks
    written = draft_of(session, dossier)
    return in_words(len(checking.stops_in(written, checking.shipped_rules(), today)))


def in_words(count: int) -> tuple[Problem, ...]:
    """Say that the checks stop a dossier for so many things; nothing when there are none."""
    return (Problem(None, None, _CHECKS_STOP_IT, {"count": count}),) if count else ()
