"""The register and a request for advice in every format, each from one document."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from waardewerk import exports, i18n, settings
from waardewerk.contract import Exporter
from waardewerk.documents import Document, Workbook, to_csv, to_xlsx
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.responsibility.advice_file import write_request
from waardewerk.responsibility.queries import advice
from waardewerk.responsibility.queries.register import READ, register
from waardewerk.responsibility.report import (
    register_document,
    register_sheet,
    request_document,
    request_file,
)

REGISTER = "responsibility.register"
REQUEST = "responsibility.request"


def exporters() -> list[Exporter]:
    """Return the formats of the register and of a request."""
    excel = f"{exports.OFFICE}.spreadsheetml.sheet"
    return [
        *exports.document_exporters(REGISTER, document_of_register, permission=READ),
        _exporter(REGISTER, "xlsx", lazy("Excel"), excel, READ, _workbook),
        _exporter(REGISTER, "csv", lazy("CSV"), "text/csv", READ, _csv),
        *exports.document_exporters(
            REQUEST, document_of_request, permission=advice.ASK, leave_out=frozenset({"json"})
        ),
        _exporter(REQUEST, "json", lazy("JSON"), "application/json", advice.ASK, _file_of_request),
    ]


def _exporter(
    record: str,
    form: str,
    title: str,
    media_type: str,
    permission: str,
    write: exports.Write,
) -> Exporter:
    return Exporter(
        record=record,
        format=form,
        title=title,
        media_type=media_type,
        permission=permission,
        write=write,
    )


def document_of_register(session: Session, _record_id: int, language: str) -> Document:
    """Build the register; there is one, so the number says nothing."""
    with i18n.speaking(language):
        today = i18n.day_of(datetime.now(UTC))
        return register_document(register(session, today), settings.identity().name)


def _workbook(session: Session, _record_id: int, language: str) -> bytes:
    with i18n.speaking(language):
        sheet = register_sheet(register(session, i18n.day_of(datetime.now(UTC))))
        return to_xlsx(Workbook(_("Register"), [sheet]))


def _csv(session: Session, _record_id: int, language: str) -> bytes:
    with i18n.speaking(language):
        return to_csv(register_sheet(register(session, i18n.day_of(datetime.now(UTC)))))


def document_of_request(session: Session, request_id: int, language: str) -> Document:
    """Build a request for advice as it may leave the organisation."""
    with i18n.speaking(language):
        counsel = advice.counsel(session, advice.get_request(session, request_id))
        file = request_file(counsel, settings.identity().name)
        return request_document(file, i18n.day_of(datetime.now(UTC)))


def _file_of_request(session: Session, request_id: int, language: str) -> bytes:
    with i18n.speaking(language):
        counsel = advice.counsel(session, advice.get_request(session, request_id))
        return write_request(request_file(counsel, settings.identity().name))
