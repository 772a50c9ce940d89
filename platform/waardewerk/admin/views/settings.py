"""Filling in settings: name and texts, logo, theme, and what plugins ask."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug import Response

from waardewerk import db, gate, plugins, settings
from waardewerk.access import requires
from waardewerk.admin import operations
from waardewerk.admin.forms import IdentityForm, LogoForm, ThemeForm
from waardewerk.admin.views import actor_id
from waardewerk.config import Config
from waardewerk.home.logo import LARGEST
from waardewerk.i18n import format_number
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page
from waardewerk.theming import DEFAULT_THEME, ContrastProblem, Theme

pages = Blueprint("admin_settings", __name__, url_prefix="/admin/settings")


@pages.get("/")
@requires("admin.settings")
def index() -> Response:
    """Show what can be filled in."""
    found = plugins.of(current_app)
    asking = [plugin for plugin in found if plugin.name in settings.forms()]
    return page("admin/settings.html", asking=asking)


@pages.route("/identity", methods=["GET", "POST"])
@requires("admin.settings")
def identity() -> Response:
    """Let the province fill in its name and texts."""
    form = IdentityForm(obj=settings.identity())
    if form.validate_on_submit():
        return _store("core", _choices(form))
    return form_page("admin/identity.html", form)


@pages.route("/logo", methods=["GET", "POST"])
@requires("admin.settings")
def logo() -> Response:
    """Let the province choose its logo."""
    form = LogoForm()
    if form.validate_on_submit():
        content = form.logo.data.read(LARGEST + 1)
        try:
            with db.write() as session:
                operations.store_logo(
                    session, _logo_folder(), content, actor_id=actor_id(), now=datetime.now(UTC)
                )
            return _saved()
        except Refusal as refusal:
            form.refuse(refusal, form.logo)
    return form_page("admin/logo.html", form)


@pages.post("/logo/remove")
@requires("admin.settings")
def remove_logo() -> Response:
    """Go on without a logo."""
    with db.write() as session:
        operations.remove_logo(session, actor_id=actor_id(), now=datetime.now(UTC))
    return _saved()


@pages.route("/theme", methods=["GET", "POST"])
@requires("admin.settings")
def theme() -> Response:
    """Let the province choose its colours and fonts, when everybody can read them."""
    form = ThemeForm(obj=settings.theme())
    if form.validate_on_submit():
        try:
            return _store_theme(Theme(**_choices(form)))
        except operations.LowContrast as refusal:
            form.refuse(refusal)
            for problem in refusal.problems:
                _show_contrast(form, problem)
    return form_page("admin/theme.html", form, is_own=settings.theme() != DEFAULT_THEME)


@pages.post("/theme/reset")
@requires("admin.settings")
def reset_theme() -> Response:
    """Go back to the neutral colours."""
    return _store_theme(DEFAULT_THEME)


def _store_theme(chosen: Theme) -> Response:
    with db.write() as session:
        operations.store_theme(session, chosen, actor_id=actor_id(), now=datetime.now(UTC))
    return _saved()


def _show_contrast(form: ThemeForm, problem: ContrastProblem) -> None:
    field, back = form[problem.front], form[problem.back]
    text = _(
        "Too close to “%(back)s”: the contrast is %(contrast)s and must be at least %(needed)s.",
        back=back.label.text,
        contrast=format_number(round(problem.contrast, 1)),
        needed=format_number(problem.needed),
    )
    field.errors = [*field.errors, text]


@pages.route("/plugin/<name>", methods=["GET", "POST"])
@requires("admin.settings")
def plugin(name: str) -> Response:
    """Let the province fill in what a plugin asks."""
    make_form = settings.forms().get(name)
    if make_form is None or name not in gate.enabled():
        abort(404)
    form = make_form(data=settings.of(name)) if request.method == "GET" else make_form()
    if form.validate_on_submit():
        return _store(name, _choices(form))
    title = plugins.of(current_app).found[name].title
    return form_page("admin/plugin_settings.html", form, title=title, name=name)


def _choices(form: FlaskForm) -> dict[str, Any]:
    """Return what was filled in, without what only protects the form."""
    return {key: value for key, value in form.data.items() if key != "csrf_token"}


def _store(owner: str, choices: dict[str, Any]) -> Response:
    with db.write() as session:
        settings.store(session, owner, choices, actor_id=actor_id(), now=datetime.now(UTC))
    return _saved()


def _saved() -> Response:
    flash(_("Saved. Everybody sees it from now on."), "success")
    return redirect(url_for("admin_settings.index"), 303)


def _logo_folder() -> Path:
    config: Config = current_app.extensions["waardewerk.config"]
    return config.var / "logo"
