"""What all pages share: the two blueprints, the clock, who acts, and the dossier."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint

from waardewerk import access, db
from waardewerk.i18n import day_of
from waardewerk_procurement import money
from waardewerk_procurement.anchor_words import place_title
from waardewerk_procurement.kind_words import for_kind
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries import dossiers

#: For officers, assessors and those who look along.
pages = Blueprint("procurement", __name__, url_prefix="/procurement")
#: For suppliers and recipients, who have a link and no account.
supplying = Blueprint(
    "procurement_supplier", __name__, url_prefix="/leverancier", static_folder="../static"
)


@pages.context_processor
def _words() -> dict[str, object]:
    """Give templates the words of a kind of dossier, to set ``_`` to, and those of a scale."""
    return {"for_kind": for_kind, "place_title": place_title}


@pages.context_processor
def _money() -> dict[str, object]:
    """Give pages how an amount is said."""
    return {"say_cents": money.say_cents, "say_euros": money.say_euros}


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is here."""
    return day_of(now())


def actor_id() -> int | None:
    """Return who does this."""
    return access.viewer().person_id


def read_dossier(dossier_id: int) -> Dossier:
    """Return a dossier to look at, or answer that there is none."""
    return dossiers.get_dossier(db.session(), dossier_id)


def own_dossier(dossier_id: int) -> Dossier:
    """Return a dossier that this viewer may change, or answer that it is not theirs."""
    return dossiers.dossier_to_work_on(db.session(), dossier_id, access.viewer())
