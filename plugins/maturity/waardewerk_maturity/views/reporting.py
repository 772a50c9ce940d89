"""The report: as a page to print, and as a file."""

from __future__ import annotations

from werkzeug import Response

from waardewerk import access, db, exports, i18n
from waardewerk.access import requires
from waardewerk.documents import body_html
from waardewerk.templating import page
from waardewerk_maturity import queries
from waardewerk_maturity.exporters import RECORD, document_of
from waardewerk_maturity.views.blueprint import pages


@pages.get("/scans/<int:scan_id>/report")
@requires(access.ANSWER)
def report(scan_id: int) -> Response:
    """Show the report as a page, with the formats it can be saved in."""
    figures = queries.figures_for(db.session(), scan_id, access.viewer())
    document = document_of(db.session(), scan_id, i18n.language())
    return page(
        "maturity/report.html",
        scan=figures.scan,
        is_final=figures.is_final,
        document=body_html(document),
        exporters=exports.exporters_for(RECORD),
    )


@pages.get("/scans/<int:scan_id>/report.<form>")
@requires(access.ANSWER)
def download_report(scan_id: int, form: str) -> Response:
    """Send the report in one format."""
    queries.figures_for(db.session(), scan_id, access.viewer())
    return exports.send_file(RECORD, scan_id, form, f"scan-{scan_id}")
