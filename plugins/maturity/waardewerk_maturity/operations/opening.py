"""Open a scan: an inquiry over a published version, tied to the scan before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.i18n import day_of
from waardewerk.questionnaires.operations import inquiring, publishing
from waardewerk.refusal import NotFound, Refusal
from waardewerk.values import queries as values
from waardewerk.values.operations import looking
from waardewerk_maturity.models import SCOPES, Scan

if TYPE_CHECKING:
    from waardewerk.values.models import ProjectLens

KIND = "maturity"
#: What the lens of a scan, and a signal from one, is called.
LENS = "maturity.scan"


@dataclass(frozen=True, kw_only=True)
class ScanOpening:
    """What is chosen when a scan opens."""

    title: str
    version_id: int
    opens_on: date
    closes_on: date
    chair_id: int | None
    scope: str = "organisation"
    department: str = ""
    privacy: str = "grouped"
    smallest_group: int = 5
    previous_scan_id: int | None = None
    #: From the form, so that sending it twice opens one scan.
    request_key: str | None = None


def open_scan(
    session: Session,
    opening: ScanOpening,
    *,
    organisation: str,
    actor_id: int | None,
    now: datetime,
) -> Scan:
    """Open a scan of the organisation or of one department."""
    version = publishing.get_version(session, opening.version_id)
    if version.questionnaire.kind != KIND:
        raise NotFound("This version does not exist.")
    _check(session, opening)
    department = opening.department.strip() if opening.scope == "department" else ""
    inquiry = inquiring.open_inquiry(
        session,
        version,
        inquiring.Opening(
            kind=KIND,
            title=opening.title,
            subjects=[department or organisation],
            privacy=opening.privacy,
            smallest_group=opening.smallest_group,
            opens_on=opening.opens_on,
            closes_on=opening.closes_on,
            chair_id=opening.chair_id,
            request_key=opening.request_key,
        ),
        actor_id=actor_id,
        now=now,
    )
    earlier = session.scalar(select(Scan).where(Scan.inquiry_id == inquiry.id))
    if earlier is not None:
        return earlier
    holds = values.version_in_force(session, day_of(now))
    scan = Scan(
        inquiry=inquiry,
        values_version=holds.number if holds else None,
        scope=opening.scope,
        department=department,
        previous_scan_id=opening.previous_scan_id,
        opened_by=actor_id,
        opened_at=now,
    )
    session.add(scan)
    session.flush()
    audit.record(
        session,
        "scan.opened",
        f"scan:{scan.id}",
        actor_id=actor_id,
        now=now,
        details={"inquiry": inquiry.id, "previous": opening.previous_scan_id},
    )
    return scan


def open_lens(
    session: Session, scan: Scan, url: str, *, actor_id: int | None, now: datetime
) -> ProjectLens:
    """Open the lens of a scan, with the version of the framework with which the scan looks."""
    return looking.open_lens(
        session,
        kind=LENS,
        subject_id=scan.id,
        title=scan.inquiry.title,
        url=url,
        version_number=scan.values_version,
        actor_id=actor_id,
        now=now,
    )


def _check(session: Session, opening: ScanOpening) -> None:
    if opening.scope not in SCOPES:
        raise Refusal("Choose what the scan is about.")
    if opening.scope == "department" and not opening.department.strip():
        raise Refusal("Say which department.")
    if opening.previous_scan_id is None:
        return
    previous = session.get(Scan, opening.previous_scan_id)
    if previous is None or previous.inquiry.phase != "agreed":
        raise Refusal("Choose an earlier scan that is agreed.")
