"""The verbs of an administrator: switch, fill in, grant, erase, try again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from waardewerk import audit, events, gate, installation, jobs, retention, settings
from waardewerk.contract import ROLES, Permission, RetentionRule
from waardewerk.home import logo as logos
from waardewerk.installation import Grant
from waardewerk.people.models import Person
from waardewerk.people.operations import leaving
from waardewerk.refusal import NotFound, Refusal, marked
from waardewerk.theming import ContrastProblem, Theme, contrast_problems

#: Without these nobody could give anything back.
ALWAYS_ADMINISTRATORS = frozenset({"admin.roles", "admin.people"})


TOO_CLOSE = marked("Some of these colours are too close for everybody to read.")


class LowContrast(Refusal):
    """Colours that not everybody can tell apart."""

    code = "low-contrast"

    def __init__(self, problems: Iterable[ContrastProblem]) -> None:
        super().__init__(TOO_CLOSE)
        self.problems = tuple(problems)


def switch_plugin(
    session: Session, name: str, *, on: bool, known: frozenset[str], actor_id: int, now: datetime
) -> None:
    """Switch a plugin on or off and tell the others."""
    gate.switch(session, name, on=on, known=known, actor_id=actor_id, now=now)
    gate.send(events.PluginSwitched(session=session, name=name, enabled=on))


def store_theme(session: Session, theme: Theme, *, actor_id: int, now: datetime) -> None:
    """Make a theme this province's, when everybody can read it."""
    problems = contrast_problems(theme)
    if problems:
        raise LowContrast(problems)
    settings.store(session, "core", {"theme": asdict(theme)}, actor_id=actor_id, now=now)


def store_logo(
    session: Session, folder: Path, content: bytes, *, actor_id: int, now: datetime
) -> None:
    """Make a picture this province's logo."""
    name = logos.keep(folder, content)
    # The one before stays until the next change: this transaction may still fail.
    before = (settings.identity().logo_url or "").rpartition("/")[2]
    logos.forget_others(folder, {name, before})
    choices = {"logo_url": f"/logo/{name}"}
    settings.store(session, "core", choices, actor_id=actor_id, now=now)


def remove_logo(session: Session, *, actor_id: int, now: datetime) -> None:
    """Go on without a logo."""
    settings.store(session, "core", {"logo_url": None}, actor_id=actor_id, now=now)


def grant(
    session: Session,
    role: str,
    permissions: set[str],
    *,
    declared: Iterable[Permission],
    actor_id: int,
    now: datetime,
) -> None:
    """Make ``permissions`` what a role may do; only what differs from the default is stored."""
    offered = {permission.key: permission for permission in declared}
    if role not in ROLES:
        raise NotFound("There is no such role.")
    if permissions - offered.keys():
        raise Refusal("Choose from the permissions that exist.")
    if role == "administrator" and ALWAYS_ADMINISTRATORS - permissions:
        raise Refusal(
            "Administrators keep looking after people and roles; else nobody could undo this."
        )
    before = _granted_to(session, role, offered)
    session.execute(delete(Grant).where(Grant.role == role, Grant.permission.in_(offered)))
    session.add_all(
        Grant(role=role, permission=key, granted=key in permissions)
        for key, permission in offered.items()
        if (key in permissions) != (role in permission.default_roles)
    )
    installation.changed(session)
    details = {"given": sorted(permissions - before), "taken": sorted(before - permissions)}
    audit.record(
        session, "role.permissions", f"role:{role}", actor_id=actor_id, now=now, details=details
    )


def _granted_to(session: Session, role: str, offered: Mapping[str, Permission]) -> set[str]:
    chosen = installation.read_snapshot(session).grants
    return {
        key
        for key, permission in offered.items()
        if chosen.get((role, key), role in permission.default_roles)
    }


def erase_person(
    session: Session,
    person: Person,
    rules: Iterable[tuple[str, RetentionRule]],
    *,
    actor_id: int,
    now: datetime,
) -> int:
    """Erase all that is kept about somebody, the account included; return how many records."""
    email = person.email
    if email is None:
        raise NotFound("This person does not exist.")
    leaving.erase_person(session, person, actor_id=actor_id, now=now)
    return 1 + retention.erase(session, rules, email)


def try_again(session: Session, job_id: int, *, actor_id: int, now: datetime) -> None:
    """Let a job that failed run now, with all its tries."""
    job = session.get(jobs.QueuedJob, job_id)
    if job is None:
        raise NotFound("This job is done or gone already.")
    job.run_at, job.tries, job.gave_up = now, 0, False
    audit.record(session, "job.retried", f"job:{job_id}", actor_id=actor_id, now=now)


def drop_job(session: Session, job_id: int, *, actor_id: int, now: datetime) -> None:
    """Throw away a job that will never succeed, with what it holds."""
    job = session.get(jobs.QueuedJob, job_id)
    if job is None:
        raise NotFound("This job is done or gone already.")
    session.delete(job)
    audit.record(session, "job.dropped", f"job:{job_id}", actor_id=actor_id, now=now)
