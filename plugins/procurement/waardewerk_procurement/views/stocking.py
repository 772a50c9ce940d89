"""Criteria of the province's own: add, change, retire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import db, i18n, settings
from waardewerk.access import requires
from waardewerk.addresses import number_in
from waardewerk.i18n import gettext as _
from waardewerk.notation.problems import DefinitionError
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import queries as values
from waardewerk.values.framework import Framework
from waardewerk.values.starting import starting_point
from waardewerk_procurement.criteria import KINDS, Criterion, Type
from waardewerk_procurement.forms.library import Choices, CriterionForm, TypeForm, criterion_form
from waardewerk_procurement.library import fields as library_fields
from waardewerk_procurement.library import intake
from waardewerk_procurement.operations import stocking
from waardewerk_procurement.queries import library
from waardewerk_procurement.views.blueprint import actor_id, now, pages, today
from waardewerk_procurement.views.library import names_here

STOCK = "procurement.stock"


@pages.get("/library/new", endpoint="library_choose_type")
@requires(STOCK)
def choose_type() -> Response:
    """Ask of which type a new criterion is: the rest of the form follows from that."""
    chosen = request.args.get("type", "")
    if chosen in KINDS:
        return redirect(url_for("procurement.library_add", criterion_type=chosen), 303)
    form = TypeForm(formdata=None)
    form.type.choices = [(key, _(one.title)) for key, one in KINDS.items()]
    return page("procurement/library_choose_type.html", form=form)


@pages.route("/library/new/<criterion_type>", methods=["GET", "POST"], endpoint="library_add")
@requires(STOCK)
def add(criterion_type: str) -> Response:
    """Add a criterion of the province, from nothing or from one that is there."""
    if criterion_type not in KINDS:
        raise NotFound("There is no such type of criterion.")
    source = _source(cast("Type", criterion_type))
    cells = library_fields.cells_of(source) if source else {}
    form = _form(cast("Type", criterion_type), cells, source)
    if form.validate_on_submit():
        try:
            return _add(form, criterion_type)
        except DefinitionError as fault:
            form.refuse_all(fault)
        except Refusal as refusal:
            form.refuse(refusal)
    return _form_page(form, criterion_type, source=source)


def _source(criterion_type: Type) -> Criterion | None:
    """Return the criterion on which a new one is based."""
    key = request.args.get("based_on")
    if not key:
        return None
    found = library.find_item(db.session(), key).criterion
    if found.type != criterion_type:
        raise NotFound("There is no such criterion in the library.")
    return found


def _form(criterion_type: Type, cells: dict[str, str], stored: Criterion | None) -> CriterionForm:
    languages = library_fields.languages_of(stored) if stored else ()
    return criterion_form(criterion_type, languages, _choices(criterion_type, stored), cells)


def _choices(criterion_type: Type, stored: Criterion | None) -> Choices:
    """Return what can be chosen; what the criterion has already is always among it."""
    session = db.session()
    framework = values.framework_in_force(session, today()) or _shipped_framework()
    names = names_here()
    has_values = (stored.values if stored else ()) + tuple(one.key for one in framework.values)
    has_norms = (stored.norms if stored else ()) + tuple(one.key for one in framework.norms)
    keepers = [
        (one.key, f"{one.criterion.title.for_language(i18n.language())}")
        for one in library.whole_library(session)
        if one.criterion.type in KINDS[criterion_type].kept_by
        and (one.is_offered or (stored is not None and one.key in stored.kept_by))
    ]
    return Choices(
        values=sorted(
            ((key, names.value(key)) for key in set(has_values)), key=lambda one: one[1].lower()
        ),
        norms=[(key, names.norm(key)) for key in dict.fromkeys(has_norms)],
        keepers=sorted(keepers, key=lambda one: one[1].lower()),
    )


def _shipped_framework() -> Framework:
    found = starting_point("urn:waardewerk:values:codio")
    assert found is not None
    return found


def _typed(form: CriterionForm, criterion_type: str, urn: str = "") -> Criterion:
    languages = (library_fields.FIRST_LANGUAGE, *form.languages)
    tree = library_fields.tree_of({**form.cells(), "type": criterion_type, "id": urn}, languages)
    return intake.read_tree(tree, owner=settings.identity().name)


def _add(form: CriterionForm, criterion_type: str) -> Response:
    criterion = _typed(form, criterion_type)
    with db.write() as session:
        own = stocking.add_criterion(session, criterion, actor_id=actor_id(), now=now())
        library_key = library.criterion_of(own).key
    flash(_("The criterion is in the library."), "success")
    return redirect(url_for("procurement.library_criterion", library_key=library_key), 303)


def _form_page(form: CriterionForm, criterion_type: str, **about: object) -> Response:
    given: dict[str, object] = {"source": None, "item": None, "changes": (), **about}
    kind = KINDS[cast("Type", criterion_type)]
    return form_page(
        "procurement/library_form.html",
        form,
        None,
        kind=kind,
        criterion_type=criterion_type,
        **given,
    )


@pages.route(
    "/library/criteria/<library_key>/change", methods=["GET", "POST"], endpoint="library_change"
)
@requires(STOCK)
def change(library_key: str) -> Response:
    """Change a criterion of the province."""
    own = library.get_own(db.session(), library_key)
    stored = library.criterion_of(own)
    form = _form(
        stored.type, {**library_fields.cells_of(stored), "revision": str(own.revision)}, stored
    )
    if form.validate_on_submit():
        try:
            return _change(form, library_key, stored)
        except Conflict as refusal:
            return _conflict(form, library_key, refusal)
        except DefinitionError as fault:
            form.refuse_all(fault)
        except Refusal as refusal:
            form.refuse(refusal)
    return _form_page(form, stored.type, item=library.Item(stored, own))


def _change(form: CriterionForm, library_key: str, stored: Criterion) -> Response:
    criterion = _typed(form, stored.type, stored.id)
    with db.write() as session:
        stocking.change_criterion(
            session,
            library.get_own(session, library_key),
            criterion,
            revision=form.revision.number,
            actor_id=actor_id(),
            now=now(),
        )
    flash(_("The criterion is changed. What dossiers took before stays as it was."), "success")
    return redirect(url_for("procurement.library_criterion", library_key=library_key), 303)


@dataclass(frozen=True)
class Difference:
    """One field, as it stands there and as it was typed."""

    title: str
    before: str
    after: str
    language: str = ""

    @property
    def kind(self) -> str:
        """Say whether it came, went or changed."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


