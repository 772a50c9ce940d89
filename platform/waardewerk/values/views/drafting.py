"""Write at the draft: its heading and languages, and every part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from flask import flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import contract, db, gate, i18n
from waardewerk.access import requires
from waardewerk.forms import Form
from waardewerk.i18n import gettext as _
from waardewerk.notation.problems import DefinitionError
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import editing, hierarchy, queries, signals, starting
from waardewerk.values.changes import compare
from waardewerk.values.editing import ROOMS, Room
from waardewerk.values.forms.writing import (
    HEADING,
    ElementForm,
    FieldRefused,
    HeadingForm,
    LanguageForm,
    ListItem,
    element_form,
    heading_form,
)
from waardewerk.values.framework import Element, Framework, Value
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.operations import drafting, writing
from waardewerk.values.registry import framework_of
from waardewerk.values.showing import ShownChange, shown_changes
from waardewerk.values.views.blueprint import actor_id, now, pages, today
from waardewerk.values.words import (
    ADD_TITLES,
    LANGUAGES,
    ONE_TITLES,
    ROOM_TASKS,
    ROOM_TITLES,
    language_name,
    said,
)

WRITE = "values.write"
DRAFT = "values.draft"
A_ROOM = f"<any({', '.join(ROOMS)}):room>"


@pages.get("/draft")
@requires("values.read")
def draft() -> Response:
    """Show the version in the making, group by group, and what can be done with it."""
    session = db.session()
    version = queries.version_in_the_making(session)
    if version is None:
        current = queries.version_in_force(session, today())
        return page("values/no_draft.html", current=current)
    framework = framework_of(version)
    newest = next(iter(queries.adopted_versions(session)), None)
    return page(
        "values/draft.html",
        framework_version=version,
        framework=framework,
        rooms=[(room, getattr(framework, room)) for room in ROOMS],
        room_titles=ROOM_TITLES,
        room_tasks=ROOM_TASKS,
        add_titles=ADD_TITLES,
        newest=newest,
        serving_nothing=hierarchy.serving_nothing(framework) if framework.foundations else (),
        without_norm=hierarchy.values_without_norm(framework),
        name_of=editing.name_of,
        waiting=signals.to_write_in(session),
    )


def draft_to_write() -> tuple[FrameworkVersion, Framework]:
    """Find the draft as it can still be changed."""
    version = queries.get_draft(db.session())
    if version.state != "draft":
        raise NotNow("This version is proposed. Take it back before you change it.")
    return version, framework_of(version)


def _written() -> Response:
    flash(_("Saved in the draft."), "success")
    return redirect(url_for(DRAFT), 303)


def refuse(form: Form, refusal: Refusal) -> None:
    """Show in a form what is wrong; of a document everything that is."""
    if isinstance(refusal, DefinitionError):
        for problem in refusal.problems:
            form.form_errors.append(problem.text(_))
        return
    form.refuse(refusal)


@pages.route("/draft/heading", methods=["GET", "POST"])
@requires(WRITE)
def heading() -> Response:
    """Change the title, the introduction, whose it is and why there is a new version."""
    version, framework = draft_to_write()
    form = heading_form(framework, is_first=version.number == 1, why=version.why)
    if form.validate_on_submit():
        try:
            _write_heading(form)
            return _written()
        except FieldRefused as refused:
            form.refuse(refused.refusal, refused.field)
        except Conflict as refusal:
            return _heading_conflict(form, refusal)
        except Refusal as refusal:
            refuse(form, refusal)
    return _heading_page(form)


def _write_heading(form: HeadingForm) -> None:
    wanted = form.heading()
    with db.write() as session:
        found = queries.get_draft(session)
        writing.write_heading(
            session, found, wanted, seen=form.seen.data or "", actor_id=actor_id(), now=now()
        )
        if found.number > 1:
            drafting.change_why(session, found, form.why.data or "", actor_id=actor_id(), now=now())


def _heading_conflict(form: HeadingForm, refusal: Conflict) -> Response:
    stored = framework_of(queries.get_draft(db.session()))
    form.refuse(refusal)
    form.seen.data = editing.heading_fingerprint(stored)
    changes = compare(stored, editing.with_heading(stored, form.heading()))
    return _as_conflict(_heading_page(form, shown_changes(changes)))


def _heading_page(form: HeadingForm, changes: Sequence[ShownChange] = ()) -> Response:
    return form_page(
        "values/heading.html",
        form,
        current_section=DRAFT,
        wordings=HEADING,
        changes=changes,
    )


def _as_conflict(response: Response) -> Response:
    response.status_code = 409
    return response


@pages.route(f"/draft/{A_ROOM}/new", methods=["GET", "POST"])
@requires(WRITE)
def add(room: Room) -> Response:
    """Add a foundation, principle, value or norm."""
    _version, framework = draft_to_write()
    form = element_form(framework, room, None, _listed(room), request.form)
    if form.validate_on_submit():
        try:
            typed = form.element(None)
            with db.write() as session:
                found = queries.get_draft(session)
                writing.add_element(session, found, typed, actor_id=actor_id(), now=now())
            return _written()
        except FieldRefused as refused:
            form.refuse(refused.refusal, refused.field)
        except Refusal as refusal:
            refuse(form, refusal)
    return _element_page(form, room, None)


@pages.route(f"/draft/{A_ROOM}/<key>", methods=["GET", "POST"])
@requires(WRITE)
def change(room: Room, key: str) -> Response:
    """Change a foundation, principle, value or norm."""
    _version, framework = draft_to_write()
    stored = _stored(framework, room, key)
    if stored is None and request.method == "GET":
        raise NotFound("This is not in the framework.")
    form = element_form(framework, room, stored, _listed(room), request.form)
    if form.validate_on_submit():
        try:
            typed = form.element(stored) if stored else _gone(form)
            with db.write() as session:
                writing.change_element(
                    session,
                    queries.get_draft(session),
                    typed,
                    seen=form.seen.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            return _written()
        except FieldRefused as refused:
            form.refuse(refused.refusal, refused.field)
        except Conflict as refusal:
            return _conflict(form, room, key, refusal)
        except Refusal as refusal:
            refuse(form, refusal)
    return _element_page(form, room, stored)


def _gone(form: ElementForm) -> Element:
    form.element(None)
    raise Conflict(writing.GONE)


def _conflict(form: ElementForm, room: Room, key: str, refusal: Conflict) -> Response:
    """Show what stands there now beside what was typed; nothing was overwritten."""
    framework = framework_of(queries.get_draft(db.session()))
    stored = _stored(framework, room, key)
    form.refuse(refusal)
    form.seen.data = editing.fingerprint(stored)
    if stored is None:
        return _as_conflict(_element_page(form, room, None))
    changes = compare(framework, editing.put(framework, form.element(stored)))
    return _as_conflict(_element_page(form, room, stored, shown_changes(changes)))


def _stored(framework: Framework, room: Room, key: str) -> Element | None:
    found = framework.elements.get(key)
    return found if found is not None and editing.room_of(found) == room else None


def _listed(room: Room) -> Iterator[ListItem]:
    """Give the values of shipped sets and lists of others, to liken one's own to."""
    if room != "values":
        return
    lists = [framework_of(one) for one in queries.lists(db.session())]
    for framework in (*starting.starting_points(), *lists):
        for value in framework.values:
            yield ListItem(framework.id, said(framework.title), value.key, said(value.name))


