"""What a dossier asks: the list, the library, one criterion, its parts, and all weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.addresses import number_in
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page
from waardewerk.values.ordering import Ordering, ordering_on
from waardewerk_procurement import check_words, scale_choices, words
from waardewerk_procurement.award import divisions
from waardewerk_procurement.criteria import KINDS
from waardewerk_procurement.forms.criteria import (
    EVERYTHING,
    Choices,
    criterion_form,
    hand_over_form,
    search_form,
    take_form,
    weights_form,
)
from waardewerk_procurement.forms.meanwhile import refuse
from waardewerk_procurement.models import Dossier, DossierCriterion
from waardewerk_procurement.operations import preparing, writing
from waardewerk_procurement.queries import criteria as asked
from waardewerk_procurement.queries.dossiers import works_on
from waardewerk_procurement.suggested import for_offered
from waardewerk_procurement.views.blueprint import (
    actor_id,
    now,
    own_dossier,
    pages,
    read_dossier,
    today,
)
from waardewerk_procurement.views.crumbs import crumbs
from waardewerk_procurement.views.paging import page_asked
from waardewerk_procurement.views.while_typing import CHECK, findings_on_typed
from waardewerk_procurement.views.writable import writable_dossier

#: How many criteria of the library are named beside one that was taken.
MOST_RELATED = 6


@pages.get("/<int:dossier_id>/criteria")
@requires("procurement.read")
def criteria(dossier_id: int) -> Response:
    """Show what is asked, by the value that it serves."""
    session, found = db.session(), read_dossier(dossier_id)
    rows = asked.criteria_of(session, found)
    lots = preparing.lots_of(session, found)
    in_view = asked.values_in_view(session, found, i18n.language())
    return page(
        "procurement/criteria.html",
        found=found,
        groups=asked.grouped(rows, asked.keepers_of(session, found), in_view),
        unserved=asked.unserved(rows, in_view),
        lots={lot.id: lot.title for lot in lots},
        off=[one for one in divisions.divisions(lots, rows) if not one.is_right],
        may_write=_may_write(found),
        crumbs=crumbs(found, (_("Criteria"), "")),
        words=words,
    )


# The library -----------------------------------------------------------------------------------


@pages.get("/<int:dossier_id>/criteria/library")
@requires("procurement.prepare")
def take(dossier_id: int) -> Response:
    """Search the library for what suits this dossier."""
    session, found = db.session(), writable_dossier(dossier_id)
    in_view = asked.values_in_view(session, found, i18n.language())
    form = search_form(request.args, in_view, asked.types_for(found), found.technologies)
    ordering = _ordering(found)
    wanted = form.wanted()
    names = _value_names(in_view)
    technologies = {key: str(title) for key, title in words.TECHNOLOGY_TITLES.items()}
    offers = asked.offers(session, found, wanted, ordering, names | technologies)
    shown = page_asked(offers)
    here = {one.name: one.data for one in form if one.data}
    return page(
        "procurement/take.html",
        found=found,
        form=form,
        count=len(offers),
        shown=shown,
        suits_dossier=wanted.suits_dossier,
        show_all=_library_url(found, {**here, "technology": EVERYTHING}),
        urls={number: _library_url(found, {**here, "page": number}) for number in shown.beside},
        has_accents=ordering.has_accents,
        names=names,
        crumbs=_below(found, (_("Library"), "")),
        words=words,
    )


def _value_names(in_view: Iterable[asked.InView]) -> dict[str, str]:
    """Name values as the framework of the dossier does, and for the rest as they came."""
    return {**asked.library_values(i18n.language()), **{one.key: one.name for one in in_view}}


def _library_url(found: Dossier, search: Mapping[str, Any]) -> str:
    return url_for("procurement.take", dossier_id=found.id, **search)


@pages.route("/<int:dossier_id>/criteria/library/<library_key>", methods=["GET", "POST"])
@requires("procurement.prepare")
def take_one(dossier_id: int, library_key: str) -> Response:
    """Show one criterion of the library, and take it with the reason why here."""
    found = writable_dossier(dossier_id)
    offered = asked.get_from_library(db.session(), found, library_key)
    form = take_form(offered, _choices(found))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                row = writing.take(
                    session,
                    own_dossier(dossier_id),
                    offered,
                    form.taking(),
                    actor_id=actor_id(),
                    now=now(),
                )
                taken = row.key
            flash(_("The criterion is in the dossier. Make it fit."), "success")
            return _to("criterion", dossier_id, criterion_key=taken)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/take_one.html",
        form,
        found=found,
        one=offered,
        anchors=writing.anchors_of(offered, found),
        suggestion=for_offered(offered, _ordering(found)),
        names=_value_names(_choices(found).values),
        crumbs=_below(
            found,
            (_("Library"), url_for("procurement.take", dossier_id=dossier_id)),
            (offered.title.for_language(i18n.language()), ""),
        ),
        words=words,
    )


# One criterion ---------------------------------------------------------------------------------


@pages.get("/<int:dossier_id>/criteria/new")
@requires("procurement.prepare")
def choose_type(dossier_id: int) -> Response:
    """Ask of which type a criterion of one's own is."""
    found = writable_dossier(dossier_id)
    return page(
        "procurement/choose_type.html",
        found=found,
        types=asked.types_for(found),
        crumbs=_below(found, (_("Write one yourself"), "")),
        words=words,
    )


