"""Values: what the province stands for, which accents it has, and what practice says of it.

The slice's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import (
    INSIDE,
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

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The framework for everybody, and the work on it."""
    from waardewerk.values.views import pages

    return [pages]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with the framework."""
    writers = ("administrator", "adviseur", "aanjager")
    return [
        Permission(
            key="values.read",
            title=lazy("See drafts, accents and signals of the value framework"),
            default_roles=INSIDE,
        ),
        Permission(
            key="values.write",
            title=lazy("Write the next version of the value framework"),
            default_roles=writers,
        ),
        Permission(
            key="values.adopt",
            title=lazy("Write down that the value framework was adopted"),
            default_roles=("administrator", "beheerder", "executive_member"),
        ),
        Permission(
            key="values.accent",
            title=lazy("Give values an accent"),
            default_roles=(*writers, "executive_member"),
        ),
        Permission(
            key="values.weigh",
            title=lazy("Weigh values in a project"),
            default_roles=INSIDE,
        ),
        Permission(
            key="values.triage",
            title=lazy("Answer signals from practice"),
            default_roles=("administrator", "beheerder"),
        ),
    ]


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Who sent a signal is forgotten, later what it said, and who weighed what."""
    from waardewerk.values import keeping

    return [keeping.SENDERS, keeping.WORDS, keeping.AUTHORS]


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The framework and the work on it."""
    if not viewer.may("values.read"):
        return []
    return [NavItem(title=lazy("Values"), url="/values/", order=10)]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """What the framework and signals wait for: a decision, a look again, an answer."""
    from waardewerk.values.tiles import tiles_for

    return tiles_for(viewer)


@hookimpl
def value_usages(value: Value) -> list[ValueUsage]:
    """Projects in which people weighed a value."""
    from waardewerk import db
    from waardewerk.values.usages import usages_of

    return usages_of(db.session(), value)


@hookimpl
def handle_event(event: Event) -> None:
    """Forget who was erased; show a demo."""
    match event:
        case PersonErased():
            from waardewerk.values import keeping

            keeping.forget_person(event.session, event.person_id)
        case DemoWanted():
            from waardewerk.values import demo

            demo.load(event.session, event.people, event.now)
