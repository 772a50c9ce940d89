"""Who reads what is written in a lens, beside those who can open it.

Whoever owns the record of a lens knows where its words go. A slice or plugin says so beside its
pages, in one sentence, which stands wherever somebody writes:

    @readers.told_by(pages, "remarks.remark")
    def readers_of(session, remark_id): return _("Who sent the remark reads this.")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, current_app
from sqlalchemy.orm import Session

from waardewerk import gate
from waardewerk.values.models import ProjectLens

EXTENSION = "waardewerk.readers"
#: Says who reads along, for the record with this number.
Tell = Callable[[Session, int], str]


def told_by(blueprint: Blueprint, kind: str) -> Callable[[Tell], Tell]:
    """Let a function say it for lenses of one kind, in every application with this blueprint."""

    def decorate(tell: Tell) -> Tell:
        def remember(state: Any) -> None:
            _known(state.app)[kind] = (blueprint.name, tell)

        blueprint.record(remember)
        return tell

    return decorate


def readers_of(session: Session, lens: ProjectLens) -> str:
    """Say who reads what is written in a lens; empty when that is nobody else."""
    blueprint, tell = _known(current_app).get(lens.kind, ("", None))
    if tell is None or lens.subject_id is None or not gate.is_open(blueprint):
        return ""
    return tell(session, lens.subject_id)


def _known(app: Flask) -> dict[str, tuple[str, Tell]]:
    known: dict[str, tuple[str, Tell]] = app.extensions.setdefault(EXTENSION, {})
    return known
