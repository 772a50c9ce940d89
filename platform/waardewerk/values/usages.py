"""Where projects weighed a value: the lenses of the core itself, answered like those of a plugin.

A page about practice asks for each value in turn, so all values are gathered at the first
question and kept for the request.
"""

from __future__ import annotations

from collections import defaultdict

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.contract import Value, ValueUsage
from waardewerk.values.framework import key_in
from waardewerk.values.models import Consideration, ProjectLens, Tension


def usages_of(session: Session, value: Value) -> list[ValueUsage]:
    """Return the projects in which people considered this value or decided with it."""
    if "values_usages" not in g:
        g.values_usages = _gather(session)
    found: list[ValueUsage] = g.values_usages.get(value.key, [])
    return found


def _gather(session: Session) -> dict[str, list[ValueUsage]]:
    considered = session.execute(select(Consideration.lens_id, Consideration.urn)).all()
    decided = {
        (lens_id, urn)
        for lens_id, *urns in session.execute(
            select(Tension.lens_id, Tension.urn, Tension.against)
        ).all()
        for urn in urns
    }
    titles = dict(session.execute(select(ProjectLens.id, ProjectLens.title)).all())
    found = defaultdict(list)
    for lens_id, urn in sorted({(lens_id, urn) for lens_id, urn in considered} | decided):
        usage = ValueUsage(
            title=titles[lens_id],
            url=url_for("values.lens", lens_id=lens_id),
            decided=(lens_id, urn) in decided,
        )
        found[key_in(urn)].append(usage)
    return dict(found)
