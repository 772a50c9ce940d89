"""The list of scans, opening one, and the page of one scan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, i18n, settings
from waardewerk.access import requires
from waardewerk.i18n import format_date
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as accounts
from waardewerk.questionnaires import queries as inquiries
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.operations import publishing
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page
from waardewerk.values.operations import looking
from waardewerk_maturity import queries
from waardewerk_maturity.forms import NOBODY, OpenScanForm
from waardewerk_maturity.operations import opening, shipping
from waardewerk_maturity.progress import next_step, steps_of
from waardewerk_maturity.views.blueprint import actor_id, now, pages, today, versions_seen
from waardewerk_maturity.words import scope_of

if TYPE_CHECKING:
    from waardewerk.questionnaires.models import Version

#: Who may be asked to chair; the inquiry itself checks what the chair may do.
CHAIRS = frozenset({"administrator", "adviseur", "aanjager", "beheerder"})
USUAL_LENGTH = timedelta(days=21)


@pages.get("/")
@requires("maturity.read")
def scans() -> Response:
    """List the scans, the newest first."""
    found = queries.scans(db.session())
    return page("maturity/scans.html", scans=found, has_version=_has_version(db.session()))


def _has_version(session: Session) -> bool:
    return publishing.newest_published(session, opening.KIND) is not None


@pages.route("/scans/new", methods=["GET", "POST"])
@requires("maturity.open")
def open_scan() -> Response:
    """Ask what is needed to open a scan, and open it."""
    session = db.session()
    form = _open_form(session)
    if form.validate_on_submit():
        try:
            with db.write() as writing:
                scan = opening.open_scan(
                    writing,
                    form.opening(),
                    organisation=settings.identity().name,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The scan is open. Now say who you ask."), "success")
            return redirect(url_for("maturity.people", scan_id=scan.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "maturity/open_scan.html",
        form,
        has_version=bool(form.version_id.choices),
        is_shipped_new=shipping.shipped_version(session) is None,
    )


def _open_form(session: Session) -> OpenScanForm:
    form = OpenScanForm(
        data={
            "scope": "organisation",
            "privacy": "grouped",
            "smallest_group": 5,
            "opens_on": today(),
            "closes_on": today() + USUAL_LENGTH,
            "chair_id": actor_id(),
        }
    )
    form.version_id.choices = [
        (version.id, _version_name(version))
        for version in publishing.versions_of(session, opening.KIND)
        if version.published_at is not None
    ]
    form.chair_id.choices = [
        (account.id, account.name)
        for account in accounts.accounts(session)
        if account.state != "left" and account.roles & CHAIRS
    ]
    form.previous_scan_id.choices = [
        (NOBODY, _("None: this is the first one")),
        *(
            (scan.id, f"{scan.inquiry.title} ({scope_of(scan)})")
            for scan in queries.agreed_scans(session)
        ),
    ]
    return form


def _version_name(version: Version) -> str:
    definition = registry.definition_of(version)
    return f"{definition.title.for_language(i18n.language())} {definition.version}"


@pages.get("/scans/<int:scan_id>")
@requires("maturity.read")
def scan(scan_id: int) -> Response:
    """Show how far a scan is and what comes next."""
    session, viewer = db.session(), access.viewer()
    found = queries.get_scan(session, scan_id)
    chair = accounts.account_of(session, found.inquiry.chair_id) if found.inquiry.chair_id else None
    leads = inquiries.leads(found.inquiry, viewer)
    turnout = inquiries.turnout(session, found.inquiry)
    sees_figures = queries.may_see_figures(session, found, viewer)
    return page(
        "maturity/scan.html",
        scan=found,
        chair=chair.name if chair else None,
        leads=leads,
        steps=steps_of(found, turnout),
        next_step=next_step(session, found, turnout) if leads else None,
        turnout=turnout,
        sees_figures=sees_figures,
        sees_spread=inquiries.may_see_spread(session, found.inquiry, viewer),
        definition=registry.definition_of(found.inquiry.version),
        seen=versions_seen(session, found),
        lens=looking.lens_of(session, opening.LENS, found.id),
        closes=format_date(found.inquiry.closes_on),
    )


@pages.post("/scans/<int:scan_id>/lens")
@requires("values.weigh")
def open_lens(scan_id: int) -> Response:
    """Begin to look at what a scan does through the values of the province."""
    access.demand("maturity.read")
    with db.write() as session:
        found = queries.get_scan(session, scan_id)
        url = url_for("maturity.scan", scan_id=scan_id)
        lens = opening.open_lens(session, found, url, actor_id=actor_id(), now=now())
    return redirect(url_for("values.lens", lens_id=lens.id), 303)
