"""Where a signal comes from: a record, named in an address as ``maturity.scan:3``.

Nothing of the address is trusted: whoever owns that kind of record looks it up, for the viewer
who asks. A slice or plugin says so beside its pages:

    @sources.found_by(pages, "remarks.remark")
    def source(session, remark_id, viewer): ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app
from sqlalchemy.orm import Session

from waardewerk import gate
from waardewerk.addresses import number_in
from waardewerk.contract import Viewer

EXTENSION = "waardewerk.sources"


@dataclass(frozen=True)
class Source:
    """A record, as it is shown with what was said from there."""

    title: str
    url: str


#: Finds a record by number, when this viewer may know that it exists.
Find = Callable[[Session, int, Viewer], Source | None]


@dataclass(frozen=True)
class Named:
    """A source with the kind and number by which it was asked for."""

    kind: str
    number: int
    title: str
    url: str

    @property
    def name(self) -> str:
        """The name under which an address carries it."""
        return f"{self.kind}:{self.number}"


def found_by(blueprint: Blueprint, kind: str) -> Callable[[Find], Find]:
    """Let a function find records of one kind, in every application with this blueprint."""

    def decorate(find: Find) -> Find:
        def remember(state: Any) -> None:
            _known(state.app)[kind] = (blueprint.name, find)

        blueprint.record(remember)
        return find

    return decorate


def find(session: Session, name: str, viewer: Viewer) -> Named | None:
    """Find what an address names; nothing when there is no such record for this viewer."""
    kind, _sign, text = name.partition(":")
    number = number_in(text)
    blueprint, search = _known(current_app).get(kind, ("", None))
    if search is None or number is None or not gate.is_open(blueprint):
        return None
    found = search(session, number, viewer)
    return Named(kind, number, found.title, found.url) if found else None


def _known(app: Flask) -> dict[str, tuple[str, Find]]:
    known: dict[str, tuple[str, Find]] = app.extensions.setdefault(EXTENSION, {})
    return known
