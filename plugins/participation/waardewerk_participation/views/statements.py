"""The statements of a round, for those who hold it: add, read from a file, translate, tag."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.i18n import gettext as _
from waardewerk.i18n import ngettext
from waardewerk.people.queries import names_of
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import page
from waardewerk_participation.forms.statements import (
    ConfirmValuesForm,
    FileForm,
    JudgeForm,
    MendForm,
    SeedForm,
    TranslationForm,
)
from waardewerk_participation.hints import look_at
from waardewerk_participation.models import Round, Statement, Translation
from waardewerk_participation.models.statements import STATES
from waardewerk_participation.moderation import ACT_TITLES, REASON_OF, STATE_TITLES
from waardewerk_participation.operations import moderating, seeding, tagging, translating
from waardewerk_participation.queries import moderation as queries
from waardewerk_participation.statement_files import MOST_BYTES
from waardewerk_participation.views.blueprint import actor_id, now, own_round, staff, today
from waardewerk_participation.views.crumbs import crumbs

MODERATE = "participation.moderate"
PER_PAGE = 100


@staff.route("/<slug>/statements", methods=["GET", "POST"])
@requires("participation.hold")
def statements(slug: str) -> Response:
    """List the statements of a round, and add one."""
    found = own_round(slug)
    form = _seed_form(found)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                made = seeding.add_statement(
                    session,
                    own_round(slug),
                    form.said(),
                    today=today(),
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("Statement %(number)s is added.", number=made.number), "success")
            return redirect(url_for("participation.statements", slug=slug), 303)
        except Refusal as refusal:
            form.refuse(refusal, form.text)
    return _list(found, form, FileForm(formdata=None))


@staff.post("/<slug>/statements/file")
@requires("participation.hold")
def statements_file(slug: str) -> Response:
    """Add statements from a CSV file, and say row by row what was not read."""
    form = FileForm()
    report = None
    if form.validate_on_submit():
        with closing(form.file.data) as file:
            content = file.read(MOST_BYTES + 1)
        try:
            with db.write() as session:
                report = seeding.add_from_file(
                    session,
                    own_round(slug),
                    content,
                    today=today(),
                    actor_id=actor_id(),
                    now=now(),
                )
            _tell(report)
            if not report.problems:
                return redirect(url_for("participation.statements", slug=slug), 303)
        except Refusal as refusal:
            form.refuse(refusal, form.file)
    return _list(own_round(slug), _seed_form(own_round(slug), empty=True), form, report)


def _tell(report: seeding.Report) -> None:
    if report.added:
        flash(
            ngettext(
                "%(count)s statement is added.", "%(count)s statements are added.", report.added
            ),
            "success",
        )
    if report.encoding != "utf-8":
        flash(
            _(
                "This file was written in Windows-1252, not in UTF-8. Look whether letters "
                "with accents came through well."
            ),
            "info",
        )


def _seed_form(found: Round, *, empty: bool = False) -> SeedForm:
    options: dict[str, Any] = {"formdata": None} if empty else {}
    form = SeedForm(**options)
    form.language.choices = [(code, i18n.own_name(code)) for code in found.languages]
    form.values.choices = _values_to_choose()
    return form


def _values_to_choose() -> list[tuple[str, str]]:
    return list(tagging.values_to_choose(db.session(), today(), i18n.language()).items())


def _list(
    found: Round, form: SeedForm, file_form: FileForm, report: seeding.Report | None = None
) -> Response:
    session = db.session()
    # Who does not moderate sees what everybody sees.
    only_visible = not access.viewer().may(MODERATE)
    state = request.args.get("state", "")
    if state and state not in STATES:
        raise NotFound("This page does not exist.")
    counts = queries.count_by_state(session, found, only_visible=only_visible)
    total = counts.get(state, 0) if state else sum(counts.values())
    last = max(1, -(-total // PER_PAGE))
    current = min(max(number_asked("page") or 1, 1), last)
    response = page(
        "participation/moderation/statements.html",
        found=found,
        crumbs=crumbs(found, (_("Statements"), "")),
        form=form if form.errors or not file_form.errors else file_form,
        seed_form=form,
        file_form=file_form,
        report=report,
        statements=queries.listed(
            session,
            found,
            state=state,
            only_visible=only_visible,
            start=(current - 1) * PER_PAGE,
            most=PER_PAGE,
        ),
        tabs=_tabs(found, counts, state),
        pages={n: _address(found, state, n) for n in (current - 1, current + 1)},
        current=current,
        last=last,
        may_moderate=not only_visible,
        takes_statements=found.phase in seeding.PHASES,
        values=dict(_values_to_choose()),
        states=STATE_TITLES,
        own_name=i18n.own_name,
    )
    if form.errors or file_form.errors or (report and report.problems):
        response.status_code = 422
    return response


def _tabs(found: Round, counts: dict[str, int], state: str) -> list[dict[str, object]]:
    every = {"title": _("All"), "count": sum(counts.values()), "state": ""}
    each = [
        {"title": title, "count": counts.get(key, 0), "state": key}
        for key, title in STATE_TITLES.items()
    ]
    return [
        {**one, "url": _address(found, str(one["state"])), "current": one["state"] == state}
        for one in [every, *each]
    ]


def _address(found: Round, state: str, number: int | None = None) -> str:
    return url_for(
        "participation.statements", slug=found.slug, state=state or None, page=number or None
    )


# One statement --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """The one form of a statement's page that was sent; it comes back when it is refused."""

    mend: MendForm | None = None
    values: ConfirmValuesForm | None = None
    judge: JudgeForm | None = None
    translation: TranslationForm | None = None
    #: The language that was translated into.
    language: str = ""

    @property
    def form(self) -> Any:
        """Return the form that was sent."""
        return self.mend or self.values or self.judge or self.translation


