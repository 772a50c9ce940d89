"""Bring definitions in: the scan that comes with the plugin, or a file of one's own."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import load_definition, write_definition
from waardewerk.questionnaires.operations import publishing
from waardewerk_maturity.operations.opening import KIND

if TYPE_CHECKING:
    from waardewerk.questionnaires.models import Version

SHIPPED = Path(__file__).parent.parent / "scan.yaml"


def load_scan_definition(
    session: Session, text: str | bytes, *, actor_id: int | None, now: datetime
) -> Version:
    """Store a definition as the draft of the next version; it is published apart."""
    return publishing.bring_in(session, text, kind=KIND, actor_id=actor_id, now=now)


def publish_shipped_scan(session: Session, *, actor_id: int | None, now: datetime) -> Version:
    """Publish the scan that comes with the plugin; return it when that was done before."""
    known = shipped_version(session)
    if known is not None:
        return known
    draft = load_scan_definition(session, SHIPPED.read_bytes(), actor_id=actor_id, now=now)
    publishing.publish(session, draft, actor_id=actor_id, now=now)
    return draft


def shipped_version(session: Session) -> Version | None:
    """Return the published version that is the shipped scan, once somebody published it."""
    digest = _shipped_digest()
    for version in publishing.versions_of(session, KIND):
        if version.sha256 == digest and version.published_at is not None:
            return version
    return None


@cache
def _shipped_digest() -> str:
    definition = load_definition(SHIPPED.read_bytes(), registry.question_types())
    return hashlib.sha256(write_definition(definition).encode()).hexdigest()
