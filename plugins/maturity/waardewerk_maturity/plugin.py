"""Maturity scan.

Where a province is with data ethics, where it wants to be, and what it does about it. This is the
plugin's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import (
    INSIDE,
    Exporter,
    Job,
    NavItem,
    Permission,
    QuestionnaireKind,
    QuestionnaireTypes,
    RetentionRule,
    Tile,
    Value,
    ValueUsage,
    Viewer,
)
from waardewerk.events import DemoWanted, Event, PersonErased, PhaseMoved
from waardewerk.i18n import lazy
from waardewerk_maturity import trail_words

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from flask_wtf import FlaskForm

#: What it is called in the menu and in the administration.
TITLE = lazy("Maturity scan")
#: What its entries in the audit trail are called.
TRAIL = trail_words.WORDS

CONTRACT_VERSION = 1


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The pages of the scan."""
    from waardewerk_maturity.views import pages

    return [pages]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with scans."""
    openers = ("administrator", "adviseur", "aanjager")
    return [
        Permission(
            key="maturity.read",
            title=lazy("See maturity scans and their agreed results"),
            default_roles=INSIDE,
        ),
        Permission(key="maturity.open", title=lazy("Open a maturity scan"), default_roles=openers),
        Permission(
            key="maturity.plan",
            title=lazy("Write down wanted levels and actions"),
            default_roles=(*openers, "beheerder"),
        ),
        Permission(
            key="maturity.compare",
            title=lazy("Compare scans with those of other organisations"),
            default_roles=(*openers, "beheerder", "executive_member"),
        ),
    ]


@hookimpl
def register_settings() -> type[FlaskForm]:
    """When people are reminded, and whether there is one figure for everything."""
    from waardewerk_maturity.forms import ScanSettingsForm

    return ScanSettingsForm


@hookimpl
def register_questionnaire_types() -> QuestionnaireTypes:
    """The scan as a kind of questionnaire."""
    kind = QuestionnaireKind(key="maturity", title=lazy("Maturity scan"))
    return QuestionnaireTypes(kinds=(kind,))


@hookimpl
def register_exporters() -> list[Exporter]:
    """The report."""
    from waardewerk_maturity.exporters import exporters

    return exporters()


@hookimpl
def register_jobs() -> list[Job]:
    """Reminders before a scan closes."""
    from waardewerk_maturity import reminders

    return [reminders.job()]


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Names of owners leave when the work is long done."""
    from waardewerk_maturity import keeping

    return [keeping.OWNERS]


@hookimpl
def register_commands(cli: click.Group) -> None:
    """List scans, load a definition, write a report."""
    from waardewerk_maturity.commands import maturity

    cli.add_command(maturity)


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The scans."""
    if not viewer.may("maturity.read"):
        return []
    return [NavItem(title=TITLE, url="/maturity/", order=20)]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """Scans that wait for their chair, and one's own actions."""
    from waardewerk import db
    from waardewerk_maturity.tiles import tiles
    from waardewerk_maturity.views.blueprint import today

    return tiles(db.session(), viewer, today())


@hookimpl
def value_usages(value: Value) -> list[ValueUsage]:
    """Questions that touch a value."""
    from waardewerk import db
    from waardewerk_maturity.usages import usages_of

    return usages_of(db.session(), value)


@hookimpl
def handle_event(event: Event) -> None:
    """Announce what was decided when a scan is agreed; forget who was erased; show a demo."""
    match event:
        case PhaseMoved(kind="maturity", after="agreed"):
            from waardewerk_maturity.operations import outcomes

            outcomes.announce_all(event.session, event.inquiry_id)
        case PersonErased():
            from waardewerk_maturity import keeping

            keeping.forget_person(event.session, event.person_id, event.email)
        case DemoWanted():
            from waardewerk_maturity import demo

            demo.load(event.session, event.people, event.now)
