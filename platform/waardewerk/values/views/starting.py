"""Begin a version: from a set that comes along, empty, or from the version before."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from werkzeug import Response

from waardewerk import db, i18n, settings
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.notation.local_text import LocalText
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import editing, queries, starting
from waardewerk.values.forms.writing import EmptyStartForm, SetStartForm, WhyForm
from waardewerk.values.framework import Framework, key_in
from waardewerk.values.operations import drafting
from waardewerk.values.registry import framework_of
from waardewerk.values.showing import groups_of
from waardewerk.values.views.blueprint import actor_id, now, pages
from waardewerk.values.words import USUAL_TITLE, in_each, said

WRITE = "values.write"


@pages.get("/start")
@requires(WRITE)
def start() -> Response:
    """Choose with what to begin."""
    session = db.session()
    return page(
        "values/start.html",
        current_section="values.draft",
        making=queries.version_in_the_making(session),
        newest=next(iter(queries.adopted_versions(session)), None),
        sets=[(key_in(one.id), one) for one in starting.starting_points()],
    )


@pages.route("/start/set/<key>", methods=["GET", "POST"])
@requires(WRITE)
def start_from_set(key: str) -> Response:
    """Choose which values of a set to keep, and begin with those."""
    chosen = _set(key)
    before = next(iter(queries.versions(db.session())), None)
    own = framework_of(before) if before else None
    first = chosen.languages[0]
    usual = _own_title(own, chosen.languages)
    form = SetStartForm(data={"title": usual[first], "owner": _own_name()})
    form.values.choices = [(value.key, said(value.name)) for value in chosen.values]
    if own is None:
        del form.why
    if form.validate_on_submit():
        title = form.title.data or ""
        begun = editing.begin_with(
            chosen,
            form.values.data or (),
            title=usual if title == usual[first] else LocalText({first: title}),
            owner=form.owner.data or "",
            intro=editing.as_far_as(own.intro, chosen.languages) if own else None,
        )
        try:
            return _begin(begun, form.why.data or "" if own else "")
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "values/start_from_set.html",
        form,
        current_section="values.draft",
        key=key,
        chosen=chosen,
        groups=groups_of(chosen),
        norms=_norms_of(chosen),
        keeps_intro=own is not None and own.intro is not None,
    )


def _own_title(own: Framework | None, languages: Sequence[str]) -> LocalText:
    """Give the title that the framework has already, or the usual one."""
    kept = editing.as_far_as(own.title, languages) if own else None
    return kept or in_each(languages, USUAL_TITLE)


def _own_name() -> str:
    """Return the province's name; nothing as long as the installation bears that of the product."""
    return str(settings.of("core").get("name", ""))


def _set(key: str) -> Framework:
    found = next((one for one in starting.starting_points() if key_in(one.id) == key), None)
    if found is None:
        raise NotFound("There is no such set to begin with.")
    return found


def _norms_of(framework: Framework) -> dict[str, list[LocalText]]:
    """Give per value the situations of its norms, which come along with it."""
    return {
        value.key: [
            norm.situation
            for norm in framework.norms
            if any(edge.key == value.key for edge in norm.serves)
        ]
        for value in framework.values
    }


@pages.route("/start/empty", methods=["GET", "POST"])
@requires(WRITE)
def start_empty() -> Response:
    """Begin with a title alone."""
    if queries.versions(db.session()):
        raise NotNow("There is a framework already. Begin with what it says.")
    form = EmptyStartForm(data={"owner": _own_name(), "languages": [i18n.language()]})
    form.languages.choices = list(i18n.languages())
    if form.validate_on_submit():
        owner, languages = form.owner.data or "", form.languages.data or []
        # The language of who begins is the one that everything will be in.
        ordered = sorted(languages, key=lambda code: code != i18n.language())
        begun = editing.empty_framework(
            urn=editing.framework_urn(owner),
            languages=ordered,
            title=LocalText({ordered[0]: form.title.data or ""}),
            owner=owner,
        )
        return _begin(begun, "")
    return form_page("values/start_empty.html", form, current_section="values.draft")


@pages.route("/start/next", methods=["GET", "POST"])
@requires(WRITE)
def start_next() -> Response:
    """Begin with what the newest adopted version says."""
    newest = next(iter(queries.adopted_versions(db.session())), None)
    if newest is None:
        raise NotFound("No version was adopted yet.")
    form = WhyForm()
    if form.validate_on_submit():
        return _begin(framework_of(newest), form.why.data or "")
    return form_page("values/start_next.html", form, current_section="values.draft", newest=newest)


def _begin(framework: Framework, why: str) -> Response:
    with db.write() as session:
        drafting.start_version(session, framework, why=why, actor_id=actor_id(), now=now())
    flash(_("The draft is there. Only colleagues can see it."), "success")
    return redirect(url_for("values.draft"), 303)
