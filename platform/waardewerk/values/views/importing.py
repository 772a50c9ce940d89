"""Frameworks as files: look at one before it is brought in, and lists of others that are kept."""

from __future__ import annotations

import hashlib

from flask import flash, make_response, redirect, request, url_for
from werkzeug import Response

from waardewerk import db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.notation.problems import DefinitionError, Problem
from waardewerk.notation.yaml_text import LARGEST_BYTES
from waardewerk.refusal import Conflict, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import queries
from waardewerk.values.comparing import beside_own
from waardewerk.values.forms.writing import FileForm, UseFileForm
from waardewerk.values.framework import Framework, load_framework, write_framework
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.operations import drafting, listing
from waardewerk.values.registry import framework_of
from waardewerk.values.showing import groups_of
from waardewerk.values.views.blueprint import actor_id, now, pages

LISTS = "values.lists"
AS_LIST, AS_DRAFT = "list", "draft"
USES = {
    AS_DRAFT: lazy("It becomes our next version, as a draft"),
    AS_LIST: lazy("Keep it as a list of others, to look wider with"),
}


@pages.route("/import", methods=["GET", "POST"])
@requires("values.write")
def import_file() -> Response:
    """Take a file, and show what is in it before anything is done with it."""
    form = FileForm()
    problems: tuple[Problem, ...] = ()
    if form.validate_on_submit():
        try:
            # One byte more than may be shows that it is too large.
            framework = load_framework(form.file.data.read(LARGEST_BYTES + 1))
            return _preview(framework, UseFileForm(formdata=None))
        except DefinitionError as fault:
            problems = fault.problems
            form.refuse(fault, form.file)
    return form_page(
        "values/import.html",
        form,
        current_section=LISTS,
        problems=[(one.line, one.subject, one.text(_)) for one in problems],
    )


def _preview(framework: Framework, form: UseFileForm) -> Response:
    session = db.session()
    content = write_framework(framework)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    own = _own()
    _prepare(form)
    form.content.data = content
    return form_page(
        "values/preview.html",
        form,
        current_section=LISTS,
        framework=framework,
        standings=beside_own(framework, _framework(own)),
        own=own,
        making=queries.version_in_the_making(session),
        known_list=queries.list_with(session, sha256),
        known_versions=queries.versions_with(session, sha256),
        is_first=not queries.versions(session),
    )


def _own() -> FrameworkVersion | None:
    """Return what a file is laid beside: what is being written, else what was adopted last."""
    return next(iter(queries.versions(db.session())), None)


def _prepare(form: UseFileForm) -> None:
    is_free = queries.version_in_the_making(db.session()) is None
    form.use.choices = [(key, text) for key, text in USES.items() if is_free or key == AS_LIST]
    if not is_free and not form.use.data:
        form.use.data = AS_LIST


@pages.post("/import/use")
@requires("values.write")
def use_file() -> Response:
    """Do with a file what was chosen; it is read and checked again."""
    form = UseFileForm()
    _prepare(form)
    framework = load_framework(form.content.data or "")
    if form.validate_on_submit():
        try:
            return _use(framework, form)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _preview(framework, form)


def _use(framework: Framework, form: UseFileForm) -> Response:
    with db.write() as session:
        if form.use.data == AS_LIST:
            kept = listing.keep_list(session, framework, actor_id=actor_id(), now=now())
            target = url_for("values.list_of_others", number=kept.id)
        else:
            drafting.start_version(
                session, framework, why=form.why.data or "", actor_id=actor_id(), now=now()
            )
            target = url_for("values.draft")
    flash(_("The file is brought in."), "success")
    return redirect(target, 303)


@pages.get("/lists")
@requires("values.read")
def lists() -> Response:
    """List the frameworks of others."""
    kept = queries.lists(db.session())
    return page("values/lists.html", lists=[(one, framework_of(one)) for one in kept])


@pages.get("/lists/<int:number>")
@requires("values.read")
def list_of_others(number: int) -> Response:
    """Show a framework of others beside one's own."""
    kept = queries.get_list(db.session(), number)
    framework = framework_of(kept)
    own = _own()
    return page(
        "values/list.html",
        current_section=LISTS,
        kept=kept,
        framework=framework,
        standings={one.theirs.key: one for one in beside_own(framework, _framework(own))},
        groups=groups_of(framework),
        own=own,
    )


def _framework(version: FrameworkVersion | None) -> Framework | None:
    return framework_of(version) if version else None


@pages.get("/lists/<int:number>.yaml")
@requires("values.read")
def list_yaml(number: int) -> Response:
    """Send a framework of others as the file that it came as."""
    kept = queries.get_list(db.session(), number)
    return _file(kept.content, f"list-{kept.id}.yaml")


@pages.get("/draft.yaml")
@requires("values.read")
def draft_yaml() -> Response:
    """Send the version in the making as a file, for colleagues only."""
    version = queries.get_draft(db.session())
    return _file(version.content, f"values-{version.number}-{version.state}.yaml")


def _file(content: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = "application/yaml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.route("/lists/<int:number>/remove", methods=["GET", "POST"])
@requires("values.write")
def remove_list(number: int) -> Response:
    """Let a list of others go, after saying what that means."""
    kept = queries.get_list(db.session(), number)
    if request.method == "POST":
        with db.write() as session:
            found = queries.get_list(session, number)
            listing.remove_list(session, found, actor_id=actor_id(), now=now())
        flash(_("The list is removed."), "success")
        return redirect(url_for(LISTS), 303)
    return page(
        "values/remove_list.html", current_section=LISTS, kept=kept, framework=framework_of(kept)
    )
