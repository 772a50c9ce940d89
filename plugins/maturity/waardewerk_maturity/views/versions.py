"""Versions of the questions: bring one in, see what it changes, publish it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, url_for
from werkzeug import Response

from waardewerk import db, i18n
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.notation.problems import Problem
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.changes import Change
from waardewerk.questionnaires.definition import DefinitionError
from waardewerk.questionnaires.operations import publishing
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk_maturity.forms import VersionForm
from waardewerk_maturity.operations import opening, shipping
from waardewerk_maturity.views.blueprint import actor_id, now, pages

if TYPE_CHECKING:
    from waardewerk.questionnaires.models import Version


@dataclass(frozen=True)
class ShownChange:
    """One difference, as the pattern for differences shows it."""

    kind: str
    title: str


@pages.route("/versions", methods=["GET", "POST"])
@requires("maturity.open")
def versions() -> Response:
    """List the versions, and take in a definition."""
    form = VersionForm()
    problems: Sequence[Problem] = ()
    if form.validate_on_submit():
        try:
            return _take_in(form)
        except DefinitionError as fault:
            problems = fault.problems
            form.refuse(fault, form.definition)
        except Refusal as refusal:
            form.refuse(refusal, form.definition)
    session = db.session()
    return form_page(
        "maturity/versions.html",
        form,
        versions=[(v, registry.definition_of(v)) for v in _all()],
        problems=[(one.line, one.subject, _said(one)) for one in problems],
        is_shipped_new=shipping.shipped_version(session) is None,
    )


def _all() -> list[Version]:
    return publishing.versions_of(db.session(), opening.KIND)


def _said(problem: Problem) -> str:
    return problem.text(_)


def _take_in(form: VersionForm) -> Response:
    text = form.definition.data.read()
    with db.write() as session:
        draft = shipping.load_scan_definition(session, text, actor_id=actor_id(), now=now())
    return redirect(url_for("maturity.version", version_id=draft.id), 303)


@pages.post("/versions/shipped")
@requires("maturity.open")
def use_shipped() -> Response:
    """Publish the scan that comes with the plugin."""
    with db.write() as session:
        shipping.publish_shipped_scan(session, actor_id=actor_id(), now=now())
    flash(_("The scan that comes with Waardewerk is ready. You can open a scan."), "success")
    return redirect(url_for("maturity.open_scan"), 303)


def _version(version_id: int) -> Version:
    found = publishing.get_version(db.session(), version_id)
    if found.questionnaire.kind != opening.KIND:
        raise NotFound("This version does not exist.")
    return found


@pages.get("/versions/<int:version_id>")
@requires("maturity.open")
def version(version_id: int) -> Response:
    """Show what a version asks; of a draft also what publishing would change."""
    found = _version(version_id)
    definition = registry.definition_of(found)
    is_draft = found.published_at is None
    preview = publishing.preview(db.session(), found) if is_draft else None
    return page(
        "maturity/version.html",
        shown=found,
        definition=definition,
        is_draft=is_draft,
        changes=[_shown(one) for one in preview.changes] if preview else [],
        running=preview.running if preview else 0,
    )


def _shown(change: Change) -> ShownChange:
    action = change.kind.rpartition("_")[2]
    kind = {"added": "added", "removed": "removed"}.get(action, "changed")
    return ShownChange(kind, change.text(_, i18n.language()))


@pages.post("/versions/<int:version_id>/publish")
@requires("maturity.open")
def publish(version_id: int) -> Response:
    """Publish a version for good."""
    _version(version_id)
    with db.write() as session:
        draft = publishing.get_version(session, version_id)
        publishing.publish(session, draft, actor_id=actor_id(), now=now())
    flash(_("This version is published. It cannot change any more."), "success")
    return redirect(url_for("maturity.versions"), 303)


@pages.get("/versions/<int:version_id>.yaml")
@requires("maturity.open")
def definition(version_id: int) -> Response:
    """Send a version as the file it can be brought in with again."""
    found = _version(version_id)
    response = make_response(found.content)
    response.mimetype = "application/yaml"
    name = registry.definition_of(found).version
    response.headers["Content-Disposition"] = f'attachment; filename="scan-{name}.yaml"'
    return response
