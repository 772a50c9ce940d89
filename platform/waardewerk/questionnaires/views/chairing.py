"""The pages of the conversation: the chair leads, everybody who took part can follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.contract import Viewer
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires import forms, queries, registry, showing
from waardewerk.questionnaires.definition import Definition, Question
from waardewerk.questionnaires.models import PHASES, Agreement, Inquiry, Note
from waardewerk.questionnaires.operations import agreeing, inquiring
from waardewerk.questionnaires.question_types import Step
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import htmx, page
from waardewerk.values import sources
from waardewerk.values.ordering import Ordering, ordering_on

pages = Blueprint("chairing", __name__, url_prefix="/inquiries/<int:inquiry_id>")

#: How long to plan for one question; six themes with eight people fit in two hours.
MINUTES_PER_QUESTION = 6


@sources.found_by(pages, "inquiry")
def inquiry_source(session: Session, inquiry_id: int, viewer: Viewer) -> sources.Source | None:
    """Let a signal name the inquiry that it comes from, for who takes part in it or may read it."""
    found = session.get(Inquiry, inquiry_id)
    if found is None:
        return None
    takes_part = bool(queries.own_respondents(session, found, viewer))
    if not takes_part and not queries.leads(found, viewer) and not viewer.may("inquiries.read"):
        return None
    return sources.Source(found.title, url_for("chairing.spread", inquiry_id=found.id))


@pages.get("")
@requires("inquiries.chair")
def overview(inquiry_id: int) -> str:
    """Show where the inquiry is, who has handed in, and what the chair can do next."""
    session = db.session()
    inquiry = inquiring.inquiry_to_lead(session, inquiry_id, access.viewer())
    viewer = access.viewer()
    definition = registry.definition_of(inquiry.version)
    to_agree = set(inquiring.sections_to_agree(session, inquiry))
    return render_template(
        "questionnaires/chair.html",
        inquiry=inquiry,
        definition=definition,
        turnout=queries.turnout(session, inquiry),
        following=_following(inquiry),
        to_agree=[section for section in definition.sections if section.id in to_agree],
        may_see=queries.may_see_results(session, inquiry, viewer),
        own=queries.own_respondents(session, inquiry, viewer),
    )


def _following(inquiry: Inquiry) -> str | None:
    place = PHASES.index(inquiry.phase) + 1
    return PHASES[place] if place < len(PHASES) else None


@pages.post("/phase")
@requires("inquiries.chair")
def move(inquiry_id: int) -> Response:
    """Move to the next phase."""
    with db.write() as session:
        inquiry = inquiring.inquiry_to_lead(session, inquiry_id, access.viewer())
        inquiring.move_phase(
            session,
            inquiry,
            request.form.get("to", ""),
            actor_id=access.viewer().person_id,
            now=datetime.now(UTC),
        )
        title = str(showing.PHASE_TITLES[inquiry.phase])
    flash(_("The phase is now: %(phase)s.", phase=title), "success")
    return redirect(url_for("chairing.overview", inquiry_id=inquiry_id), 303)


@pages.get("/spread")
@requires(access.ANSWER)
def spread(inquiry_id: int) -> str:
    """Show how everybody's answers are spread, most disagreement first."""
    inquiry = inquiring.get_inquiry(db.session(), inquiry_id)
    results = _results(inquiry)
    agreed = queries.agreements_of(db.session(), inquiry, results.subject)
    languages = (i18n.language(),)
    ordering = _ordering(inquiry)
    return render_template(
        "questionnaires/spread.html",
        inquiry=inquiry,
        subject=results.subject,
        about=_about(),
        items=showing.talk_items(results, agreed, languages, ordering),
        ordering=ordering,
        spreads={
            q.id: showing.lens_spreads(results, q, languages)
            for q in queries.ordered_questions(results.definition)
        },
        sections=showing.section_items(results.definition, agreed, languages),
        home_url=_home(inquiry),
    )


def _ordering(inquiry: Inquiry) -> Ordering:
    """Return the accents by which this agenda is ordered."""
    today = i18n.day_of(datetime.now(UTC))
    return ordering_on(db.session(), today, i18n.language(), agreed_at=inquiry.agreed_at)