@staff.get("/<slug>/statements/<int:number>")
@requires(MODERATE)
def statement(slug: str, number: int) -> Response:
    """Show one statement: its text, values and languages, and what was decided about it."""
    found = own_round(slug)
    return statement_page(found, queries.get_statement(db.session(), found, number))


@staff.post("/<slug>/statements/<int:number>/text")
@requires(MODERATE)
def mend_statement(slug: str, number: int) -> Response:
    """Mend a typing error."""
    form = MendForm(prefix="text-")

    def mend(session: Session, found: Round, one: Statement) -> None:
        moderating.edit(
            session,
            found,
            one,
            form.text.data or "",
            seen=form.builds_on(),
            actor_id=actor_id(),
            now=now(),
        )

    return act_on(slug, number, Sent(mend=form), mend, _("The text is mended."))


@staff.post("/<slug>/statements/<int:number>/values")
@requires(MODERATE)
def confirm_values(slug: str, number: int) -> Response:
    """Confirm the values that a statement touches."""
    found = own_round(slug)
    form = _values_form(queries.get_statement(db.session(), found, number), sent=True)

    def confirm(session: Session, found: Round, one: Statement) -> None:
        tagging.confirm_values(
            session,
            found,
            one,
            form.values.data or (),
            seen=form.builds_on(),
            today=today(),
            actor_id=actor_id(),
            now=now(),
        )

    return act_on(slug, number, Sent(values=form), confirm, _("The values are confirmed."))


@staff.post("/<slug>/statements/<int:number>/languages/<language>")
@requires(MODERATE)
def translate_statement(slug: str, number: int, language: str) -> Response:
    """Write a statement in another language, and approve that."""
    if language not in own_round(slug).languages:
        raise NotFound("This page does not exist.")
    form = TranslationForm(prefix=f"{language}-")

    def translate(session: Session, found: Round, one: Statement) -> None:
        translating.translate(
            session, found, one, form.said(language), actor_id=actor_id(), now=now()
        )

    sent = Sent(translation=form, language=language)
    return act_on(slug, number, sent, translate, _("The translation is kept."))


