"""The pages of one assessor: declare interests, then score each bid alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import db
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotFound, NotNow
from waardewerk.templating import form_page, page
from waardewerk_procurement import seeing
from waardewerk_procurement.award.own_total import own_total
from waardewerk_procurement.award.scales import NotAStep
from waardewerk_procurement.documents.words import weight_within
from waardewerk_procurement.fixed.snapshot import Criterion
from waardewerk_procurement.forms.assessment import (
    ManyForm,
    declared_in,
    filled_in,
    go_on_from,
    interests_form,
    scoring_form,
)
from waardewerk_procurement.models import Assessor, Bid, Score
from waardewerk_procurement.operations import declaring, scoring_alone
from waardewerk_procurement.operations.saved import Saved
from waardewerk_procurement.queries import assessment as queries
from waardewerk_procurement.queries.assessment import Assessment
from waardewerk_procurement.seeing import Sight
from waardewerk_procurement.views.assessment import sight_on, tabs
from waardewerk_procurement.views.blueprint import now, pages
from waardewerk_procurement.views.crumbs import crumbs

#: So many criteria stand on one page: more and a phone has to scroll too far.
CRITERIA_A_PAGE = 10


def _own_sight(session: Session, dossier_id: int) -> tuple[Sight, Assessor]:
    """Return what an assessor sees, or say that this viewer is none."""
    sight = sight_on(session, dossier_id)
    if sight.assessor is None:
        raise sight.why_no_appointment()
    return sight, sight.assessor


@pages.get("/<int:dossier_id>/assess", endpoint="assess")
@requires("procurement.assess")
def assess(dossier_id: int) -> Response:
    """Show an assessor which bids there are to score, and how far they are."""
    session = db.session()
    sight, assessor = _own_sight(session, dossier_id)
    found = sight.assessment
    scored = queries.counted(session, [assessor])
    return page(
        "procurement/assessment/assess.html",
        sight=sight,
        found=found,
        assessor=assessor,
        scored=scored,
        next_bid=_next_to_score(found, assessor, scored),
        undeclared=[
            bid
            for bid in found.bids_for(assessor)
            if found.scores_alone(assessor, bid) and (assessor.id, bid.id) not in found.declared
        ],
        crumbs=crumbs(found.dossier, (_("Score alone"), "")),
        tabs=tabs(sight, "procurement.assess"),
    )


def _next_to_score(
    found: Assessment, assessor: Assessor, scored: Mapping[tuple[int, int], int]
) -> Bid | None:
    """Find the first bid that this assessor did not score whole; nothing when all are."""
    if found.dossier.state != "assessment":
        return None
    to_score = (
        bid
        for lot in found.lots
        for bid in found.scored_bids(lot)
        if found.scores_alone(assessor, bid)
        and found.is_cleared(assessor, bid)
        and scored.get((assessor.id, bid.id), 0) < len(found.scored_in(lot))
    )
    return next(to_score, None)


@pages.route(
    "/<int:dossier_id>/assess/interests", methods=["GET", "POST"], endpoint="declare_interests"
)
@requires("procurement.assess")
def interests(dossier_id: int) -> Response:
    """Declare for each bidder whether one has an interest."""
    sight, assessor = _own_sight(db.session(), dossier_id)
    form = _interests_form(sight, assessor)
    if form.validate_on_submit():
        with db.write() as session:
            sight, assessor = _own_sight(session, dossier_id)
            said = declared_in(form, sight.assessment.bids_for(assessor))
            saved = declaring.declare(session, sight.assessment.dossier, assessor, said, now=now())
        if not saved.problems:
            flash(_("Written down what you declared."), "success")
            return redirect(url_for("procurement.assess", dossier_id=dossier_id), 303)
        form.tell(saved.problems, "explanation")
    return _interests_page(dossier_id, form)


def _interests_form(sight: Sight, assessor: Assessor) -> ManyForm:
    found = sight.assessment
    if found.dossier.state != "assessment":
        raise NotNow("The assessment does not run: there is nothing to declare now.")
    own = {bid: one for (by, bid), one in found.declared.items() if by == assessor.id}
    return interests_form(found.bids_for(assessor), own)


def _interests_page(dossier_id: int, form: ManyForm) -> Response:
    sight, assessor = _own_sight(db.session(), dossier_id)
    found = sight.assessment
    back = url_for("procurement.assess", dossier_id=dossier_id)
    return form_page(
        "procurement/assessment/interests.html",
        form,
        found=found,
        own=found.bids_for(assessor),
        crumbs=crumbs(found.dossier, (_("Score alone"), back), (_("Your interests"), "")),
    )


# One bid -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """The criteria of a bid that stand on one page."""

    number: int
    last: int
    criteria: tuple[Criterion, ...]


def _part_asked(sight: Sight, bid: Bid) -> Part:
    """Return the part of the criteria that the address asks for."""
    criteria = sight.assessment.scored_in(sight.assessment.lot_of(bid))
    last = -(-len(criteria) // CRITERIA_A_PAGE) or 1
    number = number_asked("page") or 1
    if number > last:
        raise NotFound("This page does not exist.")
    first = (number - 1) * CRITERIA_A_PAGE
    return Part(number, last, criteria[first : first + CRITERIA_A_PAGE])


@pages.route("/<int:dossier_id>/assess/<int:bid_id>", methods=["GET", "POST"], endpoint="score")
@requires("procurement.assess")
def score(dossier_id: int, bid_id: int) -> Response:
    """Score a bid alone, some criteria a page."""
    sight, _assessor = _own_sight(db.session(), dossier_id)
    bid = sight.assessment.bid(bid_id)
    own = seeing.own_scores(db.session(), sight, bid)
    part = _part_asked(sight, bid)
    form = scoring_form(part.criteria, sight.assessment.scale, own)
    if form.validate_on_submit():
        with db.write() as session:
            sight, assessor = _own_sight(session, dossier_id)
            saved = scoring_alone.save_scores(
                session,
                sight.assessment.dossier,
                assessor,
                sight.assessment.bid(bid_id),
                filled_in(form, part.criteria),
                now=now(),
            )
        if not saved.problems:
            return _after(dossier_id, bid_id, part, is_empty=not own and not saved.kept)
        _tell(form, saved)
        sight, _assessor = _own_sight(db.session(), dossier_id)
        own = seeing.own_scores(db.session(), sight, sight.assessment.bid(bid_id))
        go_on_from(form, own)
    return _score_page(sight, bid_id, part, form, own)


def _tell(form: ManyForm, saved: Saved[str]) -> None:
    """Show what was not kept, beside the score or beside the reason."""
    chosen = {key: one for key, one in saved.problems.items() if form.text(key, "score")}
    form.tell({key: one for key, one in saved.problems.items() if key not in chosen}, "score")
    for key, refusal in chosen.items():
        is_about_score = isinstance(refusal, NotAStep | Conflict)
        form.tell({key: refusal}, "score" if is_about_score else "reason")


def _after(dossier_id: int, bid_id: int, part: Part, *, is_empty: bool) -> Response:
    """Go on to the next part; who filled in nothing at all hears so and stays."""
    if is_empty:
        flash(_("Nothing is filled in yet."), "info")
        here = url_for("procurement.score", dossier_id=dossier_id, bid_id=bid_id, page=part.number)
        return redirect(here, 303)
    flash(_("Saved."), "success")
    if part.number == part.last:
        return redirect(url_for("procurement.assess", dossier_id=dossier_id), 303)
    following = url_for(
        "procurement.score", dossier_id=dossier_id, bid_id=bid_id, page=part.number + 1
    )
    return redirect(following, 303)


def _score_page(
    sight: Sight, bid_id: int, part: Part, form: ManyForm, own: Mapping[str, Score]
) -> Response:
    found, bid = sight.assessment, sight.assessment.bid(bid_id)
    lot, dossier_id = found.lot_of(bid), found.dossier.id
    title = _("Bid %(key)s", key=bid.key)
    back = url_for("procurement.assess", dossier_id=dossier_id)
    return form_page(
        "procurement/assessment/score.html",
        form,
        found=found,
        bid=bid,
        lot=lot,
        shown=part,
        weight_within=weight_within,
        own=own,
        total=own_total(found.rules_of(lot), {key: one.score for key, one in own.items()}),
        unscored=[one for one in found.scored_in(lot) if one.key not in own],
        can_change=found.dossier.state == "assessment"
        and sight.scores_alone(bid)
        and found.needs_scores(bid),
        urls={
            number: url_for("procurement.score", dossier_id=dossier_id, bid_id=bid_id, page=number)
            for number in range(1, part.last + 1)
        },
        title=title,
        crumbs=crumbs(found.dossier, (_("Score alone"), back), (title, "")),
    )
