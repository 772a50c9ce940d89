"""Looking after people: invite, change, let go, erase."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import db, i18n, mail, retention, settings
from waardewerk.access import requires
from waardewerk.admin import operations
from waardewerk.admin.forms import NO_LEVEL, InviteForm, PersonForm
from waardewerk.admin.queries import losses
from waardewerk.admin.views import actor_id
from waardewerk.config import Config
from waardewerk.i18n import gettext as _
from waardewerk.people import letters, queries
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, break_glass, inviting, leaving
from waardewerk.people.queries import Account
from waardewerk.people.ways_in import WaysIn
from waardewerk.people.words import level_title, role_titles
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page

pages = Blueprint("admin_people", __name__, url_prefix="/admin/people")

#: In the signed cookie: the link that the next page shows, once.
NEW_LINK = "new_link"


@pages.get("/")
@requires("admin.people")
def index() -> Response:
    """List everybody with an account."""
    return page("admin/people.html", people=[_row(a) for a in queries.accounts(db.session())])


def _row(account: Account) -> dict[str, Any]:
    states = {"left": _("let go"), "invited": _("invited"), "active": None}
    state = states[account.state] or (_("break-glass") if account.is_break_glass else None)
    return {
        "name": account.name,
        "level": level_title(account.level),
        "roles": role_titles(account.roles),
        "state": state,
        "url": url_for("admin_people.person", person_id=account.id),
    }


@pages.route("/invite", methods=["GET", "POST"])
@requires("admin.people")
def invite() -> Response:
    """Invite somebody by mail, and give the link to hand over oneself."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            return _invite(form)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("admin/invite.html", form, is_mail_set=_is_mail_set())


def _invite(form: InviteForm) -> Response:
    now = datetime.now(UTC)
    with db.write() as session:
        person, token = inviting.invite_person(
            session,
            name=form.name.data or "",
            email=form.email.data or "",
            level=form.chosen_level,
            roles=form.chosen_roles,
            actor_id=actor_id(),
            now=now,
        )
        if not break_glass.may_sign_in_here(session, person, WaysIn.of(_config())):
            _send(session, person, "expected", _config().base_url + url_for("people.sign_in"), now)
            return redirect(url_for("admin_people.person", person_id=person.id), 303)
        _send(session, person, "invitation", _address(token), now)
    return _show_link(person.id, token)


def _send(session: Session, person: Person, purpose: str, link: str, now: datetime) -> None:
    """Put the letter in the outbox, in the language this installation speaks first."""
    if not _is_mail_set():
        return
    about = {"name": person.name, "to": person.email or "", "link": link}
    with i18n.speaking(_config().languages[0]):
        organisation = settings.identity().name
        letter = letters.LETTERS[purpose](organisation=organisation, **about)
    mail.post(session, letter, now=now)


def _show_link(person_id: int, token: str) -> Response:
    cookie[NEW_LINK] = {"person": person_id, "token": token}
    return redirect(url_for("admin_people.person", person_id=person_id), 303)


def _link_to_show(person_id: int) -> str | None:
    made = cookie.pop(NEW_LINK, None)
    return _address(made["token"]) if made and made["person"] == person_id else None


def _address(token: str) -> str:
    """Write a link from the address that was configured, never from the Host header."""
    return _config().base_url + url_for("people.link", token=token)


@pages.route("/<int:person_id>", methods=["GET", "POST"])
@requires("admin.people")
def person(person_id: int) -> Response:
    """Show and change what an administrator knows about somebody."""
    account = _account(person_id)
    form = PersonForm(
        data={
            "name": account.name,
            "level": account.level or NO_LEVEL,
            "roles": sorted(account.roles),
        }
    )
    if form.validate_on_submit():
        try:
            return _change(person_id, form)
        except Refusal as refusal:
            form.refuse(refusal)
    new_link = _link_to_show(person_id)
    return form_page(
        "admin/person.html",
        form,
        account=account,
        new_link=new_link,
        is_mail_set=_is_mail_set(),
        steps=queries.second_steps_of(db.session(), person_id),
        comes_in_here=_comes_in_here(person_id),
        has_provider=bool(_config().oidc_issuer),
    )


def _comes_in_here(person_id: int) -> bool:
    someone = accounts.get_person(db.session(), person_id)
    return break_glass.may_sign_in_here(db.session(), someone, WaysIn.of(_config()))


def _change(person_id: int, form: PersonForm) -> Response:
    with db.write() as session:
        accounts.change_person(
            session,
            accounts.get_person(session, person_id),
            name=form.name.data or "",
            level=form.chosen_level,
            roles=form.chosen_roles,
            actor_id=actor_id(),
            now=datetime.now(UTC),
        )
    flash(_("Saved."), "success")
    return redirect(url_for("admin_people.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/link")
@requires("admin.people")
def new_link(person_id: int) -> Response:
    """Make a fresh link: an invitation, or a new password for who came in before."""
    now = datetime.now(UTC)
    with db.write() as session:
        someone = accounts.get_person(session, person_id)
        is_new = someone.password_hash is None
        make = inviting.invite_again if is_new else inviting.make_password_link
        token = make(session, someone, actor_id=actor_id(), now=now)
        _send(session, someone, "invitation" if is_new else "password", _address(token), now)
    return _show_link(person_id, token)


@pages.post("/<int:person_id>/let-go")
@requires("admin.people")
def let_go(person_id: int) -> Response:
    """Let somebody go."""
    with db.write() as session:
        someone = accounts.get_person(session, person_id)
        leaving.deactivate(session, someone, actor_id=actor_id(), now=datetime.now(UTC))
    flash(_("%(name)s can no longer sign in.", name=someone.name), "success")
    return redirect(url_for("admin_people.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/let-in")
@requires("admin.people")
def let_in(person_id: int) -> Response:
    """Let somebody back in."""
    with db.write() as session:
        someone = accounts.get_person(session, person_id)
        leaving.reactivate(session, someone, actor_id=actor_id(), now=datetime.now(UTC))
    flash(_("%(name)s can sign in again.", name=someone.name), "success")
    return redirect(url_for("admin_people.person", person_id=person_id), 303)


@pages.get("/<int:person_id>/erase")
@requires("admin.people")
def confirm_erasure(person_id: int) -> Response:
    """Name what is lost before somebody is erased."""
    account = _account(person_id)
    lost = losses(db.session(), retention.rules_of(current_app), account.email)
    return page("admin/erase_person.html", account=account, losses=lost)


@pages.post("/<int:person_id>/erase")
@requires("admin.people")
def erase(person_id: int) -> Response:
    """Erase somebody."""
    with db.write() as session:
        someone = accounts.get_person(session, person_id)
        operations.erase_person(
            session,
            someone,
            retention.rules_of(current_app),
            actor_id=actor_id(),
            now=datetime.now(UTC),
        )
    flash(_("This person was erased."), "success")
    return redirect(url_for("admin_people.index"), 303)


def _account(person_id: int) -> Account:
    account = queries.account_of(db.session(), person_id)
    if account is None:
        raise NotFound("This person does not exist.")
    return account


def _is_mail_set() -> bool:
    return bool(_config().smtp_host)


def _config() -> Config:
    config: Config = current_app.extensions["waardewerk.config"]
    return config