def _conflict(form: CriterionForm, library_key: str, refusal: Conflict) -> Response:
    """Show what stands there now beside what was typed; saving again builds on that."""
    own = library.get_own(db.session(), library_key)
    stored = library.criterion_of(own)
    there, typed = library_fields.cells_of(stored), form.cells()
    form.refuse(refusal)
    form.revision.data = str(own.revision)
    response = _form_page(
        form,
        stored.type,
        item=library.Item(stored, own),
        changes=[
            Difference(
                _(field.title),
                form.in_words(name, there.get(name, "")),
                form.in_words(name, typed.get(name, "")),
                code or "",
            )
            for name in {**there, **typed}
            if (found := library_fields.parse_column(name))
            for field, code in (found,)
            if field.name not in ("id", "type") and there.get(name, "") != typed.get(name, "")
        ],
    )
    response.status_code = 409
    return response


@pages.route(
    "/library/criteria/<library_key>/retire", methods=["GET", "POST"], endpoint="library_retire"
)
@requires(STOCK)
def retire(library_key: str) -> Response:
    """Offer a criterion no longer, after saying what that means."""
    item = _own_item(library_key)
    if request.method == "POST":
        with db.write() as session:
            stocking.retire_criterion(
                session,
                library.get_own(session, library_key),
                revision=number_in(request.form.get("revision", "")) or 0,
                actor_id=actor_id(),
                now=now(),
            )
        flash(_("The criterion is no longer offered."), "success")
        return redirect(url_for("procurement.library_criterion", library_key=library_key), 303)
    used = library.dossiers_with(db.session(), item.criterion)
    return page("procurement/library_retire.html", item=item, used=len(used))


@pages.post("/library/criteria/<library_key>/offer-again", endpoint="library_offer_again")
@requires(STOCK)
def offer_again(library_key: str) -> Response:
    """Offer a criterion again that was retired."""
    with db.write() as session:
        stocking.offer_again(
            session,
            library.get_own(session, library_key),
            revision=number_in(request.form.get("revision", "")) or 0,
            actor_id=actor_id(),
            now=now(),
        )
    flash(_("The criterion is offered again."), "success")
    return redirect(url_for("procurement.library_criterion", library_key=library_key), 303)


def _own_item(library_key: str) -> library.Item:
    own = library.get_own(db.session(), library_key)
    return library.Item(library.criterion_of(own), own)
