"""Answering, closing and what becomes of a round: for those who hold it, and for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from flask import flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import public, requires
from waardewerk.i18n import gettext as _
from waardewerk.i18n import language
from waardewerk.refusal import Conflict, Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation import promises, terms
from waardewerk_participation.forms.answers import AnswerForm, DestroyForm, PointForm
from waardewerk_participation.models import Point, Round, Statement
from waardewerk_participation.operations import answering
from waardewerk_participation.operations import closing as closing_rounds
from waardewerk_participation.queries import answers as reads
from waardewerk_participation.queries import closing as facts
from waardewerk_participation.said import said_of
from waardewerk_participation.small_cells import PUBLIC
from waardewerk_participation.texts import statement_in
from waardewerk_participation.views.blueprint import (
    actor_id,
    keys,
    now,
    own_round,
    staff,
    taking_part,
    today,
)
from waardewerk_participation.views.crumbs import crumbs
from waardewerk_participation.views.public import public_round

ONE = "/<slug>/answers/<int:point_id>"


@staff.context_processor
def _where_one_is() -> dict[str, object]:
    return {"crumbs_to": crumbs}


@dataclass(frozen=True)
class Said:
    """What people said that wants an answer, as pages show it."""

    #: The kinds of points, in the order in which people read them, each with its points.
    kinds: list[tuple[str, list[Point]]]
    #: By the row's number of a statement.
    statements: dict[int, Statement]
    progress: reads.Progress
    #: Points about a statement that nobody else sees now.
    hidden: frozenset[int]
    #: Points of which the answer promises a day that has passed.
    passed: frozenset[int]

    def text(self, point: Point) -> tuple[str, str]:
        """Return the statement that a point is about, and its language."""
        return statement_in(self.statements[point.statement_id], language())

    def number(self, point: Point) -> int:
        """Return the number of the statement within the round."""
        return self.statements[point.statement_id].number

    def sentence(self, point: Point) -> str:
        """Say what people made of it."""
        return said_of(point.kind, point.group, point.figures)


def _said(found: Round, *, for_answering: bool = False) -> Said:
    """Return the points; those about hidden statements only for who answers."""
    session = db.session()
    seen = reads.points(session, found)
    rows = reads.all_points(session, found) if for_answering else seen
    return Said(
        kinds=[(kind, list(some)) for kind, some in groupby(rows, key=attrgetter("kind"))],
        statements=reads.statements_of_points(session, found),
        progress=reads.progress_of(rows),
        hidden=frozenset(one.id for one in rows) - {one.id for one in seen},
        passed=frozenset(one.id for one in rows if reads.has_passed(one, today())),
    )


@staff.get("/<slug>/answers")
@requires("participation.read")
def answers(slug: str) -> Response:
    """Show what people said that wants an answer, and how far answering is."""
    return _answers(own_round(slug), PointForm(None))


def _answers(found: Round, form: PointForm) -> Response:
    answers_points = access.viewer().may("participation.answer")
    may = answers_points and found.phase == "answer"
    free = reads.statements_to_add(db.session(), found) if may else []
    form.statement.choices = [(one.number, f"{one.number}. {one.text}") for one in free]
    return form_page(
        "participation/answers.html",
        form,
        found=found,
        may=may,
        is_free=bool(free),
        said=_said(found, for_answering=answers_points),
    )


@staff.post("/<slug>/answers")
@requires("participation.answer")
def add_point(slug: str) -> Response:
    """Make a point of a statement that deserves an answer."""
    found, form = own_round(slug), PointForm()
    free = reads.statements_to_add(db.session(), found)
    form.statement.choices = [(one.number, one.text) for one in free]
    if not form.validate():
        return _answers(found, form)
    with db.write() as session:
        answering.add_point(
            session, own_round(slug), form.statement.data, actor_id=actor_id(), now=now()
        )
    return redirect(url_for("participation.answers", slug=slug), 303)


@staff.route(ONE, methods=["GET", "POST"])
@requires("participation.answer")
def answer(slug: str, point_id: int) -> Response:
    """Answer one point."""
    found = own_round(slug)
    point = reads.get_point(db.session(), found, point_id)
    form = AnswerForm() if request.method == "POST" else AnswerForm.showing(point)
    if form.validate_on_submit() and _is_answered(slug, point_id, form):
        flash(_("The answer is kept. People see it once the round is closed."), "success")
        return redirect(url_for("participation.answers", slug=slug), 303)
    return form_page(
        "participation/answer.html",
        form,
        found=own_round(slug),
        point=point,
        said=_said(found, for_answering=True),
    )


def _is_answered(slug: str, point_id: int, form: AnswerForm) -> bool:
    try:
        with db.write() as session:
            found = own_round(slug)
            point = reads.get_point(session, found, point_id)
            answering.answer_point(
                session,
                found,
                point,
                form.answer(),
                revision=form.known,
                actor_id=actor_id(),
                now=now(),
            )
    except Conflict:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@staff.post(f"{ONE}/drop")
@requires("participation.answer")
def drop_point(slug: str, point_id: int) -> Response:
    """Take back a point that was added by hand."""
    with db.write() as session:
        found = own_round(slug)
        point = reads.get_point(session, found, point_id)
        answering.drop_point(session, found, point, actor_id=actor_id(), now=now())
    return redirect(url_for("participation.answers", slug=slug), 303)


@staff.get("/<slug>/closing")
@requires("participation.read")
def closing(slug: str) -> Response:
    """Show what goes when, and what went."""
    return _closing(own_round(slug), DestroyForm(None))


def _closing(found: Round, form: DestroyForm) -> Response:
    return form_page(
        "participation/closing.html",
        form,
        found=found,
        may=access.viewer().may("participation.answer"),
        has_key=keys().has(found.key_name),
        key_goes_on=terms.key_goes_on(found),
        votes_go_on=terms.votes_go_on(found),
        held=facts.held(db.session(), found),
    )


@staff.post("/<slug>/closing/destroy-key")
@requires("participation.answer")
def destroy_key(slug: str) -> Response:
    """Destroy the key of a round before its time, by somebody who means it."""
    form = DestroyForm()
    if not form.validate():
        return _closing(own_round(slug), form)
    try:
        with db.write() as session:
            closing_rounds.destroy_key(
                session,
                own_round(slug),
                keys(),
                typed=form.typed.data,
                actor_id=actor_id(),
                now=now(),
            )
    except Refusal as refusal:
        form.refuse(refusal, form.typed)
        return _closing(own_round(slug), form)
    flash(_("The key is destroyed. Nobody can link a participant to a person now."), "success")
    return redirect(url_for("participation.closing", slug=slug), 303)


@taking_part.get("/<slug>/answers", endpoint="answers")
@public
def answers_for_everybody(slug: str) -> Response:
    """Show what people said and what the province does with it; before that, by when."""
    found = public_round(slug)
    return page(
        "participation/round/answers.html",
        found=found,
        days=reads.days_taken(found),
        today=today(),
        said=_said(found),
        with_counts=(found.manifest or {}).get("people", 0) >= PUBLIC,
    )


@taking_part.get("/<slug>/privacy")
@public
def privacy(slug: str) -> Response:
    """Say what is kept of who takes part, who can see it, and what we promise."""
    found = public_round(slug)
    return page(
        "participation/round/privacy.html",
        found=found,
        promise=promises.promise_of(found.joining),
        kept=promises.kept_of(found.joining),
        threats=promises.threats_to(found.joining),
        key_goes_on=terms.key_goes_on(found),
        votes_go_on=terms.votes_go_on(found),
    )
