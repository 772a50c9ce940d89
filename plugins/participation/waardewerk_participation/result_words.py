"""What figures of a round are called, for whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from waardewerk.i18n import format_datetime, lazy, ngettext
from waardewerk.i18n import gettext as _
from waardewerk_participation.showing import Shown
from waardewerk_participation.small_cells import Share
from waardewerk_participation.steps import PEOPLE, Step, not_before

CHANNEL_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "link": lazy("with the link"),
        "letter": lazy("with a code from a letter"),
        "named": lazy("signed in"),
        "paper": lazy("on paper"),
    }
)
STATE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "accepted": lazy("shown"),
        "waiting": lazy("waiting to be read"),
        "doubted": lazy("waiting for a second reader"),
        "rejected": lazy("not shown"),
    }
)
ORIGIN_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "seed": lazy("from the province"),
        "participant": lazy("from people on the site"),
        "paper": lazy("from people on paper"),
    }
)
PATTERN_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "straight_line": lazy("The same answer to everything"),
        "cloned": lazy("The same votes as several others"),
        "hasty": lazy("Faster than anybody reads"),
    }
)
PATTERN_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "straight_line": lazy("Twenty votes or more, and all of them the same."),
        "cloned": lazy("Twenty votes or more, the same as those of at least two other people."),
        "hasty": lazy("More votes in a minute than somebody can read. Seen while they voted."),
    }
)
OTHER_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "polis": lazy("As Polis counts"),
        "everybody": lazy("With those who were left out"),
        "unflagged": lazy("Without all flagged votes"),
    }
)


def say_share(share: Share) -> str:
    """Say a share as far as it may be shown."""
    if share.percent is None:
        return _("too few people")
    if share.kind == "below":
        return _("less than %(percent)s%%", percent=share.percent)
    if share.kind == "above":
        return _("more than %(percent)s%%", percent=share.percent)
    return _("%(percent)s%%", percent=share.percent)


def say_number(number: int | None, shown: Shown) -> str:
    """Say a number of people; while people vote it is in tens."""
    if number is None:
        return _("cannot be shown")
    return str(number) if shown.is_final else _("about %(number)s", number=number)


def words_for_hidden() -> frozenset[str]:
    """Return what stands in a table where a figure may not be shown."""
    return frozenset({_("too few people"), _("cannot be shown")})


def say_group(letter: str) -> str:
    """Say which group it is."""
    return _("Group %(letter)s", letter=letter)


def say_outcome(outcome: str, groups: int) -> str:
    """Say what a count found in one sentence."""
    if outcome == "groups":
        return ngettext("%(count)s opinion group.", "%(count)s opinion groups.", groups)
    if outcome == "no_clear_groups":
        return _("No clear groups: people do not fall apart into camps.")
    return _("Too few people voted enough to look for groups.")


def say_ahead(last: Step | None, now: datetime) -> str:
    """Say what the next published count waits for; never how many people that still are.

    Who looks every minute would count down with it, and see each single person come.
    """
    if last is None:
        return _("The first count is published when %(people)s people took part.", people=PEOPLE)
    moment = not_before(last, now)
    if moment is None:
        return _(
            "The next count is published when %(people)s more people took part than at the last "
            "one.",
            people=PEOPLE,
        )
    return _(
        "The next count is published when %(people)s more people took part than at the last one, "
        "and not before %(moment)s.",
        people=PEOPLE,
        moment=format_datetime(moment),
    )


def say_moment(moment: datetime) -> str:
    """Say when a count was made."""
    return _("Counted on %(moment)s.", moment=format_datetime(moment))
