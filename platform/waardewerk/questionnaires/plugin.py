"""Questionnaires: answer alone, see the spread, talk, agree.

The slice's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import Permission, RetentionRule, Tile, Viewer
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The pages of respondents and of the chair."""
    from waardewerk.questionnaires.views import answering, chairing

    return [answering.pages, chairing.pages]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with inquiries."""
    return [
        Permission(
            key="inquiries.answer", title=lazy("Answer questions"), default_roles=("respondent",)
        ),
        Permission(
            key="inquiries.chair",
            title=lazy("Lead the conversation of an inquiry"),
            default_roles=("administrator", "adviseur", "aanjager", "beheerder"),
        ),
        Permission(
            key="inquiries.read",
            title=lazy("Read how answers were spread when a group has agreed"),
            default_roles=(
                "administrator",
                "adviseur",
                "aanjager",
                "beheerder",
                "executive_member",
            ),
        ),
        Permission(
            key="inquiries.manage",
            title=lazy("Manage every inquiry"),
            default_roles=("administrator", "aanjager"),
        ),
    ]


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Names and addresses of respondents leave when the scan is long agreed."""
    from waardewerk.questionnaires import keeping

    return [keeping.RESPONDENTS]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """What this viewer is asked to answer."""
    from waardewerk.questionnaires.views.answering import tiles

    return tiles(viewer)
