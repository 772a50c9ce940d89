"""What was promised: carry out a decision, and look after what follows from it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import NotAllowed, NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk_procurement import promised, words_after
from waardewerk_procurement.fixed.snapshot import Criterion
from waardewerk_procurement.forms.following import (
    EndingForm,
    FindingForm,
    FollowUpForm,
    RewordingForm,
)
from waardewerk_procurement.models import Dossier, FollowUp
from waardewerk_procurement.models.dossiers import AFTER
from waardewerk_procurement.operations import following
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.dossiers import fixed, works_on
from waardewerk_procurement.queries.following import Followed
from waardewerk_procurement.queries.letters import standstills_of
from waardewerk_procurement.views.blueprint import actor_id, now, own_dossier, pages, read_dossier
from waardewerk_procurement.views.blueprint import today as this_day
from waardewerk_procurement.views.crumbs import crumbs

ONE = "/<int:dossier_id>/promises/<int:follow_up_id>"


@pages.get("/<int:dossier_id>/promises", endpoint="promises")
@requires("procurement.read")
def promises_page(dossier_id: int) -> Response:
    """List what was promised, by day; before that, what stands in the way of beginning."""
    dossier, session = read_dossier(dossier_id), db.session()
    runs, today = dossier.state in AFTER, this_day()
    return page(
        "procurement/promises.html",
        dossier=dossier,
        runs=runs,
        followed=queries.follow_ups_of(session, dossier) if runs else [],
        obstacles=following.obstacles(session, dossier, today)
        if dossier.state == "decision"
        else [],
        standstills=standstills_of(session, dossier) if dossier.state == "decision" else {},
        may_work=works_on(dossier, access.viewer()),
        may_follow=access.viewer().may("procurement.follow"),
        today=today,
        words=words_after,
        crumbs=crumbs(dossier, (_("What was promised"), "")),
    )


@pages.post("/<int:dossier_id>/carry-out", endpoint="carry_out")
@requires("procurement.prepare")
def carry_out(dossier_id: int) -> Response:
    """Begin what was decided."""
    with db.write() as session:
        dossier = own_dossier(dossier_id)
        made = following.carry_out(session, dossier, actor_id=actor_id(), now=now())
        count = len(made)
    flash(_("It runs. There are %(count)s promises to look after.", count=count), "success")
    return redirect(url_for("procurement.promises", dossier_id=dossier_id), 303)


@pages.route(ONE, methods=["GET", "POST"], endpoint="promise")
@requires("procurement.read")
def promise_page(dossier_id: int, follow_up_id: int) -> Response:
    """Show one promise, with what was found; write down how it stands now."""
    dossier, one = _one(dossier_id, follow_up_id)
    form = FindingForm()
    if form.is_submitted():
        access.demand("procurement.follow")
    if form.validate_on_submit() and _is_found(dossier_id, follow_up_id, form):
        flash(_("Written down."), "success")
        return redirect(_address(one.row), 303)
    session, viewer = db.session(), access.viewer()
    required, offered = _parts(session, dossier, one.row)
    return form_page(
        "procurement/promise.html",
        form,
        dossier=dossier,
        one=one,
        findings=queries.findings_of(session, one.row),
        keeps_alive=_keeps_alive(session, dossier, one),
        can_find=_runs(dossier, one) and viewer.may("procurement.follow"),
        can_plan=_runs(dossier, one) and queries.looks_after(dossier, one.row, viewer),
        can_reword=_runs(dossier, one) and queries.answers_for(dossier, viewer),
        earlier=queries.earlier_wordings_of(session, one.row),
        remedies=queries.remedies_of(session, dossier, one.row),
        broken=queries.broken_before(session, one.row),
        required=required,
        offered=offered,
        today=this_day(),
        words=words_after,
        crumbs=_crumbs(dossier, one),
    )


def _one(dossier_id: int, follow_up_id: int) -> tuple[Dossier, Followed]:
    dossier = read_dossier(dossier_id)
    return dossier, queries.get_follow_up(db.session(), dossier, follow_up_id)


def _address(row: FollowUp) -> str:
    return url_for("procurement.promise", dossier_id=row.dossier_id, follow_up_id=row.id)


def _runs(dossier: Dossier, one: Followed) -> bool:
    return dossier.state == "execution" and not one.row.ended


def _to_plan(dossier_id: int, follow_up_id: int) -> tuple[Dossier, Followed]:
    dossier, one = _one(dossier_id, follow_up_id)
    if not queries.looks_after(dossier, one.row, access.viewer()):
        raise NotAllowed("Only who looks after this promise or leads the dossier can do this.")
    return dossier, one


def _to_reword(dossier_id: int, follow_up_id: int) -> tuple[Dossier, Followed]:
    dossier, one = _one(dossier_id, follow_up_id)
    if not queries.answers_for(dossier, access.viewer()):
        raise NotAllowed("Only who answers for the promises of this dossier can do this.")
    return dossier, one


def _keeps_alive(session: Session, dossier: Dossier, one: Followed) -> tuple[Criterion, ...]:
    if one.row.kind == "remedy":
        return ()
    return promised.kept_alive_by(fixed(session, dossier), one.lot.key, one.row.criterion)


def _parts(session: Session, dossier: Dossier, row: FollowUp) -> tuple[str, str]:
    if row.kind == "remedy":
        return "", ""
    texts = {one.key: one.text for one in fixed(session, dossier).criteria}
    return promised.parts_of(row.promise, row.kind, texts.get(row.criterion, ""))


def _crumbs(dossier: Dossier, one: Followed, *below: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(
        dossier,
        (_("What was promised"), url_for("procurement.promises", dossier_id=dossier.id)),
        (one.row.title, _address(one.row)),
        *below,
    )


def _is_found(dossier_id: int, follow_up_id: int, form: FindingForm) -> bool:
    try:
        with db.write() as session:
            dossier, one = _one(dossier_id, follow_up_id)
            following.find(
                session,
                dossier,
                one.row,
                form.colour.data,
                form.reason.data or "",
                actor_id=actor_id(),
                now=now(),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@pages.route(f"{ONE}/change", methods=["GET", "POST"], endpoint="promise_change")
@requires("procurement.follow")
def change_page(dossier_id: int, follow_up_id: int) -> Response:
    """Change who looks after a promise, when, and what shows how it stands."""
    dossier, one = _to_plan(dossier_id, follow_up_id)
    form = FollowUpForm(obj=one.row, owner=str(one.row.owner_id or ""))
    form.owner.choices = _owners(db.session(), one.row)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier, one = _to_plan(dossier_id, follow_up_id)
                following.change(
                    session, dossier, one.row, form.change(), actor_id=actor_id(), now=now()
                )
            flash(_("Saved."), "success")
            return redirect(_address(one.row), 303)
        except (NotFound, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/promise_change.html",
        form,
        dossier=dossier,
        one=one,
        crumbs=_crumbs(dossier, one, (_("Change"), "")),
    )


@pages.route(f"{ONE}/reword", methods=["GET", "POST"], endpoint="promise_reword")
@requires("procurement.follow")
def reword_page(dossier_id: int, follow_up_id: int) -> Response:
    """Change the words of a promise, with a reason; what it said before stays."""
    dossier, one = _to_reword(dossier_id, follow_up_id)
    form = RewordingForm(obj=one.row)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier, one = _to_reword(dossier_id, follow_up_id)
                following.reword(
                    session, dossier, one.row, form.rewording(), actor_id=actor_id(), now=now()
                )
            flash(_("Saved."), "success")
            return redirect(_address(one.row), 303)
        except (NotFound, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/promise_reword.html",
        form,
        dossier=dossier,
        one=one,
        crumbs=_crumbs(dossier, one, (_("Change the words"), "")),
    )


def _owners(session: Session, row: FollowUp) -> list[tuple[str, str]]:
    """Give who can look after it; who does so already stays in the list."""
    here = [
        one for one in people.accounts(session) if one.state != "left" or one.id == row.owner_id
    ]
    return [("", _("Nobody yet")), *((str(one.id), one.name) for one in here)]


def _is_whole(form: EndingForm) -> bool:
    """Tell whether an ending says all that it must; what it lacks is said beside each field."""
    lacks = following.lacking(form.ending(), this_day())
    for name, lack in lacks.items():
        form.refuse(lack, form[name])
    return not lacks


@pages.route(f"{ONE}/end", methods=["GET", "POST"], endpoint="promise_end")
@requires("procurement.follow")
def end_page(dossier_id: int, follow_up_id: int) -> Response:
    """Say that something was kept or broken."""
    dossier, one = _one(dossier_id, follow_up_id)
    form = EndingForm(obj=one.row)
    if form.validate_on_submit() and _is_whole(form):
        try:
            with db.write() as session:
                dossier, one = _one(dossier_id, follow_up_id)
                following.end(
                    session, dossier, one.row, form.ending(), actor_id=actor_id(), now=now()
                )
            flash(_("Written down."), "success")
            return redirect(_address(one.row), 303)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/promise_end.html",
        form,
        dossier=dossier,
        one=one,
        crumbs=_crumbs(dossier, one, (_("Kept or broken"), "")),
    )
