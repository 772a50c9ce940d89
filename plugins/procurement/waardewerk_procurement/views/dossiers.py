"""All dossiers, one dossier, how it is set up, its lots and formulas, and its lens."""

from __future__ import annotations

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.contract import Viewer
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import queries as frameworks
from waardewerk.values import readers, sources
from waardewerk.values.operations import looking
from waardewerk_procurement import course, scale_choices, words
from waardewerk_procurement.award.formulas import formulas_for
from waardewerk_procurement.forms.dossiers import (
    AboutForm,
    AddLotForm,
    People,
    begin_form,
    formula_form,
    lot_form,
    set_up_form,
)
from waardewerk_procurement.forms.meanwhile import refuse
from waardewerk_procurement.kind_words import worded_for
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations import preparing
from waardewerk_procurement.queries import criteria as asked
from waardewerk_procurement.queries.dossiers import LENS, all_dossiers, get_lot, works_on
from waardewerk_procurement.queries.fixing import may_approve, reviews_of
from waardewerk_procurement.queries.officers import officers
from waardewerk_procurement.queries.progress import progress_of
from waardewerk_procurement.sections import sections_for
from waardewerk_procurement.views.blueprint import (
    actor_id,
    now,
    own_dossier,
    pages,
    read_dossier,
    today,
)
from waardewerk_procurement.views.crumbs import crumbs
from waardewerk_procurement.views.hours import tell_the_hour
from waardewerk_procurement.views.writable import writable_dossier


@sources.found_by(pages, LENS)
def dossier_source(session: Session, dossier_id: int, viewer: Viewer) -> sources.Source | None:
    """Let a signal name the dossier that it comes from."""
    found = session.get(Dossier, dossier_id)
    if found is None or not viewer.may("procurement.read"):
        return None
    return sources.Source(found.title, url_for("procurement.dossier", dossier_id=dossier_id))


@readers.told_by(pages, LENS)
def readers_of_lens(session: Session, dossier_id: int) -> str:
    """Tell whoever writes in the lens of a dossier that it goes out with the documents."""
    found = session.get(Dossier, dossier_id)
    if found is None:
        return ""
    with worded_for(is_subsidy=found.is_subsidy):
        return _(
            "What you write here comes in the documents that bidders read. Leave out names of "
            "people."
        )


@pages.get("/", endpoint="dossiers")
@requires("procurement.read")
def dossiers_page() -> Response:
    """List the dossiers, the newest first."""
    found = all_dossiers(db.session())
    names = people.names_of(db.session(), [one.officer_id for one in found])
    return page("procurement/dossiers.html", dossiers=found, names=names, words=words, at=now())


