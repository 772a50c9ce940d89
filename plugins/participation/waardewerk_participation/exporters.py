"""What a round found, in every format: for everybody, so it holds what everybody sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from waardewerk import exports, i18n, settings
from waardewerk.contract import Exporter
from waardewerk.documents import Document, Sheet, to_csv
from waardewerk.i18n import day_of, lazy
from waardewerk.refusal import NotFound
from waardewerk.values.ordering import ordering_on
from waardewerk_participation import polis_files, result_file
from waardewerk_participation.models import Round
from waardewerk_participation.moderation import REASONS
from waardewerk_participation.queries.results import Published, published_for
from waardewerk_participation.reading import Reading
from waardewerk_participation.report import build_report
from waardewerk_participation.showing import Figures

RECORD = "participation.report"
PERMISSION = "participation.read"
_COLUMNS = (
    "statement",
    "text",
    "language",
    "who",
    "reactions",
    "agrees",
    "disagrees",
    "passes",
    "agrees_share",
    "disagrees_share",
    "passes_share",
)


def exporters() -> list[Exporter]:
    """Return the formats of a result."""
    documents = exports.document_exporters(
        RECORD, document_of, permission=PERMISSION, leave_out=frozenset({"json"})
    )
    return [
        *documents,
        _exporter("csv", lazy("CSV"), "text/csv", lambda one, _language: to_csv(_sheet(one))),
        _exporter("json", lazy("JSON"), "application/json", result_file.write),
        _exporter("zip", lazy("files as Polis makes them"), "application/zip", polis_files.write),
    ]


def document_of(session: Session, round_id: int, language: str) -> Document:
    """Build the report."""
    with i18n.speaking(language):
        reading = reading_of(session, _published(session, round_id))
        return build_report(reading, settings.identity().name)


def reading_of(session: Session, published: Published) -> Reading:
    """Return a published count in the words of who is looking."""
    language = i18n.language()
    today = day_of(datetime.now(UTC))
    reasons = {one.key: str(one.title) for one in REASONS}
    return Reading(published, language, ordering_on(session, today, language), reasons)


def _published(session: Session, round_id: int) -> Published:
    found = published_for(session, session.get_one(Round, round_id), "public")
    if found is None:
        raise NotFound("Nothing of this round is published yet.")
    return found


def _exporter(
    form: str, title: str, media_type: str, write: Callable[[Published, str], bytes]
) -> Exporter:
    def export(session: Session, round_id: int, language: str) -> bytes:
        return write(_published(session, round_id), language)

    return Exporter(
        record=RECORD,
        format=form,
        title=title,
        media_type=media_type,
        permission=PERMISSION,
        write=export,
    )


def _sheet(published: Published) -> Sheet:
    """Lay out a row per statement and group; the first of each is everybody."""
    rows = []
    for one in published.seen().statements:
        statement = published.statements[one.number]
        for who, figures in (("", one.everyone), *one.groups.items()):
            rows.append([one.number, statement.text, statement.language, who, *_row(figures)])
    return Sheet(published.found.slug, _COLUMNS, rows)


def _row(figures: Figures) -> list[int | str | None]:
    counts = (figures.reactions, figures.agrees, figures.disagrees, figures.passes)
    return [*counts, str(figures.agree), str(figures.disagree), str(figures.passed)]
