"""The contract: the twelve hooks that a plugin may answer.

The first eight are asked once, at start. The last four are asked as needed, and only of plugins
that are on. Import what you need inside the hook's body: the command line stays fast and cycles
stay away. `plugins/README.md` shows each hook at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from flask_wtf import FlaskForm

    from waardewerk.contract import (
        Exporter,
        Job,
        NavItem,
        Permission,
        QuestionnaireTypes,
        RetentionRule,
        Tile,
        Value,
        ValueUsage,
        Viewer,
    )
    from waardewerk.events import Event

hookspec = pluggy.HookspecMarker("waardewerk")


@hookspec
def register_blueprints() -> list[Blueprint]:  # type: ignore[empty-body]
    """Give the Flask blueprints with this plugin's pages."""


@hookspec
def register_permissions() -> list[Permission]:  # type: ignore[empty-body]
    """Give the permissions it checks, each with its default roles."""


@hookspec
def register_settings() -> type[FlaskForm]:  # type: ignore[empty-body]
    """Give the form that a province fills in to configure it."""


@hookspec
def register_questionnaire_types() -> QuestionnaireTypes:  # type: ignore[empty-body]
    """Give the kinds of questionnaire and of question that it brings."""


@hookspec
def register_exporters() -> list[Exporter]:  # type: ignore[empty-body]
    """Give the file formats in which its records leave."""


@hookspec
def register_jobs() -> list[Job]:  # type: ignore[empty-body]
    """Give the work that runs by itself, on a schedule or when enqueued."""


@hookspec
def register_retention() -> list[RetentionRule]:  # type: ignore[empty-body]
    """Give how long it keeps personal data, how to hand it over and how to erase it."""


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add commands to the command line."""


@hookspec
def nav_items(viewer: Viewer) -> list[NavItem]:  # type: ignore[empty-body]
    """Give the links that this viewer sees."""


@hookspec
def dashboard_tiles(viewer: Viewer) -> list[Tile]:  # type: ignore[empty-body]
    """Give the tiles that this viewer sees."""


@hookspec
def value_usages(value: Value) -> list[ValueUsage]:  # type: ignore[empty-body]
    """Tell where it uses a value, so that a change shows its effect."""


@hookspec
def handle_event(event: Event) -> None:
    """React to something that happened."""
