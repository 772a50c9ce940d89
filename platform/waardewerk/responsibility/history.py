"""Tells rows of the register as what happened: placed, changed, handed over, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from waardewerk.i18n import gettext as _
from waardewerk.responsibility.queries.register import Place


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One thing that happened, as a timeline shows it."""

    at: datetime
    title: str
    who: str
    text: str
    url: str


def happenings(rows: Sequence[Place], url_of: Callable[[int], str]) -> list[Happened]:
    """Tell what happened to these rows, the newest first."""
    by_id = {row.id: row for row in rows}
    found = [one for row in rows for one in _about(row, by_id, url_of(row.id))]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _about(row: Place, by_id: Mapping[int, Place], url: str) -> Iterator[Happened]:
    title = _beginning(row, by_id.get(row.follows_id or 0))
    yield Happened(at=row.placed_at, title=title, who=row.placed_by, text=row.agreed, url=url)
    # What was followed by another row is told by that row.
    if row.ended_at is not None and row.followed_from is None:
        ended = _("%(what)s: ended with %(who)s", what=row.title, who=row.holder)
        yield Happened(at=row.ended_at, title=ended, who=row.ended_by, text=row.ended_why, url=url)


def _beginning(row: Place, before: Place | None) -> str:
    if row.follows_id is None:
        return _("%(what)s: placed with %(who)s", what=row.title, who=row.holder)
    if before is None or before.holder == row.holder:
        return _("%(what)s: changed", what=row.title)
    return _(
        "%(what)s: handed over from %(before)s to %(who)s",
        what=row.title,
        before=before.holder,
        who=row.holder,
    )
