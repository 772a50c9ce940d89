"""Frameworks that were read, held by the hash of their text."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from waardewerk.notation.problems import DefinitionError
from waardewerk.values.framework import Framework, load_framework
from waardewerk.values.models import FrameworkVersion, ReferenceList
from waardewerk.values.starting import starting_points

log = logging.getLogger(__name__)

#: Twenty versions, some lists of others and a draft that changes all day fit in it.
MOST_HELD = 64
_held: dict[str, Framework] = {}


def framework_of(kept: FrameworkVersion | ReferenceList) -> Framework:
    """Return what a version or a list says; each text is read once per process and then held."""
    found = _held.get(kept.sha256)
    if found is None:
        found = load_framework(kept.content)
        hold(kept.sha256, found)
    return found


def hold(sha256: str, framework: Framework) -> None:
    """Hold what was read from the text with this hash; the oldest make room."""
    while len(_held) >= MOST_HELD:
        _held.pop(next(iter(tuple(_held)), ""), None)
    _held[sha256] = framework


def read_ahead(session: Session) -> None:
    """Read what pages show before the first visitor has to wait for it: a text takes a while.

    The newest of each, in the order in which they may make room: lists of others first.
    """
    versions = select(FrameworkVersion).options(undefer(FrameworkVersion.content))
    lists = select(ReferenceList).options(undefer(ReferenceList.content))
    newest: list[FrameworkVersion | ReferenceList] = [
        *session.scalars(versions.order_by(FrameworkVersion.number.desc()).limit(MOST_HELD)),
        *session.scalars(lists.order_by(ReferenceList.id.desc()).limit(MOST_HELD)),
    ]
    starting_points()
    for one in reversed(newest[:MOST_HELD]):
        try:
            framework_of(one)
        except DefinitionError:
            # A text that cannot be read spoils its own page, never the start.
            log.warning("the framework with the hash %s cannot be read", one.sha256)