@pages.route("/<int:dossier_id>/criteria/new/<criterion_type>", methods=["GET", "POST"])
@requires("procurement.prepare")
def write(dossier_id: int, criterion_type: str) -> Response:
    """Write a criterion of one's own."""
    found = writable_dossier(dossier_id)
    writing.check_type(found, criterion_type)
    form = criterion_form(found, criterion_type, _choices(found))
    which = {"type": criterion_type, "parent": ""}
    findings = _findings(found, which)
    if findings is None and form.validate_on_submit():
        try:
            with db.write() as session:
                row = writing.write_own(
                    session,
                    own_dossier(dossier_id),
                    criterion_type,
                    form.wording(),
                    actor_id=actor_id(),
                    now=now(),
                )
                written = row.key
            flash(_("The criterion is in the dossier."), "success")
            return _to("criterion", dossier_id, criterion_key=written)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/write.html",
        form,
        found=found,
        type=criterion_type,
        row=None,
        parent=None,
        action=request.path,
        suggestion=None,
        which=which,
        findings=findings,
        crumbs=_below(found, (str(words.TYPE_TITLES[criterion_type]), "")),
        words=words,
    )


@pages.get("/<int:dossier_id>/criteria/<criterion_key>")
@requires("procurement.read")
def criterion(dossier_id: int, criterion_key: str) -> Response:
    """Show one criterion with those that know it."""
    session, found = db.session(), read_dossier(dossier_id)
    rows = asked.criteria_of(session, found)
    row = asked.get_criterion(session, found, criterion_key)
    by_id = {one.id: one for one in rows}
    keepers = asked.keepers_of(session, found)
    possible = asked.possible_keepers(session, found, row)
    norms = {one.key: one.text for one in asked.norms_in_view(session, found, i18n.language())}
    return page(
        "procurement/criterion.html",
        found=found,
        row=row,
        kind=KINDS[row.type],  # type: ignore[index]
        places=scale_choices.places_of(row.type, found.scale),
        parent=by_id.get(row.parent_id or 0),
        parts=[one for one in rows if one.parent_id == row.id],
        kin=asked.kin_of(row, rows),
        keepers=[by_id[one] for one in keepers.get(row.id, ())],
        keeps=[by_id[one] for one, kept_by in keepers.items() if row.id in kept_by],
        form=hand_over_form(possible, keepers.get(row.id, ())),
        possible=possible,
        library=asked.of_library(session, row),
        suggestion=asked.suggested_weights(session, [row], _ordering(found)).get(row.key),
        related=asked.related_in_library(session, found, row, MOST_RELATED),
        names={one.key: one.name for one in _choices(found).values},
        norms=norms,
        lots={lot.id: lot.title for lot in preparing.lots_of(session, found)},
        changed_by=people.names_of(session, [row.changed_by]).get(row.changed_by or 0),
        may_write=_may_write(found),
        crumbs=_below(found, (row.title, "")),
        words=words,
    )


