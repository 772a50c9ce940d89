"""Keep frameworks of others beside one's own, to look wider with. They never change."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.refusal import Refusal
from waardewerk.values import queries
from waardewerk.values.framework import Framework, write_framework
from waardewerk.values.models import ReferenceList

#: Each is read when somebody looks wider; more than this is no longer looking.
MOST_LISTS = 50


def keep_list(
    session: Session, framework: Framework, *, actor_id: int | None, now: datetime
) -> ReferenceList:
    """Keep a framework of others; one that was brought in before is the one that is there."""
    content = write_framework(framework)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    known = queries.list_with(session, sha256)
    if known is not None:
        return known
    if queries.count_lists(session) >= MOST_LISTS:
        raise Refusal("There are %(most)s lists already. Remove one first.", most=MOST_LISTS)
    kept = ReferenceList(
        urn=framework.id, content=content, sha256=sha256, imported_at=now, imported_by=actor_id
    )
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError:
        # Somebody else brought the same file in at the same moment.
        return session.scalars(select(ReferenceList).where(ReferenceList.sha256 == sha256)).one()
    audit.record(
        session,
        "values.list_kept",
        f"values_list:{kept.id}",
        actor_id=actor_id,
        now=now,
        details={"sha256": sha256},
    )
    return kept


def remove_list(
    session: Session, kept: ReferenceList, *, actor_id: int | None, now: datetime
) -> None:
    """Remove a list of others; what was chosen from it keeps its name."""
    audit.record(
        session,
        "values.list_removed",
        f"values_list:{kept.id}",
        actor_id=actor_id,
        now=now,
        details={"sha256": kept.sha256},
    )
    session.delete(kept)
    session.flush()
