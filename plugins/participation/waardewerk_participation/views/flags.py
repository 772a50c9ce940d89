"""Votes that look odd: how many, what the result is without them, and leaving them out."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation.exporters import reading_of
from waardewerk_participation.forms.flags import LeaveOutForm
from waardewerk_participation.models import Round
from waardewerk_participation.operations import leaving_out
from waardewerk_participation.queries.counting import left_out_sets
from waardewerk_participation.queries.results import health_of, published_for
from waardewerk_participation.result_words import PATTERN_SENTENCES, PATTERN_TITLES
from waardewerk_participation.small_cells import INTERNAL
from waardewerk_participation.views.blueprint import actor_id, now, own_round, staff
from waardewerk_participation.views.crumbs import crumbs


@staff.get("/<slug>/flags")
@requires("participation.read")
def flags(slug: str) -> Response:
    """Show how many votes look odd, and what was left out of the result."""
    found = own_round(slug)
    session = db.session()
    health, decisions = health_of(session, found), left_out_sets(session, found)
    return page(
        "participation/flags.html",
        found=found,
        crumbs=crumbs(found),
        sets=health.flags,
        is_behind=health.is_behind(decisions),
        patterns=tuple(PATTERN_TITLES),
        titles=PATTERN_TITLES,
        sentences=PATTERN_SENTENCES,
        least=INTERNAL,
        decisions=decisions,
        comparison=_comparison(found),
        may=access.viewer().may("participation.moderate"),
    )


@staff.route("/<slug>/flags/<pattern>", methods=["GET", "POST"])
@requires("participation.moderate")
def leave_out(slug: str, pattern: str) -> Response:
    """Leave a set out of the result, with a reason."""
    found = own_round(slug)
    people = health_of(db.session(), found).flags.get(pattern, 0)
    if pattern not in PATTERN_TITLES or people < INTERNAL:
        raise NotFound("There is no such set of votes.")
    form = LeaveOutForm(expected=str(people))
    if form.validate_on_submit() and _is_left_out(slug, pattern, form):
        flash(_("These votes do not count any more. The next count shows it."), "success")
        return redirect(url_for("participation.flags", slug=slug), 303)
    return form_page(
        "participation/leave_out.html",
        form,
        found=own_round(slug),
        crumbs=crumbs(found, (_("Odd votes"), url_for("participation.flags", slug=slug))),
        pattern=pattern,
        title=PATTERN_TITLES[pattern],
        sentence=PATTERN_SENTENCES[pattern],
        people=people,
        comparison=_comparison(found),
    )


def _is_left_out(slug: str, pattern: str, form: LeaveOutForm) -> bool:
    odd = leaving_out.find_set(db.session(), own_round(slug), pattern)
    try:
        with db.write() as session:
            leaving_out.leave_out(
                session,
                own_round(slug),
                odd,
                form.reason.data or "",
                expected=form.seen,
                actor_id=actor_id(),
                now=now(),
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@staff.post("/<slug>/flags/<int:decision_id>/undo")
@requires("participation.moderate")
def take_back(slug: str, decision_id: int) -> Response:
    """Let votes that were left out count again."""
    with db.write() as session:
        leaving_out.take_back(session, own_round(slug), decision_id, actor_id=actor_id(), now=now())
    flash(_("These votes count again. The next count shows it."), "success")
    return redirect(url_for("participation.flags", slug=slug), 303)


def _comparison(found: Round) -> object:
    """Lay the published count beside the same one with other people in it."""
    published = published_for(db.session(), found, "staff")
    return reading_of(db.session(), published).comparisons() if published else None
