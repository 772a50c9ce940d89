"""Who is asked: read a list, invite, remind, print letters, take somebody out."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, make_response, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.documents import to_pdf
from waardewerk.i18n import gettext as _
from waardewerk.i18n import ngettext
from waardewerk.questionnaires import queries as inquiries
from waardewerk.questionnaires.operations import inquiring
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page
from waardewerk_maturity import letters, queries
from waardewerk_maturity.forms import PeopleForm
from waardewerk_maturity.invitees import MOST_BYTES, InviteeList, RowProblem, decode, read_list
from waardewerk_maturity.models import Scan
from waardewerk_maturity.operations import inviting
from waardewerk_maturity.views.blueprint import actor_id, now, pages, sender, today


def scan_to_lead(session: Session, scan_id: int) -> Scan:
    """Find a scan that this viewer may lead."""
    scan = queries.get_scan(session, scan_id)
    inquiring.inquiry_to_lead(session, scan.inquiry_id, access.viewer())
    return scan


@pages.route("/scans/<int:scan_id>/people", methods=["GET", "POST"])
@requires("inquiries.chair")
def people(scan_id: int) -> Response:
    """List who is asked, and add people from a list."""
    scan_to_lead(db.session(), scan_id)
    form = PeopleForm(data={"level": "civil_servant"})
    problems: Sequence[RowProblem] = ()
    if form.validate_on_submit():
        try:
            found = _read(form)
            _add(scan_id, found)
            if not found.problems:
                return redirect(url_for("maturity.people", scan_id=scan_id), 303)
            problems = found.problems
            form.pasted.data = "\n".join(one.text for one in problems)
        except Refusal as refusal:
            form.refuse(refusal)
    return _people_page(scan_id, form, problems)


def _people_page(scan_id: int, form: PeopleForm, problems: Sequence[RowProblem]) -> Response:
    scan = queries.get_scan(db.session(), scan_id)
    respondents = inquiries.respondents_of(db.session(), scan.inquiry)
    to_answer = inviting.to_answer(db.session(), scan)
    response = form_page(
        "maturity/people.html",
        form,
        scan=scan,
        respondents=respondents,
        problems=problems,
        to_invite=inviting.not_invited(db.session(), scan),
        to_remind=inviting.to_remind(db.session(), scan, now()),
        by_letter=[r for r in to_answer if not r.email],
        to_answer=to_answer,
    )
    if problems:
        response.status_code = 422
    return response


def _read(form: PeopleForm) -> InviteeList:
    file = form.uploaded.data
    text = decode(file.read(MOST_BYTES + 1)) if file else ""
    pasted = form.pasted.data or ""
    if not text.strip() and not pasted.strip():
        raise Refusal("Paste a list or choose a file.")
    return read_list(text if text.strip() else pasted, form.level.data)


def _add(scan_id: int, found: InviteeList) -> None:
    with db.write() as session:
        added = inviting.add_people(
            session,
            scan_to_lead(session, scan_id),
            found.people,
            secret=sender().secret,
            actor_id=actor_id(),
            now=now(),
        )
    if added.count:
        flash(
            ngettext("%(count)s person added.", "%(count)s people added.", added.count), "success"
        )
    if added.known:
        flash(
            ngettext(
                "%(count)s person was in the list already.",
                "%(count)s people were in the list already.",
                added.known,
            ),
            "info",
        )


def _back(scan_id: int) -> Response:
    return redirect(url_for("maturity.people", scan_id=scan_id), 303)


@pages.post("/scans/<int:scan_id>/invitations")
@requires("inquiries.chair")
def invite(scan_id: int) -> Response:
    """Send an invitation to everybody who has none."""
    with db.write() as session:
        scan = scan_to_lead(session, scan_id)
        sent = inviting.invite(session, scan, sender=sender(), actor_id=actor_id(), now=now())
    _tell(sent)
    return _back(scan_id)


@pages.post("/scans/<int:scan_id>/reminders")
@requires("inquiries.chair")
def remind(scan_id: int) -> Response:
    """Send a reminder to everybody who has not handed in."""
    with db.write() as session:
        scan = scan_to_lead(session, scan_id)
        sent = inviting.remind(session, scan, sender=sender(), actor_id=actor_id(), now=now())
    _tell(sent)
    return _back(scan_id)


def _tell(sent: int) -> None:
    if not sent:
        flash(_("There was nobody to write to."), "info")
        return
    flash(
        ngettext("%(count)s mail is on its way.", "%(count)s mails are on their way.", sent),
        "success",
    )


@pages.get("/scans/<int:scan_id>/people/<int:respondent_id>")
@requires("inquiries.chair")
def person(scan_id: int, respondent_id: int) -> Response:
    """Show what can be done about one person who is asked."""
    scan = scan_to_lead(db.session(), scan_id)
    respondent = inviting.respondent_of(db.session(), scan, respondent_id)
    return page(
        "maturity/person.html",
        scan=scan,
        respondent=respondent,
        can_answer=scan.inquiry.phase == "alone"
        and respondent.handed_in_at is None
        and respondent.withdrawn_at is None,
    )


@pages.post("/scans/<int:scan_id>/people/<int:respondent_id>/out")
@requires("inquiries.chair")
def take_out(scan_id: int, respondent_id: int) -> Response:
    """Take out somebody who was asked by mistake."""
    with db.write() as session:
        scan = scan_to_lead(session, scan_id)
        respondent = inviting.respondent_of(session, scan, respondent_id)
        name = respondent.name
        inquiring.take_out(session, respondent, actor_id=actor_id() or 0, now=now())
    flash(_("%(name)s is taken out.", name=name), "success")
    return _back(scan_id)


@pages.post("/scans/<int:scan_id>/people/<int:respondent_id>/code")
@requires("inquiries.chair")
def renew_code(scan_id: int, respondent_id: int) -> Response:
    """End somebody's code and make another."""
    with db.write() as session:
        scan = scan_to_lead(session, scan_id)
        respondent = inviting.respondent_of(session, scan, respondent_id)
        name = respondent.name
        inquiring.renew_code(
            session, respondent, secret=sender().secret, actor_id=actor_id() or 0, now=now()
        )
        respondent.invited_at = None
    flash(_("The old code of %(name)s no longer works. Send the new one.", name=name), "success")
    return _back(scan_id)


@pages.get("/scans/<int:scan_id>/letters.pdf")
@requires("inquiries.chair")
def print_letters(scan_id: int) -> Response:
    """Send the letters to print: of everybody who can still answer, or of one person."""
    session = db.session()
    scan = scan_to_lead(session, scan_id)
    only = number_asked("only")
    chosen = [r for r in inviting.to_answer(session, scan) if only in {None, r.id}]
    if not chosen:
        raise Refusal("There is nobody to write to.")
    writer = sender()
    document = letters.paper_letters(
        scan, [inviting.invited(r, writer) for r in chosen], writer, today=today()
    )
    response = make_response(to_pdf(document))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="letters-{scan.id}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response