@pages.route("/new", methods=["GET", "POST"])
@requires("procurement.prepare")
def prepare() -> Response:
    """Begin a dossier: one screen."""
    form = begin_form(_officers(db.session()), actor_id())
    if form.validate_on_submit():
        try:
            with db.write() as session:
                made = preparing.make_dossier(
                    session,
                    form.set_up(),
                    request_key=form.request_key.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
                dossier_id = made.id
            flash(_("The dossier is there. Now look which values it touches."), "success")
            return _after(form, dossier_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("procurement/prepare.html", form, words=words)


@pages.get("/<int:dossier_id>/")
@requires("procurement.read")
def dossier(dossier_id: int) -> Response:
    """Show how far a dossier is, what happens next, and its pages."""
    session, found = db.session(), read_dossier(dossier_id)
    holds = frameworks.version_in_force(session, today())
    return page(
        "procurement/dossier.html",
        found=found,
        steps=course.steps_of(found),
        now_text=course.what_now(session, found),
        obstacles=course.in_the_way(session, found, today()),
        sections=sections_for(db.session(), found, access.viewer()),
        names=people.names_of(session, [found.officer_id, found.made_by, found.keeper_id]),
        lens=looking.lens_of(session, LENS, found.id),
        looked_wider=asked.looked_wider(session, found),
        newest=holds.number if holds else None,
        works=works_on(found, access.viewer()),
        progress=progress_of(session, found, today()) if found.state == "concept" else {},
        may_approve=may_approve(session, found, access.viewer()),
        reviews=reviews_of(session, found) if found.can_be_written else [],
        lots=preparing.lots_of(session, found),
        scale=scale_choices.name_of(found.scale),
        words=words,
    )


@pages.post("/<int:dossier_id>/lens")
@requires("values.weigh")
def open_lens(dossier_id: int) -> Response:
    """Begin to look at a dossier through the values of the province."""
    access.demand("procurement.prepare")
    with db.write() as session:
        found = own_dossier(dossier_id)
        url = url_for("procurement.dossier", dossier_id=dossier_id)
        lens_id = preparing.open_lens(session, found, url, actor_id=actor_id(), now=now())
    return redirect(url_for("values.lens", lens_id=lens_id), 303)


@pages.route("/<int:dossier_id>/setup", methods=["GET", "POST"])
@requires("procurement.prepare")
def setup(dossier_id: int) -> Response:
    """Change what a dossier is about and how it is scored."""
    found = writable_dossier(dossier_id)
    form = set_up_form(found, _officers(db.session()))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                preparing.change_set_up(
                    session,
                    own_dossier(dossier_id),
                    form.set_up(),
                    revision=form.known_revision,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The set-up is changed."), "success")
            return _after(form, dossier_id)
        except Refusal as refusal:
            refuse(form, refusal, own_dossier(dossier_id).revision)
    return form_page(
        "procurement/setup.html",
        form,
        found=found,
        crumbs=crumbs(found, (_("Set-up"), "")),
        words=words,
    )


# Lots ------------------------------------------------------------------------------------------


@pages.route("/<int:dossier_id>/lots", methods=["GET", "POST"])
@requires("procurement.prepare")
def lots(dossier_id: int) -> Response:
    """Show the lots with their rules, and add one."""
    found = writable_dossier(dossier_id)
    form = AddLotForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                preparing.add_lot(
                    session,
                    own_dossier(dossier_id),
                    form.title.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The lot is there. Give it its rules."), "success")
            return redirect(url_for("procurement.lots", dossier_id=dossier_id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/lots.html",
        form,
        found=found,
        lots=preparing.lots_of(db.session(), found),
        names=_tie_names(found),
        crumbs=_in_lots(found),
        words=words,
    )


@pages.route("/<int:dossier_id>/lots/<lot_key>", methods=["GET", "POST"])
@requires("procurement.prepare")
def lot(dossier_id: int, lot_key: str) -> Response:
    """Change what is said about a lot beside its formula."""
    found = writable_dossier(dossier_id)
    row = get_lot(db.session(), found, lot_key)
    rows = asked.criteria_of(db.session(), found)
    form = lot_form(row, rows, _value_names(found), found)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = own_dossier(dossier_id)
                preparing.change_lot(
                    session,
                    found,
                    get_lot(session, found, lot_key),
                    form.rules(),
                    revision=form.known_revision,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The lot is changed."), "success")
            return redirect(url_for("procurement.lots", dossier_id=dossier_id), 303)
        except Refusal as refusal:
            refuse(form, refusal, own_dossier(dossier_id).revision)
    return form_page(
        "procurement/lot.html", form, found=found, lot=row, crumbs=_in_lots(found, (row.title, ""))
    )


@pages.get("/<int:dossier_id>/lots/<lot_key>/remove")
@requires("procurement.prepare")
def ask_to_remove_lot(dossier_id: int, lot_key: str) -> Response:
    """Say what goes with a lot."""
    found = writable_dossier(dossier_id)
    row = get_lot(db.session(), found, lot_key)
    here = _in_lots(found, (row.title, _lot_url(found, lot_key)), (_("Remove"), ""))
    return page("procurement/remove_lot.html", found=found, lot=row, crumbs=here)


@pages.post("/<int:dossier_id>/lots/<lot_key>/remove")
@requires("procurement.prepare")
def remove_lot(dossier_id: int, lot_key: str) -> Response:
    """Take a lot away."""
    with db.write() as session:
        found = own_dossier(dossier_id)
        row = get_lot(session, found, lot_key)
        preparing.remove_lot(session, found, row, actor_id=actor_id(), now=now())
    flash(_("The lot is gone."), "success")
    return redirect(url_for("procurement.lots", dossier_id=dossier_id), 303)


@pages.get("/<int:dossier_id>/lots/<lot_key>/formula")
@requires("procurement.prepare")
def formulas(dossier_id: int, lot_key: str) -> Response:
    """Show the ways to make one figure of price and quality, each with where it goes wrong."""
    found = writable_dossier(dossier_id)
    row = get_lot(db.session(), found, lot_key)
    here = _in_lots(found, (row.title, _lot_url(found, lot_key)), (_("Formula"), ""))
    return page(
        "procurement/formulas.html",
        found=found,
        lot=row,
        formulas=formulas_for(is_subsidy=found.is_subsidy),
        crumbs=here,
        words=words,
    )


@pages.route("/<int:dossier_id>/lots/<lot_key>/formula/<formula_name>", methods=["GET", "POST"])
@requires("procurement.prepare")
def formula(dossier_id: int, lot_key: str, formula_name: str) -> Response:
    """Fill in the numbers of one formula."""
    found = writable_dossier(dossier_id)
    kinds = {str(one.name): one for one in formulas_for(is_subsidy=found.is_subsidy)}
    if formula_name not in kinds:
        raise NotFound("There is no such formula.")
    row = get_lot(db.session(), found, lot_key)
    form = formula_form(formula_name, row, found.revision)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = own_dossier(dossier_id)
                preparing.choose_formula(
                    session,
                    found,
                    get_lot(session, found, lot_key),
                    form.formula(),
                    form.reason.data or "",
                    revision=form.known_revision,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The formula is chosen."), "success")
            return redirect(url_for("procurement.lots", dossier_id=dossier_id), 303)
        except Refusal as refusal:
            refuse(form, refusal, own_dossier(dossier_id).revision)
    kind = kinds[formula_name]
    here = _in_lots(found, (row.title, _lot_url(found, lot_key)), (_(str(kind.title)), ""))
    return form_page("procurement/formula.html", form, found=found, lot=row, kind=kind, crumbs=here)


def _in_lots(found: Dossier, *below: tuple[str, str]) -> list[tuple[str, str]]:
    lots_url = url_for("procurement.lots", dossier_id=found.id)
    return crumbs(found, (_("Lots and formulas"), lots_url), *below)


def _lot_url(found: Dossier, lot_key: str) -> str:
    return url_for("procurement.lot", dossier_id=found.id, lot_key=lot_key)


def _value_names(found: Dossier) -> dict[str, str]:
    seen = asked.values_in_view(db.session(), found, i18n.language())
    return {one.key: one.name for one in seen}


def _tie_names(found: Dossier) -> dict[str, str]:
    """Give what steps of a tie rule point at, by how they point at it."""
    rows = asked.criteria_of(db.session(), found)
    names = {f"criterion:{one.key}": one.title for one in rows}
    return names | {f"value:{key}": name for key, name in _value_names(found).items()}


def _officers(session: Session) -> People:
    return [(one.id, one.name) for one in officers(session)]


def _after(form: AboutForm, dossier_id: int) -> Response:
    tell_the_hour(form.closes_at)
    return redirect(url_for("procurement.dossier", dossier_id=dossier_id), 303)
