"""The conversation: scores side by side, one agreed score, and notes of who disagrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.forms import Form
from waardewerk.i18n import format_number
from waardewerk.i18n import gettext as _
from waardewerk.refusal import NotAllowed, NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk_procurement import seeing
from waardewerk_procurement.award import consensus
from waardewerk_procurement.award.consensus import ScoreSpread
from waardewerk_procurement.award.figures import rounded
from waardewerk_procurement.award.scales import Scale, StepScale
from waardewerk_procurement.documents.words import weight_within
from waardewerk_procurement.fixed.snapshot import Criterion
from waardewerk_procurement.forms.assessment import AgreeForm, NoteForm, OpenNoteForm
from waardewerk_procurement.models import AgreedScore, Bid
from waardewerk_procurement.operations import conferring
from waardewerk_procurement.queries import assessment as queries
from waardewerk_procurement.queries.assessment import Assessment
from waardewerk_procurement.queries.dossiers import get_dossier
from waardewerk_procurement.seeing import Given, Sight
from waardewerk_procurement.views.assessment import secret, sight_on, tabs
from waardewerk_procurement.views.blueprint import actor_id, now, pages
from waardewerk_procurement.views.crumbs import crumbs

#: So many criteria stand on one page of the agenda.
CRITERIA_A_PAGE = 30


@dataclass(frozen=True)
class Item:
    """One criterion on the agenda of a bid."""

    criterion: Criterion
    spread: ScoreSpread | None
    agreed: AgreedScore | None

    @property
    def order(self) -> tuple[bool, Fraction]:
        """What is not agreed comes first, and of that what people differ on most."""
        differ = self.spread.part_of_scale if self.spread is not None else Fraction(0)
        return self.agreed is not None, -differ


@pages.get("/<int:dossier_id>/talk", endpoint="talk")
@requires("procurement.read")
def talk(dossier_id: int) -> Response:
    """Show which bids can be talked about, and how far the conversation is."""
    session = db.session()
    sight = sight_on(session, dossier_id)
    if not sight.talks:
        raise NotAllowed("You do not take part in this conversation.")
    found = sight.assessment
    open_to_talk = [bid for bid in found.bids if sight.in_conversation(bid)]
    return page(
        "procurement/assessment/talk.html",
        sight=sight,
        found=found,
        agreed=queries.counted_agreed(session, open_to_talk),
        crumbs=crumbs(found.dossier, (_("Conversation"), "")),
        tabs=tabs(sight, "procurement.talk"),
    )


@pages.get("/<int:dossier_id>/talk/<int:bid_id>", endpoint="talk_about")
@requires("procurement.read")
def talk_about(dossier_id: int, bid_id: int) -> Response:
    """Show the criteria of a bid, what people differ on most first."""
    session = db.session()
    sight = sight_on(session, dossier_id)
    found, bid = sight.assessment, sight.assessment.bid(bid_id)
    items = _agenda(session, sight, bid)
    last = -(-len(items) // CRITERIA_A_PAGE) or 1
    number = number_asked("page") or 1
    if number > last:
        raise NotFound("This page does not exist.")
    title = _("Bid %(key)s", key=bid.key)
    is_open = found.lot_of(bid).quality_final_at is None
    ((_sight, left),) = seeing.still_to_agree(session, [sight])
    in_lot = [one for one in left if one.lot_id == bid.lot_id]
    return page(
        "procurement/assessment/agenda.html",
        is_agreed=is_open and all(item.agreed for item in items),
        next_bid=next(iter(in_lot or left), None),
        is_lot_agreed=not in_lot,
        leads=sight.leads,
        found=found,
        bid=bid,
        items=items[(number - 1) * CRITERIA_A_PAGE : number * CRITERIA_A_PAGE],
        written=_written(found.scale),
        number=number,
        last=last,
        urls={
            one: url_for("procurement.talk_about", dossier_id=dossier_id, bid_id=bid_id, page=one)
            for one in range(1, last + 1)
        },
        title=title,
        crumbs=crumbs(found.dossier, _talk_crumb(dossier_id), (title, "")),
    )


def _talk_crumb(dossier_id: int) -> tuple[str, str]:
    return _("Conversation"), url_for("procurement.talk", dossier_id=dossier_id)


def _agenda(session: Session, sight: Sight, bid: Bid) -> list[Item]:
    found = sight.assessment
    given = seeing.side_by_side(session, sight, bid)
    agreed = seeing.agreed(session, sight, [bid])
    items = [
        Item(one, _spread(found.scale, given.get(one.key, ())), agreed.get((bid.id, one.key)))
        for one in found.scored_in(found.lot_of(bid))
    ]
    return sorted(items, key=lambda item: item.order)


def _spread(scale: Scale, given: Sequence[Given]) -> ScoreSpread | None:
    if not given:
        return None
    return consensus.spread_of(scale, {str(one.assessor.id): one.score for one in given})


@dataclass(frozen=True)
class Written:
    """Writes figures of a scale: numbers as they are, of steps with a name a percentage."""

    is_percentage: bool

    def __call__(self, figure: Fraction) -> str:
        """Print a figure with two decimals."""
        number = format_number(float(rounded(figure)))
        return _("%(number)s%% of full marks", number=number) if self.is_percentage else number


def _written(scale: Scale) -> Written:
    return Written(isinstance(scale, StepScale))


# One criterion -----------------------------------------------------------------------------------

PLACE = "/<int:dossier_id>/talk/<int:bid_id>/<criterion_key>"


@dataclass(frozen=True)
class Sent:
    """What was filled in on the page about one criterion, and was not right."""

    agree: AgreeForm | None = None
    note: NoteForm | None = None

    @property
    def wrong(self) -> Form | None:
        """The form that was sent."""
        return self.agree or self.note


@pages.get(PLACE, endpoint="talk_on")
@requires("procurement.read")
def talk_on(dossier_id: int, bid_id: int, criterion_key: str) -> Response:
    """Lay the scores of one criterion side by side."""
    return _talk_page(dossier_id, bid_id, criterion_key, Sent())


@pages.post(PLACE, endpoint="agree_on")
@requires("procurement.prepare")
def agree_on(dossier_id: int, bid_id: int, criterion_key: str) -> Response:
    """Write down the score that people agreed on."""
    sight = _leading_sight(db.session(), dossier_id, bid_id)
    form = _agree_form(db.session(), sight.assessment, bid_id, criterion_key)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = _leading_sight(session, dossier_id, bid_id).assessment
                conferring.agree(
                    session,
                    found.dossier,
                    found.bid(bid_id),
                    criterion_key,
                    score=form.chosen,
                    reason=form.reason.data or "",
                    seen=form.seen,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("Written down what you agreed on."), "success")
            return _to_agenda(dossier_id, bid_id)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _talk_page(dossier_id, bid_id, criterion_key, Sent(agree=form))


def _leading_sight(session: Session, dossier_id: int, bid_id: int) -> Sight:
    """Return what the officer sees who leads this conversation, or refuse."""
    sight = sight_on(session, dossier_id)
    bid = sight.assessment.bid(bid_id)
    if not sight.leads:
        raise NotAllowed("Only the officer of this dossier can do this.")
    if not sight.in_conversation(bid):
        raise sight.why_no_conversation(bid)
    return sight


def _agree_form(session: Session, found: Assessment, bid_id: int, criterion_key: str) -> AgreeForm:
    bid = found.bid(bid_id)
    found.criterion(bid, criterion_key)
    before = queries.agreed_before(session, bid, criterion_key)
    form = AgreeForm(data={"number": str(before[0].number if before else 0)})
    return form.offer(found.scale, conferring.allowed_scores(session, found, bid, criterion_key))


def _to_agenda(dossier_id: int, bid_id: int) -> Response:
    return redirect(url_for("procurement.talk_about", dossier_id=dossier_id, bid_id=bid_id), 303)


@pages.post(f"{PLACE}/note", endpoint="write_note")
@requires("procurement.assess")
def write_note(dossier_id: int, bid_id: int, criterion_key: str) -> Response:
    """Seal what an assessor thinks who does not agree."""
    form = NoteForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                sight = sight_on(session, dossier_id)
                bid = sight.assessment.bid(bid_id)
                if sight.assessor is None:
                    raise sight.why_not(bid)
                conferring.write_note(
                    session,
                    sight.assessment.dossier,
                    sight.assessor,
                    bid,
                    criterion_key,
                    form.text.data or "",
                    secret=secret(),
                    now=now(),
                )
            flash(_("Your note is sealed."), "success")
            here = url_for(
                "procurement.talk_on",
                dossier_id=dossier_id,
                bid_id=bid_id,
                criterion_key=criterion_key,
            )
            return redirect(here, 303)
        except (NotFound, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _talk_page(dossier_id, bid_id, criterion_key, Sent(note=form))


def _talk_page(dossier_id: int, bid_id: int, key: str, sent: Sent) -> Response:
    session = db.session()
    sight = sight_on(session, dossier_id)
    found, bid = sight.assessment, sight.assessment.bid(bid_id)
    criterion = found.criterion(bid, key)
    given = seeing.side_by_side(session, sight, bid, key).get(key, [])
    lot = found.lot_of(bid)
    is_open = lot.quality_final_at is None and found.needs_scores(bid)
    standing = seeing.agreed(session, sight, [bid]).get((bid.id, key))
    before = queries.agreed_before(session, bid, key)
    lacks = conferring.lacks_scorers(found, bid)
    may_agree = is_open and sight.leads and bool(given) and not lacks
    agreeing = sent.agree or (_agree_form(session, found, bid_id, key) if may_agree else None)
    note = sent.note or NoteForm(formdata=None)
    return page(
        "procurement/assessment/talk_on.html",
        status=422 if sent.wrong is not None else 200,
        found=found,
        bid=bid,
        criterion=criterion,
        weight_within=weight_within,
        given=given,
        names=queries.names_of(session, [one.assessor for one in given]),
        spread=_spread(found.scale, given),
        written=_written(found.scale),
        agreed=standing,
        earlier=[one for one in before if one is not standing],
        lacks=is_open and lacks,
        allowed=conferring.allowed_scores(session, found, bid, key) if may_agree else None,
        agreeing=agreeing,
        form=sent.wrong or note,
        note=note,
        own_note=seeing.own_note(session, sight, bid, key, secret=secret()),
        may_note=is_open and sight.may_score(bid),
        crumbs=crumbs(
            found.dossier,
            _talk_crumb(dossier_id),
            (
                _("Bid %(key)s", key=bid.key),
                url_for("procurement.talk_about", dossier_id=dossier_id, bid_id=bid_id),
            ),
            (criterion.title, ""),
        ),
    )


# Sealed notes ------------------------------------------------------------------------------------


@pages.get("/<int:dossier_id>/notes", endpoint="notes")
@requires("procurement.open_notes")
def notes(dossier_id: int) -> Response:
    """List sealed notes by number, and what stands in those that were opened."""
    return _notes_page(dossier_id, OpenNoteForm(formdata=None))


@pages.post("/<int:dossier_id>/notes/<int:note_id>", endpoint="open_note")
@requires("procurement.open_notes")
def open_note(dossier_id: int, note_id: int) -> Response:
    """Open one note, with a reason that is kept."""
    form = OpenNoteForm()
    if form.validate_on_submit():
        with db.write() as session:
            dossier = get_dossier(session, dossier_id)
            note = queries.get_note(session, dossier, note_id)
            why, who = form.why.data or "", actor_id()
            conferring.open_note(session, dossier, note, why, actor_id=who, now=now())
        return redirect(url_for("procurement.notes", dossier_id=dossier_id), 303)
    return _notes_page(dossier_id, form, at=note_id)


def _notes_page(dossier_id: int, form: OpenNoteForm, at: int = 0) -> Response:
    session = db.session()
    sight = sight_on(session, dossier_id)
    found = sight.assessment
    kept = queries.notes_of(session, found.dossier)
    return form_page(
        "procurement/assessment/notes.html",
        form,
        found=found,
        notes=kept,
        at=at,
        opened={one.id: seeing.opened_note(one, access.viewer(), secret=secret()) for one in kept},
        can_open=found.dossier.state in {"decision", "execution", "closed"},
        crumbs=crumbs(found.dossier, (_("Sealed notes"), "")),
        tabs=tabs(sight, "procurement.notes"),
    )
