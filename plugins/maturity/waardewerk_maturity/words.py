"""What the scan's own keys are called on screen and in reports."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    from waardewerk.questionnaires.definition import Section
    from waardewerk_maturity.models import Scan

LENS_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "policy": lazy("On paper"),
        "practice": lazy("In practice"),
        "result": lazy("Result"),
        "": lazy("Level"),
    }
)
LEVEL_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "political": lazy("Politics"),
        "executive": lazy("Executive"),
        "civil_servant": lazy("Civil servants"),
    }
)
PHASE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "alone": lazy("Answer alone"),
        "spread": lazy("See the spread"),
        "conversation": lazy("Talk"),
        "agreed": lazy("Agreed"),
    }
)
SCOPE_TITLES: Mapping[str, str] = MappingProxyType(
    {"organisation": lazy("The whole organisation"), "department": lazy("One department")}
)
DIRECTION_TITLES: Mapping[str, str] = MappingProxyType(
    {"build_up": lazy("Build up"), "build_down": lazy("Build down")}
)
STATE_TITLES: Mapping[str, str] = MappingProxyType(
    {"open": lazy("Open"), "done": lazy("Done"), "dropped": lazy("Dropped")}
)


def title_of(section: Section) -> str:
    """Name a theme in the language of who is looking."""
    return section.title.for_language(i18n.language())


def scope_of(scan: Scan) -> str:
    """Say what a scan is about."""
    return scan.department or str(SCOPE_TITLES[scan.scope])


def level_text(level: float | None) -> str:
    """Write a level down; whole or half, and a dash where there is none."""
    return "–" if level is None else i18n.format_number(level)


def lens_level(now: Mapping[str, int | None], lens: str) -> str:
    """Write the agreed level through one lens down: a number, or why there is none."""
    if lens not in now:
        return _("not agreed")
    level = now[lens]
    return _("does not apply") if level is None else level_text(level)
