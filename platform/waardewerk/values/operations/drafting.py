"""Write the next version: start it, change it as a whole, drop it.

Every change goes through ``replace_content``, which reads back what it writes down.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.values import queries, registry
from waardewerk.values.editing import with_id
from waardewerk.values.framework import Framework, load_framework, write_framework
from waardewerk.values.models import OWN, FrameworkVersion, ValueFramework
from waardewerk.values.registry import framework_of
from waardewerk.wording import tidy_words

LONGEST_WHY = 2000


def start_version(
    session: Session, framework: Framework, *, why: str, actor_id: int | None, now: datetime
) -> FrameworkVersion:
    """Start the next version with this content; there is one in the making at a time."""
    _hold_the_framework(session, now)
    making = queries.version_in_the_making(session)
    if making is not None:
        raise Conflict("Version %(number)s is being written already.", number=making.number)
    before = next(iter(queries.versions(session)), None)
    if before is not None:
        # Through all versions it stays the framework of the same organisation.
        framework = with_id(framework, framework_of(before).id)
    version = FrameworkVersion(
        framework_id=OWN,
        number=before.number + 1 if before else 1,
        why=_reason(why, is_needed=before is not None),
        created_at=now,
        created_by=actor_id,
    )
    _write_down(version, framework, now)
    session.add(version)
    session.flush()
    _record(session, "values.started", version, actor_id=actor_id, now=now)
    return version


def replace_content(
    session: Session,
    version: FrameworkVersion,
    framework: Framework,
    *,
    knows: int,
    part: str = "",
    actor_id: int | None,
    now: datetime,
) -> None:
    """Make this the content of a draft, for somebody who knows its revision ``knows``.

    ``part`` is the key of what changes, for the audit trail.
    """
    hold_draft(session, version)
    if version.revision != knows:
        raise Conflict("Somebody else changed the draft meanwhile. Look at it first.")
    _write_down(version, framework, now)
    version.revision += 1
    session.flush()
    _record(session, "values.changed", version, part=part, actor_id=actor_id, now=now)


def hold_draft(session: Session, version: FrameworkVersion) -> None:
    """See that a version can still be changed, and keep others from changing it meanwhile."""
    db.hold(session, version)
    if version.state != "draft":
        raise NotNow("This version can no longer be changed.")


def change_why(
    session: Session, version: FrameworkVersion, why: str, *, actor_id: int | None, now: datetime
) -> None:
    """Say otherwise why there is a new version, as long as it is a draft."""
    hold_draft(session, version)
    reason = _reason(why, is_needed=version.number > 1)
    if reason == version.why:
        return
    version.why, version.changed_at = reason, now
    session.flush()
    _record(session, "values.changed", version, part="why", actor_id=actor_id, now=now)


def _reason(why: str, *, is_needed: bool) -> str:
    words = tidy_words(why, LONGEST_WHY)
    if is_needed and not words:
        raise Refusal("Say why there is a new version.")
    return words


def drop_draft(
    session: Session, version: FrameworkVersion, *, actor_id: int | None, now: datetime
) -> None:
    """Throw a draft away; what was adopted stays in force."""
    db.hold(session, version)
    if version.is_fixed:
        raise NotNow("This version can no longer be changed.")
    _record(session, "values.dropped", version, actor_id=actor_id, now=now)
    session.delete(version)
    session.flush()


def _hold_the_framework(session: Session, now: datetime) -> None:
    """Find or make the framework, and keep others from starting a version meanwhile."""
    held = select(ValueFramework).where(ValueFramework.id == OWN).with_for_update()
    if session.scalar(held) is None:
        try:
            with session.begin_nested():
                session.add(ValueFramework(id=OWN, created_at=now))
        except IntegrityError:
            # Somebody else started the first version at the same moment.
            pass
        session.scalar(held)


def _write_down(version: FrameworkVersion, framework: Framework, now: datetime) -> None:
    # What cannot be read back is never stored; what is stored has the one form that it can have.
    read = load_framework(write_framework(framework))
    # Written again also when both are equal: texts in another order of languages are.
    content = write_framework(read)
    version.content = content
    version.sha256 = hashlib.sha256(content.encode()).hexdigest()
    registry.hold(version.sha256, read)
    version.changed_at = now


def _record(
    session: Session,
    action: str,
    version: FrameworkVersion,
    *,
    part: str = "",
    actor_id: int | None,
    now: datetime,
) -> None:
    details = {"sha256": version.sha256, **({"part": part} if part else {})}
    audit.record(
        session, action, f"values:{version.number}", actor_id=actor_id, now=now, details=details
    )
