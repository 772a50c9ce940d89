"""What all pages of the scan share: the blueprint, the clock, who acts, and who writes."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, current_app

from waardewerk import access, settings
from waardewerk.config import Config
from waardewerk.i18n import ZONE
from waardewerk_maturity.letters import Sender

pages = Blueprint("maturity", __name__)


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is here."""
    return now().astimezone(ZONE).date()


def actor_id() -> int | None:
    """Return who does this."""
    return access.viewer().person_id


def sender() -> Sender:
    """Return who invites people: the province, in its first language."""
    config: Config = current_app.extensions["waardewerk.config"]
    return Sender(
        organisation=settings.identity().name,
        base_url=config.base_url,
        secret=str(current_app.secret_key),
        language=config.languages[0],
    )
