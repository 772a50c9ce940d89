"""What the way of a value from paper to result means, in sentences."""

from __future__ import annotations

from waardewerk.i18n import format_date, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.values.practice import Course


def of_adopted(course: Course) -> str:
    """Say since when a value was adopted."""
    since = course.since
    day = format_date(since.valid_from) if since.valid_from else "–"
    return _("since %(day)s, version %(number)s", day=day, number=since.number)


def of_used(course: Course) -> str:
    """Say in how many places a value is used."""
    if not course.usages:
        return _("nowhere yet")
    return ngettext("in %(count)s place", "in %(count)s places", len(course.usages))


def of_decided(course: Course) -> str:
    """Say how often a value decided something."""
    if not course.decided:
        return _("nothing yet")
    return ngettext("%(count)s time", "%(count)s times", len(course.decided))


def of_results(course: Course) -> str:
    """Say of how many decisions the result is known."""
    if not course.results:
        return _("not known yet")
    return ngettext("known of %(count)s", "known of %(count)s", len(course.results))


def where_it_stops(course: Course) -> str:
    """Say at which link a value stops, and what to look for."""
    return {
        "adopted": _(
            "It was adopted and nobody uses it. Policy and practice are not linked: is the value "
            "not needed, or does nobody know how to use it?"
        ),
        "used": _(
            "It is used and has decided nothing yet. Ask where it should have made a difference."
        ),
        "decided": _(
            "It decided something, and nobody wrote down what came of that. "
            "Practice and result are not linked yet."
        ),
        "result": _("From paper to result every link is there at least once."),
    }[course.stops_at]
