"""The first page, the texts for readers, and what browsers and other machines ask for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from flask import Blueprint, current_app, request, url_for
from werkzeug import Response

from waardewerk import access, db, gate, installation, retention, settings
from waardewerk.access import OWN_ACCOUNT, public, requires
from waardewerk.config import Config
from waardewerk.home import logo as logos
from waardewerk.home.dashboard import arranged
from waardewerk.home.kept import kept_data
from waardewerk.people.operations import accounts
from waardewerk.templating import page
from waardewerk.theming import theme_css

pages = Blueprint("home", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
#: security.txt asks for a date on which to look again; RFC 9116 wants it within a year.
SECURITY_TXT_LASTS = timedelta(days=180)


@pages.get("/")
@public
def index() -> Response:
    """Show what asks for the viewer now, or to a stranger what this is and what is open to all."""
    who = access.viewer()
    dashboard = arranged(gate.ask("dashboard_tiles", viewer=who))
    if not who.is_signed_in and not who.respondent_ids:
        return page("home/welcome.html", dashboard=dashboard)
    return page("home/dashboard.html", dashboard=dashboard)


@pages.get("/accessibility")
@public
def accessibility() -> Response:
    """Say what was tested and where to tell that something does not work."""
    return page("home/accessibility.html", own_text=settings.identity().accessibility)


@pages.get("/privacy")
@public
def privacy() -> Response:
    """Say which personal data is kept, and how long."""
    kept = kept_data(retention.rules_of(current_app))
    return page("home/privacy.html", own_text=settings.identity().privacy, kept=kept)


@pages.get("/contact")
@public
def contact() -> Response:
    """Say whom to turn to."""
    return page("home/contact.html", own_text=settings.identity().contact)


@pages.get("/account/data")
@requires(OWN_ACCOUNT)
def own_data() -> Response:
    """Hand over to somebody what is kept about them; to nobody else, administrators included."""
    person = accounts.get_person(db.session(), access.viewer().person_id or 0)
    rules = retention.rules_of(current_app)
    kept = retention.hand_over(db.session(), rules, person.email or "")
    content = json.dumps(kept, ensure_ascii=False, indent=2, default=str)
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="waardewerk.json"'
    return response


@pages.get("/theme.css")
@public
def theme() -> Response:
    """Give the province's colours and font; the address changes when they do."""
    response = Response(theme_css(settings.theme()), mimetype="text/css")
    is_this_one = request.args.get("v") == str(installation.snapshot().revision)
    response.headers["Cache-Control"] = FOR_EVER if is_this_one else "no-cache"
    return response


@pages.get("/logo/<name>")
@public
def logo(name: str) -> Response:
    """Give the province's logo; its name is made from its content."""
    content, media_type = logos.read(_config().var / "logo", name)
    response = Response(content, mimetype=media_type)
    response.headers["Cache-Control"] = FOR_EVER
    return response


@pages.get("/health")
@public
def health() -> Response:
    """Tell a monitor that the database can be read; details are for the administrator."""
    installation.snapshot()
    return Response("ok\n", mimetype="text/plain")


@pages.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Say where to report a weakness (RFC 9116)."""
    here = _config().base_url
    expires = (datetime.now(UTC) + SECURITY_TXT_LASTS).replace(microsecond=0)
    lines = (
        f"Contact: {here}{url_for('home.contact')}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: nl, en",
        f"Canonical: {here}{request.path}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _config() -> Config:
    config: Config = current_app.extensions["waardewerk.config"]
    return config
