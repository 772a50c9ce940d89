"""Finds the exporter for a record and format, checks the right to it, and sends the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, current_app, make_response
from werkzeug import Response

from waardewerk import access, db, gate, i18n
from waardewerk.contract import Exporter
from waardewerk.i18n import lazy
from waardewerk.refusal import NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from waardewerk.documents import Document

EXTENSION = "waardewerk.exporters"
#: What makes the file of one record, in one language.
Write = Callable[["Session", int, str], bytes]
#: What builds the document of one record, in one language.
Build = Callable[["Session", int, str], "Document"]
OFFICE = "application/vnd.openxmlformats-officedocument"
#: What a document can become: the format, its name on screen, its media type.
DOCUMENT_FORMATS = (
    ("pdf", lazy("PDF"), "application/pdf"),
    ("docx", lazy("Word"), f"{OFFICE}.wordprocessingml.document"),
    ("odt", lazy("OpenDocument text"), "application/vnd.oasis.opendocument.text"),
    ("html", lazy("Web page"), "text/html"),
    ("json", lazy("JSON"), "application/json"),
)


def document_exporters(
    record: str,
    document_of: Build,
    *,
    permission: str,
    leave_out: frozenset[str] = frozenset(),
) -> list[Exporter]:
    """Return an exporter per format for a record that one document tells all about."""
    return [
        Exporter(
            record=record,
            format=form,
            title=title,
            media_type=media_type,
            permission=permission,
            write=_writer(document_of, form),
        )
        for form, title, media_type in DOCUMENT_FORMATS
        if form not in leave_out
    ]


def _writer(document_of: Build, form: str) -> Write:
    def write(session: Session, record_id: int, language: str) -> bytes:
        return _written(document_of(session, record_id, language), form)

    return write


def _written(document: Document, form: str) -> bytes:
    from waardewerk import documents
    from waardewerk.templating import static_url

    if form == "html":
        return documents.to_html(document, stylesheet=static_url("app.css")).encode()
    writers: dict[str, Callable[[Document], bytes]] = {
        "pdf": documents.to_pdf,
        "docx": documents.to_docx,
        "odt": documents.to_odt,
        "json": documents.to_json,
    }
    return writers[form](document)


def exporters_for(record: str) -> list[Exporter]:
    """Return the formats in which a kind of record can leave, of plugins that are on."""
    registered: list[tuple[str, Exporter]] = current_app.extensions[EXTENSION]
    on = gate.enabled() | {"core"}
    return [e for owner, e in registered if e.record == record and owner in on]


def find_exporter(record: str, form: str) -> Exporter:
    """Return the exporter for one format."""
    for exporter in exporters_for(record):
        if exporter.format == form:
            return exporter
    raise NotFound("This cannot be saved as %(format)s.", format=form)


def send_file(record: str, record_id: int, form: str, filename: str) -> Response:
    """Make the file in the viewer's language and send it as a download."""
    exporter = find_exporter(record, form)
    access.demand(exporter.permission)
    content = exporter.write(db.session(), record_id, i18n.language())
    response = make_response(content)
    response.mimetype = exporter.media_type
    shown = "inline" if form == "html" else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{filename}.{form}"'
    return response


def init_app(app: Flask, registered: Iterable[tuple[str, Exporter]]) -> None:
    """Remember the exporters, each with the plugin that brought it."""
    app.extensions[EXTENSION] = list(registered)
