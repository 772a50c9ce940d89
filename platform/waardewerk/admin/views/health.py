"""Seeing whether everything works, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, url_for
from werkzeug import Response

from waardewerk import db, jobs, migrate, plugins, settings
from waardewerk.access import requires
from waardewerk.admin import operations
from waardewerk.admin.views import actor_id
from waardewerk.config import Config
from waardewerk.i18n import gettext as _
from waardewerk.people import queries
from waardewerk.people.ways_in import WaysIn
from waardewerk.templating import page

pages = Blueprint("admin_health", __name__, url_prefix="/admin/health")


@pages.get("/")
@requires("admin.health")
def index() -> Response:
    """Name what works and what does not."""
    config: Config = current_app.extensions["waardewerk.config"]
    found = plugins.of(current_app)
    return page(
        "admin/health.html",
        database="SQLite" if db.current().is_sqlite else "PostgreSQL",
        pending=migrate.pending(db.current(), found),
        waiting=jobs.waiting(db.session()),
        troubled=jobs.troubled(db.session()),
        smtp_host=config.smtp_host,
        base_url=config.base_url,
        has_contact=bool(settings.identity().contact),
        faults=found.faults,
        sign_on=queries.sign_on(db.session(), WaysIn.of(config)),
    )


@pages.post("/jobs/<int:job_id>/retry")
@requires("admin.health")
def retry(job_id: int) -> Response:
    """Let a job run again now."""
    with db.write() as session:
        operations.try_again(session, job_id, actor_id=actor_id(), now=datetime.now(UTC))
    flash(_("The job runs again within a few seconds."), "success")
    return redirect(url_for("admin_health.index"), 303)


@pages.post("/jobs/<int:job_id>/drop")
@requires("admin.health")
def drop(job_id: int) -> Response:
    """Throw a job away."""
    with db.write() as session:
        operations.drop_job(session, job_id, actor_id=actor_id(), now=datetime.now(UTC))
    flash(_("The job is gone."), "success")
    return redirect(url_for("admin_health.index"), 303)
