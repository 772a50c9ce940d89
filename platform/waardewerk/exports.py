"""Finds the exporter for a record and format, checks the right to it, and sends the file."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, current_app, make_response
from werkzeug import Response

from waardewerk import access, db, gate, i18n
from waardewerk.contract import Exporter
from waardewerk.refusal import NotFound

EXTENSION = "waardewerk.exporters"


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
