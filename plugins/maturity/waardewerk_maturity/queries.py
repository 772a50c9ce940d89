"""Reads: scans, and what was agreed in them. Who may see which figures stands here, once.

Before a scan is agreed its figures are for the people who take part and for the chair; after
that for everybody who may read scans. What single people answered never comes from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.i18n import day_of
from waardewerk.questionnaires import queries as inquiries
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition, Section
from waardewerk.questionnaires.operations.agreeing import sections_with_a_ladder
from waardewerk.refusal import NotAllowed, NotFound, NotNow
from waardewerk.values.ordering import Ordering, ordering_on
from waardewerk_maturity.exchange import ScanResult, result_of
from waardewerk_maturity.models import Action, Ambition, Comparison, Scan
from waardewerk_maturity.scoring import Agreed, ThemeFigures, theme_figures

if TYPE_CHECKING:
    from waardewerk.questionnaires.models import Agreement

READ = "maturity.read"
#: Phases in which there is something to agree on.
WITH_FIGURES = ("conversation", "agreed")
_LONGEST_SERIES = 20


@dataclass(frozen=True)
class ThemeResult:
    """One theme of a scan: figures, what was said when they were agreed, what is wanted."""

    section: Section
    figures: ThemeFigures
    #: What was written down with the agreed levels, the newest first.
    agreements: Sequence[Agreement]
    ambition: Ambition | None
    actions: Sequence[Action]

    @property
    def key(self) -> str:
        """The theme, as it is called in every scan."""
        return self.section.theme or self.section.id

    @property
    def values(self) -> tuple[str, ...]:
        """The keys of the values that its questions touch, each once."""
        return tuple(dict.fromkeys(key for q in self.section.questions for key in q.values))


@dataclass(frozen=True)
class ScanFigures:
    """What came out of one scan."""

    scan: Scan
    definition: Definition
    themes: tuple[ThemeResult, ...]
    #: The accents by which themes are ordered; without them all are ordinary.
    ordering: Ordering = field(default_factory=Ordering)

    @property
    def measured_on(self) -> date | None:
        """The day on which the levels were agreed."""
        agreed_at = self.scan.inquiry.agreed_at
        return day_of(agreed_at) if agreed_at else None

    @property
    def is_final(self) -> bool:
        """Tell whether the levels can no longer change."""
        return self.scan.inquiry.phase == "agreed"

    def theme(self, section_id: str) -> ThemeResult:
        """Find one theme."""
        for one in self.themes:
            if one.section.id == section_id:
                return one
        raise NotFound("This theme is not in the scan.")

    def levels(self) -> Mapping[str, int | None]:
        """Return the levels in practice, by theme."""
        return {one.key: one.figures.level for one in self.themes}


def get_scan(session: Session, scan_id: int) -> Scan:
    """Find a scan by number."""
    scan = session.get(Scan, scan_id)
    if scan is None:
        raise NotFound("This scan does not exist.")
    return scan


def scans(session: Session) -> list[Scan]:
    """List all scans, the newest first."""
    return list(session.scalars(select(Scan).order_by(Scan.opened_at.desc(), Scan.id.desc())))


def agreed_scans(session: Session) -> list[Scan]:
    """List the scans that are agreed, the newest first."""
    return [scan for scan in scans(session) if scan.inquiry.phase == "agreed"]


def may_see_figures(session: Session, scan: Scan, viewer: Viewer | None) -> bool:
    """Tell whether the agreed levels are open to this viewer; None is the command line."""
    if scan.inquiry.phase not in WITH_FIGURES:
        return False
    if viewer is None or (scan.inquiry.phase == "agreed" and viewer.may(READ)):
        return True
    return inquiries.may_see_spread(session, scan.inquiry, viewer)


def figures_for(session: Session, scan_id: int, viewer: Viewer | None) -> ScanFigures:
    """Return what came out of a scan, to somebody who may see it."""
    scan = get_scan(session, scan_id)
    if may_see_figures(session, scan, viewer):
        return figures_of(session, scan)
    if scan.inquiry.phase not in WITH_FIGURES:
        raise NotNow("There is no result yet: first people answer, then they talk.")
    raise NotAllowed("The levels are not agreed yet. Until then only who takes part sees them.")


def figures_of(session: Session, scan: Scan) -> ScanFigures:
    """Gather what was agreed, wanted and planned; the caller checked who looks."""
    definition = registry.definition_of(scan.inquiry.version)
    agreements = inquiries.agreements_of(session, scan.inquiry, scan.inquiry.subjects[0])
    agreed = {key: agreement.value for key, agreement in agreements.items()}
    wanted = ambitions_of(session, scan)
    planned = actions_of(session, scan)
    themes = tuple(
        ThemeResult(
            section=section,
            figures=_figures(section, agreed, wanted.get(section.id)),
            agreements=_said(section.id, agreements),
            ambition=wanted.get(section.id),
            actions=[action for action in planned if action.theme == section.id],
        )
        for section in sections_with_a_ladder(definition)
    )
    return ScanFigures(scan, definition, themes)


def with_accents(session: Session, figures: ScanFigures, today: date, language: str) -> ScanFigures:
    """Put themes in the order of their accents: those of today, or of the moment of agreeing."""
    agreed_at = figures.scan.inquiry.agreed_at
    ordering = ordering_on(session, today, language, agreed_at=agreed_at)
    return replace(figures, ordering=ordering)


def _figures(section: Section, agreed: Agreed, ambition: Ambition | None) -> ThemeFigures:
    questions = [question.id for question in section.questions]
    return theme_figures(section.id, questions, agreed, ambition.level if ambition else None)


def _said(section_id: str, agreements: Mapping[tuple[str, str], Agreement]) -> list[Agreement]:
    """Return each moment of agreeing once: the lenses of one moment share their words."""
    rows = [row for (target, _lens), row in agreements.items() if target == section_id]
    by_moment = {(row.recorded_at, row.reason): row for row in rows}
    return sorted(by_moment.values(), key=lambda row: row.id, reverse=True)


def ambitions_of(session: Session, scan: Scan) -> dict[str, Ambition]:
    """Return what is wanted now, by theme: the newest row of each."""
    rows = session.scalars(
        select(Ambition).where(Ambition.scan_id == scan.id).order_by(Ambition.id)
    )
    return {row.theme: row for row in rows}


def actions_of(session: Session, scan: Scan) -> list[Action]:
    """List the actions of a scan: open ones first, by day."""
    rows = session.scalars(select(Action).where(Action.scan_id == scan.id))
    return sorted(rows, key=lambda row: (row.state != "open", row.due_on, row.id))


def agreed_targets(session: Session) -> dict[int, frozenset[str]]:
    """Return what was agreed on in each scan that is agreed, by inquiry, in one question."""
    return inquiries.targets_agreed(session, "maturity")


def done_actions(session: Session) -> dict[int, list[Action]]:
    """Return the actions that are done, by scan, in one question."""
    found: dict[int, list[Action]] = defaultdict(list)
    for action in session.scalars(select(Action).where(Action.state == "done").order_by(Action.id)):
        found[action.scan_id].append(action)
    return found


def previous_figures(session: Session, scan: Scan) -> ScanFigures | None:
    """Return what came out of the scan before this one."""
    before = scan.previous
    if before is None or before.inquiry.phase != "agreed":
        return None
    return figures_of(session, before)


def series_of(session: Session, scan: Scan) -> list[ScanFigures]:
    """Return this scan and those before it that are agreed, the oldest first."""
    found: list[ScanFigures] = []
    seen: set[int] = set()
    step: Scan | None = scan
    while step is not None and step.id not in seen and len(found) < _LONGEST_SERIES:
        seen.add(step.id)
        if step.inquiry.phase == "agreed":
            found.append(figures_of(session, step))
        step = step.previous
    return found[::-1]


def respondents_changed(session: Session, before: Scan, after: Scan) -> tuple[int, int]:
    """Count how many handed in, in two scans: a trend between other people says less."""

    def handed_in(scan: Scan) -> int:
        return sum(row.handed_in for row in inquiries.turnout(session, scan.inquiry))

    return handed_in(before), handed_in(after)


def comparisons(session: Session) -> list[tuple[Comparison, ScanResult]]:
    """List the kept results of other organisations, by name and day."""
    rows = session.scalars(
        select(Comparison).order_by(Comparison.organisation, Comparison.measured_on.desc())
    )
    return [(row, result_of(row.payload)) for row in rows]


def open_actions_of(session: Session, person_id: int) -> list[Action]:
    """List somebody's own open actions, by day."""
    query = select(Action).where(Action.owner_id == person_id, Action.state == "open")
    return list(session.scalars(query.order_by(Action.due_on, Action.id)))


def scans_led_by(session: Session, person_id: int) -> list[Scan]:
    """List the running scans that somebody chairs."""
    return [
        scan
        for scan in scans(session)
        if scan.inquiry.chair_id == person_id and scan.inquiry.phase != "agreed"
    ]
