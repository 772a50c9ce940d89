"""What all pages share: the three blueprints, the clock, who acts, and the keys of rounds."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, current_app

from waardewerk import access, db
from waardewerk.config import Config
from waardewerk.i18n import day_of
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import Round
from waardewerk_participation.queries.rounds import get_own_round

#: For those who hold rounds.
staff = Blueprint("participation", __name__, url_prefix="/participation", static_folder="../static")
#: For those who take part. The cookie of a round goes no further than its own address.
taking_part = Blueprint("participation_round", __name__, url_prefix="/r")
#: For those who left an address: another path, so that the cookie of a round is not even sent.
following = Blueprint("participation_follow", __name__, url_prefix="/volg")


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is here."""
    return day_of(now())


def actor_id() -> int | None:
    """Return who does this."""
    return access.viewer().person_id


def config() -> Config:
    """Return the settings of this installation."""
    found: Config = current_app.extensions["waardewerk.config"]
    return found


def keys() -> Keys:
    """Return the folder with the keys of rounds."""
    return Keys(config().key_folder)


def own_round(slug: str) -> Round:
    """Return one of the province's own rounds, or answer that there is none."""
    return get_own_round(db.session(), slug)
