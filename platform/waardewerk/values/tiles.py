"""What the framework and signals from practice wait for, on the first page of who can do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import format_date, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.values import queries, signals
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.views.blueprint import today

#: How long an answer stands on the first page of who asked.
SHOWN = timedelta(days=30)


def tiles_for(viewer: Viewer) -> list[Tile]:
    """Return the tiles about values."""
    return [*_of_the_framework(db.session(), viewer), *_of_signals(db.session(), viewer)]


def _of_the_framework(session: Session, viewer: Viewer) -> Iterator[Tile]:
    if not viewer.may("values.read"):
        return
    versions = queries.versions(session)
    if viewer.may("values.write") and not versions:
        yield Tile(
            title=_("Begin with the values"),
            text=_("There is no value framework yet. Begin with one value, or choose from a set."),
            url=url_for("values.start"),
            asks=True,
            order=5,
        )
    else:
        yield Tile(
            title=_("Values"),
            text=_("What the organisation stands for, and what practice says about it."),
            url=url_for("values.index"),
            order=15,
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


def _of_signals(session: Session, viewer: Viewer) -> Iterator[Tile]:
    if viewer.may("values.triage"):
        yield from _waiting(signals.count_new(session))
    if viewer.person_id is None:
        return
    for signal in signals.answered_since(session, viewer.person_id, today() - SHOWN):
        yield Tile(
            title=_("There is an answer to your signal"),
            text=_("You sent it on %(day)s.", day=format_date(signal.sent_on)),
            url=url_for("values.signal_page", signal_id=signal.id),
            order=11,
        )


def _waiting(count: int) -> Iterator[Tile]:
    if not count:
        return
    yield Tile(
        title=ngettext(
            "%(count)s signal from practice waits for you",
            "%(count)s signals from practice wait for you",
            count,
        ),
        text=_("Take it up or answer it: somebody looks out for your answer."),
        url=url_for("values.signals"),
        asks=True,
        order=20,
    )
