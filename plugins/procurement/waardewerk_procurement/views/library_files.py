"""The library as a file: out for others to use, and in with a report of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, make_response, redirect, url_for
from werkzeug import Response

from waardewerk import db, settings
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.i18n import ngettext
from waardewerk.notation.problems import DefinitionError, Problem
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values.editing import slug
from waardewerk_procurement.criteria import Criterion
from waardewerk_procurement.forms.library import LibraryFileForm, TakeInForm, said
from waardewerk_procurement.library import intake, sheet_reading
from waardewerk_procurement.library import sheet as library_sheet
from waardewerk_procurement.library.intake import Judged
from waardewerk_procurement.library.sheet import FileRead, read_file
from waardewerk_procurement.operations import stocking
from waardewerk_procurement.queries import library
from waardewerk_procurement.views.blueprint import actor_id, now, pages
from waardewerk_procurement.views.library import READ, search_in_library
from waardewerk_procurement.views.stocking import STOCK

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# Out as a file ---------------------------------------------------------------------------------


@pages.get("/library.yaml", endpoint="library_yaml")
@requires(READ)
def as_yaml() -> Response:
    """Send what was searched for as a list that others can take in."""
    chosen = _to_carry_out()
    owner = settings.identity().name
    text = intake.written(chosen, owner=owner)
    return _file(text.encode(), "application/yaml", "yaml")


@pages.get("/library.xlsx", endpoint="library_xlsx")
@requires(READ)
def as_sheet() -> Response:
    """Send what was searched for as a sheet that can be filled in further."""
    return _sheet(_to_carry_out(), "criteria")


@pages.get("/library/template.xlsx", endpoint="library_template")
@requires(READ)
def template() -> Response:
    """Send an empty sheet to fill in."""
    return _sheet((), "template")


def _to_carry_out() -> Sequence[Criterion]:
    """Return what was searched for, with what keeps its promises."""
    found = [one.criterion for one in search_in_library().found]
    if not found:
        raise NotFound("Nothing in the library fits this.")
    return _with_keepers(found)


def _sheet(chosen: Sequence[Criterion], name: str) -> Response:
    from waardewerk.documents.sheets import to_xlsx

    return _file(to_xlsx(library_sheet.workbook(chosen, _)), SPREADSHEET, "xlsx", name)


def _file(content: bytes, kind: str, ending: str, name: str = "criteria") -> Response:
    response = make_response(content)
    response.mimetype = kind
    whose = slug(settings.identity().name) or "waardewerk"
    response.headers["Content-Disposition"] = f'attachment; filename="{whose}-{name}.{ending}"'
    return response


# In from a file --------------------------------------------------------------------------------


@pages.route("/library/import", methods=["GET", "POST"], endpoint="library_import")
@requires(STOCK)
def take_file() -> Response:
    """Take a file, and show of every row what becomes of it before anything is done."""
    form = LibraryFileForm()
    problems: tuple[Problem, ...] = ()
    if form.validate_on_submit():
        try:
            # The file itself is not kept, and named in no log.
            return _preview(read_file(form.file.data.filename or "", form.file.data))
        except DefinitionError as fault:
            problems = fault.problems
            form.refuse(fault, form.file)
        except Refusal as refusal:
            form.refuse(refusal, form.file)
    return form_page(
        "procurement/library_import.html",
        form,
        problems=[(one.line, said(one)) for one in problems],
    )


def _preview(found: FileRead) -> Response:
    owner = settings.identity().name
    judged = stocking.judge_offers(db.session(), found.offers, owner=owner)
    form = TakeInForm(formdata=None)
    form.content.data = _content_of(judged, owner)
    return page(
        "procurement/library_preview.html",
        form=form,
        rows=[_shown(one, found) for one in judged],
        counted={name: sum(one.verdict == name for one in judged) for name in intake.VERDICTS},
        goes_on_after=found.goes_on_after,
        most_rows=sheet_reading.MOST_ROWS,
    )


def _content_of(judged: Sequence[Judged], owner: str) -> str:
    """Write what can be added as it is sent along; nothing when there is nothing."""
    taken = intake.taken_from(judged)
    return intake.written(_with_keepers(taken), owner=owner) if taken else ""


def _with_keepers(chosen: Sequence[Criterion]) -> Sequence[Criterion]:
    """Add what keeps the promises of some criteria, so that a list of them stands on its own."""
    known = library.by_key(library.whole_library(db.session()))
    return intake.standing_alone(chosen, known)


@dataclass(frozen=True)
class ShownRow:
    """One row of the report."""

    place: str
    name: str
    verdict: str
    why: tuple[str, ...]


def _shown(one: Judged, found: FileRead) -> ShownRow:
    word, number = found.place(one)
    return ShownRow(
        place=_(word, number=number),
        name=one.name or _("without a title"),
        verdict=one.verdict,
        why=tuple(_said_of_a_row(problem) for problem in one.problems),
    )


def _said_of_a_row(problem: Problem) -> str:
    if problem.subject is None:
        return said(problem, with_name=True)
    return _("Column %(column)s: %(why)s", column=problem.subject, why=said(problem))


@pages.post("/library/import/take", endpoint="library_take")
@requires(STOCK)
def take() -> Response:
    """Add what can be added; it is read and checked again, for the library may have changed."""
    form = TakeInForm()
    if not form.validate_on_submit():
        return redirect(url_for("procurement.library_import"), 303)
    offers = intake.offers_in_yaml(form.content.data or "")
    with db.write() as session:
        judged = stocking.take_in(
            session, offers, owner=settings.identity().name, actor_id=actor_id(), now=now()
        )
    count = len(intake.taken_from(judged))
    if count:
        flash(
            ngettext("%(count)s criterion is added.", "%(count)s criteria are added.", count),
            "success",
        )
    else:
        flash(_("Nothing was added: everything in the file is in the library already."), "info")
    return redirect(url_for("procurement.library", origin="own"), 303)
