"""Paper: print booklets, type them over, compare, count, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.i18n import ngettext
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation import numbering
from waardewerk_participation.booklet import Content, booklet_pdf, in_language
from waardewerk_participation.forms.paper import (
    VOTES,
    BatchForm,
    BookletForm,
    Boxes,
    NumberForm,
    differences_form,
    typing_form,
)
from waardewerk_participation.models import PaperBatch, PaperEntry, Round, Statement
from waardewerk_participation.operations import typing
from waardewerk_participation.queries import paper as queries
from waardewerk_participation.queries.rounds import background_questions
from waardewerk_participation.steps import in_steps
from waardewerk_participation.texts import label_in, statement_in, text_in
from waardewerk_participation.typed import Difference, differences
from waardewerk_participation.views.blueprint import actor_id, keys, now, own_round, staff, today
from waardewerk_participation.views.crumbs import crumbs
from waardewerk_participation.views.letters import given, sender


@staff.get("/<slug>/paper")
@requires("participation.type")
def paper(slug: str) -> Response:
    """Show what can be printed, and the batches of booklets that came back."""
    return _paper_page(own_round(slug), None, None)


@staff.post("/<slug>/paper/booklet")
@requires("participation.type")
def print_booklet(slug: str) -> Response:
    """Give a booklet to print."""
    found = own_round(slug)
    form = _booklet_form(found)
    if not form.validate_on_submit():
        return _paper_page(found, form, None)
    text = text_in(found, form.language.data)
    content = Content(
        found=found,
        text=text,
        statements=queries.printed(db.session(), found),
        background=background_questions(db.session(), found),
        size=form.size.data,
        back=(form.back.data or "").split("\n"),
    )
    if not in_language(content.statements, text.language):
        form.language.errors = [_("There are no statements in this language yet.")]
        return _paper_page(found, form, None)
    return given(booklet_pdf(content, sender(), today=today()), f"{slug}-{text.language}", "pdf")


@staff.post("/<slug>/paper/batches")
@requires("participation.type")
def open_paper_batch(slug: str) -> Response:
    """Begin with a pile of booklets."""
    form = BatchForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                batch = typing.open_batch(
                    session,
                    own_round(slug),
                    label=form.label.data or "",
                    statements=form.statements.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
                batch_id = batch.id
            return redirect(url_for("participation.paper_batch", slug=slug, batch_id=batch_id), 303)
        except Refusal as refusal:
            form.refuse(refusal, form.statements)
    return _paper_page(own_round(slug), None, form)


def _paper_page(found: Round, booklet: BookletForm | None, batch: BatchForm | None) -> Response:
    session = db.session()
    printed = queries.printed(session, found)
    batch = batch or BatchForm(
        formdata=None, data={"statements": numbering.written(one.number for one in printed)}
    )
    booklet = booklet or _booklet_form(found)
    failed = batch if batch.errors else booklet
    return form_page(
        "participation/paper.html",
        failed,
        found=found,
        crumbs=crumbs(found, (_("Paper"), "")),
        booklet=booklet,
        batch_form=batch,
        statements=len(printed),
        batches=queries.batches(session, found),
        takes_paper=found.phase in typing.TAKES_PAPER,
    )


def _booklet_form(found: Round) -> BookletForm:
    who = sender()
    back = "\n".join(one for one in (who.organisation, who.contact) if one)
    form = BookletForm(data={"back": back})
    form.language.choices = _languages(found)
    return form


def _languages(found: Round) -> list[tuple[str, str]]:
    return [(code, i18n.own_name(code)) for code in found.languages]


# One batch ---------------------------------------------------------------------------------------


@staff.route("/<slug>/paper/<int:batch_id>", methods=["GET", "POST"])
@requires("participation.type")
def paper_batch(slug: str, batch_id: int) -> Response:
    """Show how far a batch is, and go to the booklet whose number is filled in."""
    found = own_round(slug)
    batch = typing.batch_of(db.session(), found, batch_id)
    form = NumberForm()
    if form.validate_on_submit():
        return redirect(_booklet_url(slug, batch_id, form.number.data or 0), 303)
    booklets = _booklets(queries.entries_of(db.session(), batch_id))
    return form_page(
        "participation/paper_batch.html",
        form,
        found=found,
        crumbs=crumbs(found, _paper_crumb(slug), (batch.label, "")),
        batch=batch,
        booklets=booklets,
        is_complete=bool(booklets) and all(one.state == "alike" for one in booklets),
        next_number=max((one.number for one in booklets), default=0) + 1,
        may_undo=access.viewer().may("participation.hold"),
    )


@dataclass(frozen=True)
class BookletSeen:
    """How far a booklet is: once, differs, alike."""

    number: int
    state: str
    #: Who is looking typed it the first time.
    is_own: bool


def _booklets(entries: Sequence[PaperEntry]) -> list[BookletSeen]:
    by_number: dict[int, list[PaperEntry]] = {}
    for entry in entries:
        by_number.setdefault(entry.booklet, []).append(entry)
    return [
        BookletSeen(number, _state(both), both[0].typed_by == actor_id())
        for number, both in by_number.items()
    ]


def _state(entries: Sequence[PaperEntry]) -> str:
    if len(entries) < typing.TURNS:
        return "once"
    return "differs" if differences(*map(typing.booklet_of, entries)) else "alike"


def _paper_crumb(slug: str) -> tuple[str, str]:
    return _("Paper"), url_for("participation.paper", slug=slug)


def _batch_crumb(slug: str, batch: PaperBatch) -> tuple[str, str]:
    return batch.label, url_for("participation.paper_batch", slug=slug, batch_id=batch.id)


def _booklet_url(slug: str, batch_id: int, number: int) -> str:
    return url_for("participation.type_booklet", slug=slug, batch_id=batch_id, number=number)


@staff.post("/<slug>/paper/<int:batch_id>/count")
@requires("participation.type")
def count_paper(slug: str, batch_id: int) -> Response:
    """Let the booklets of a batch count."""
    with db.write() as session:
        found = own_round(slug)
        batch = typing.batch_of(session, found, batch_id)
        counted = typing.count(
            session,
            found,
            batch,
            keys=keys(),
            secret=str(current_app.secret_key),
            actor_id=actor_id(),
            now=now(),
        )
    flash(
        ngettext("%(count)s booklet counts.", "%(count)s booklets count.", counted.booklets),
        "success",
    )
    also = in_steps(counted.also_on_site)
    if also:
        flash(
            _(
                "%(count)s or more are of people who said something on the site too. What they "
                "said there stays as it is.",
                count=also,
            ),
            "info",
        )
    return redirect(url_for("participation.paper_batch", slug=slug, batch_id=batch_id), 303)


@staff.route("/<slug>/paper/<int:batch_id>/undo", methods=["GET", "POST"])
@requires("participation.hold")
def undo_paper(slug: str, batch_id: int) -> Response:
    """Say what undoing a batch does, and do it."""
    if request.method == "GET":
        found = own_round(slug)
        batch = typing.batch_of(db.session(), found, batch_id)
        path = crumbs(found, _paper_crumb(slug), _batch_crumb(slug, batch), (_("Undo"), ""))
        return page("participation/undo_paper.html", found=found, batch=batch, crumbs=path)
    with db.write() as session:
        found = own_round(slug)
        batch = typing.batch_of(session, found, batch_id)
        typing.undo(session, found, batch, actor_id=actor_id(), now=now())
    flash(_("The booklets of this batch no longer count."), "success")
    return redirect(url_for("participation.paper_batch", slug=slug, batch_id=batch_id), 303)


# One booklet -------------------------------------------------------------------------------------


@staff.route("/<slug>/paper/<int:batch_id>/<int:number>", methods=["GET", "POST"])
@requires("participation.type")
def type_booklet(slug: str, batch_id: int, number: int) -> Response:
    """Type one booklet over: the first time, or the second without seeing the first."""
    found = own_round(slug)
    session = db.session()
    batch = typing.batch_of(session, found, batch_id)
    earlier = queries.entries_of(session, batch_id, number)
    if request.method == "GET" and len(earlier) == typing.TURNS:
        return redirect(_differences_url(slug, batch_id, number), 303)
    boxes = Boxes(
        queries.statements_in(session, found, batch), background_questions(session, found)
    )
    form = typing_form(boxes, _languages(found), len(earlier) + 1)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = own_round(slug)
                typing.type_over(
                    session,
                    found,
                    typing.batch_of(session, found, batch_id),
                    number,
                    boxes.read(form),
                    code=form.code.data or "",
                    turn=int(form.turn.data or 1),
                    keys=keys(),
                    actor_id=actor_id(),
                    now=now(),
                )
            return _after_typing(slug, batch_id, number)
        except Refusal as refusal:
            form.refuse(refusal, form.code if form.code.data else None)
    return form_page(
        "participation/type_booklet.html",
        form,
        found=found,
        crumbs=crumbs(
            found, _paper_crumb(slug), _batch_crumb(slug, batch), (_booklet_title(number), "")
        ),
        title=_booklet_title(number),
        batch=batch,
        number=number,
        boxes=boxes,
        skipped=_skipped(batch, boxes),
        is_second=bool(earlier),
        is_own=bool(earlier) and earlier[0].typed_by == actor_id(),
        takes_codes=found.joining == "code",
    )


def _booklet_title(number: int) -> str:
    return _("Booklet %(number)s", number=number)


def _skipped(batch: PaperBatch, boxes: Boxes) -> str:
    """Name the statements in the booklet that were rejected since."""
    shown = {one.number for one in boxes.statements}
    return numbering.written(set(numbering.read(batch.statements)) - shown)


def _after_typing(slug: str, batch_id: int, number: int) -> Response:
    entries = queries.entries_of(db.session(), batch_id, number)
    if len(entries) == typing.TURNS and _state(entries) == "differs":
        return redirect(_differences_url(slug, batch_id, number), 303)
    flash(_("Booklet %(number)s is saved.", number=number), "success")
    return redirect(url_for("participation.paper_batch", slug=slug, batch_id=batch_id), 303)


def _differences_url(slug: str, batch_id: int, number: int) -> str:
    return url_for("participation.booklet_differences", slug=slug, batch_id=batch_id, number=number)


@staff.route("/<slug>/paper/<int:batch_id>/<int:number>/differences", methods=["GET", "POST"])
@requires("participation.type")
def booklet_differences(slug: str, batch_id: int, number: int) -> Response:
    """Show where two people read something else, and store who was right."""
    found = own_round(slug)
    batch = typing.batch_of(db.session(), found, batch_id)
    entries = queries.entries_of(db.session(), batch_id, number)
    if len(entries) < typing.TURNS:
        raise NotFound("This booklet was not typed over twice.")
    parts = _told(found, batch, differences(*map(typing.booklet_of, entries)))
    form = differences_form(parts)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = own_round(slug)
                chosen = {part: int(form[part].data) for part in parts}
                batch = typing.batch_of(session, found, batch_id)
                typing.settle(session, found, batch, number, chosen, actor_id=actor_id(), now=now())
            flash(_("Booklet %(number)s is saved.", number=number), "success")
            return redirect(url_for("participation.paper_batch", slug=slug, batch_id=batch_id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "participation/booklet_differences.html",
        form,
        found=found,
        crumbs=crumbs(
            found, _paper_crumb(slug), _batch_crumb(slug, batch), (_booklet_title(number), "")
        ),
        title=_booklet_title(number),
        batch=batch,
        number=number,
        parts=list(parts),
    )


def _told(
    found: Round, batch: PaperBatch, found_differences: Sequence[Difference]
) -> Mapping[str, tuple[str, tuple[str, str]]]:
    """Say each difference in words: what it is about, and what each of two people read."""
    session = db.session()
    titles = {
        f"vote-{one.number}": f"{one.number}. {_without_full_stop(one)}"
        for one in queries.statements_in(session, found, batch)
    }
    options: dict[str, dict[object, str]] = {}
    for asked in background_questions(session, found):
        titles[f"background-{asked.id}"] = label_in(asked.label, i18n.language())
        options[f"background-{asked.id}"] = {
            one["key"]: label_in(one["label"], i18n.language()) for one in asked.options
        }
    titles["code"] = _("Code from the letter")
    titles["statement"] = _("Statement of their own")
    rejected = _("A statement that was rejected since")
    return {
        one.part: (titles.get(one.part, rejected), _readings(one, options.get(one.part, {})))
        for one in found_differences
    }


def _without_full_stop(statement: Statement) -> str:
    """Return a statement's text as a title, to which something may be added."""
    return statement_in(statement, i18n.language())[0].removesuffix(".")


def _readings(difference: Difference, options: Mapping[object, str]) -> tuple[str, str]:
    return (
        _reading(difference.part, difference.first, options, _("the code of the first time")),
        _reading(difference.part, difference.second, options, _("the code of the second time")),
    )


def _reading(part: str, said: object, options: Mapping[object, str], code: str) -> str:
    if said is None:
        return _("open")
    if part == "code":
        return code
    if part == "statement":
        assert isinstance(said, tuple)
        return f"{said[0]} ({said[1]})"
    return str(dict(VOTES)[str(said)]) if part.startswith("vote") else options.get(said, str(said))


@staff.post("/<slug>/paper/<int:batch_id>/<int:number>/again")
@requires("participation.type")
def type_again(slug: str, batch_id: int, number: int) -> Response:
    """Forget what was typed of a booklet and begin with it anew."""
    with db.write() as session:
        found = own_round(slug)
        batch = typing.batch_of(session, found, batch_id)
        typing.start_again(session, found, batch, number, actor_id=actor_id(), now=now())
    return redirect(_booklet_url(slug, batch_id, number), 303)
