"""Who is touched, what is asked about who takes part, and which groups stay silent."""

from __future__ import annotations

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import db, i18n
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation.background import MOST_QUESTIONS, sets_left
from waardewerk_participation.forms.stakeholders import (
    BackgroundForm,
    group_form,
    outreach_form,
    worded,
    wording_form,
)
from waardewerk_participation.models import BackgroundQuestion, Round, StakeholderGroup
from waardewerk_participation.operations import stakeholders as mapping
from waardewerk_participation.queries.inclusion import Inclusion, inclusion_of
from waardewerk_participation.queries.rounds import background_questions, get_own_round, has_begun
from waardewerk_participation.round_words import SET_TITLES, TOUCHED_TITLES
from waardewerk_participation.texts import label_in
from waardewerk_participation.views.blueprint import actor_id, now, own_round, staff, today
from waardewerk_participation.views.crumbs import crumbs


@staff.get("/<slug>/groups")
@requires("participation.hold")
def groups(slug: str) -> Response:
    """Show who is touched, and what is asked about who takes part."""
    return _groups_page(own_round(slug), BackgroundForm())


@staff.route("/<slug>/groups/new", methods=["GET", "POST"])
@requires("participation.hold")
def add_group(slug: str) -> Response:
    """Put a group on the map."""
    found = own_round(slug)
    form = group_form(None, _colleagues(db.session()), background_questions(db.session(), found))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                mapping.add_group(
                    session,
                    get_own_round(session, slug),
                    form.group(),
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The group is on the map."), "success")
            return redirect(_map_of(slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "participation/group.html",
        form,
        found=found,
        group=None,
        crumbs=_below(found, _("Add a group")),
    )


@staff.route("/<slug>/groups/<int:group_id>", methods=["GET", "POST"])
@requires("participation.hold")
def group(slug: str, group_id: int) -> Response:
    """Change what is known of a group."""
    found = own_round(slug)
    row = mapping.get_group(db.session(), found, group_id)
    form = group_form(row, _colleagues(db.session()), background_questions(db.session(), found))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = get_own_round(session, slug)
                mapping.change_group(
                    session,
                    found,
                    mapping.get_group(session, found, group_id),
                    form.group(),
                    mark=form.mark.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The group is changed."), "success")
            return redirect(_map_of(slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "participation/group.html", form, found=found, group=row, crumbs=_below(found, row.name)
    )


@staff.post("/<slug>/groups/<int:group_id>/remove")
@requires("participation.hold")
def remove_group(slug: str, group_id: int) -> Response:
    """Take a group off the map."""
    with db.write() as session:
        found = get_own_round(session, slug)
        mapping.remove_group(session, found, group_id, actor_id=actor_id(), now=now())
    flash(_("The group is off the map."), "success")
    return redirect(_map_of(slug), 303)


@staff.post("/<slug>/groups/questions")
@requires("participation.hold")
def ask_background(slug: str) -> Response:
    """Ask one of the ready-made questions about who takes part."""
    form = BackgroundForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = get_own_round(session, slug)
                mapping.ask_background(
                    session, found, form.name.data, actor_id=actor_id(), now=now()
                )
            flash(_("The question is asked to who takes part."), "success")
            return redirect(_map_of(slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return _groups_page(own_round(slug), form)


@staff.route("/<slug>/groups/questions/<int:question_id>", methods=["GET", "POST"])
@requires("participation.hold")
def background(slug: str, question_id: int) -> Response:
    """Word a question about who takes part, and its answers."""
    found = own_round(slug)
    question = mapping.get_question(db.session(), found, question_id)
    form = wording_form(question, found.languages)
    if form.validate_on_submit():
        try:
            labels, options = worded(form, found.languages)
            with db.write() as session:
                found = get_own_round(session, slug)
                question = mapping.get_question(session, found, question_id)
                mapping.word_background(
                    session, found, question, labels, options, actor_id=actor_id(), now=now()
                )
            flash(_("The question is changed."), "success")
            return redirect(_map_of(slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    title = label_in(question.label, i18n.language())
    return form_page(
        "participation/background.html",
        form,
        found=found,
        question=question,
        crumbs=_below(found, title),
    )


@staff.post("/<slug>/groups/questions/<int:question_id>/remove")
@requires("participation.hold")
def drop_background(slug: str, question_id: int) -> Response:
    """Ask a question no longer."""
    with db.write() as session:
        found = get_own_round(session, slug)
        mapping.drop_background(session, found, question_id, actor_id=actor_id(), now=now())
    flash(_("The question is not asked any more."), "success")
    return redirect(_map_of(slug), 303)


@staff.get("/<slug>/inclusion")
@requires("participation.read")
def inclusion(slug: str) -> Response:
    """Show expected against reached, and groups that stay silent."""
    found = own_round(slug)
    seen = inclusion_of(db.session(), found)
    return page(
        "participation/inclusion.html",
        found=found,
        seen=seen,
        names=_owners(db.session(), seen),
        language=i18n.language(),
        label_in=label_in,
        touched=TOUCHED_TITLES,
        today=today(),
        crumbs=crumbs(found, (_("Who takes part"), "")),
    )


@staff.route("/<slug>/inclusion/<int:group_id>", methods=["GET", "POST"])
@requires("participation.hold")
def outreach(slug: str, group_id: int) -> Response:
    """Plan what somebody does to reach a group."""
    found = own_round(slug)
    row = mapping.get_group(db.session(), found, group_id)
    form = outreach_form(_colleagues(db.session()))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = get_own_round(session, slug)
                mapping.plan_outreach(
                    session,
                    found,
                    mapping.get_group(session, found, group_id),
                    form.reaching(),
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("It is planned."), "success")
            return redirect(_reach_of(slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    above = (_("Who takes part"), _reach_of(slug))
    return form_page(
        "participation/outreach.html",
        form,
        found=found,
        group=row,
        crumbs=crumbs(found, above, (row.name, "")),
    )


@staff.post("/<slug>/inclusion/plans/<int:outreach_id>/done")
@requires("participation.hold")
def finish_outreach(slug: str, outreach_id: int) -> Response:
    """Write down that a group was approached."""
    with db.write() as session:
        found = get_own_round(session, slug)
        mapping.finish_outreach(session, found, outreach_id, actor_id=actor_id(), now=now())
    flash(_("Written down as done."), "success")
    return redirect(_reach_of(slug), 303)


def _groups_page(found: Round, form: BackgroundForm) -> Response:
    session = db.session()
    seen = inclusion_of(session, found)
    questions = background_questions(session, found)
    left = sets_left(one.options for one in questions)
    form.name.choices = [(name, SET_TITLES[name]) for name in left]
    return form_page(
        "participation/groups.html",
        form,
        found=found,
        groups=[one.group for one in seen.groups],
        questions=questions,
        can_ask=bool(left) and len(questions) < MOST_QUESTIONS,
        has_begun=has_begun(session, found),
        names=_owners(session, seen),
        language=i18n.language(),
        label_in=label_in,
        shown_by=_shown_by(questions, [one.group for one in seen.groups]),
        touched=TOUCHED_TITLES,
        crumbs=crumbs(found, (_("Who is touched"), "")),
    )


def _shown_by(
    questions: list[BackgroundQuestion], groups: list[StakeholderGroup]
) -> dict[int, str]:
    """Say by which answer each group shows itself."""
    language = i18n.language()
    words = {
        (one.id, option["key"]): label_in(option["label"], language)
        for one in questions
        for option in one.options
    }
    return {one.id: words.get((one.question_id or 0, one.option), "") for one in groups}


def _owners(session: Session, seen: Inclusion) -> dict[int, str]:
    owners = [one.group.owner_id for one in seen.groups]
    owners += [plan.owner_id for one in seen.groups for plan in one.outreach]
    return people.names_of(session, owners)


def _colleagues(session: Session) -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in people.accounts(session) if one.state != "left"]


def _below(found: Round, title: str) -> list[tuple[str, str]]:
    return crumbs(found, (_("Who is touched"), _map_of(found.slug)), (title, ""))


def _map_of(slug: str) -> str:
    return url_for("participation.groups", slug=slug)


def _reach_of(slug: str) -> str:
    return url_for("participation.inclusion", slug=slug)
