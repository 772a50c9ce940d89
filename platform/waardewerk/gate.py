"""Plugins on or off, decided per request: off answers 404 and is asked nothing.

Off never stops migrations, retention, erasure or the reading of answers that were given.
Installing or removing a package needs a restart; switching does not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, contract, events, installation, plugins
from waardewerk.installation import PluginState
from waardewerk.refusal import NotFound, SwitchedOff

#: Blueprint name → plugin, filled when blueprints are registered.
EXTENSION = "waardewerk.gate"

KINDS: dict[str, type | None] = {
    "nav_items": contract.NavItem,
    "dashboard_tiles": contract.Tile,
    "value_usages": contract.ValueUsage,
    "handle_event": None,
}


def enabled() -> frozenset[str]:
    """Return the names of the plugins that are on and loaded."""
    return installation.snapshot().enabled & plugins.of(current_app).names


def ask(hook: str, **arguments: Any) -> list[Any]:
    """Ask the enabled plugins one of the hooks that are asked as needed."""
    given: list[Any] = plugins.of(current_app).each_as_needed(
        hook, KINDS[hook], enabled(), **arguments
    )
    return given


def send(event: events.Event) -> None:
    """Tell the core's slices and the enabled plugins that something happened.

    A listener that raises loses what it did and nothing else: it works inside a savepoint.
    """
    loaded = plugins.of(current_app)
    on = _enabled_now(event.session)
    for plugin in (*loaded.slices.values(), *(one for one in loaded if one.name in on)):
        try:
            with event.session.begin_nested():
                loaded.ask_one(plugin, "handle_event", event=event)
        except Exception as fault:
            loaded.report(plugin.name, "handle_event", fault)


def _enabled_now(session: Session) -> frozenset[str]:
    if "snapshot" in g:
        return installation.snapshot().enabled
    return frozenset(session.scalars(select(PluginState.name).where(PluginState.enabled)))


def switch(
    session: Session,
    name: str,
    *,
    on: bool,
    known: frozenset[str],
    actor_id: int | None,
    now: datetime,
) -> None:
    """Switch a plugin on or off, for every worker, from the next request."""
    if name not in known:
        raise NotFound("There is no plugin called %(name)s.", name=name)
    session.merge(PluginState(name=name, enabled=on, changed_at=now, changed_by=actor_id))
    installation.changed(session)
    action = "plugin.on" if on else "plugin.off"
    audit.record(session, action, f"plugin:{name}", actor_id=actor_id, now=now)


def enable_all_at_first(session: Session, names: frozenset[str], now: datetime) -> None:
    """At the very first start switch on what is installed; what comes later starts off."""
    if not is_first_start(session):
        return
    for name in sorted(names):
        session.add(PluginState(name=name, enabled=True, changed_at=now, changed_by=None))
    installation.changed(session)


def is_first_start(session: Session) -> bool:
    """Tell whether no plugin was ever switched here."""
    return session.scalar(select(PluginState.name).limit(1)) is None


def is_open(blueprint: str) -> bool:
    """Tell whether the pages of a blueprint can be reached: the core's always, a plugin's if on."""
    owners: dict[str, str] = current_app.extensions[EXTENSION]
    owner = owners.get(blueprint)
    return owner is None or owner in enabled()


def _close_what_is_off() -> None:
    if not is_open(request.blueprint or ""):
        raise SwitchedOff(
            "The organisation has switched this part of the site off for now. What you sent "
            "before is kept. Try again later, or ask the organisation."
        )


def init_app(app: Flask, owners: dict[str, str]) -> None:
    """Answer 404 for the pages of plugins that are off."""
    app.extensions[EXTENSION] = owners
    app.before_request(_close_what_is_off)
