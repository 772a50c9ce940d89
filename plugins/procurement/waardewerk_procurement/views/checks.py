"""Checks, trials with fictitious bids, and the ladder from a value to what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.refusal import NotAllowed, NotFound
from waardewerk.templating import page
from waardewerk_procurement import check_words, checking, words_after
from waardewerk_procurement.award.formulas import formulas_for
from waardewerk_procurement.award.scales import Step
from waardewerk_procurement.check_words import languages
from waardewerk_procurement.checking.rules import run_out
from waardewerk_procurement.draft import Draft, Lot
from waardewerk_procurement.forms.checking import TryForm, try_form
from waardewerk_procurement.queries.checking import draft_of, names_of_values
from waardewerk_procurement.queries.climbing import ladder_of
from waardewerk_procurement.queries.decisions import sees_who_won
from waardewerk_procurement.queries.dossiers import sees_estimates, works_on
from waardewerk_procurement.scale_choices import steps_of
from waardewerk_procurement.sections import BEFORE
from waardewerk_procurement.trying import NotComplete, Trial, rules_of, try_out
from waardewerk_procurement.views.blueprint import own_dossier, pages, read_dossier, today
from waardewerk_procurement.views.crumbs import crumbs
from waardewerk_procurement.views.while_typing import findings_on_typed


@pages.get("/<int:dossier_id>/checks", endpoint="checks")
@requires("procurement.read")
def checks_page(dossier_id: int) -> Response:
    """Show what stops the gate, what asks a look, and what is good to know."""
    dossier = read_dossier(dossier_id)
    written = draft_of(db.session(), dossier, *languages())
    rules = checking.shipped_rules()
    found = checking.check(written, rules, today())
    is_fixed = dossier.state not in BEFORE and not dossier.rectification
    if is_fixed:
        # Days that have passed since are no fault of what was fixed.
        found = [one for one in found if not one.is_about_days]
    return page(
        "procurement/checks.html",
        dossier=dossier,
        is_fixed=is_fixed,
        crumbs=crumbs(dossier),
        may_try=sees_estimates(dossier, access.viewer()),
        groups=check_words.by_severity(written, found),
        run_out=run_out(rules, today()),
        can_change=dossier.can_be_written and works_on(dossier, access.viewer()),
        words=check_words,
    )


@pages.post("/<int:dossier_id>/checks/criterion", endpoint="check_criterion")
@requires("procurement.prepare")
def check_criterion_page(dossier_id: int) -> Response:
    """Say what the checks find in a criterion as it is being typed; nothing is kept."""
    findings = findings_on_typed(own_dossier(dossier_id), request.values)
    return page("procurement/_findings.html", findings=findings)


@pages.get("/<int:dossier_id>/trial", endpoint="trial")
@requires("procurement.read")
def trial_page(dossier_id: int) -> Response:
    """Try the rules of a lot with fictitious bids, or with bids of one's own."""
    dossier = read_dossier(dossier_id)
    if not sees_estimates(dossier, access.viewer()):
        raise NotAllowed("Only who leads or approves this dossier sees which prices are expected.")
    written = draft_of(db.session(), dossier, *languages())
    lot = _asked_lot(written)
    steps = [step for step in steps_of(dossier.scale) if step.share > 0]
    form = try_form(request.args, lot, steps)
    trial, missing = _tried(written, lot, form, steps)
    stops = check_words.keeping_from_computing(written, lot, day=today()) if missing else []
    names = names_of_values(db.session(), dossier, *languages())
    return page(
        "procurement/trial.html",
        status=422 if form.errors else 200,
        dossier=dossier,
        crumbs=crumbs(dossier),
        may_try=sees_estimates(dossier, access.viewer()),
        lots=written.lots,
        lot=lot,
        form=form,
        trial=trial,
        bids=check_words.bids(trial, names) if trial else {},
        missing=missing,
        stops=stops,
        can_change=dossier.can_be_written and works_on(dossier, access.viewer()),
        names=names,
        words=check_words,
    )


def _asked_lot(written: Draft) -> Lot:
    wanted = request.args.get("lot") or (written.lots[0].key if written.lots else "")
    for one in written.lots:
        if one.key == wanted:
            return one
    raise NotFound("There is no such lot.")


def _tried(
    written: Draft, lot: Lot, form: TryForm, steps: Sequence[Step]
) -> tuple[Trial | None, list[str]]:
    """Try the rules, or say what is missing."""
    expected, own, best_share = form.estimate(), form.offers(), form.best_share(steps)
    try:
        rules = rules_of(written, lot)
    except NotComplete as wrong:
        return None, [check_words.refused(one) for one in wrong.missing]
    if expected is None or form.errors:
        return None, []
    among = formulas_for(is_subsidy=written.is_subsidy)
    return try_out(rules, expected, own, among=among, best_share=best_share), []


@pages.get("/<int:dossier_id>/ladder", endpoint="ladder")
@requires("procurement.read")
def ladder_page(dossier_id: int) -> Response:
    """Show the ladder from value to result or, asked for, from result to value."""
    dossier, viewer = read_dossier(dossier_id), access.viewer()
    sees_winners = sees_who_won(dossier, viewer)
    return page(
        "procurement/ladder.html",
        dossier=dossier,
        crumbs=crumbs(dossier),
        may_try=sees_estimates(dossier, viewer),
        ladder=ladder_of(db.session(), dossier, *languages(), sees_winners=sees_winners),
        is_from_result=request.args.get("from") == "result",
        standings=words_after.STANDINGS,
        words=check_words,
    )