def _element_page(
    form: ElementForm,
    room: Room,
    stored: Element | None,
    changes: Sequence[ShownChange] = (),
) -> Response:
    return form_page(
        "values/element.html",
        form,
        current_section=DRAFT,
        room=room,
        one_title=ONE_TITLES[room],
        add_title=ADD_TITLES[room],
        task=ROOM_TASKS[room],
        stored=stored,
        name=editing.name_of(stored) if stored else None,
        usages=_usages(stored),
        changes=changes,
    )


def _usages(element: Element | None) -> list[contract.ValueUsage]:
    """Ask where a value is used, before somebody changes or removes it."""
    if not isinstance(element, Value):
        return []
    value = contract.Value(key=element.key, name=said(element.name))
    return cast("list[contract.ValueUsage]", gate.ask("value_usages", value=value))


@pages.get("/draft/<key>/remove")
@requires(WRITE)
def confirm_removal(key: str) -> Response:
    """Say what goes along before a part is removed."""
    version, framework = draft_to_write()
    element = editing.find(framework, key)
    return page(
        "values/remove.html",
        current_section=DRAFT,
        framework_version=version,
        element=element,
        name=editing.name_of(element),
        room=editing.room_of(element),
        loss=editing.loss_of(framework, key),
        usages=_usages(element),
        name_of=editing.name_of,
    )


@pages.post("/draft/<key>/remove")
@requires(WRITE)
def remove(key: str) -> Response:
    """Remove a part with what goes along."""
    with db.write() as session:
        writing.remove_element(
            session,
            queries.get_draft(session),
            key,
            knows=request.form.get("revision", 0, type=int),
            actor_id=actor_id(),
            now=now(),
        )
    flash(_("Removed from the draft."), "success")
    return redirect(url_for(DRAFT), 303)


@pages.post("/draft/<key>/move")
@requires(WRITE)
def move(key: str) -> Response:
    """Let a part change places with the one before or after it."""
    with db.write() as session:
        writing.move_element(
            session,
            queries.get_draft(session),
            key,
            down=request.form.get("to") == "down",
            actor_id=actor_id(),
            now=now(),
        )
    return redirect(url_for(DRAFT, _anchor=key), 303)


@pages.route("/draft/languages", methods=["GET", "POST"])
@requires(WRITE)
def languages() -> Response:
    """Show in which languages the draft is written, and add one."""
    version, framework = draft_to_write()
    form = LanguageForm()
    form.language.choices = [
        (code, language_name(code)) for code in _offered() if code not in framework.languages
    ]
    if form.validate_on_submit():
        with db.write() as session:
            writing.add_language(
                session,
                queries.get_draft(session),
                form.language.data,
                actor_id=actor_id(),
                now=now(),
            )
        flash(_("You can now write in this language too."), "success")
        return redirect(url_for("values.languages"), 303)
    return form_page(
        "values/languages.html",
        form,
        current_section=DRAFT,
        framework_version=version,
        written=[
            (code, language_name(code), editing.texts_in(framework, code))
            for code in framework.languages
        ],
    )


def _offered() -> tuple[str, ...]:
    shown = [code for code, _name in i18n.languages()]
    return tuple(dict.fromkeys((*shown, *LANGUAGES)))


@pages.route("/draft/languages/<code>/remove", methods=["GET", "POST"])
@requires(WRITE)
def remove_language(code: str) -> Response:
    """Leave a language out, after saying how many texts go with it."""
    version, framework = draft_to_write()
    if code not in framework.languages[1:]:
        raise NotFound("This language cannot be left out.")
    if request.method == "POST":
        with db.write() as session:
            writing.remove_language(
                session,
                queries.get_draft(session),
                code,
                knows=request.form.get("revision", 0, type=int),
                actor_id=actor_id(),
                now=now(),
            )
        flash(_("The language and its texts are removed from the draft."), "success")
        return redirect(url_for("values.languages"), 303)
    return page(
        "values/remove_language.html",
        current_section=DRAFT,
        framework_version=version,
        code=code,
        name=language_name(code),
        count=editing.texts_in(framework, code),
    )
