"""What roles, bodies and states are called on screen, and findings in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waardewerk.i18n import format_date, lazy
from waardewerk.i18n import gettext as _
from waardewerk.people import words as people_words
from waardewerk.responsibility.findings import THREE_ROLES, Finding

ROLE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        **{role: people_words.ROLE_TITLES[role] for role in THREE_ROLES},
        "portfolio": lazy("Has it in the portfolio"),
        "main": lazy("Responsible in the first place"),
        "other": lazy("Something else"),
    }
)
BODY_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "working_group": lazy("Working group"),
        "think_tank": lazy("Think tank"),
        "ethics_committee": lazy("Ethics committee"),
        "portfolio_meeting": lazy("Meeting of portfolio holders"),
        "other": lazy("Another body"),
    }
)
STATE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "asked": lazy("asked"),
        "taken_up": lazy("taken up"),
        "answered": lazy("answered"),
        "withdrawn": lazy("withdrawn"),
        "referred": lazy("referred"),
    }
)
#: How a state looks as a badge.
STATE_BADGES: Mapping[str, str] = MappingProxyType(
    {
        "asked": "attention",
        "taken_up": "active",
        "answered": "done",
        "withdrawn": "neutral",
        "referred": "neutral",
    }
)


def somebody() -> str:
    """Name a person who was erased."""
    return _("somebody")


#: Each kind of finding in one sentence or two.
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "not_placed": lazy("Not placed yet: “%(what)s”"),
        "only_one": lazy(
            "“%(what)s” is placed with one person (%(who)s). The advice asks for at least two."
        ),
        "holder_left": lazy("“%(what)s” is placed with somebody who left (%(who)s). Hand it over."),
        "holder_leaves": lazy("%(who)s leaves on %(day)s. “%(what)s” has to be handed over."),
        "deputy_left": lazy("The deputy for “%(what)s” left (%(who)s). Name another one."),
        "expired": lazy("“%(what)s” (%(who)s) ran out on %(day)s."),
        "expires_soon": lazy("“%(what)s” (%(who)s) runs out on %(day)s."),
        "starts_later": lazy("“%(what)s” (%(who)s) only begins on %(day)s."),
        "body_without_members": lazy("The body “%(what)s” has no members."),
        "body_without_result": lazy(
            "The body “%(what)s” has no intended result. Nobody can then see whether it works."
        ),
        "member_left": lazy("%(who)s left and is still a member of “%(what)s”."),
        "one_person_everything": lazy(
            "One person (%(who)s) is adviser, driver and keeper. When that person is away, "
            "everything stops."
        ),
    }
)


def sentence(finding: Finding) -> str:
    """Say a finding in words."""
    day = format_date(finding.day) if finding.day else ""
    return str(SENTENCES[finding.kind]) % {"what": finding.what, "who": finding.who, "day": day}
