"""The way to the parts of the administration."""

from __future__ import annotations

from flask import Blueprint
from werkzeug import Response

from waardewerk import access
from waardewerk.access import public
from waardewerk.admin.sections import SECTIONS, sections_for
from waardewerk.templating import page

pages = Blueprint("admin", __name__, url_prefix="/admin")


@pages.get("/")
@public
def index() -> Response:
    """Show the parts that this viewer may enter; refuse who may enter none."""
    sections = sections_for(access.viewer())
    if not sections:
        access.demand(SECTIONS[0].permission)
    return page("admin/overview.html", sections=sections)
