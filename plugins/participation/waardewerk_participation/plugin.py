"""Participation.

Rounds in which people react to statements: from invitation to what was done with it. This is the
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
    RetentionRule,
    Tile,
    Value,
    ValueUsage,
    Viewer,
)
from waardewerk.events import DemoWanted, Event, PersonErased
from waardewerk.i18n import lazy
from waardewerk_participation import trail_words

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from flask_wtf import FlaskForm

#: What it is called in the menu and in the administration.
TITLE = lazy("Participation")
#: What its entries in the audit trail are called.
TRAIL = trail_words.WORDS

CONTRACT_VERSION = 1


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
            default_roles=INSIDE,
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
def register_settings() -> type[FlaskForm]:
    """How long addresses of followers stay."""
    from waardewerk_participation.forms.answers import RoundSettingsForm

    return RoundSettingsForm


@hookimpl
def register_exporters() -> list[Exporter]:
    """What a round found, in every format."""
    from waardewerk_participation.exporters import exporters

    return exporters()


@hookimpl
def register_jobs() -> list[Job]:
    """Voting ends by itself, votes and reach are counted, answers are mailed, no order is left."""
    from waardewerk_participation import clockwork, counting_job, telling, traces

    return [*clockwork.jobs(), counting_job.job(), telling.job(), traces.job()]


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Keys, votes and addresses go by themselves; who held a round is forgotten later."""
    from waardewerk_participation import keeping

    return [keeping.FOLLOWERS, keeping.KEYS, keeping.VOTES, keeping.STAFF]


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
    return [NavItem(title=TITLE, url="/participation/", order=25)]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """Rounds that wait for a step, statements to judge, late answers and silent groups."""
    from waardewerk import db
    from waardewerk_participation.tiles import tiles
    from waardewerk_participation.views.blueprint import now

    return tiles(db.session(), viewer, now())


@hookimpl
def value_usages(value: Value) -> list[ValueUsage]:
    """Rounds in which people reacted to statements about a value."""
    from waardewerk import db
    from waardewerk_participation.usages import usages_of

    return usages_of(db.session(), value)


@hookimpl
def handle_event(event: Event) -> None:
    """Forget who was erased; show a demo."""
    match event:
        case PersonErased():
            from waardewerk_participation import keeping

            keeping.forget_person(event.session, event.person_id)
        case DemoWanted():
            from flask import current_app

            from waardewerk_participation import demo
            from waardewerk_participation.views.blueprint import config, keys

            demo.load(
                event.session,
                event.people,
                keys(),
                secret=str(current_app.secret_key),
                language=config().languages[0],
                now=event.now,
            )
