"""Procurement.

From value to requirement to promise kept, in tenders and subsidy schemes. This is the plugin's
table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import (
    INSIDE,
    Exporter,
    NavItem,
    Permission,
    RetentionRule,
    Tile,
    Value,
    ValueUsage,
    Viewer,
)
from waardewerk.events import DemoWanted, Event, PersonErased
from waardewerk.i18n import lazy
from waardewerk_procurement import trail_words

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from flask_wtf import FlaskForm

#: What it is called in the menu and in the administration.
TITLE = lazy("Procurement and subsidies")
#: What its entries in the audit trail are called.
TRAIL = trail_words.WORDS

CONTRACT_VERSION = 1


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The pages for officers and assessors, and the form for suppliers."""
    from waardewerk_procurement.views import pages, supplying

    return [pages, supplying]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with dossiers."""
    keepers = ("administrator", "adviseur", "aanjager", "beheerder")
    return [
        Permission(
            key="procurement.read",
            title=lazy("See dossiers and the library of criteria"),
            default_roles=INSIDE,
        ),
        Permission(
            key="procurement.prepare",
            title=lazy("Make dossiers and lead one’s own"),
            default_roles=(*keepers, "civil_servant"),
        ),
        Permission(
            key="procurement.manage",
            title=lazy("Work on the dossiers of others"),
            default_roles=("administrator", "beheerder"),
        ),
        Permission(
            key="procurement.approve",
            title=lazy("Be the second pair of eyes of a dossier"),
            default_roles=("administrator", "adviseur", "beheerder", "executive_member"),
        ),
        Permission(
            key="procurement.assess",
            title=lazy("Score bids when appointed"),
            default_roles=INSIDE,
        ),
        Permission(
            key="procurement.decide",
            title=lazy("Decide who is awarded a contract or a subsidy"),
            default_roles=("administrator", "beheerder", "executive_member"),
        ),
        Permission(
            key="procurement.open_notes",
            title=lazy("Open the sealed notes of assessors who disagreed"),
            default_roles=("adviseur",),
        ),
        Permission(
            key="procurement.follow",
            title=lazy("Follow what was promised"),
            default_roles=(*keepers, "civil_servant"),
        ),
        Permission(
            key="procurement.stock",
            title=lazy("Add criteria to the library of the province"),
            default_roles=keepers,
        ),
    ]


@hookimpl
def register_settings() -> type[FlaskForm]:
    """The prefix under which tenders are published as open contracting data."""
    from waardewerk_procurement.forms.settings import DossierSettingsForm

    return DossierSettingsForm


@hookimpl
def register_exporters() -> list[Exporter]:
    """What was fixed as documents, sheets and open data; letters to bidders, and the report."""
    from waardewerk_procurement import award_exporters, exporters

    return [*exporters.exporters(), *award_exporters.exporters()]


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Who did what is forgotten some years after a dossier was closed; interests sooner."""
    from waardewerk_procurement import keeping

    return list(keeping.RULES)


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Compute an award."""
    from waardewerk_procurement.commands import procurement

    cli.add_command(procurement)


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The dossiers."""
    if not viewer.may("procurement.read"):
        return []
    return [NavItem(title=TITLE, url="/procurement/", order=30)]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """What waits for this viewer: to assess, to look over, to see how it stands."""
    from waardewerk import db
    from waardewerk_procurement.tiles import tiles_for
    from waardewerk_procurement.views.blueprint import now

    return tiles_for(db.session(), viewer, now())


@hookimpl
def value_usages(value: Value) -> list[ValueUsage]:
    """Dossiers in which a criterion serves a value."""
    from waardewerk import db
    from waardewerk_procurement.usages import usages_of

    return usages_of(db.session(), value)


@hookimpl
def handle_event(event: Event) -> None:
    """Forget who was erased; show a demo."""
    match event:
        case PersonErased():
            from waardewerk_procurement import keeping

            keeping.forget_person(event.session, event.person_id)
        case DemoWanted():
            from flask import current_app

            from waardewerk_procurement import demo

            secret = str(current_app.secret_key)
            demo.load(event.session, event.people, secret=secret, now=event.now)
