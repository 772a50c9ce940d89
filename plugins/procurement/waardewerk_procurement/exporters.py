"""What was fixed, as the files that an officer takes along: documents, sheets and a release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk import exports, settings
from waardewerk.contract import Exporter
from waardewerk.documents import Document, Workbook, to_xlsx
from waardewerk.i18n import lazy
from waardewerk.refusal import NotFound, NotNow
from waardewerk_procurement.choices import ocid_prefix
from waardewerk_procurement.documents import (
    Source,
    Stamp,
    answer_form,
    answer_sheets,
    award_guide,
    award_sheets,
    ocds,
    ocds_checking,
    requirement_sheets,
    requirements,
    scheme_articles,
    scheme_sheets,
)
from waardewerk_procurement.fixed.fixing_content import drafted
from waardewerk_procurement.fixed.snapshot import Snapshot, read_snapshot
from waardewerk_procurement.kind_words import told_for
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries import dossiers
from waardewerk_procurement.queries.decisions import decisions_of, withdrawn_of

PERMISSION = "procurement.read"
REQUIREMENTS = "procurement.requirements"
AWARD_GUIDE = "procurement.award_guide"
SCHEME = "procurement.scheme"
ANSWER_FORM = "procurement.answer_form"
OCDS = "procurement.ocds"

_DOCUMENTS: tuple[tuple[str, Callable[[Source], Document]], ...] = (
    (REQUIREMENTS, requirements),
    (AWARD_GUIDE, award_guide),
    (SCHEME, scheme_articles),
    (ANSWER_FORM, answer_form),
)
_SHEETS: tuple[tuple[str, Callable[[Source], Workbook]], ...] = (
    (REQUIREMENTS, requirement_sheets),
    (AWARD_GUIDE, award_sheets),
    (SCHEME, scheme_sheets),
    (ANSWER_FORM, answer_sheets),
)
#: What is read before it is fixed. A form to answer on must not get about before the questions
#: stand still, and open data are for publishing.
_AS_A_DRAFT = frozenset({REQUIREMENTS, AWARD_GUIDE, SCHEME})
#: What one criterion adds to the slowest format, as measured by bench/procurement.py.
_SECONDS_A_CRITERION = 0.0075
_FOR_TENDERS = (REQUIREMENTS, AWARD_GUIDE, ANSWER_FORM, OCDS)
_FOR_SUBSIDIES = (SCHEME, AWARD_GUIDE, ANSWER_FORM)


def exporters() -> list[Exporter]:
    """Return the formats of everything that leaves."""
    found: list[Exporter] = []
    for record, write in _DOCUMENTS:
        found += exports.document_exporters(
            record,
            _document_of(record, write),
            permission=PERMISSION,
            leave_out=frozenset({"json"}),
        )
        if record in _AS_A_DRAFT:
            found += exports.document_exporters(
                draft_of(record),
                _document_of(record, write, draft_source_of),
                permission=PERMISSION,
                leave_out=frozenset({"json"}),
            )
    found += [
        _exporter(
            record,
            "xlsx",
            lazy("Excel"),
            f"{exports.OFFICE}.spreadsheetml.sheet",
            _workbook_of(record, lay_out),
        )
        for record, lay_out in _SHEETS
    ]
    found.append(_exporter(OCDS, "json", lazy("JSON"), "application/json", _release))
    return found


def records_of(*, is_subsidy: bool) -> tuple[str, ...]:
    """Return what can be made of a tender, or of a subsidy scheme."""
    return _FOR_SUBSIDIES if is_subsidy else _FOR_TENDERS


def draft_of(record: str) -> str:
    """Name the draft of what can be made of a dossier, as exporters know it."""
    return f"{record}.draft"


def drafts_of(*, is_subsidy: bool) -> tuple[str, ...]:
    """Return what can be read as a draft, before anything is fixed."""
    return tuple(one for one in records_of(is_subsidy=is_subsidy) if one in _AS_A_DRAFT)


def seconds_for(snapshot: Snapshot) -> int:
    """Say about how many seconds the slowest file of a dossier takes; never less than one."""
    return max(1, round(len(snapshot.criteria) * _SECONDS_A_CRITERION))


def source_of(session: Session, dossier_id: int) -> Source:
    """Read what holds now of a dossier, as documents are made from it."""
    dossier = dossiers.get_dossier(session, dossier_id)
    row = dossiers.fixed_row(session, dossier)
    snapshot = read_snapshot(row.content)
    return Source(
        snapshot=snapshot,
        stamp=Stamp(row.number, row.sha256, row.made_at, row.reason),
        organisation=settings.identity().name,
    )


def draft_source_of(session: Session, dossier_id: int) -> Source:
    """Write down a dossier as it would be fixed now, without a fingerprint."""
    dossier = dossiers.get_dossier(session, dossier_id)
    if not dossier.is_being_prepared:
        raise NotNow("This dossier is fixed. Take its documents as they were fixed.")
    written = drafted(session, dossier)
    if written is None:
        raise NotNow("Too much is missing to make documents. The page of documents says what.")
    return Source(
        snapshot=written,
        stamp=Stamp(0, "", datetime.now(UTC)),
        organisation=settings.identity().name,
    )


Read = Callable[[Session, int], Source]


@contextmanager
def _telling(
    session: Session, dossier_id: int, record: str, language: str, read: Read = source_of
) -> Iterator[Source]:
    """Give what a document is made of, in a language and in the words of its kind of dossier."""
    source = read(session, dossier_id)
    is_subsidy = source.snapshot.is_subsidy
    if record not in records_of(is_subsidy=is_subsidy):
        raise NotFound("This document does not belong to this kind of dossier.")
    with told_for(language, is_subsidy=is_subsidy):
        yield source


def _document_of(
    record: str, write: Callable[[Source], Document], read: Read = source_of
) -> exports.Build:
    def build(session: Session, dossier_id: int, language: str) -> Document:
        with _telling(session, dossier_id, record, language, read) as source:
            return write(source)

    return build


def _workbook_of(record: str, lay_out: Callable[[Source], Workbook]) -> exports.Write:
    def export(session: Session, dossier_id: int, language: str) -> bytes:
        with _telling(session, dossier_id, record, language) as source:
            return to_xlsx(lay_out(source))

    return export


def _release(session: Session, dossier_id: int, language: str) -> bytes:
    with _telling(session, dossier_id, OCDS, language) as source:
        course = _course_of(session, dossiers.get_dossier(session, dossier_id))
        package = ocds.release_package(source, _publication(dossier_id), course)
    ocds_checking.check(package)
    return ocds.write_package(package)


def _course_of(session: Session, dossier: Dossier) -> ocds.Course:
    """Read what became of a tender since it was fixed."""
    decisions = decisions_of(session, dossier)
    withdrawn = [one for each in withdrawn_of(session, dossier).values() for one in each]
    return ocds.Course(
        stopped_at=dossier.closed_at if dossier.stopped_why else None,
        withdrawn_at=max((one.withdrawn_at for one in withdrawn), default=None),
        decided={
            lot.key: ocds.Decided(one.decided_at, is_awarded=bool(one.goes_to))
            for lot in dossier.lots
            if (one := decisions.get(lot.id)) is not None
        },
        is_carried_out=dossier.state in {"execution", "closed"} and not dossier.stopped_why,
    )


def _publication(dossier_id: int) -> ocds.Publication:
    here: dict[str, Any] = {"dossier_id": dossier_id, "document": "ocds", "form": "json"}
    return ocds.Publication(
        ocid_prefix=ocid_prefix(),
        uri=url_for("procurement.document", _external=True, **here),
        extension=url_for("procurement.ocds_extension", name="extension", _external=True),
    )


def _exporter(
    record: str, form: str, title: str, media_type: str, write: exports.Write
) -> Exporter:
    return Exporter(
        record=record,
        format=form,
        title=title,
        media_type=media_type,
        permission=PERMISSION,
        write=write,
    )
