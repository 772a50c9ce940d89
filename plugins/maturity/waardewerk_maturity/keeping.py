"""How long owners of actions and wanted levels are known by name, and how they are erased.

The words of an agreement stay: they are the organisation's own. The name of who would see to it
goes; an action without an owner says that it has none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from waardewerk.contract import RetentionRule
from waardewerk.i18n import lazy
from waardewerk.people.operations import accounts
from waardewerk_maturity.models import Action, Ambition

KEEP = timedelta(days=5 * 365)
#: Stands where a name was.
NOBODY = "–"


def expire(session: Session, keep: timedelta) -> int:
    """Forget who owned what was closed or agreed longer ago than ``keep``."""
    before = datetime.now(UTC) - keep
    actions = session.scalars(
        select(Action).where(
            Action.changed_at < before, Action.state != "open", Action.owner != NOBODY
        )
    )
    ambitions = session.scalars(
        select(Ambition).where(Ambition.recorded_at < before, Ambition.owner != NOBODY)
    )
    return _forget([*actions, *ambitions])


def export(session: Session, email: str) -> list[dict[str, Any]]:
    """Return the actions and wanted levels that one person sees to."""
    rows = _owned(session, _number_of(session, email), email)
    return [
        {
            "what": row.title if isinstance(row, Action) else f"{row.theme}: {row.level}",
            "owner": row.owner,
            "due": (row.due_on if isinstance(row, Action) else row.by_date).isoformat(),
        }
        for row in rows
    ]


def erase(session: Session, email: str) -> int:
    """Forget what one person sees to."""
    return _forget(_owned(session, _number_of(session, email), email))


def forget_person(session: Session, person_id: int, email: str) -> int:
    """Forget what a person saw to whose account was erased."""
    return _forget(_owned(session, person_id, email))


def _number_of(session: Session, email: str) -> int | None:
    person = accounts.find_person(session, email)
    return person.id if person is not None else None


def _owned(session: Session, person_id: int | None, email: str) -> list[Action | Ambition]:
    owned: list[Action | Ambition] = []
    for table in (Action, Ambition):
        # An address that was typed as the owner counts too; a bare name may be of somebody else.
        by_address = table.owner == email
        by_account = table.owner_id == person_id
        is_own = by_address if person_id is None else or_(by_account, by_address)
        owned += session.scalars(select(table).where(is_own, table.owner.not_in(("", NOBODY))))
    return owned


def _forget(rows: list[Action | Ambition]) -> int:
    for row in rows:
        row.owner, row.owner_id = NOBODY, None
    return len(rows)


OWNERS = RetentionRule(
    name="owners",
    title=lazy("Names of people who see to an action or a wanted level of a maturity scan"),
    keep=KEEP,
    expire=expire,
    export=export,
    erase=erase,
)
