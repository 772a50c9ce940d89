"""What all pages of the values share: the blueprint, the clock, who acts, and the tabs."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, request
from werkzeug.local import LocalProxy

from waardewerk import access, installation
from waardewerk.contract import ROLES
from waardewerk.i18n import day_of
from waardewerk.people.words import role_titles
from waardewerk.values.editing import room_of
from waardewerk.values.sections import sections_for
from waardewerk.values.showing import plainly, say
from waardewerk.values.words import BODY_TITLES, ONE_TITLES, STATE_TITLES, language_name, said

pages = Blueprint("values", __name__, url_prefix="/values")


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is here."""
    return day_of(now())


def actor_id() -> int | None:
    """Return who does this; nobody for who came by a personal link."""
    return access.viewer().person_id


def roles_that_may(permission: str) -> str:
    """Name the roles that may do something, for who may not."""
    grants = installation.snapshot().grants
    held = {
        role
        for role in ROLES
        if permission in access.permissions_of([role], access.permissions(), grants)
    }
    return ", ".join(role_titles(frozenset(held))) or "–"


@pages.context_processor
def _tabs() -> dict[str, object]:
    """Give every page of the values its tabs, its words, and how a text is said in a language.

    A page deeper in a part sets ``current_section`` itself.
    """
    return {
        "value_sections": LocalProxy(lambda: sections_for(access.viewer())),
        "current_section": request.endpoint,
        "say": say,
        "plainly": plainly,
        "said": said,
        "body_titles": BODY_TITLES,
        "state_titles": STATE_TITLES,
        "roles_that_may": roles_that_may,
        "kind_of": lambda element: ONE_TITLES[room_of(element)],
    }


@pages.app_template_filter("language_name")
def _language_name(code: str) -> str:
    return language_name(code)
