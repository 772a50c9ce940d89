"""The parts of the work on values, and which of them somebody may enter."""

from __future__ import annotations

from dataclasses import dataclass

from waardewerk.contract import Viewer
from waardewerk.i18n import lazy


@dataclass(frozen=True)
class Section:
    """One tab: who may enter it, its page, and what it is called."""

    permission: str
    endpoint: str
    title: str


SECTIONS = (
    Section("values.read", "values.index", lazy("In force")),
    Section("values.read", "values.draft", lazy("Next version")),
    Section("values.read", "values.hierarchy", lazy("Hierarchy")),
    Section("values.read", "values.accents", lazy("Accents")),
    Section("values.read", "values.lenses", lazy("In projects")),
    Section("values.read", "values.signals", lazy("Signals")),
    Section("values.read", "values.practice", lazy("Policy, practice, result")),
    Section("values.read", "values.history", lazy("History")),
)


def sections_for(viewer: Viewer) -> list[Section]:
    """Return the tabs that this viewer may enter."""
    return [section for section in SECTIONS if viewer.may(section.permission)]
