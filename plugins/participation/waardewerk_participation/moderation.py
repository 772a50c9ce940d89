"""By what rules statements are judged, as everybody can read them: reasons, acts and days.

The reasons are the same in every round, so that nobody invents one for a statement that is only
unwelcome. A round adds words of its own to them, never another reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from waardewerk.i18n import lazy

#: A queue that is older than this, in working days, asks for attention.
PATIENCE = 2


@dataclass(frozen=True)
class Reason:
    """Why a statement may be rejected."""

    key: str
    title: str
    explanation: str


REASONS = (
    Reason(
        "personal",
        lazy("It is about a person"),
        lazy(
            "It names somebody, or gives an address, a telephone number or something else by "
            "which a person can be found."
        ),
    ),
    Reason(
        "hurts",
        lazy("It insults or shuts out people"),
        lazy(
            "It insults people, threatens them, or sets a group of people aside. Hard criticism "
            "of a plan, a policy or the province is welcome."
        ),
    ),
    Reason(
        "off_subject",
        lazy("It is not about this subject"),
        lazy("People who answer it say nothing about the question of this round."),
    ),
    Reason(
        "already_there",
        lazy("It is there already"),
        lazy("Another statement says the same. You see which one, and can answer that."),
    ),
    Reason(
        "unclear",
        lazy("It cannot be answered with one answer"),
        lazy("It holds more than one thought, or it is not clear what is meant."),
    ),
    Reason(
        "unlawful",
        lazy("It is against the law"),
        lazy("It calls for an offence, or publishing it would be one."),
    ),
)
REASON_OF = {reason.key: reason for reason in REASONS}

STATE_TITLES = {
    "waiting": lazy("Waits for a moderator"),
    "doubted": lazy("Waits for a second reader"),
    "accepted": lazy("Let in"),
    "rejected": lazy("Rejected"),
}
#: What was done, as the log says it.
ACT_TITLES = {
    "accept": lazy("accepted"),
    "doubt": lazy("put to a second reader"),
    "reject": lazy("rejected"),
    "restore": lazy("put back"),
    "edit": lazy("typing error mended"),
}
#: From which state each act can be done, and to which it leads.
ACTS = {
    "accept": (("waiting", "doubted"), "accepted"),
    "doubt": (("waiting", "accepted"), "doubted"),
    "reject": (("doubted",), "rejected"),
    "restore": (("rejected",), "accepted"),
}


def working_days(since: date, until: date) -> int:
    """Count the days from one day to another on which people work: Monday to Friday.

    Public holidays count as working days: a queue that is looked at early does no harm.
    """
    days = (since + timedelta(n) for n in range(1, (until - since).days + 1))
    return sum(day.weekday() < 5 for day in days)


def is_late(received_on: date, today: date) -> bool:
    """Tell whether a statement waits longer than its author may expect."""
    return working_days(received_on, today) > PATIENCE


def last_day(received_on: date) -> date:
    """Return the last day on which a statement that came in then is judged in time."""
    day = received_on
    while not is_late(received_on, day + timedelta(1)):
        day += timedelta(1)
    return day
