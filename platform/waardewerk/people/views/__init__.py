"""Pages about people: coming in and going out, single-use links, one's own account."""

from __future__ import annotations

from flask import Blueprint

from waardewerk import access

pages = Blueprint("people", __name__)


def own_id() -> int:
    """Return whose account this is; only views for signed-in people ask this."""
    person_id = access.viewer().person_id
    assert person_id is not None, "only views for signed-in people ask this"
    return person_id
