"""What comes of signals: taken up, answered, joined to a proposal, decided, written in."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, redirect, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, i18n, settings
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.config import Config
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import queries, signals, words
from waardewerk.values.course import steps_of
from waardewerk.values.forms.practice import (
    NO_VALUE,
    AnswerForm,
    DecisionForm,
    JoinForm,
    ProposalForm,
    TakeUpForm,
)
from waardewerk.values.letters import Sender
from waardewerk.values.models import FrameworkVersion, Proposal, Signal
from waardewerk.values.operations import proposing, signalling
from waardewerk.values.registry import framework_of
from waardewerk.values.views.blueprint import actor_id, now, pages, today

ONE = "/signals/<int:signal_id>"
PROPOSAL = "/proposals/<int:proposal_id>"


def sender() -> Sender:
    """Return who answers: the province, in its first language."""
    config: Config = current_app.extensions["waardewerk.config"]
    return Sender(
        organisation=settings.identity().name,
        base_url=config.base_url,
        language=config.languages[0],
    )


def _names() -> dict[str, str]:
    """Return the names of the values that ever held, those in force over older ones."""
    language = i18n.language()
    names: dict[str, str] = {}
    for version in reversed(queries.adopted_versions(db.session())):
        names |= words.names_of(framework_of(version), language)
    return names


@pages.get("/signals", endpoint="signals")
@requires("values.read")
def all_signals() -> Response:
    """List what practice said: what waits first."""
    session = db.session()
    return page(
        "values/signals.html",
        signals=signals.all_signals(session),
        waiting=signals.to_write_in(session),
        proposals=signals.proposals(session),
        own=signals.signals_of(session, access.viewer().person_id or 0),
        names=_names(),
        words=words,
        may_triage=access.viewer().may("values.triage"),
    )


@pages.get(ONE)
@requires("values.read")
def signal_page(signal_id: int) -> Response:
    """Show one signal, from practice to the framework."""
    return _signal_page(signal_id)


def _signal_page(
    signal_id: int,
    take_up: FlaskForm | None = None,
    answer: FlaskForm | None = None,
    join: FlaskForm | None = None,
) -> Response:
    session, viewer = db.session(), access.viewer()
    found = signals.get_signal(session, signal_id)
    may_triage = viewer.may("values.triage")
    sent_by = signals.sender_of(session, found) if _may_know_sender(found) else None
    proposals = [] if found.proposal_id else signals.open_proposals(session)
    join = join or JoinForm(None)
    join.proposal.choices = [(one.id, one.title) for one in proposals]
    sent = next((form for form in (take_up, answer, join) if form and form.errors), None)
    return form_page(
        "values/signal_page.html",
        sent or FlaskForm(None, meta={"csrf": False}),
        signal=found,
        steps=steps_of(found),
        sender=sent_by,
        names=_names(),
        words=words,
        waits=may_triage and found.state != "answered",
        take_up=take_up or TakeUpForm(None, data={"note": found.note, "known": found.note}),
        answer=answer or AnswerForm(None),
        join=join,
        proposals=proposals,
        current_section="values.signals",
    )


def _may_know_sender(found: Signal) -> bool:
    viewer = access.viewer()
    return viewer.may("values.triage") or found.sender_id == viewer.person_id


def _to_signal(signal_id: int) -> Response:
    return redirect(url_for("values.signal_page", signal_id=signal_id), 303)


def _handled(signal_id: int, form: FlaskForm, does: Callable[[Session, Signal], None]) -> bool:
    """Do something with a signal; what is refused stands in the form."""
    if not form.validate():
        return False
    try:
        with db.write() as session:
            does(session, signals.get_signal(session, signal_id))
    except Conflict:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@pages.post(f"{ONE}/take-up")
@requires("values.triage")
def take_up_signal(signal_id: int) -> Response:
    """Say what is done with a signal."""
    form = TakeUpForm()

    def does(session: Session, signal: Signal) -> None:
        note, known = form.note.data or "", form.known.data or ""
        signalling.take_up(session, signal, note, knows=known, actor_id=actor_id(), now=now())

    if _handled(signal_id, form, does):
        flash(_("The signal is taken up."), "success")
        return _to_signal(signal_id)
    return _signal_page(signal_id, take_up=form)


@pages.post(f"{ONE}/answer")
@requires("values.triage")
def answer_signal(signal_id: int) -> Response:
    """Answer a signal."""
    form = AnswerForm()

    def does(session: Session, signal: Signal) -> None:
        signalling.answer_signal(
            session,
            signal,
            form.answer.data or "",
            sender=sender(),
            actor_id=actor_id(),
            now=now(),
        )

    if _handled(signal_id, form, does):
        flash(_("The signal is answered."), "success")
        return _to_signal(signal_id)
    return _signal_page(signal_id, answer=form)


@pages.post(f"{ONE}/join")
@requires("values.triage")
def join_signal(signal_id: int) -> Response:
    """Let a signal be answered by the decision about a proposal."""
    form = JoinForm()
    form.proposal.choices = [(one.id, one.title) for one in signals.open_proposals(db.session())]

    def does(session: Session, signal: Signal) -> None:
        proposal = signals.get_proposal(session, form.proposal.data)
        signalling.join_proposal(session, signal, proposal, actor_id=actor_id(), now=now())

    if _handled(signal_id, form, does):
        flash(_("The signal belongs to the proposal now."), "success")
        return _to_signal(signal_id)
    return _signal_page(signal_id, join=form)


@pages.route("/proposals/new", methods=["GET", "POST"])
@requires("values.triage")
def make_proposal() -> Response:
    """Propose a change, from a signal or by itself."""
    about = number_asked("signal")
    found = signals.get_signal(db.session(), about) if about is not None else None
    form = ProposalForm(data={"value": found.value} if found else None)
    form.value.choices = [
        (NO_VALUE, _("A new value")),
        *words.names_of(queries.framework_in_force(db.session(), today()), i18n.language()).items(),
    ]
    if form.validate_on_submit():
        try:
            with db.write() as session:
                proposal = proposing.make_proposal(
                    session,
                    form.proposed(),
                    signals.get_signal(session, about) if about is not None else None,
                    actor_id=actor_id(),
                    now=now(),
                )
            return _to_proposal(proposal.id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "values/make_proposal.html", form, signal=found, current_section="values.signals"
    )


def _to_proposal(proposal_id: int) -> Response:
    return redirect(url_for("values.proposal", proposal_id=proposal_id), 303)


@pages.get(PROPOSAL)
@requires("values.read")
def proposal(proposal_id: int) -> Response:
    """Show a proposal, the signals that ask for it, and what was decided."""
    return _proposal_page(proposal_id, DecisionForm(None, data={"decided_on": today()}))


def _proposal_page(proposal_id: int, form: DecisionForm) -> Response:
    session, viewer = db.session(), access.viewer()
    found = signals.get_proposal(session, proposal_id)
    return form_page(
        "values/proposal.html",
        form,
        proposal=found,
        names=_names(),
        words=words,
        may_decide=viewer.may("values.triage") and found.state == "open",
        draft=_version_to_write_in(session, found),
        current_section="values.signals",
    )


def _version_to_write_in(session: Session, found: Proposal) -> FrameworkVersion | None:
    """Give the version of which this viewer can say that it took an accepted proposal up."""
    if found.state != "accepted" or found.version_id or not access.viewer().may("values.write"):
        return None
    version = _next_or_newest(session)
    return version if version and proposing.can_stand_in(found, version) else None


def _next_or_newest(session: Session) -> FrameworkVersion | None:
    making = queries.version_in_the_making(session)
    return making or next(iter(queries.adopted_versions(session)), None)


@pages.post(f"{PROPOSAL}/decide")
@requires("values.triage")
def decide_proposal(proposal_id: int) -> Response:
    """Write down what was decided; every sender gets the answer."""
    form = DecisionForm()
    if not form.validate():
        return _proposal_page(proposal_id, form)
    try:
        with db.write() as session:
            proposing.decide(
                session,
                signals.get_proposal(session, proposal_id),
                form.decision(),
                sender=sender(),
                actor_id=actor_id(),
                now=now(),
            )
    except Conflict:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _proposal_page(proposal_id, form)
    flash(_("The decision is written down. Every sender has the answer."), "success")
    return _to_proposal(proposal_id)


@pages.post(f"{PROPOSAL}/written")
@requires("values.write")
def write_in_proposal(proposal_id: int) -> Response:
    """Say that the next version, or the newest, holds what was accepted."""
    with db.write() as session:
        version = _next_or_newest(session)
        if version is None:
            raise NotNow("No version is being written now.")
        found = signals.get_proposal(session, proposal_id)
        proposing.write_in(session, found, version, actor_id=actor_id(), now=now())
    flash(_("The proposal stands in version %(number)s.", number=version.number), "success")
    return _to_proposal(proposal_id)
