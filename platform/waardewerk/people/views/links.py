"""Single-use links: what each asks, and what its button does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import db
from waardewerk.access import public
from waardewerk.forms import Form
from waardewerk.people.forms import InvitationForm, NewPasswordForm, SetUpForm, SignInLinkForm
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, inviting, links
from waardewerk.people.views import pages
from waardewerk.people.views.entering import admit, go_on
from waardewerk.people.ways_in import LINK, PASSWORD
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page


@pages.route("/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> Response:
    """Show what a single-use link is for; only its button uses it."""
    found = links.look_at_link(db.session(), token, datetime.now(UTC))
    make_form, use = LINKS[found.purpose]
    person = accounts.get_person(db.session(), found.person_id) if found.person_id else None
    form = make_form(data={"name": person.name if person else ""})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                admitted = admit(session, use(session, token, form), WAYS[found.purpose])
            return go_on(admitted)
        except links.LinkUsed:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    response = form_page("people/link.html", form, purpose=found.purpose, person=person)
    # The address of this page is a secret until the link was used.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _set_up(session: Session, token: str, form: SetUpForm) -> Person:
    return inviting.set_up(
        session,
        token,
        name=form.name.data or "",
        email=form.email.data or "",
        password=form.password.data or "",
        now=datetime.now(UTC),
    )


def _accept(session: Session, token: str, form: InvitationForm) -> Person:
    return inviting.accept_invitation(
        session,
        token,
        name=form.name.data or "",
        password=form.password.data or "",
        now=datetime.now(UTC),
    )


def _choose_password(session: Session, token: str, form: NewPasswordForm) -> Person:
    return inviting.accept_invitation(
        session, token, name="", password=form.password.data or "", now=datetime.now(UTC)
    )


def _come_in(session: Session, token: str, _form: SignInLinkForm) -> Person:
    return inviting.use_sign_in_link(session, token, datetime.now(UTC))


#: Who chooses a password has just proved to know it.
WAYS = {"set_up": PASSWORD, "invitation": PASSWORD, "password": PASSWORD, "sign_in": LINK}
#: What each kind of link asks, and what its button does.
LINKS: dict[str, tuple[type[Form], Callable[[Session, str, Any], Person]]] = {
    "set_up": (SetUpForm, _set_up),
    "invitation": (InvitationForm, _accept),
    "password": (NewPasswordForm, _choose_password),
    "sign_in": (SignInLinkForm, _come_in),
}
