"""What levels and roles are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waardewerk.i18n import lazy

LEVEL_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "political": lazy("Political"),
        "executive": lazy("Executive"),
        "civil_servant": lazy("Civil servants"),
    }
)
ROLE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "administrator": lazy("Administrator"),
        "adviseur": lazy("Adviser"),
        "aanjager": lazy("Driver"),
        "beheerder": lazy("Keeper"),
        "executive_member": lazy("Member of the executive"),
        "civil_servant": lazy("Civil servant"),
        "respondent": lazy("Respondent"),
    }
)
#: What a role is for, in one sentence.
ROLE_TASKS: Mapping[str, str] = MappingProxyType(
    {
        "administrator": lazy("Sets up this installation and looks after its people."),
        "adviseur": lazy("Advises on digital ethics, never alone."),
        "aanjager": lazy("Gets the conversation going and keeps it going."),
        "beheerder": lazy("Watches whether decisions are carried out."),
        "executive_member": lazy("Is responsible as a member of the executive or the board."),
        "civil_servant": lazy("Works in the province and answers or carries out."),
        "respondent": lazy("Answers when asked."),
    }
)
#: How somebody came in.
WAY_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "password": lazy("With a password"),
        "passkey": lazy("With a passkey"),
        "link": lazy("With a link"),
        "organisation": lazy("With the account of your organisation"),
    }
)


def level_title(level: str | None) -> str:
    """Name a level of the organisation; nothing when somebody has none."""
    return str(LEVEL_TITLES[level]) if level else ""


def role_titles(roles: frozenset[str]) -> list[str]:
    """Name roles, in their own order."""
    return [str(title) for role, title in ROLE_TITLES.items() if role in roles]
