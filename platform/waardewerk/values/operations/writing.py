"""Write at the draft part by part: each knows which text of its part was seen.

Two people who write at different parts do not hinder each other. Of two who change the same part,
the second finds a ``Conflict`` and nothing is overwritten.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk.refusal import Conflict, marked
from waardewerk.values import editing
from waardewerk.values.editing import Heading, fingerprint, heading_fingerprint
from waardewerk.values.framework import Element, Framework
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.operations import drafting
from waardewerk.values.registry import framework_of

_CHANGED = marked("Somebody else changed this meanwhile. Both texts are on this page.")
GONE = marked("Somebody else removed this meanwhile. What you wrote is below.")


def add_element(
    session: Session,
    version: FrameworkVersion,
    element: Element,
    *,
    actor_id: int | None,
    now: datetime,
) -> Element:
    """Add something under a key made from its name; the same thing twice is there once."""
    framework = _held(session, version)
    known = editing.twin_of(framework, element)
    if known is not None:
        return known
    named = editing.with_fresh_key(framework, element)
    _replace(session, version, editing.put(framework, named), named.key, actor_id, now)
    return named


def change_element(
    session: Session,
    version: FrameworkVersion,
    element: Element,
    *,
    seen: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Change a thing, for somebody who saw the text with the fingerprint ``seen``."""
    framework = _held(session, version)
    stored = framework.elements.get(element.key)
    if stored is None or editing.room_of(stored) != editing.room_of(element):
        raise Conflict(GONE)
    if fingerprint(stored) != seen:
        raise Conflict(_CHANGED)
    _replace(session, version, editing.put(framework, element), element.key, actor_id, now)


def remove_element(
    session: Session,
    version: FrameworkVersion,
    key: str,
    *,
    knows: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Remove a thing and what falls away with it, for somebody who saw what that is."""
    framework = _held(session, version)
    editing.find(framework, key)
    _replace(session, version, editing.without(framework, key), key, actor_id, now, knows=knows)


def move_element(
    session: Session,
    version: FrameworkVersion,
    key: str,
    *,
    down: bool,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let a thing change places with its neighbour."""
    framework = _held(session, version)
    _replace(session, version, editing.moved(framework, key, down=down), key, actor_id, now)


def write_heading(
    session: Session,
    version: FrameworkVersion,
    heading: Heading,
    *,
    seen: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say otherwise what the framework is called, whose it is and on what it hangs."""
    framework = _held(session, version)
    if heading_fingerprint(framework) != seen:
        raise Conflict(_CHANGED)
    written = editing.with_heading(framework, heading)
    _replace(session, version, written, "title", actor_id, now)


def add_language(
    session: Session,
    version: FrameworkVersion,
    language: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let the framework be written in one more language."""
    framework = _held(session, version)
    written = editing.with_language(framework, language)
    _replace(session, version, written, "languages", actor_id, now)


def remove_language(
    session: Session,
    version: FrameworkVersion,
    language: str,
    *,
    knows: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Leave out a language with all its texts, for somebody who saw how many those are."""
    framework = _held(session, version)
    written = editing.without_language(framework, language)
    _replace(session, version, written, "languages", actor_id, now, knows=knows)


def _held(session: Session, version: FrameworkVersion) -> Framework:
    drafting.hold_draft(session, version)
    return framework_of(version)


def _replace(
    session: Session,
    version: FrameworkVersion,
    framework: Framework,
    part: str,
    actor_id: int | None,
    now: datetime,
    *,
    knows: int | None = None,
) -> None:
    drafting.replace_content(
        session,
        version,
        framework,
        knows=version.revision if knows is None else knows,
        part=part,
        actor_id=actor_id,
        now=now,
    )
