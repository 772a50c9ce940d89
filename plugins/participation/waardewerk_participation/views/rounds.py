"""All rounds, one round, how it is set up, and its next step."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.contract import Viewer
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import sources
from waardewerk.values.operations import looking
from waardewerk_participation import course, round_words
from waardewerk_participation.forms.rounds import PrepareForm, SetUpForm, form_of, new_form
from waardewerk_participation.models import Round
from waardewerk_participation.operations import phases, preparing
from waardewerk_participation.queries.rounds import get_own_round, has_begun, own_rounds
from waardewerk_participation.sections import sections_for
from waardewerk_participation.views.blueprint import actor_id, keys, now, own_round, staff
from waardewerk_participation.views.crumbs import crumbs


@sources.found_by(staff, preparing.LENS)
def round_source(session: Session, round_id: int, viewer: Viewer) -> sources.Source | None:
    """Let a signal name the round that it comes from."""
    found = session.get(Round, round_id)
    if found is None or found.is_imported or not viewer.may("participation.read"):
        return None
    return sources.Source(found.title, url_for("participation.round", slug=found.slug))


@staff.get("/")
@requires("participation.read")
def rounds() -> Response:
    """Show all rounds of this province."""
    return page(
        "participation/rounds.html", rounds=own_rounds(db.session()), words=round_words, now=now()
    )


@staff.route("/new", methods=["GET", "POST"])
@requires("participation.hold")
def prepare() -> Response:
    """Prepare a round: one screen."""
    form = new_form()
    if form.validate_on_submit():
        try:
            setup = form.set_up(form.slug.data or "")
            with db.write() as session:
                preparing.prepare_round(session, setup, keys(), actor_id=actor_id(), now=now())
            flash(_("The round is there. Nobody sees it yet."), "success")
            return _after(form, setup.slug)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("participation/prepare.html", form, words=round_words)


@staff.get("/<slug>/", endpoint="round")
@requires("participation.read")
def overview(slug: str) -> Response:
    """Show how far a round is, what happens next, and its pages."""
    found = own_round(slug)
    return page(
        "participation/round.html",
        found=found,
        steps=course.steps_of(found),
        now_text=course.what_now(found, now()),
        step=_step_for(found),
        missing=course.not_ready(db.session(), found, access.viewer(), now()),
        sections=sections_for(db.session(), found, access.viewer()),
        made_by=people.names_of(db.session(), [found.made_by]).get(found.made_by or 0),
        invitation=course.invitation_of(found),
        lens=looking.lens_of(db.session(), preparing.LENS, found.id),
        words=round_words,
    )


@staff.post("/<slug>/lens")
@requires("values.weigh")
def open_lens(slug: str) -> Response:
    """Begin to look at the plan of a round through the values of the province."""
    access.demand("participation.read")
    with db.write() as session:
        found = get_own_round(session, slug)
        url = url_for("participation.round", slug=slug)
        lens = preparing.open_lens(session, found, url, actor_id=actor_id(), now=now())
    return redirect(url_for("values.lens", lens_id=lens.id), 303)


@staff.route("/<slug>/setup", methods=["GET", "POST"])
@requires("participation.hold")
def setup(slug: str) -> Response:
    """Change how a round is set up, as far as it does not stand still."""
    found = own_round(slug)
    form = form_of(found)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                preparing.change_set_up(
                    session,
                    get_own_round(session, slug),
                    form.set_up(slug),
                    revision=_revision(form),
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The set-up is changed."), "success")
            return _after(form, slug)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "participation/setup.html",
        form,
        found=found,
        has_begun=has_begun(db.session(), found),
        crumbs=crumbs(found, (_("Set-up"), "")),
        words=round_words,
    )


@staff.route("/<slug>/next", methods=["GET", "POST"])
@requires("participation.read")
def next_step(slug: str) -> Response:
    """Say what stands still from the next phase on, and go there."""
    found = own_round(slug)
    step = phases.next_step(found)
    to = request.form.get("to", step.to if step else "")
    wanted = next((one for one in phases.STEPS if one.to == to), None)
    if wanted is None:
        raise NotNow("This round takes no further step.")
    access.demand(wanted.permission)
    if request.method == "GET":
        return page(
            "participation/next_step.html",
            found=found,
            step=wanted,
            missing=course.not_ready(db.session(), found, access.viewer(), now()),
            crumbs=crumbs(found, (str(round_words.MOVE_TITLES[to]), "")),
            words=round_words,
        )
    with db.write() as session:
        found = get_own_round(session, slug)
        phases.move_on(session, found, to, actor_id=actor_id(), now=now())
    flash(str(round_words.MOVED_SENTENCES[to]), "success")
    return redirect(url_for("participation.round", slug=slug), 303)


def _step_for(found: Round) -> phases.Step | None:
    """Return the next step when this viewer may take it."""
    step = phases.next_step(found)
    return step if step is not None and access.viewer().may(step.permission) else None


def _revision(form: SetUpForm) -> int:
    given = form.revision.data or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _after(form: SetUpForm | PrepareForm, slug: str) -> Response:
    for typed in form.taken_twice:
        text = _("The clock goes back that night: %(time)s comes twice.", time=typed)
        flash(f"{text} {_('The later one is meant now.')}", "warning")
    return redirect(url_for("participation.round", slug=slug), 303)
