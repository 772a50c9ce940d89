"""Participation.

Rounds in which people react to statements: from invitation to what was done with it. This is the
plugin's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import Exporter, Job, NavItem, Permission, Tile, Viewer
from waardewerk.events import Event, PersonErased
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    import click
    from flask import Blueprint

CONTRACT_VERSION = 1

EVERYBODY_INSIDE = (
    "administrator",
    "adviseur",
    "aanjager",
    "beheerder",
    "executive_member",
    "civil_servant",
)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The pages for holding a round, for taking part, and for hearing what came of it."""
    from waardewerk_participation.views import following, staff, taking_part

    return [staff, taking_part, following]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with rounds."""
    holders = ("administrator", "adviseur", "aanjager", "beheerder")
    return [
        Permission(
            key="participation.read",
            title=lazy("See rounds and how they go"),
            default_roles=EVERYBODY_INSIDE,
        ),
        Permission(
            key="participation.hold",
            title=lazy("Prepare and hold rounds, and make letters"),
            default_roles=holders,
        ),
        Permission(
            key="participation.moderate",
            title=lazy("Judge statements"),
            default_roles=("adviseur", "aanjager", "beheerder"),
        ),
        Permission(
            key="participation.type",
            title=lazy("Type booklets over that came back on paper"),
            default_roles=(*holders, "civil_servant"),
        ),
        Permission(
            key="participation.answer",
            title=lazy("Answer what people said, and close a round"),
            default_roles=("adviseur", "aanjager", "beheerder", "executive_member"),
        ),
    ]


@hookimpl
def register_exporters() -> list[Exporter]:
    """What a round found, in every format."""
    from waardewerk_participation.exporters import exporters

    return exporters()


@hookimpl
def register_jobs() -> list[Job]:
    """Voting ends by itself, and votes and reach are counted outside any request."""
    from waardewerk_participation import clockwork, counting_job

    return [*clockwork.jobs(), counting_job.job()]


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Bring in open data, show its opinion groups, count again."""
    from waardewerk_participation.commands import participation

    cli.add_command(participation)


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The rounds."""
    if not viewer.may("participation.read"):
        return []
    return [NavItem(title=lazy("Participation"), url="/participation/", order=25)]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """Rounds that wait for a step, late answers, silent groups, and statements that wait long."""
    from waardewerk import db
    from waardewerk_participation.alarms import late_queues
    from waardewerk_participation.tiles import tiles
    from waardewerk_participation.views.blueprint import now, today

    session = db.session()
    return [*tiles(session, viewer, now()), *late_queues(session, viewer, today())]


@hookimpl
def handle_event(event: Event) -> None:
    """Forget who made a round and who sees to a group when that person is erased."""
    from waardewerk_participation.operations import preparing, stakeholders

    if isinstance(event, PersonErased):
        preparing.let_go_of(event.session, event.person_id)
        stakeholders.let_go_of(event.session, event.person_id)
