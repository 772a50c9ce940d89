"""Lay results of other organisations beside one's own, and give one's own away."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, make_response, redirect, url_for
from werkzeug import Response

from waardewerk import access, db, settings
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page
from waardewerk_maturity import comparison, queries
from waardewerk_maturity.exchange import WrongFile, write_result
from waardewerk_maturity.forms import ComparisonForm
from waardewerk_maturity.giving import result_to_give
from waardewerk_maturity.operations import comparing
from waardewerk_maturity.queries import ScanFigures
from waardewerk_maturity.views.blueprint import actor_id, now, pages
from waardewerk_maturity.words import title_of

MOST_BYTES = 1024 * 1024


@pages.route("/compare", methods=["GET", "POST"])
@requires("maturity.compare")
def compare() -> Response:
    """Show who one can learn from, per theme, and take in a file."""
    form = ComparisonForm()
    problems: Sequence[tuple[str, str]] = ()
    if form.validate_on_submit():
        try:
            return _take_in(form)
        except WrongFile as wrong:
            problems = wrong.problems
            form.refuse(wrong, form.result)
        except Refusal as refusal:
            form.refuse(refusal, form.result)
    return _compare_page(form, problems)


def _take_in(form: ComparisonForm) -> Response:
    data = form.result.data.read(MOST_BYTES + 1)
    with db.write() as session:
        kept = comparing.import_comparison(session, data, actor_id=actor_id(), now=now())
    flash(_("The result of %(name)s is added.", name=kept.organisation), "success")
    return redirect(url_for("maturity.compare"), 303)


def _compare_page(form: ComparisonForm, problems: Sequence[tuple[str, str]]) -> Response:
    session = db.session()
    own = _own(number_asked("scan"))
    kept = queries.comparisons(session)
    found = []
    if own is not None:
        questionnaire = (own.definition.id, own.definition.version)
        keys = [one.key for one in own.themes]
        found = comparison.neighbours(keys, [result for _row, result in kept], questionnaire)
    return form_page(
        "maturity/compare.html",
        form,
        own=own,
        rows=list(zip(own.themes, found, strict=True)) if own else [],
        kept=kept,
        problems=[(place, _(message)) for place, message in problems],
        scans=queries.agreed_scans(session),
        title_of=title_of,
    )


def _own(scan_id: int | None) -> ScanFigures | None:
    session = db.session()
    agreed = queries.agreed_scans(session)
    chosen = next((scan for scan in agreed if scan.id == scan_id), agreed[0] if agreed else None)
    return queries.figures_for(session, chosen.id, access.viewer()) if chosen else None


@pages.post("/compare/<int:comparison_id>/remove")
@requires("maturity.compare")
def remove_comparison(comparison_id: int) -> Response:
    """Let a file go."""
    with db.write() as session:
        comparing.remove_comparison(session, comparison_id, actor_id=actor_id(), now=now())
    flash(_("The file is removed."), "success")
    return redirect(url_for("maturity.compare"), 303)


@pages.get("/scans/<int:scan_id>/result.json")
@requires("maturity.compare")
def give(scan_id: int) -> Response:
    """Send one's own result as the file that others can lay beside theirs."""
    figures = queries.figures_for(db.session(), scan_id, access.viewer())
    result = result_to_give(db.session(), figures, settings.identity().name)
    response = make_response(write_result(result))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="scan-result-{scan_id}.json"'
    return response
