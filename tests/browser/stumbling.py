"""A plugin that falls over wherever it is asked something, to see what stays up."""

from __future__ import annotations

from flask import Blueprint

from waardewerk import hookimpl
from waardewerk.access import public
from waardewerk.contract import Tile, Viewer

pages = Blueprint("stumbling", __name__)


@pages.get("/")
@public
def stumble() -> str:
    """Fail."""
    raise RuntimeError("this page fails on purpose")


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """One page."""
    return [pages]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """Fail."""
    raise RuntimeError("this tile fails on purpose")
