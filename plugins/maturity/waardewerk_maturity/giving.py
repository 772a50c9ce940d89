"""Makes of a scan the file that others may see: levels, and nothing that points to people."""

from __future__ import annotations

from sqlalchemy.orm import Session

from waardewerk.refusal import NotNow
from waardewerk_maturity import queries
from waardewerk_maturity.exchange import Now, Previous, Questionnaire, ScanResult, Theme
from waardewerk_maturity.queries import ScanFigures, ThemeResult


def result_to_give(session: Session, figures: ScanFigures, organisation: str) -> ScanResult:
    """Return the result of an agreed scan, with the one before it."""
    if figures.measured_on is None or not figures.is_final:
        raise NotNow("The levels are not agreed yet. You can give the result away after that.")
    definition = figures.definition
    return ScanResult(
        organisation=organisation,
        scope="department" if figures.scan.scope == "department" else "organisation",
        questionnaire=Questionnaire(urn=definition.id, version=definition.version),
        measured_on=figures.measured_on,
        themes={one.key: _theme(one) for one in figures.themes},
        previous=_previous(queries.previous_figures(session, figures.scan)),
    )


def _theme(one: ThemeResult) -> Theme:
    ambition = one.ambition
    return Theme(
        now=_now(one),
        wanted=ambition.level if ambition else None,
        by=ambition.by_date if ambition else None,
    )


def _now(one: ThemeResult) -> Now:
    now = one.figures.now
    return Now(policy=now.get("policy"), practice=one.figures.level, result=now.get("result"))


def _previous(before: ScanFigures | None) -> Previous | None:
    if before is None or before.measured_on is None:
        return None
    return Previous(
        measured_on=before.measured_on,
        version=before.definition.version,
        themes={one.key: _now(one) for one in before.themes},
    )
