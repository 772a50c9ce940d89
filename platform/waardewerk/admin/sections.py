"""The parts of the administration, and which of them somebody may enter."""

from __future__ import annotations

from dataclasses import dataclass

from waardewerk.contract import Viewer
from waardewerk.i18n import lazy


@dataclass(frozen=True)
class Section:
    """One part of the administration."""

    permission: str
    endpoint: str
    title: str
    text: str


SECTIONS = (
    Section(
        "admin.people",
        "admin_people.index",
        lazy("People"),
        lazy("Invite people, change their roles, let them go."),
    ),
    Section(
        "admin.roles",
        "admin_roles.index",
        lazy("Roles"),
        lazy("Decide what each role may do."),
    ),
    Section(
        "admin.plugins",
        "admin_plugins.index",
        lazy("Plugins"),
        lazy("Choose with which working processes you work."),
    ),
    Section(
        "admin.settings",
        "admin_settings.index",
        lazy("Settings"),
        lazy("Your name, logo, colours and texts, and what plugins ask."),
    ),
    Section(
        "admin.health",
        "admin_health.index",
        lazy("Health"),
        lazy("See whether everything works, and what does not."),
    ),
    Section(
        "admin.audit",
        "admin_trail.index",
        lazy("Audit trail"),
        lazy("See who did what, and check that nothing was changed."),
    ),
)


def sections_for(viewer: Viewer) -> list[Section]:
    """Return the parts that this viewer may enter."""
    return [section for section in SECTIONS if viewer.may(section.permission)]
