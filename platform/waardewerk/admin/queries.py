"""What the pages of the administration show, as small rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.admin.codes import Codes
from waardewerk.admin.words import PARTS, Titles, details_in_words, in_words, subject_title
from waardewerk.audit import AuditEntry
from waardewerk.contract import Permission, RetentionRule, TrailWords
from waardewerk.people.models import Person
from waardewerk.plugins import Plugins

ENTRIES_PER_PAGE = 50
NO_NUMBER_IS_LARGER = 2**31 - 1


@dataclass(frozen=True)
class TrailEntry:
    """One line of the audit trail, with the name of who did it where that is still known."""

    id: int
    at: datetime
    who: str | None
    action: str
    subject: str
    about: str
    details: str


@dataclass(frozen=True)
class TrailPage:
    """Some entries, newest first; ``older`` is where the next page starts."""

    entries: tuple[TrailEntry, ...]
    older: int | None


def trail(
    session: Session,
    found: Plugins,
    titles: Titles,
    *,
    subject: str = "",
    before: int | None = None,
) -> TrailPage:
    """Read one page of the audit trail."""
    query = select(AuditEntry, Person.name).outerjoin(Person, Person.id == AuditEntry.actor_id)
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if before is not None:
        query = query.where(AuditEntry.id < min(before, NO_NUMBER_IS_LARGER))
    newest = query.order_by(AuditEntry.id.desc()).limit(ENTRIES_PER_PAGE + 1)
    words = in_words(found)
    rows = [
        _entry(entry, name, words, titles, titles.of_details(entry.action, found))
        for entry, name in session.execute(newest)
    ]
    shown = tuple(rows[:ENTRIES_PER_PAGE])
    return TrailPage(shown, shown[-1].id if len(rows) > len(shown) else None)


def _entry(
    entry: AuditEntry,
    name: str | None,
    words: TrailWords,
    titles: Titles,
    details: tuple[Mapping[str, str], Codes],
) -> TrailEntry:
    is_erased = name is None and entry.actor_id is not None
    return TrailEntry(
        id=entry.id,
        at=entry.at,
        who=subject_title(f"person:{entry.actor_id}", words, titles) if is_erased else name,
        action=str(words.actions.get(entry.action, entry.action)),
        subject=entry.subject,
        about=subject_title(entry.subject, words, titles),
        details=details_in_words(entry.details, *details),
    )


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin as the administrator sees it."""

    name: str
    title: str
    version: str
    is_on: bool
    faults: tuple[str, ...]


def installed_plugins(found: Plugins, enabled: frozenset[str]) -> list[InstalledPlugin]:
    """List the plugins that are loaded, on or off, with what went wrong in each."""
    return [
        InstalledPlugin(
            name=plugin.name,
            title=plugin.title,
            version=plugin.version,
            is_on=plugin.name in enabled,
            faults=_faults_of(plugin.name, found),
        )
        for plugin in found
    ]


def _faults_of(name: str, found: Plugins) -> tuple[str, ...]:
    return tuple(f"{f.doing}: {f.message}" for f in found.faults if f.plugin == name)


def rights_by_part(offered: Iterable[Permission], found: Plugins) -> dict[str, list[str]]:
    """Group the keys of rights under the part of the site that they are about."""
    titles = {**PARTS, **{plugin.name: plugin.title for plugin in found}}
    parts: dict[str, list[str]] = {}
    for permission in offered:
        owner = permission.key.partition(".")[0]
        parts.setdefault(str(titles.get(owner, owner)), []).append(permission.key)
    return parts


@dataclass(frozen=True)
class Loss:
    """One kind of data that goes when somebody is erased."""

    title: str
    records: int


def losses(session: Session, rules: Iterable[tuple[str, RetentionRule]], email: str) -> list[Loss]:
    """Count what would be erased about somebody, without showing any of it."""
    counted = [Loss(str(rule.title), len(rule.export(session, email))) for _owner, rule in rules]
    return [loss for loss in counted if loss.records]
