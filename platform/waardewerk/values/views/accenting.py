"""Accents: which values come to the front, since when and why."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import queries, words
from waardewerk.values.accents import ORDINARY
from waardewerk.values.forms.practice import AccentForm
from waardewerk.values.framework import Value
from waardewerk.values.operations import accenting
from waardewerk.values.views.blueprint import actor_id, now, pages, today


@pages.get("/accents")
@requires("values.read")
def accents() -> Response:
    """Show the accent of each value."""
    session = db.session()
    return page(
        "values/accents.html",
        framework=queries.framework_in_force(session, today()),
        accents=queries.accents_on(session, today()),
        words=words,
        may_change=access.viewer().may("values.accent"),
    )


@pages.route("/accents/<key>", methods=["GET", "POST"])
@requires("values.read")
def accent(key: str) -> Response:
    """Show which accents a value had, and give it another."""
    value = _value(key)
    holds = queries.accents_on(db.session(), today()).get(key)
    form = AccentForm(
        data={"band": holds.band if holds else ORDINARY, "from_date": today()},
    )
    if form.is_submitted():
        access.demand("values.accent")
    if form.validate_on_submit():
        try:
            with db.write() as session:
                accenting.set_accent(session, form.accent(key), actor_id=actor_id(), now=now())
            flash(_("The accent is set. It changes what comes first, and no level."), "success")
            return redirect(url_for("values.accents"), 303)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    history = queries.accent_history(db.session(), key)
    return form_page(
        "values/accent.html",
        form,
        value=value,
        holds=holds,
        history=history,
        names=people.names_of(db.session(), {one.set_by for one in history}),
        words=words,
        may_change=access.viewer().may("values.accent"),
        current_section="values.accents",
        title=value.name.for_language(i18n.language()),
    )


def _value(key: str) -> Value:
    framework = queries.framework_in_force(db.session(), today())
    value = framework.value(key) if framework else None
    if value is None:
        raise NotFound("This value is not in the framework.")
    return value