def _home(inquiry: Inquiry) -> str:
    """Return where this viewer came from: the page of the chair, or somebody's own."""
    viewer = access.viewer()
    if queries.leads(inquiry, viewer):
        return url_for("chairing.overview", inquiry_id=inquiry.id)
    for respondent in queries.own_respondents(db.session(), inquiry, viewer):
        return url_for("answering.overview", respondent_id=respondent.id)
    return url_for("home.index")


def _results(inquiry: Inquiry) -> queries.Results:
    subject = queries.subject_of(inquiry, _about())
    return queries.results_of(db.session(), inquiry, access.viewer(), subject)


def _about() -> int | None:
    """Read which subject a page is about; an inquiry about one thing does not say it."""
    return number_asked("about")


@pages.get("/talk/<target>")
@requires(access.ANSWER)
def conversation(inquiry_id: int, target: str) -> Response:
    """Lead the conversation about one question, and write down what is agreed."""
    return _talk(inquiring.get_inquiry(db.session(), inquiry_id), target)


def _talk(
    inquiry: Inquiry,
    target: str,
    *,
    status: int = 200,
    form: forms.AgreementForm | None = None,
    note: forms.NoteForm | None = None,
    elsewhere: Note | None = None,
) -> Response:
    languages = (i18n.language(),)
    results = _results(inquiry)
    definition = results.definition
    # First of all: it also tells whether there is anything to talk about under this name.
    lenses, _steps = agreeing.ladder_of(definition, target)
    ladder = showing.steps_of(definition, target, languages)
    form = form or _agreement_form(lenses, ladder, is_sent=False)
    # What was said stays with the people in the conversation; what was agreed is for readers too.
    stored = queries.note_about(db.session(), inquiry, target) if results.with_reasons else None
    return page(
        "questionnaires/conversation.html",
        status=status,
        inquiry=inquiry,
        subject=results.subject,
        about=_about(),
        target=target,
        lenses=lenses,
        ladder_levels=[{"number": s.value, "name": s.title, "descriptor": s.text} for s in ladder],
        form=form,
        level_fields=forms.level_fields(form, lenses),
        note=note or _note_form(stored),
        stored_note=stored,
        elsewhere=elsewhere,
        minutes=MINUTES_PER_QUESTION,
        leads=queries.leads(inquiry, access.viewer()),
        home_url=_home(inquiry),
        titles=showing,
        **_what_was_answered(results, target, languages),
        **_what_was_agreed(results, target, languages),
    )


def _what_was_answered(
    results: queries.Results, target: str, languages: tuple[str, ...]
) -> dict[str, Any]:
    definition = results.definition
    section = next((s for s in definition.sections if s.id == target), None)
    if section is not None:
        title = section.title.for_language(*languages)
        return {"section": section, "question": None, "title": title, "spreads": [], "reasons": []}
    question = definition.question(target)
    said = queries.reasons_of(db.session(), results, question)
    return {
        "section": definition.section_of(target),
        "question": question,
        "title": question.title.for_language(*languages),
        "spreads": showing.lens_spreads(results, question, languages),
        "reasons": showing.said_together(said),
        "reason_lens": queries.lens_of_reasons(question),
    }


def _what_was_agreed(
    results: queries.Results, target: str, languages: tuple[str, ...]
) -> dict[str, Any]:
    session, inquiry = db.session(), results.inquiry
    agreed = queries.agreements_of(session, inquiry, results.subject)
    history = queries.agreement_history(session, inquiry, results.subject, target)
    order = showing.agenda_of(results, agreed, languages, _ordering(inquiry))
    return {
        "agreed": [agreement for (about, _lens), agreement in agreed.items() if about == target],
        "earlier": showing.moments_of(history)[1:],
        "of_questions": _agreed_questions(results.definition, target, agreed),
        "order": order,
        "place": next((i for i, item in enumerate(order) if item.target == target), 0),
    }


def _agreed_questions(
    definition: Definition, target: str, agreed: Mapping[tuple[str, str], Agreement]
) -> list[tuple[Question, dict[str, Agreement]]]:
    """Return what was agreed on each question of the section that is talked about, if it is one."""
    return [
        (
            question,
            {
                lens: agreed[question.id, lens]
                for lens in agreeing.lenses_of(question)
                if (question.id, lens) in agreed
            },
        )
        for section in definition.sections
        if section.id == target
        for question in section.questions
        if agreeing.has_ladder(question)
    ]


