"""From draft to what the province stands for: propose, take back, adopt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, Refusal
from waardewerk.values import queries
from waardewerk.values.models import BODIES, FrameworkVersion
from waardewerk.values.registry import framework_of
from waardewerk.wording import tidy_words

LONGEST_REFERENCE = 200


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """What was decided about a proposed version: by whom, when, and where to read it back."""

    body: str
    decided_on: date
    reference: str
    valid_from: date


def propose(
    session: Session, version: FrameworkVersion, *, actor_id: int | None, now: datetime
) -> None:
    """Lay a draft before those who decide; from here its text stands still."""
    _move(session, version, "draft", "proposed")
    if not framework_of(version).values:
        raise Refusal("A framework needs at least one value.")
    _record(session, "values.proposed", version, actor_id=actor_id, now=now)


def take_back(
    session: Session, version: FrameworkVersion, *, actor_id: int | None, now: datetime
) -> None:
    """Make a proposed version a draft again."""
    _move(session, version, "proposed", "draft")
    _record(session, "values.taken_back", version, actor_id=actor_id, now=now)


def adopt(
    session: Session,
    version: FrameworkVersion,
    adoption: Adoption,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write down that a version was adopted; the one before it ends the day before it begins."""
    _check(adoption, day_of(now))
    before = _newest_adopted(session)
    if before is not None and before.valid_from and adoption.valid_from < before.valid_from:
        raise Refusal(
            "This version cannot begin before version %(number)s did.", number=before.number
        )
    _move(session, version, "proposed", "adopted")
    version.adopted_by, version.adopted_on = adoption.body, adoption.decided_on
    version.decision_reference = tidy_words(adoption.reference, LONGEST_REFERENCE)
    version.valid_from = adoption.valid_from
    if before is not None:
        before.state = "superseded"
        before.valid_until = adoption.valid_from - timedelta(days=1)
    session.flush()
    _record(session, "values.adopted", version, actor_id=actor_id, now=now)


def _check(adoption: Adoption, today: date) -> None:
    if adoption.body not in BODIES:
        raise Refusal("Choose who adopted it.")
    if not adoption.reference.strip():
        raise Refusal("Say where the decision can be read back.")
    if adoption.decided_on > today:
        raise Refusal("A decision of the future cannot be written down yet.")


def _newest_adopted(session: Session) -> FrameworkVersion | None:
    return next((v for v in queries.versions(session) if v.state == "adopted"), None)


def _move(session: Session, version: FrameworkVersion, before: str, after: str) -> None:
    # Two who decide at once: the second waits here and then finds it decided.
    db.hold(session, version)
    if version.state != before:
        raise Conflict("Somebody else moved this version on meanwhile. Look at it first.")
    version.state = after


def _record(
    session: Session, action: str, version: FrameworkVersion, *, actor_id: int | None, now: datetime
) -> None:
    audit.record(
        session,
        action,
        f"values:{version.number}",
        actor_id=actor_id,
        now=now,
        details={"sha256": version.sha256},
    )
