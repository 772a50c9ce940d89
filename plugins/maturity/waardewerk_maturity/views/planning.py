"""Agree on the level people want, and plan what is built up and down."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as accounts
from waardewerk.questionnaires.question_types import LevelQuestion
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page
from waardewerk_maturity import queries, scoring, sentences, tables
from waardewerk_maturity.forms import ActionChangeForm, ActionForm, WantedForm
from waardewerk_maturity.models import Action
from waardewerk_maturity.operations import planning
from waardewerk_maturity.queries import ScanFigures, ThemeResult
from waardewerk_maturity.views.blueprint import actor_id, now, pages, today
from waardewerk_maturity.words import title_of


@pages.route("/scans/<int:scan_id>/themes/<theme>/wanted", methods=["GET", "POST"])
@requires("maturity.plan")
def wanted(scan_id: int, theme: str) -> Response:
    """Write down which level people want on one theme, and what it takes."""
    figures = queries.figures_for(db.session(), scan_id, access.viewer())
    one = figures.theme(theme)
    form = _wanted_form(one)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                scan = queries.get_scan(session, scan_id)
                ambition = planning.record_ambition(
                    session, scan, form.wanted(theme), actor_id=actor_id(), now=now()
                )
            _tell(scoring.is_steep(one.figures.level, ambition.level, today(), ambition.by_date))
            return redirect(url_for("maturity.theme", scan_id=scan_id, theme=theme), 303)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "maturity/wanted.html",
        form,
        scan=figures.scan,
        theme=one,
        title=title_of(one.section),
        memory=tables.memory_of(one, queries.previous_figures(db.session(), figures.scan)),
        names=_names(db.session()),
    )


def _wanted_form(one: ThemeResult) -> WantedForm:
    ladder = next(q for q in one.section.questions if isinstance(q, LevelQuestion))
    lowest = one.figures.level or 1
    form = WantedForm(obj=one.ambition)
    form.level.choices = [
        (step, f"{step} {tables.level_name(one, step)}")
        for step in range(lowest, len(ladder.levels) + 1)
    ]
    return form


def _tell(is_steep: bool) -> None:
    if is_steep:
        text = _(
            "Written down. This is more than two levels in a year. That seldom works: "
            "ask yourselves whether one step first is better."
        )
        flash(text, "warning")
        return
    flash(_("Written down: the level you want."), "success")


def _names(session: Session) -> list[str]:
    """Return names to choose an owner from; another name may be typed."""
    return [one.name for one in accounts.accounts(session) if one.state != "left"]


@pages.route("/scans/<int:scan_id>/actions/new", methods=["GET", "POST"])
@requires("maturity.plan")
def plan_action(scan_id: int) -> Response:
    """Plan an action that brings a theme closer to what people want."""
    found = queries.figures_for(db.session(), scan_id, access.viewer())
    figures = queries.with_accents(db.session(), found, today(), i18n.language())
    form = _action_form(figures)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                scan = queries.get_scan(session, scan_id)
                action = planning.plan_action(
                    session, scan, form.planned(), actor_id=actor_id(), now=now()
                )
            flash(_("The action is planned."), "success")
            return redirect(url_for("maturity.theme", scan_id=scan_id, theme=action.theme), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "maturity/plan_action.html",
        form,
        scan=figures.scan,
        breaks=_breaks(figures, form.theme.data),
        names=_names(db.session()),
    )


def _action_form(figures: ScanFigures) -> ActionForm:
    ordered = sentences.ordered(figures)
    form = ActionForm(
        data={
            "theme": request.args.get("theme") or ordered[0].section.id,
            "direction": request.args.get("direction", "build_up"),
        }
    )
    form.theme.choices = [(one.section.id, title_of(one.section)) for one in ordered]
    return form


def _breaks(figures: ScanFigures, chosen: str | None) -> list[str]:
    """Say where the chosen theme came apart: the action should mend that link."""
    found = next((one for one in figures.themes if one.section.id == chosen), None)
    if found is None:
        return []
    return [sentences.of_break(title_of(found.section), one) for one in found.figures.flagged]


@pages.route("/actions/<int:action_id>", methods=["GET", "POST"])
@requires("maturity.plan")
def action(action_id: int) -> Response:
    """Write down how an action goes."""
    found = _visible_action(action_id)
    form = ActionChangeForm(obj=found)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                kept = planning.get_action(session, action_id)
                planning.change_action(session, kept, form.change(), actor_id=actor_id(), now=now())
            flash(_("Written down how the action goes."), "success")
            return redirect(
                url_for("maturity.theme", scan_id=found.scan_id, theme=found.theme), 303
            )
        except Refusal as refusal:
            if refusal.status == 409:
                raise
            form.refuse(refusal)
    figures = queries.figures_for(db.session(), found.scan_id, access.viewer())
    return form_page(
        "maturity/action.html",
        form,
        scan=figures.scan,
        action=found,
        theme=title_of(figures.theme(found.theme).section),
        names=_names(db.session()),
    )


def _visible_action(action_id: int) -> Action:
    found = planning.get_action(db.session(), action_id)
    queries.figures_for(db.session(), found.scan_id, access.viewer())
    return found
