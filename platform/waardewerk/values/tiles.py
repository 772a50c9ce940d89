"""What the framework waits for, on the first page of who can do it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import gettext as _
from waardewerk.values import queries
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.views.blueprint import today


def tiles_for(viewer: Viewer) -> list[Tile]:
    """Return the tiles about the framework."""
    if not viewer.may("values.read"):
        return []
    return list(_tiles(db.session(), viewer))


def _tiles(session: Session, viewer: Viewer) -> Iterator[Tile]:
    versions = queries.versions(session)
    if viewer.may("values.write") and not versions:
        yield Tile(
            title=_("Values"),
            text=_("There is no value framework yet. Begin with one value, or choose from a set."),
            url=url_for("values.start"),
            order=5,
        )
    proposed = next((one for one in versions if one.state == "proposed"), None)
    if viewer.may("values.adopt") and proposed is not None:
        yield _to_adopt(proposed)
    review = queries.next_review(session) if viewer.may("values.write") else None
    if review is not None and review.planned_on <= today():
        yield Tile(
            title=_("Look at the values again"),
            text=_("A review was planned. Write down what came of it."),
            url=url_for("values.review", number=review.id),
            asks=True,
            due=review.planned_on,
            order=5,
        )


def _to_adopt(version: FrameworkVersion) -> Tile:
    return Tile(
        title=_("Version %(number)s of the value framework", number=version.number),
        text=_("It is proposed. Write down the decision when it is adopted."),
        url=url_for("values.adopt"),
        asks=True,
        order=5,
    )
