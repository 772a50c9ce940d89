"""Bring a definition in, see what it would change, and publish it for good."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit, events, gate
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.changes import Change, compare
from waardewerk.questionnaires.definition import Definition, load_definition, write_definition
from waardewerk.questionnaires.models import Inquiry, Questionnaire, Version
from waardewerk.refusal import NotFound, NotNow, Refusal

#: These stand in the address where a section's id stands.
NAMES_OF_PAGES = frozenset({"hand-in", "listen", "consent", "save"})


@dataclass(frozen=True)
class Preview:
    """What publishing a draft would do."""

    changes: tuple[Change, ...]
    #: Inquiries that run on an older version; they finish on theirs.
    running: int


def bring_in(
    session: Session, text: str | bytes, *, kind: str, actor_id: int | None, now: datetime
) -> Version:
    """Store a definition as the draft of its questionnaire's next version.

    An older draft is replaced; a published version never is. Raises `DefinitionError` with every
    problem when the text cannot be used.
    """
    definition = load_definition(text, registry.question_types())
    if definition.kind != kind:
        raise Refusal("This is a questionnaire of another kind (%(kind)s).", kind=definition.kind)
    _refuse_names_of_pages(definition)
    content = write_definition(definition)
    digest = hashlib.sha256(content.encode()).hexdigest()
    questionnaire = _questionnaire(session, definition.id, kind, now)
    versions = _versions(session, questionnaire)
    if any(v.sha256 == digest and v.published_at for v in versions):
        raise NotNow("This version was published before.")
    draft = next((v for v in versions if v.published_at is None), None)
    if draft is None:
        draft = Version(questionnaire=questionnaire, number=_next_number(versions))
        session.add(draft)
    draft.content, draft.sha256 = content, digest
    session.flush()
    audit.record(
        session,
        "version.drafted",
        f"version:{draft.id}",
        actor_id=actor_id,
        now=now,
        details={"questionnaire": definition.id, "sha256": digest},
    )
    return draft


def _refuse_names_of_pages(definition: Definition) -> None:
    for section in definition.sections:
        if section.id in NAMES_OF_PAGES:
            raise Refusal("A section cannot have the id “%(id)s”. Choose another.", id=section.id)


def _questionnaire(session: Session, urn: str, kind: str, now: datetime) -> Questionnaire:
    """Find or make the questionnaire, and keep others from changing its versions meanwhile."""
    found = _held(session, urn)
    if found is None:
        try:
            with session.begin_nested():
                session.add(Questionnaire(urn=urn, kind=kind, created_at=now))
        except IntegrityError:
            # Somebody else brought in its first version at the same moment.
            pass
        found = _held(session, urn)
        assert found is not None
    if found.kind != kind:
        raise Refusal("This is a questionnaire of another kind (%(kind)s).", kind=found.kind)
    return found


def _held(session: Session, urn: str) -> Questionnaire | None:
    query = select(Questionnaire).where(Questionnaire.urn == urn).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _next_number(versions: Iterable[Version]) -> int:
    return max((version.number for version in versions), default=0) + 1


def _versions(session: Session, questionnaire: Questionnaire) -> list[Version]:
    query = select(Version).where(Version.questionnaire_id == questionnaire.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def get_version(session: Session, version_id: int) -> Version:
    """Find a version by number."""
    version = session.get(Version, version_id)
    if version is None:
        raise NotFound("This version does not exist.")
    return version


def newest_published(session: Session, kind: str) -> Version | None:
    """Return the version of this kind that was published last."""
    query = (
        select(Version)
        .join(Questionnaire)
        .where(Questionnaire.kind == kind, Version.published_at.is_not(None))
        .order_by(Version.published_at.desc(), Version.id.desc())
    )
    return session.scalar(query.limit(1))


def versions_of(session: Session, kind: str) -> list[Version]:
    """Return all versions of this kind, the newest first."""
    query = select(Version).join(Questionnaire).where(Questionnaire.kind == kind)
    return list(session.scalars(query.order_by(Version.questionnaire_id, Version.number.desc())))


def preview(session: Session, draft: Version) -> Preview:
    """Compare a draft with the version before it."""
    before = session.scalar(
        select(Version)
        .where(
            Version.questionnaire_id == draft.questionnaire_id,
            Version.published_at.is_not(None),
            Version.number < draft.number,
        )
        .order_by(Version.number.desc())
        .limit(1)
    )
    if before is None:
        return Preview((), 0)
    running = (
        select(func.count(Inquiry.id))
        .join(Version)
        .where(
            Version.questionnaire_id == draft.questionnaire_id,
            Version.number < draft.number,
            Inquiry.phase != "agreed",
        )
    )
    changes = compare(registry.definition_of(before), registry.definition_of(draft))
    return Preview(changes, session.scalar(running) or 0)


def publish(session: Session, draft: Version, *, actor_id: int | None, now: datetime) -> None:
    """Publish a version: from here it cannot change, and inquiries can use it."""
    # Whoever replaces this draft at the same moment waits, and then finds it published.
    session.execute(
        select(Questionnaire.id).where(Questionnaire.id == draft.questionnaire_id).with_for_update()
    )
    session.refresh(draft)
    if draft.published_at is not None:
        raise NotNow("This version was published before.")
    draft.published_at, draft.published_by = now, actor_id
    session.flush()
    audit.record(
        session,
        "version.published",
        f"version:{draft.id}",
        actor_id=actor_id,
        now=now,
        details={"sha256": draft.sha256},
    )
    gate.send(
        events.VersionPublished(
            session=session, questionnaire_id=draft.questionnaire_id, version_id=draft.id
        )
    )
