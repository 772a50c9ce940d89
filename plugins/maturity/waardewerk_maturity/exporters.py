"""The report in every format, from one document, and its figures as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import has_request_context
from sqlalchemy.orm import Session

from waardewerk import access, exports, i18n, settings
from waardewerk.contract import Exporter, Viewer
from waardewerk.documents import Document, Sheet, Workbook, to_csv, to_xlsx
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.questionnaires import queries as inquiries
from waardewerk_maturity import choices, queries, tables
from waardewerk_maturity.queries import ScanFigures
from waardewerk_maturity.report import Material, build_report
from waardewerk_maturity.tables import FigureTable
from waardewerk_maturity.words import title_of

RECORD = "maturity.report"


def document_of(session: Session, scan_id: int, language: str) -> Document:
    """Build the report for who is looking; on the command line nothing is held back."""
    with i18n.speaking(language):
        return build_report(_material(session, scan_id, _viewer()))


def _viewer() -> Viewer | None:
    return access.viewer() if has_request_context() else None


def _material(session: Session, scan_id: int, viewer: Viewer | None) -> Material:
    figures = _figures(session, scan_id, viewer)
    inquiry = figures.scan.inquiry
    sees_spread = inquiries.may_see_spread(session, inquiry, viewer)
    return Material(
        figures=figures,
        results=inquiries.results_of(session, inquiry, viewer) if sees_spread else None,
        previous=queries.previous_figures(session, figures.scan),
        turnout=inquiries.turnout(session, inquiry),
        organisation=settings.identity().name,
        shows_index=choices.shows_overall_index(),
        today=_today(),
    )


def _figures(session: Session, scan_id: int, viewer: Viewer | None) -> ScanFigures:
    figures = queries.figures_for(session, scan_id, viewer)
    return queries.with_accents(session, figures, _today(), i18n.language())


def _today() -> date:
    return i18n.day_of(datetime.now(UTC))


def _of_figures(
    write: Callable[[ScanFigures], bytes],
) -> Callable[[Session, int, str], bytes]:
    def export(session: Session, scan_id: int, language: str) -> bytes:
        with i18n.speaking(language):
            return write(_figures(session, scan_id, _viewer()))

    return export


def _sheet(title: str, content: FigureTable) -> Sheet:
    return Sheet(
        title,
        [column.title for column in content.columns],
        [[_cell(row[column.key]) for column in content.columns] for row in content.rows],
    )


def _cell(text: str) -> str | int:
    return int(text) if text.isdecimal() and len(text) < 4 else text


def _wanted(figures: ScanFigures) -> Sheet:
    rows = [
        [
            title_of(one.section),
            one.figures.level,
            one.ambition.level,
            one.ambition.by_date,
            one.ambition.owner,
            one.ambition.reason,
            one.ambition.first_step,
            one.ambition.intended_result,
            one.ambition.dissent,
        ]
        for one in figures.themes
        if one.ambition is not None
    ]
    titles = [
        _("Theme"),
        _("Now, in practice"),
        _("Wanted"),
        _("By when"),
        _("Who sees to it"),
        _("Why"),
        _("First step"),
        _("What people will notice"),
        _("Who sees it otherwise"),
    ]
    return Sheet(_("Wanted"), titles, rows)


def _reasons(figures: ScanFigures) -> Sheet:
    rows = [
        [title_of(one.section), said.reason, said.present, said.dissent, said.review_on]
        for one in figures.themes
        for said in one.agreements
    ]
    titles = [
        _("Theme"),
        _("Why"),
        _("Who was there"),
        _("Who sees it otherwise"),
        _("We look again on"),
    ]
    return Sheet(_("Reasons"), titles, rows)


def _actions(figures: ScanFigures) -> Sheet:
    titles = {one.section.id: title_of(one.section) for one in figures.themes}
    found = [action for one in figures.themes for action in one.actions]
    return _sheet(_("Actions"), tables.actions(found, titles))


def _workbook(figures: ScanFigures) -> bytes:
    sheets = [
        _sheet(_("Levels"), tables.levels(figures)),
        _reasons(figures),
        _wanted(figures),
        _actions(figures),
    ]
    return to_xlsx(Workbook(figures.scan.inquiry.title, sheets))


def _csv(figures: ScanFigures) -> bytes:
    return to_csv(_sheet(_("Levels"), tables.levels(figures)))


def _exporter(
    form: str, title: str, media_type: str, write: Callable[[Session, int, str], bytes]
) -> Exporter:
    return Exporter(
        record=RECORD,
        format=form,
        title=title,
        media_type=media_type,
        permission=access.ANSWER,
        write=write,
    )


def exporters() -> list[Exporter]:
    """Return the formats of the report."""
    # Who took part by letter may take the report along; what it holds is checked inside.
    documents = exports.document_exporters(RECORD, document_of, permission=access.ANSWER)
    excel = f"{exports.OFFICE}.spreadsheetml.sheet"
    return [
        *documents,
        _exporter("xlsx", lazy("Excel"), excel, _of_figures(_workbook)),
        _exporter("csv", lazy("CSV, the levels"), "text/csv", _of_figures(_csv)),
    ]
