"""What all pages of the scan share: the blueprint, the clock, who acts, and who writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, current_app, url_for
from sqlalchemy.orm import Session

from waardewerk import access, settings
from waardewerk.config import Config
from waardewerk.contract import Viewer
from waardewerk.i18n import day_of
from waardewerk.questionnaires import queries as inquiries
from waardewerk.values import queries as values
from waardewerk.values import sources
from waardewerk_maturity.letters import Sender
from waardewerk_maturity.models import Scan
from waardewerk_maturity.operations.opening import LENS

pages = Blueprint("maturity", __name__)


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is here."""
    return day_of(now())


def actor_id() -> int | None:
    """Return who does this."""
    return access.viewer().person_id


@dataclass(frozen=True)
class VersionsSeen:
    """With which version of the value framework a scan looks, and which one holds now."""

    number: int | None
    newest: int | None

    @property
    def is_older(self) -> bool:
        """Tell whether the framework changed since."""
        return self.number is not None and self.newest is not None and self.newest > self.number


def versions_seen(session: Session, scan: Scan) -> VersionsSeen:
    """Return the versions of the framework that matter on a page of this scan."""
    holds = values.version_in_force(session, today())
    return VersionsSeen(scan.values_version, holds.number if holds else None)


@sources.found_by(pages, LENS)
def scan_source(session: Session, scan_id: int, viewer: Viewer) -> sources.Source | None:
    """Let a signal name the scan that it comes from."""
    found = session.get(Scan, scan_id)
    if found is None:
        return None
    takes_part = bool(inquiries.own_respondents(session, found.inquiry, viewer))
    if not takes_part and not viewer.may("maturity.read"):
        return None
    return sources.Source(found.inquiry.title, url_for("maturity.scan", scan_id=scan_id))


def sender() -> Sender:
    """Return who invites people: the province, in its first language."""
    config: Config = current_app.extensions["waardewerk.config"]
    return Sender(
        organisation=settings.identity().name,
        base_url=config.base_url,
        secret=str(current_app.secret_key),
        language=config.languages[0],
    )
