"""What a province fills in: its name and look, and the settings that plugins ask for."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from waardewerk import audit, installation
from waardewerk.theming import DEFAULT_THEME, Theme

EXTENSION = "waardewerk.settings"


@dataclass(frozen=True)
class Identity:
    """Who hosts this installation, as every page shows it."""

    name: str = "Waardewerk"
    logo_url: str | None = None
    contact: str = ""
    accessibility: str = ""
    privacy: str = ""
    is_demo: bool = False


def of(owner: str) -> Mapping[str, Any]:
    """Return the stored choices of ``core`` or a plugin, without its defaults."""
    return {
        key: value for (who, key), value in installation.snapshot().settings.items() if who == owner
    }


def identity() -> Identity:
    """Return the province's name, logo and texts."""
    return _identity(installation.snapshot())


@functools.lru_cache(maxsize=4)
def _identity_of(revision: int, stored: tuple[tuple[str, Any], ...]) -> Identity:  # noqa: ARG001
    return Identity(**dict(stored))


def _identity(snapshot: installation.Snapshot) -> Identity:
    names = {f.name for f in fields(Identity)}
    stored = tuple(
        (key, value)
        for (owner, key), value in snapshot.settings.items()
        if owner == "core" and key in names
    )
    return _identity_of(snapshot.revision, stored)


def theme() -> Theme:
    """Return the province's colours and font, the neutral ones where it chose none."""
    stored = of("core").get("theme")
    return Theme(**stored) if stored else DEFAULT_THEME


def forms() -> Mapping[str, type[FlaskForm]]:
    """Return the settings form of each plugin that has one."""
    registered: dict[str, type[FlaskForm]] = current_app.extensions[EXTENSION]
    return registered


def store(
    session: Session, owner: str, choices: Mapping[str, Any], *, actor_id: int, now: datetime
) -> None:
    """Store an owner's choices and log which ones were set, not what they hold."""
    installation.choose(session, owner, choices)
    audit.record(
        session,
        "settings.stored",
        f"settings:{owner}",
        actor_id=actor_id,
        now=now,
        details={"keys": sorted(choices)},
    )


def init_app(app: Flask, registered: Mapping[str, type[FlaskForm]]) -> None:
    """Remember which plugin brought which settings form."""
    app.extensions[EXTENSION] = dict(registered)
