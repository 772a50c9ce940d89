"""What all pages share: the two blueprints, the clock, who acts, and the dossier."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, request

from waardewerk import access, db, i18n
from waardewerk.i18n import day_of
from waardewerk_procurement import money
from waardewerk_procurement.anchor_words import place_title
from waardewerk_procurement.kind_words import wording_of
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries import dossiers

#: For officers, assessors and those who look along.
pages = Blueprint("procurement", __name__, url_prefix="/procurement")
#: For suppliers and recipients, who have a link and no account.
supplying = Blueprint(
    "procurement_supplier", __name__, url_prefix="/leverancier", static_folder="../static"
)


@pages.before_request
def _speak_of_the_dossier() -> None:
    """Say everything in the words of the dossier in the address.

    Here, and not where a page finds its dossier: no page, form or refusal can forget it.
    """
    number = (request.view_args or {}).get("dossier_id")
    found = None if number is None else db.session().get(Dossier, number)
    if found is not None:
        speak_of(found)


def speak_of(dossier: Dossier) -> None:
    """Say everything from here on in the words of this dossier: those of a tender or a scheme."""
    i18n.word_as(wording_of(is_subsidy=dossier.is_subsidy))


@pages.context_processor
def _words() -> dict[str, object]:
    """Give pages the words of a scale."""
    return {"place_title": place_title}


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
