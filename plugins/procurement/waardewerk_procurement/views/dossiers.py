"""All dossiers."""

from __future__ import annotations

from werkzeug import Response

from waardewerk import db
from waardewerk.access import requires
from waardewerk.templating import page
from waardewerk_procurement.queries.dossiers import all_dossiers
from waardewerk_procurement.views.blueprint import pages


@pages.get("/", endpoint="dossiers")
@requires("procurement.read")
def dossiers_page() -> Response:
    """List the dossiers, the newest first."""
    return page("procurement/dossiers.html", dossiers=all_dossiers(db.session()))
