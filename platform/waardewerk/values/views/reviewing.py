"""History: the versions and why they came, and the moments at which people look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import db
from waardewerk.access import requires
from waardewerk.i18n import format_date, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import queries
from waardewerk.values.forms.writing import HeldForm, ReviewForm
from waardewerk.values.models import FrameworkVersion, Review, Signal
from waardewerk.values.operations import reviewing
from waardewerk.values.views.blueprint import actor_id, now, pages, today
from waardewerk.values.words import BODY_TITLES

HISTORY = "values.history"
#: Enough of a signal to recognise it by in a list.
LONGEST_SIGNAL = 160


@dataclass(frozen=True)
class Moment:
    """One thing in the history, as the pattern for timelines shows it."""

    at: date
    title: str
    text: str
    url: str


@pages.get("/history")
@requires("values.read")
def history() -> Response:
    """Show every version with why it came, and when people looked or will look again."""
    session = db.session()
    versions = queries.versions(session)
    return page(
        "values/history.html",
        moments=list(reversed(_moments(session, versions))),
        versions=versions,
        planned=[one for one in queries.reviews(session) if one.held_on is None],
        current=queries.version_in_force(session, today()),
        today=today(),
    )


def _moments(session: Session, versions: list[FrameworkVersion]) -> list[Moment]:
    counts = queries.signals_per_review(session)
    found = [_adopted(one) for one in versions if one.is_fixed]
    found += [_held(one, counts.get(one.id, 0)) for one in queries.reviews(session) if one.held_on]
    return sorted(found, key=lambda moment: moment.at)


def _adopted(version: FrameworkVersion) -> Moment:
    assert version.adopted_on is not None
    assert version.valid_from is not None
    text = _(
        "%(body)s, %(reference)s. In force from %(day)s.",
        body=BODY_TITLES[version.adopted_by or ""],
        reference=version.decision_reference,
        day=format_date(version.valid_from),
    )
    return Moment(
        version.adopted_on,
        _("Version %(number)s adopted", number=version.number),
        f"{text} {version.why}".strip(),
        url_for("values.version", number=version.number),
    )


def _held(review: Review, signals: int) -> Moment:
    assert review.held_on is not None
    on_the_table = ngettext(
        "%(count)s signal on the table.", "%(count)s signals on the table.", signals
    )
    text = f"{on_the_table} {review.outcome}" if signals else review.outcome
    return Moment(
        review.held_on, _("Looked at again"), text, url_for("values.review", number=review.id)
    )


@pages.route("/reviews/new", methods=["GET", "POST"])
@requires("values.write")
def plan_review() -> Response:
    """Plan a day on which people look at the framework again."""
    current = queries.version_in_force(db.session(), today())
    if current is None:
        raise NotNow("No version is in force yet. Plan a review when there is one.")
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                version = queries.get_version(session, current.number)
                reviewing.plan_review(session, version, form.day(), actor_id=actor_id(), now=now())
            flash(_("The review is planned."), "success")
            return redirect(url_for(HISTORY), 303)
        except Refusal as refusal:
            form.refuse(refusal, form.planned_on)
    return form_page(
        "values/plan_review.html", form, current_section=HISTORY, framework_version=current
    )


@pages.get("/reviews/<int:number>")
@requires("values.read")
def review(number: int) -> Response:
    """Show what came of a review, or that it is still to come."""
    found = queries.get_review(db.session(), number)
    return page(
        "values/review.html",
        current_section=HISTORY,
        review=found,
        framework_version=queries.version_of(db.session(), found),
        signals=[_in_a_line(one) for one in queries.signals_of(db.session(), found)],
        is_late=found.held_on is None and found.planned_on < today(),
    )


def _in_a_line(signal: Signal) -> str:
    words = " ".join(signal.text.split())
    text = words if len(words) <= LONGEST_SIGNAL else f"{words[:LONGEST_SIGNAL]}…"
    return f"{format_date(signal.sent_on)}: {text}"


@pages.route("/reviews/<int:number>/hold", methods=["GET", "POST"])
@requires("values.write")
def hold_review(number: int) -> Response:
    """Write down what came of a review."""
    found = queries.get_review(db.session(), number)
    if found.held_on is not None:
        raise Conflict("This review was written down already.")
    form = HeldForm(data={"held_on": today()})
    form.signals.choices = [
        (one.id, _in_a_line(one)) for one in queries.signals_to_choose(db.session())
    ]
    if form.validate_on_submit():
        try:
            with db.write() as session:
                held = queries.get_review(session, number)
                reviewing.hold_review(session, held, form.held(), actor_id=actor_id(), now=now())
            flash(_("Written down: what people concluded."), "success")
            return redirect(url_for("values.review", number=number), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("values/hold_review.html", form, current_section=HISTORY, review=found)


@pages.post("/reviews/<int:number>/drop")
@requires("values.write")
def drop_review(number: int) -> Response:
    """Let a planned review go."""
    with db.write() as session:
        found = queries.get_review(session, number)
        reviewing.drop_review(session, found, actor_id=actor_id(), now=now())
    flash(_("The review is no longer planned."), "success")
    return redirect(url_for(HISTORY), 303)
