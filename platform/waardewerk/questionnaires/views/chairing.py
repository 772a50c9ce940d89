"""The pages of the conversation: the chair leads, everybody who took part can follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from waardewerk import access, audit, db, i18n
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires import forms, queries, registry, showing
from waardewerk.questionnaires.definition import Question, Section
from waardewerk.questionnaires.models import PHASES, Agreement, Inquiry
from waardewerk.questionnaires.operations import agreeing, inquiring
from waardewerk.questionnaires.question_types import Step
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import page

pages = Blueprint("chairing", __name__, url_prefix="/inquiries/<int:inquiry_id>")

#: How long to plan for one question; six themes with eight people fit in two hours.
MINUTES_PER_QUESTION = 6


@pages.get("")
@requires("inquiries.chair")
def overview(inquiry_id: int) -> str:
    """Show where the inquiry is, who has handed in, and what the chair can do next."""
    session = db.session()
    inquiry = inquiring.inquiry_to_lead(session, inquiry_id, access.viewer())
    return render_template(
        "questionnaires/chair.html",
        inquiry=inquiry,
        definition=registry.definition_of(inquiry.version),
        turnout=queries.turnout(session, inquiry),
        following=_following(inquiry),
        to_agree=inquiring.sections_to_agree(session, inquiry),
        may_see=queries.may_see_results(session, inquiry, access.viewer()),
        trail=audit.entries_about(session, f"inquiry:{inquiry.id}", limit=20),
        titles=showing,
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
    session = db.session()
    inquiry = inquiring.get_inquiry(session, inquiry_id)
    results = queries.results_of(session, inquiry, access.viewer())
    agreed = queries.agreements_of(session, inquiry, results.subject)
    languages = (i18n.language(),)
    return render_template(
        "questionnaires/spread.html",
        inquiry=inquiry,
        items=showing.talk_items(results, agreed, languages),
        spreads={
            q.id: showing.lens_spreads(results, q, languages)
            for q in queries.ordered_questions(results.definition)
        },
        sections=showing.section_items(results.definition, agreed, languages),
        leads=_leads(inquiry),
    )


@pages.get("/talk/<target>")
@requires(access.ANSWER)
def conversation(inquiry_id: int, target: str) -> str:
    """Lead the conversation about one question, and write down what is agreed."""
    inquiry = inquiring.get_inquiry(db.session(), inquiry_id)
    return _conversation_page(inquiry, target)


def _conversation_page(
    inquiry: Inquiry,
    target: str,
    *,
    form: forms.AgreementForm | None = None,
    note: forms.NoteForm | None = None,
) -> str:
    session, languages = db.session(), (i18n.language(),)
    results = queries.results_of(session, inquiry, access.viewer())
    agreed = queries.agreements_of(session, inquiry, results.subject)
    lenses, _steps = agreeing.ladder_of(results.definition, target)
    ladder = showing.steps_of(results.definition, target, languages)
    section = next((s for s in results.definition.sections if s.id == target), None)
    question = None if section else results.definition.question(target)
    order = [
        *showing.talk_items(results, agreed, languages),
        *showing.section_items(results.definition, agreed, languages),
    ]
    form = form or _agreement_form(lenses, ladder)
    stored = queries.notes_of(session, inquiry).get(target)
    note = note or forms.NoteForm(
        data={"text": stored.text if stored else "", "revision": stored.revision if stored else 0}
    )
    return render_template(
        "questionnaires/conversation.html",
        inquiry=inquiry,
        target=target,
        section=section or results.definition.section_of(target),
        question=question,
        title=(section or results.definition.question(target)).title.for_language(*languages),
        ladder_levels=[
            {"number": s.value, "name": s.title, "descriptor": s.text} for s in ladder
        ],
        spreads=showing.lens_spreads(results, question, languages) if question else [],
        reasons=showing.reasons_of(results, question) if question else [],
        order=order,
        place=next((i for i, item in enumerate(order) if item.target == target), 0),
        agreed=[agreed[target, lens] for lens in lenses if (target, lens) in agreed],
        of_questions=_agreed_questions(section, agreed) if section else [],
        form=form,
        level_fields=forms.level_fields(form, lenses),
        note=note,
        stored_note=stored,
        minutes=MINUTES_PER_QUESTION,
        leads=_leads(inquiry),
        titles=showing,
    )


def _agreed_questions(
    section: Section, agreed: Mapping[tuple[str, str], Agreement]
) -> list[tuple[Question, list[Agreement]]]:
    return [
        (
            question,
            [
                agreed[question.id, lens]
                for lens in question.lenses
                if (question.id, lens) in agreed
            ],
        )
        for question in section.questions
    ]


def _agreement_form(lenses: tuple[str, ...], ladder: list[Step]) -> forms.AgreementForm:
    steps = [(str(step.value), f"{step.value} {step.title}") for step in ladder]
    return forms.agreement_form(lenses, steps)


def _leads(inquiry: Inquiry) -> bool:
    viewer = access.viewer()
    is_chair = viewer.is_signed_in and viewer.person_id == inquiry.chair_id
    return is_chair or viewer.may("inquiries.manage")


@pages.post("/talk/<target>/agree")
@requires("inquiries.chair")
def agree(inquiry_id: int, target: str) -> Response:
    """Write down what people agreed."""
    session = db.session()
    inquiry = inquiring.inquiry_to_lead(session, inquiry_id, access.viewer())
    definition = registry.definition_of(inquiry.version)
    lenses, _steps = agreeing.ladder_of(definition, target)
    ladder = showing.steps_of(definition, target, (i18n.language(),))
    form = _agreement_form(lenses, ladder)
    if not form.validate():
        return Response(_conversation_page(inquiry, target, form=form), 422)
    try:
        with db.write() as writing:
            inquiry = inquiring.inquiry_to_lead(writing, inquiry_id, access.viewer())
            agreeing.record_agreement(
                writing,
                inquiry,
                inquiry.subjects[0].id,
                form.agreed(target, lenses),
                actor_id=access.viewer().person_id,
                now=datetime.now(UTC),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return Response(_conversation_page(inquiry, target, form=form), refusal.status)
    flash(_("Agreed and written down."), "success")
    return redirect(_next_talk(inquiry, target), 303)


def _next_talk(inquiry: Inquiry, target: str) -> str:
    """Go to the next thing on the agenda that is not agreed, or back to the overview."""
    results = queries.results_of(db.session(), inquiry, access.viewer())
    agreed = queries.agreements_of(db.session(), inquiry, results.subject)
    order = [
        *showing.talk_items(results, agreed, (i18n.language(),)),
        *showing.section_items(results.definition, agreed, (i18n.language(),)),
    ]
    following = next((item for item in order if not item.is_agreed and item.target != target), None)
    if following is None:
        return url_for("chairing.overview", inquiry_id=inquiry.id)
    return url_for("chairing.conversation", inquiry_id=inquiry.id, target=following.target)


@pages.post("/talk/<target>/note")
@requires("inquiries.chair")
def write_note(inquiry_id: int, target: str) -> Response:
    """Keep what was said."""
    note = forms.NoteForm()
    inquiry = inquiring.inquiry_to_lead(db.session(), inquiry_id, access.viewer())
    if not note.validate():
        return Response(_conversation_page(inquiry, target, note=note), 422)
    with db.write() as session:
        inquiry = inquiring.inquiry_to_lead(session, inquiry_id, access.viewer())
        kept = agreeing.write_note(
            session,
            inquiry,
            target,
            note.text.data or "",
            revision=note.revision.data or 0,
            now=datetime.now(UTC),
        )
    if request.headers.get("HX-Request"):
        return page("questionnaires/_note_saved.html", note=kept)
    return redirect(url_for("chairing.conversation", inquiry_id=inquiry_id, target=target), 303)
