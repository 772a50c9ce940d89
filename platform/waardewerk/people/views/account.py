"""One's own account: who one is here, where one is signed in, another password."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, g, redirect, url_for
from werkzeug import Response

from waardewerk import db
from waardewerk.access import OWN_ACCOUNT, requires
from waardewerk.i18n import gettext as _
from waardewerk.people import queries
from waardewerk.people.forms import ChangePasswordForm
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, passwords, sign_ins
from waardewerk.people.views import own_id, pages
from waardewerk.people.views.entering import enter, person_with_password, welcome
from waardewerk.people.words import WAY_TITLES, level_title, role_titles
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page


@pages.get("/account")
@requires(OWN_ACCOUNT)
def account() -> Response:
    """Show somebody who they are here and where they are signed in."""
    own = queries.account_of(db.session(), own_id())
    return page(
        "people/account.html",
        account=own,
        level=level_title(own.level) if own else "",
        roles=role_titles(own.roles) if own else [],
        steps=queries.second_steps_of(db.session(), own_id()),
        sign_ins=sign_ins.sign_ins_of(db.session(), own_id(), datetime.now(UTC)),
        ways=WAY_TITLES,
        here=g.sign_in_id,
    )


@pages.post("/account/sign-ins/<int:sign_in_id>/end")
@requires(OWN_ACCOUNT)
def end_sign_in(sign_in_id: int) -> Response:
    """End one of one's own sign-ins."""
    with db.write() as session:
        sign_ins.end_sign_in(session, sign_in_id, person_id=own_id(), now=datetime.now(UTC))
    flash(_("That sign-in has ended."), "success")
    return redirect(url_for("people.account"), 303)


@pages.post("/account/sign-ins/end-others")
@requires(OWN_ACCOUNT)
def end_other_sign_ins() -> Response:
    """End one's own sign-ins everywhere else."""
    with db.write() as session:
        sign_ins.end_other_sign_ins(
            session, g.sign_in_id, person_id=own_id(), now=datetime.now(UTC)
        )
    flash(_("You are signed in nowhere else."), "success")
    return redirect(url_for("people.account"), 303)


@pages.route("/account/password", methods=["GET", "POST"])
@requires(OWN_ACCOUNT)
def change_password() -> Response:
    """Let somebody choose another password, who knows the one of now."""
    form = ChangePasswordForm()
    own = accounts.get_person(db.session(), own_id())
    if form.validate_on_submit() and _knows_password(own, form):
        try:
            return _change_password(own.id, form)
        except Refusal as refusal:
            form.refuse(refusal, form.password)
    return form_page("people/change_password.html", form, email=own.email)


def _knows_password(own: Person, form: ChangePasswordForm) -> bool:
    if person_with_password(own.email or "", form.current_password.data or "") is not None:
        return True
    form.refuse(Refusal("This is not the password that you have now."), form.current_password)
    return False


def _change_password(person_id: int, form: ChangePasswordForm) -> Response:
    with db.write() as session:
        person = accounts.get_person(session, person_id)
        entry = sign_ins.entry_again(session, g.sign_in_id)
        passwords.change_password(session, person, form.password.data or "", now=datetime.now(UTC))
        token = enter(session, person, entry)
    flash(_("Your password has changed. You are signed in here and nowhere else."), "success")
    return welcome(token, url_for("people.account"))