Deed = Callable[[Session, Round, Statement], None]


def act_on(slug: str, number: int, sent: Sent, act: Deed, done: str, *, then: str = "") -> Response:
    """Do one thing with a statement; when it is refused, show the form again with what was typed.

    ``then`` is the page to go to; without it the statement itself.
    """
    form, status = sent.form, 422
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = own_round(slug)
                act(session, found, queries.get_statement(session, found, number))
            flash(done, "success")
            here = url_for("participation.statement", slug=slug, number=number)
            return redirect(then or here, 303)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    found = own_round(slug)
    response = statement_page(found, queries.get_statement(db.session(), found, number), sent)
    response.status_code = status
    return response


def statement_page(found: Round, one: Statement, sent: Sent | None = None) -> Response:
    """Show one statement with all that can be done with it; a refused form as it was sent."""
    session = db.session()
    sent = sent or Sent()
    looked = queries.look_at(session, one)
    mend = sent.mend or MendForm(prefix="text-", formdata=None, data={"text": one.text})
    judge = sent.judge or _judge_form(looked)
    for form in (mend, judge):
        # Whoever was told about a newer judgement sees it here, and may decide again.
        form.seen.data = str(looked.seen)
    return page(
        "participation/moderation/statement.html",
        form=sent.form or {"errors": None},
        found=found,
        crumbs=crumbs(
            found,
            (_("Statements"), url_for("participation.statements", slug=found.slug)),
            (_("Statement %(number)s", number=one.number), ""),
        ),
        looked=looked,
        statement=one,
        hints=look_at(one.text, one.language),
        mend_form=mend,
        can_mend=not moderating.has_votes(session, one) and found.phase != "closed",
        values_form=sent.values or _values_form(one),
        judge_form=judge,
        translation_forms=_translation_forms(found, one, sent),
        names=names_of(session, [judgement.moderator_id for judgement in looked.judgements]),
        is_own_doubt=looked.doubt is not None and looked.doubt.moderator_id == actor_id(),
        acts=ACT_TITLES,
        reason_of=REASON_OF,
        states=STATE_TITLES,
        own_name=i18n.own_name,
    )


def _judge_form(looked: queries.Looked) -> JudgeForm:
    """Make the form with the reason of who doubted, for the second reader to take over."""
    doubt = looked.doubt
    given = {"reason": doubt.reason, "note": doubt.note, "same_as": doubt.same_as} if doubt else {}
    return JudgeForm(prefix="judge-", formdata=None, data=given)


def _values_form(one: Statement, *, sent: bool = False) -> ConfirmValuesForm:
    confirmed = [value.value for value in one.values if value.is_confirmed]
    if sent:
        form = ConfirmValuesForm(prefix="values-")
    else:
        form = ConfirmValuesForm(
            prefix="values-", formdata=None, data={"values": [v.value for v in one.values]}
        )
        form.seen.data = " ".join(confirmed)
    choices = dict(_values_to_choose())
    # What the framework no longer holds can still be taken away.
    choices.update({value.value: value.value for value in one.values if value.value not in choices})
    form.values.choices = list(choices.items())
    return form


def _translation_forms(found: Round, one: Statement, sent: Sent) -> dict[str, TranslationForm]:
    kept = {translation.language: translation for translation in one.translations}
    return {
        language: _translation_form(language, kept.get(language), sent)
        for language in found.languages
        if language != one.language
    }


def _translation_form(language: str, kept: Translation | None, sent: Sent) -> TranslationForm:
    text, is_approved = (kept.text, kept.is_approved) if kept else ("", False)
    form = sent.translation if sent.language == language else None
    form = form or TranslationForm(
        prefix=f"{language}-", formdata=None, data={"text": text, "is_approved": is_approved}
    )
    form.before.data = text
    return form
