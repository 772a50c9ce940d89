"""Who takes part in this browser, and whether a form is really theirs."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from flask import request, url_for
from werkzeug import Response
from werkzeug.utils import redirect

from waardewerk import access, db
from waardewerk.refusal import NotAllowed
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import Round
from waardewerk_participation.operations.voting import NotTakingPart
from waardewerk_participation.queries import taking_part as queries
from waardewerk_participation.views import cookie
from waardewerk_participation.views.blueprint import keys


@dataclass(frozen=True)
class Me:
    """The participant in this browser."""

    pid: bytes
    form_token: str
    receipt_code: str


def me_in(found: Round) -> Me | None:
    """Return who takes part in this browser; nobody when nobody said *Take part* here."""
    me = _made_here(found)
    return me if me and queries.takes_part(db.session(), found, me.pid) else None


def secret_of(found: Round) -> str | None:
    """Return what the participant here is made of: a person's number, or what the cookie holds."""
    if found.joining == "named":
        person_id = access.viewer().person_id
        return str(person_id) if person_id is not None else None
    return cookie.secret_in(found)


def sender_of_form(found: Round) -> Me:
    """Return who sent this form, or refuse: another site cannot know what our forms carry.

    Whether they take part in this round is for the operation to check, in its own transaction.
    """
    me = _made_here(found)
    if me is None:
        raise NotTakingPart(
            "You do not take part in this round in this browser. "
            "Open the first page of the round and choose “Take part”."
        )
    if not hmac.compare_digest(_token_sent(), me.form_token.encode()):
        raise NotAllowed("This form is not of this browser. Open the page again and send it there.")
    return me


def to_landing(found: Round) -> Response:
    """Go to the first page of a round, where it says what can be done."""
    return redirect(url_for("participation_round.landing", slug=found.slug), 303)


def _made_here(found: Round) -> Me | None:
    """Make the participant that this browser would be."""
    secret = secret_of(found)
    if secret is None or not keys().has(found.key_name):
        return None
    key = keys().read(found.key_name)
    pid = pseudonyms.participant(key, secret)
    return Me(pid, pseudonyms.form_token(key, pid), pseudonyms.receipt_code(key, pid))


def _token_sent() -> bytes:
    return request.form.get("form_token", "").encode("utf-8", "surrogatepass")