@pages.route("/<int:dossier_id>/criteria/<criterion_key>/change", methods=["GET", "POST"])
@requires("procurement.prepare")
def change_criterion(dossier_id: int, criterion_key: str) -> Response:
    """Change what is written about a criterion."""
    found = writable_dossier(dossier_id)
    row = asked.get_criterion(db.session(), found, criterion_key)
    form = criterion_form(found, row.type, _choices(found), row)
    which = {"key": row.key}
    findings = _findings(found, which)
    if findings is None and form.validate_on_submit():
        try:
            with db.write() as session:
                found = own_dossier(dossier_id)
                writing.change(
                    session,
                    found,
                    asked.get_criterion(session, found, criterion_key),
                    form.wording(),
                    revision=form.known_revision,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The criterion is changed."), "success")
            return _to("criterion", dossier_id, criterion_key=criterion_key)
        except Refusal as refusal:
            refuse(form, refusal, row.revision)
    return form_page(
        "procurement/write.html",
        form,
        found=found,
        type=row.type,
        row=row,
        parent=None,
        action=request.path,
        suggestion=asked.suggested_weights(db.session(), [row], _ordering(found)).get(row.key),
        which=which,
        findings=findings,
        crumbs=_below(found, (row.title, _url(found, row)), (_("Change"), "")),
        words=words,
    )


@pages.route("/<int:dossier_id>/criteria/<criterion_key>/divide", methods=["GET", "POST"])
@requires("procurement.prepare")
def divide(dossier_id: int, criterion_key: str) -> Response:
    """Add a part to a criterion."""
    found = writable_dossier(dossier_id)
    parent = asked.get_criterion(db.session(), found, criterion_key)
    form = criterion_form(found, parent.type, _choices(found), parent=parent)
    which = {"type": parent.type, "parent": parent.key}
    findings = _findings(found, which)
    if findings is None and form.validate_on_submit():
        try:
            with db.write() as session:
                found = own_dossier(dossier_id)
                writing.divide(
                    session,
                    found,
                    asked.get_criterion(session, found, criterion_key),
                    form.wording(),
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The part is there. Parts weigh inside their criterion."), "success")
            return _to("criterion", dossier_id, criterion_key=criterion_key)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/write.html",
        form,
        found=found,
        type=parent.type,
        row=None,
        parent=parent,
        action=request.path,
        suggestion=None,
        which=which,
        findings=findings,
        crumbs=_below(found, (parent.title, _url(found, parent)), (_("Add a part"), "")),
        words=words,
    )


@pages.post("/<int:dossier_id>/criteria/<criterion_key>/move")
@requires("procurement.prepare")
def move_criterion(dossier_id: int, criterion_key: str) -> Response:
    """Put a criterion before or after its neighbour."""
    with db.write() as session:
        found = own_dossier(dossier_id)
        row = asked.get_criterion(session, found, criterion_key)
        way = request.form.get("way", "")
        writing.move(session, found, row, way, actor_id=actor_id(), now=now())
    return _to("criteria", dossier_id, at=criterion_key)


@pages.get("/<int:dossier_id>/criteria/<criterion_key>/remove")
@requires("procurement.prepare")
def ask_to_remove(dossier_id: int, criterion_key: str) -> Response:
    """Say what goes with a criterion."""
    session, found = db.session(), writable_dossier(dossier_id)
    row = asked.get_criterion(session, found, criterion_key)
    return page(
        "procurement/remove.html",
        found=found,
        row=row,
        parts=asked.parts_of(session, row),
        crumbs=_below(found, (row.title, _url(found, row)), (_("Remove"), "")),
    )


@pages.post("/<int:dossier_id>/criteria/<criterion_key>/remove")
@requires("procurement.prepare")
def remove_criterion(dossier_id: int, criterion_key: str) -> Response:
    """Take a criterion out of the dossier."""
    with db.write() as session:
        found = own_dossier(dossier_id)
        row = asked.get_criterion(session, found, criterion_key)
        writing.remove(session, found, row, actor_id=actor_id(), now=now())
    flash(_("The criterion is gone."), "success")
    return _to("criteria", dossier_id)


@pages.post("/<int:dossier_id>/criteria/<criterion_key>/keepers")
@requires("procurement.prepare")
def hand_over(dossier_id: int, criterion_key: str) -> Response:
    """Say what keeps a promise alive after the award."""
    with db.write() as session:
        found = own_dossier(dossier_id)
        row = asked.get_criterion(session, found, criterion_key)
        chosen = [number_in(one) or 0 for one in request.form.getlist("keepers")]
        writing.hand_over(session, found, row, chosen, actor_id=actor_id(), now=now())
    flash(_("It is known what keeps this alive."), "success")
    return _to("criterion", dossier_id, criterion_key=criterion_key)


# Weights ---------------------------------------------------------------------------------------


@pages.route("/<int:dossier_id>/weights", methods=["GET", "POST"])
@requires("procurement.prepare")
def weights(dossier_id: int) -> Response:
    """Show every weight with the sums, and change them."""
    session, found = db.session(), writable_dossier(dossier_id)
    lots = preparing.lots_of(session, found)
    rows = asked.criteria_of(session, found)
    parts = divisions.divisions(lots, rows)
    form = weights_form(found, parts, lots)
    if form.validate_on_submit():
        try:
            with db.write() as writing_session:
                writing.weigh(
                    writing_session,
                    own_dossier(dossier_id),
                    form.weighing(),
                    revision=form.known_revision,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The weights are saved."), "success")
            return _to("weights", dossier_id)
        except Refusal as refusal:
            refuse(form, refusal, own_dossier(dossier_id).revision)
    return form_page(
        "procurement/weights.html",
        form,
        found=found,
        divisions=parts,
        suggested=asked.suggested_weights(session, rows, _ordering(found)),
        titles={one.key: one.title for one in rows} | {divisions.PRICE: _("Price")},
        crumbs=crumbs(found, (_("Weights"), "")),
        words=words,
    )


@pages.post("/<int:dossier_id>/weights/fit")
@requires("procurement.prepare")
def fit_weights(dossier_id: int) -> Response:
    """Fill in the nearest weights that are 100 percent."""
    with db.write() as session:
        writing.fit_weights(
            session,
            own_dossier(dossier_id),
            request.form.get("lot", ""),
            request.form.get("parent", ""),
            revision=number_in(request.form.get("revision", "")) or 0,
            actor_id=actor_id(),
            now=now(),
        )
    flash(_("The weights are 100 percent together."), "success")
    return _to("weights", dossier_id)


def _choices(found: Dossier) -> Choices:
    session, language = db.session(), i18n.language()
    return Choices(
        asked.values_in_view(session, found, language),
        asked.norms_in_view(session, found, language),
        preparing.lots_of(session, found),
    )


def _ordering(found: Dossier) -> Ordering:
    """Give the accents of today while a dossier is written; later they have nothing to point at."""
    if not found.can_be_written:
        return Ordering()
    return ordering_on(db.session(), today(), i18n.language())


def _findings(found: Dossier, which: dict[str, str]) -> list[check_words.Shown] | None:
    """Say what the checks find in what was typed; nothing when it was sent to be saved."""
    if CHECK not in request.form:
        return None
    return findings_on_typed(found, MultiDict([*request.form.items(multi=True), *which.items()]))


def _may_write(found: Dossier) -> bool:
    return found.can_be_written and works_on(found, access.viewer())


def _below(found: Dossier, *below: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(
        found, (_("Criteria"), url_for("procurement.criteria", dossier_id=found.id)), *below
    )


def _url(found: Dossier, row: DossierCriterion) -> str:
    return url_for("procurement.criterion", dossier_id=found.id, criterion_key=row.key)


def _to(endpoint: str, dossier_id: int, *, at: str | None = None, **values: str) -> Response:
    url = url_for(f"procurement.{endpoint}", _anchor=at, dossier_id=dossier_id, **values)  # type: ignore[arg-type]
    return redirect(url, 303)