def _agreement_form(
    lenses: tuple[str, ...], ladder: list[Step], *, is_sent: bool
) -> forms.AgreementForm:
    steps = [(str(step.value), f"{step.value} {step.title}".strip()) for step in ladder]
    return forms.agreement_form(lenses, steps, is_sent=is_sent)


def _note_form(stored: Note | None) -> forms.NoteForm:
    # Not from what was posted: that may be the form beside it.
    return forms.NoteForm(
        None,
        data={"text": stored.text if stored else "", "revision": stored.revision if stored else 0},
    )


@pages.post("/talk/<target>/agree")
@requires("inquiries.chair")
def agree(inquiry_id: int, target: str) -> Response:
    """Write down what people agreed."""
    inquiry = inquiring.inquiry_to_lead(db.session(), inquiry_id, access.viewer())
    definition = registry.definition_of(inquiry.version)
    lenses, _steps = agreeing.ladder_of(definition, target)
    ladder = showing.steps_of(definition, target, (i18n.language(),))
    form = _agreement_form(lenses, ladder, is_sent=True)
    if not form.validate():
        return _talk(inquiry, target, status=422, form=form)
    try:
        with db.write() as session:
            inquiry = inquiring.inquiry_to_lead(session, inquiry_id, access.viewer())
            agreeing.record_agreement(
                session,
                inquiry,
                queries.subject_of(inquiry, _about()).id,
                form.agreed(target, lenses),
                actor_id=access.viewer().person_id,
                now=datetime.now(UTC),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _talk(inquiry, target, status=refusal.status, form=form)
    flash(_("Agreed and written down."), "success")
    return redirect(_next_talk(inquiry, target), 303)


def _next_talk(inquiry: Inquiry, target: str) -> str:
    """Go to the next thing on the agenda that is not agreed, or back to the overview."""
    back = url_for("chairing.overview", inquiry_id=inquiry.id)
    if not queries.may_see_results(db.session(), inquiry, access.viewer()):
        return back
    results = _results(inquiry)
    agreed = queries.agreements_of(db.session(), inquiry, results.subject)
    for item in showing.agenda_of(results, agreed, (i18n.language(),), _ordering(inquiry)):
        if not item.is_agreed and item.target != target:
            return url_for(
                "chairing.conversation",
                inquiry_id=inquiry.id,
                target=item.target,
                about=_about(),
            )
    return back


@pages.post("/talk/<target>/note")
@requires("inquiries.chair")
def write_note(inquiry_id: int, target: str) -> Response:
    """Keep what was said."""
    note = forms.NoteForm()
    inquiry = inquiring.inquiry_to_lead(db.session(), inquiry_id, access.viewer())
    if not note.validate():
        return _note_refused(inquiry, target, note)
    text, revision = note.text.data or "", note.revision.data or 0
    try:
        with db.write() as session:
            inquiry = inquiring.inquiry_to_lead(session, inquiry_id, access.viewer())
            kept = agreeing.write_note(
                session, inquiry, target, text, revision=revision, now=datetime.now(UTC)
            )
    except agreeing.StaleNote:
        return _note_conflict(inquiry, target, note)
    if htmx:
        return page("questionnaires/_note_saved.html", note=kept)
    return redirect(_talk_url(inquiry, target), 303)


def _talk_url(inquiry: Inquiry, target: str) -> str:
    return url_for(
        "chairing.conversation",
        inquiry_id=inquiry.id,
        target=target,
        about=_about(),
        _anchor="note",
    )


def _note_refused(inquiry: Inquiry, target: str, note: forms.NoteForm) -> Response:
    if not htmx:
        return _talk(inquiry, target, status=422, note=note)
    return page(
        "questionnaires/_refused.html",
        status=422,
        prefix="",
        revision=note.revision.data or 0,
        message=" ".join(note.text.errors or note.revision.errors),
    )


def _note_conflict(inquiry: Inquiry, target: str, note: forms.NoteForm) -> Response:
    """Show both notes; whoever saves again has seen the other one."""
    stored = queries.note_about(db.session(), inquiry, target)
    assert stored is not None
    if htmx:
        return page(
            "questionnaires/_note_conflict.html",
            status=409,
            stored=stored,
            typed=note.text.data or "",
            reload_url=_talk_url(inquiry, target),
        )
    typed = forms.NoteForm(None, data={"text": note.text.data, "revision": stored.revision})
    return _talk(inquiry, target, status=409, note=typed, elsewhere=stored)
