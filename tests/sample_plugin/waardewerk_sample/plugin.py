"""Practice notes: what people saw of a value in their work.

The table of contents: the twelve hooks, nothing else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import (
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
from waardewerk.events import Event, OutcomeRecorded
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from flask_wtf import FlaskForm

CONTRACT_VERSION = 1


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """One page: the notes, and a form to add one."""
    from waardewerk_sample.views import pages

    return [pages]


@hookimpl
def register_permissions() -> list[Permission]:
    """Reading and writing notes."""
    staff = ("adviseur", "aanjager", "beheerder")
    return [
        Permission(key="sample.read", title=lazy("Read practice notes"), default_roles=staff),
        Permission(key="sample.write", title=lazy("Write practice notes"), default_roles=staff),
    ]


@hookimpl
def register_settings() -> type[FlaskForm]:
    """What a province calls the notes."""
    from waardewerk_sample.forms import SampleSettings

    return SampleSettings


@hookimpl
def register_questionnaire_types() -> QuestionnaireTypes:
    """A kind of questionnaire of its own."""
    return QuestionnaireTypes(
        kinds=(QuestionnaireKind(key="sample", title=lazy("Questions about a note")),)
    )


@hookimpl
def register_exporters() -> list[Exporter]:
    """A note leaves as plain text."""
    from waardewerk_sample.operations import note_as_text

    return [
        Exporter(
            record="sample.note",
            format="txt",
            title=lazy("Plain text"),
            media_type="text/plain",
            permission="sample.read",
            write=note_as_text,
        )
    ]


@hookimpl
def register_jobs() -> list[Job]:
    """Empty notes are swept away every day."""
    from waardewerk_sample.operations import sweep

    return [Job(name="sample.sweep", run=sweep, every=timedelta(days=1))]


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Notes are kept for two years."""
    from waardewerk_sample import operations

    return [
        RetentionRule(
            name="notes",
            title=lazy("Practice notes, with who wrote them"),
            keep=timedelta(days=730),
            expire=operations.expire,
            export=operations.export,
            erase=operations.erase,
        )
    ]


@hookimpl
def register_commands(cli: click.Group) -> None:
    """`waardewerk sample`: count the notes."""
    from waardewerk_sample.commands import sample

    cli.add_command(sample)


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The notes, for who may read them."""
    if not viewer.may("sample.read"):
        return []
    return [NavItem(title=lazy("Practice notes"), url="/sample/")]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """The same, with a sentence."""
    if not viewer.may("sample.read"):
        return []
    text = lazy("See what people saw of a value in their work.")
    return [Tile(title=lazy("Practice notes"), text=text, url="/sample/")]


@hookimpl
def value_usages(value: Value) -> list[ValueUsage]:
    """The notes that name a value."""
    from waardewerk_sample.operations import notes_about

    return notes_about(value.key)


@hookimpl
def handle_event(event: Event) -> None:
    """An outcome elsewhere becomes a note."""
    from waardewerk_sample.operations import note_outcome

    if isinstance(event, OutcomeRecorded):
        note_outcome(event)
