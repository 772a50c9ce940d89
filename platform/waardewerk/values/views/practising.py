"""How far each value came: from paper to what people do, and to what it changes."""

from __future__ import annotations

from werkzeug import Response

from waardewerk import db, i18n
from waardewerk.access import requires
from waardewerk.templating import page
from waardewerk.values import practice as values_in_practice
from waardewerk.values import queries, sayings, signals, words
from waardewerk.values.views.blueprint import pages, today


@pages.get("/practice")
@requires("values.read")
def practice() -> Response:
    """Show all values beside each other, and at which link each stops."""
    found = values_in_practice.courses(db.session(), today(), i18n.language())
    return page("values/practice.html", courses=found, said=sayings)


@pages.get("/practice/<key>")
@requires("values.read")
def practice_of(key: str) -> Response:
    """Show one value: where it is used, what it decided, what came of it."""
    session = db.session()
    return page(
        "values/practice_of.html",
        course=values_in_practice.course_of(session, key, today(), i18n.language()),
        accent=queries.accents_on(session, today()).get(key),
        signals=signals.signals_about(session, key),
        said=sayings,
        words=words,
        current_section="values.practice",
    )
