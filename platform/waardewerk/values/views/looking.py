"""Lenses: look at one project through the values of the province, and wider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.contract import Viewer
from waardewerk.forms import Form
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import cards, lenses, queries, readers, sources, words
from waardewerk.values.forms.practice import (
    NO_VALUE,
    CardForm,
    ConsiderationForm,
    NothingElseForm,
    OpenLensForm,
    TensionForm,
)
from waardewerk.values.lenses import InView
from waardewerk.values.models import ProjectLens
from waardewerk.values.operations import looking
from waardewerk.values.views.blueprint import actor_id, now, pages, today

ONE = "/lenses/<int:lens_id>"


@sources.found_by(pages, "values.lens")
def lens_source(session: Session, lens_id: int, viewer: Viewer) -> sources.Source | None:
    """Let a signal name the lens that it comes from."""
    found = session.get(ProjectLens, lens_id)
    if found is None or not viewer.may("values.read"):
        return None
    return sources.Source(found.title, url_for("values.lens", lens_id=lens_id))


@pages.get("/lenses", endpoint="lenses")
@requires("values.read")
def lenses_page() -> Response:
    """List the projects that are looked at through values."""
    shown = lenses.page_of_lenses(db.session(), number_asked("page") or 1)
    return page(
        "values/lenses.html",
        shown=shown,
        urls={n: url_for("values.lenses", page=n) for n in range(1, shown.last + 1)},
        is_wide_enough=looking.is_wide_enough,
        may_weigh=access.viewer().may("values.weigh"),
    )


@pages.route("/lenses/new", methods=["GET", "POST"])
@requires("values.weigh")
def open_lens() -> Response:
    """Begin to look at a project that has no page elsewhere."""
    form = OpenLensForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                lens = looking.open_lens(
                    session,
                    title=form.title.data or "",
                    request_key=(form.request_key.data or "")[:64] or None,
                    actor_id=actor_id(),
                    now=now(),
                )
            return _to_lens(lens.id)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("values/open_lens.html", form, current_section="values.lenses")


def _to_lens(lens_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("values.lens", lens_id=lens_id, _anchor=anchor), 303)


@pages.get(ONE)
@requires("values.read")
def lens(lens_id: int) -> Response:
    """Show what is in view, what was weighed, and what is still missing."""
    session = db.session()
    found = lenses.get_lens(session, lens_id)
    in_view = lenses.values_in_view(session, found, i18n.language())
    newest = queries.version_in_force(session, today())
    return page(
        "values/lens.html",
        lens=found,
        values=in_view,
        names={value.urn: value.name for value in in_view},
        wide_enough=looking.is_wide_enough(found),
        is_older=bool(newest and found.version and newest.number > found.version.number),
        newest=newest,
        people=people.names_of(session, {one.written_by for one in found.considerations}),
        weighed=lenses.weighed_in(found),
        words=words,
        most=looking.MOST_EACH_WAY,
        may_write=found.is_open and access.viewer().may("values.weigh"),
        read_by=readers.readers_of(session, found),
        current_section="values.lenses",
    )


def _open_lens(lens_id: int) -> ProjectLens:
    """Return a lens to write in, or answer why nobody can: before, not after, typing."""
    found = lenses.get_lens(db.session(), lens_id)
    looking.demand_open(found)
    return found


@dataclass(frozen=True)
class _Table:
    """The cards that lie on the table, and how one comes to the others."""

    cards: list[cards.Card]
    turn: int
    turns: int
    search: str
    shows_all: bool


def _table(found: ProjectLens) -> _Table:
    left = [card for card in lenses.cards_for(db.session(), found) if _is_left(found, card)]
    search = request.args.get("q", "").strip()[:200]
    shows_all = "all" in request.args
    turns = cards.turns(left)
    turn = min(max(request.args.get("turn", 1, type=int), 1), max(turns, 1))
    if search:
        return _Table(cards.matching(left, search, i18n.language()), turn, turns, search, False)
    return _Table(left if shows_all else list(cards.hand(left, turn)), turn, turns, "", shows_all)


def _is_left(found: ProjectLens, card: cards.Card) -> bool:
    return card.urn not in {one.urn for one in found.wider}


@pages.get(f"{ONE}/wider")
@requires("values.weigh")
def wider(lens_id: int) -> Response:
    """Draw cards with values outside the core."""
    return _wider(_open_lens(lens_id), NothingElseForm(None))


def _wider(found: ProjectLens, form: NothingElseForm) -> Response:
    return _writing_page(
        "values/wider.html",
        form,
        found,
        table=_table(found),
        words=words,
        most=looking.MOST_EACH_WAY,
    )


def _writing_page(template: str, form: Form, found: ProjectLens, **shown: Any) -> Response:
    """Render a page on which somebody writes in a lens; it says who reads that."""
    return form_page(
        template,
        form,
        lens=found,
        read_by=readers.readers_of(db.session(), found),
        current_section="values.lenses",
        **shown,
    )


@pages.route(f"{ONE}/wider/card", methods=["GET", "POST"])
@requires("values.weigh")
def card(lens_id: int) -> Response:
    """Say that the project touches the value on this card, and how."""
    found = _open_lens(lens_id)
    urn = request.args.get("value", "")
    chosen = next((c for c in lenses.cards_for(db.session(), found) if c.urn == urn), None)
    if chosen is None:
        raise NotFound("There is no card with this value.")
    form = CardForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                writing = lenses.get_lens(session, lens_id)
                looking.choose_card(
                    session, writing, form.touched(urn), actor_id=actor_id(), now=now()
                )
            return _to_lens(lens_id, "wider")
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _writing_page("values/card.html", form, found, card=chosen)


@pages.post(f"{ONE}/wider/away")
@requires("values.weigh")
def card_away(lens_id: int) -> Response:
    """Take a card away again."""
    with db.write() as session:
        found = lenses.get_lens(session, lens_id)
        urn = request.form.get("value", "")
        looking.take_card_away(session, found, urn, actor_id=actor_id(), now=now())
    flash(_("The card is taken away."), "success")
    return _to_lens(lens_id, "wider")


@pages.post(f"{ONE}/wider/nothing-else")
@requires("values.weigh")
def nothing_else(lens_id: int) -> Response:
    """Write down why the project touches nothing outside the core."""
    found, form = _open_lens(lens_id), NothingElseForm()
    if form.validate():
        try:
            with db.write() as session:
                writing = lenses.get_lens(session, lens_id)
                looking.say_nothing_else(
                    session, writing, form.reason.data or "", actor_id=actor_id(), now=now()
                )
            return _to_lens(lens_id, "wider")
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _wider(found, form)


@pages.route(f"{ONE}/consider", methods=["GET", "POST"])
@requires("values.weigh")
def consider(lens_id: int) -> Response:
    """Say what the project does to one value."""
    found = _open_lens(lens_id)
    value = _in_view(found, request.args.get("value", ""))
    form = ConsiderationForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                writing = lenses.get_lens(session, lens_id)
                looking.consider(
                    session, writing, form.weighed(value.urn), actor_id=actor_id(), now=now()
                )
            return _to_lens(lens_id, "values")
        except Refusal as refusal:
            form.refuse(refusal)
    return _writing_page("values/consider.html", form, found, value=value)


def _in_view(found: ProjectLens, urn: str) -> InView:
    for value in lenses.values_in_view(db.session(), found, i18n.language()):
        if value.urn == urn:
            return value
    raise NotFound("This value is not in view: choose its card first.")


@pages.route(f"{ONE}/tension", methods=["GET", "POST"])
@requires("values.weigh")
def tension(lens_id: int) -> Response:
    """Write down which of two values weighed heavier, and what is given up."""
    found = _open_lens(lens_id)
    form = TensionForm(data={"decided_on": today()})
    in_view = lenses.values_in_view(db.session(), found, i18n.language())
    names = [(one.urn, one.name) for one in in_view]
    form.urn.choices = form.against.choices = [(NO_VALUE, _("Choose a value")), *names]
    if form.validate_on_submit():
        try:
            with db.write() as session:
                writing = lenses.get_lens(session, lens_id)
                looking.settle_tension(
                    session, writing, form.chosen(), actor_id=actor_id(), now=now()
                )
            return _to_lens(lens_id, "tensions")
        except Refusal as refusal:
            form.refuse(refusal)
    return _writing_page("values/tension.html", form, found, has_choice=len(in_view) > 1)
