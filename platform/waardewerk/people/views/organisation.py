"""Signing in with the organisation's account: to its provider and back (OpenID Connect)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import public
from waardewerk.i18n import gettext as _
from waardewerk.people import organisation, queries, rechecking
from waardewerk.people.oidc.attempts import Attempt, new_attempt
from waardewerk.people.oidc.claims import asserted
from waardewerk.people.oidc.faults import (
    AttemptLost,
    ProviderDeclined,
    ProviderUnreachable,
    ProviderUntrusted,
    SignOnRefused,
)
from waardewerk.people.operations import checks, identities, links
from waardewerk.people.operations.sign_ins import Entry
from waardewerk.people.views import entering, pages, remembering
from waardewerk.people.views.entering import enter, welcome
from waardewerk.people.ways_in import ORGANISATION
from waardewerk.refusal import NotFound
from waardewerk.security import back_to
from waardewerk.templating import page

if TYPE_CHECKING:
    from waardewerk.people.oidc.provider import Provider

log = logging.getLogger(__name__)

#: In the signed cookie: the tries that this browser began.
ATTEMPTS = "attempts"
LONGEST_CODE = 4096
#: A fault is written down at most once in so long: who asks need not be signed in.
NOTE_EVERY = timedelta(minutes=1)
#: What a provider may answer instead of a code (OpenID Connect Core, 3.1.2.6; RFC 6749, 4.1.2.1).
LATER = {"temporarily_unavailable", "server_error"}
DECLINED = {"access_denied", "login_required", "interaction_required", "consent_required"}


@pages.get("/sign-in/organisation")
@public
def to_organisation() -> Response:
    """Send the browser to the organisation's provider."""
    # A link and no button: browsers hold the way a form takes, abroad too, to our policy.
    attempt = new_attempt()
    try:
        address = _provider().authorization_address(attempt)
    except SignOnRefused as refusal:
        return _refused(refusal)
    remembering.remember(
        ATTEMPTS,
        attempt.state,
        nonce=attempt.nonce,
        verifier=attempt.verifier,
        target=request.args.get("next", "")[:500],
    )
    return redirect(address, 303)


@pages.get(organisation.BACK)
@public
def back_from_organisation() -> Response:
    """Let somebody in for whom the provider vouches."""
    provider = _provider()
    try:
        attempt, target = _attempt()
        return _let_in(provider, attempt, target)
    except links.LinkUsed:
        return _refused(AttemptLost("used-before"))
    except SignOnRefused as refusal:
        if access.viewer().is_signed_in and isinstance(refusal, AttemptLost):
            # Somebody pressed twice, or went back and forth: the first time counted.
            return back_to("/")
        return _refused(refusal)


def _attempt() -> tuple[Attempt, str]:
    """Return the try that this browser began and to which this is the answer."""
    state = request.args.get("state", "")
    kept = remembering.recall(ATTEMPTS, state)
    if kept is None:
        raise AttemptLost("unknown-state")
    return Attempt(state, kept["nonce"], kept["verifier"]), kept["target"]


def _let_in(provider: Provider, attempt: Attempt, target: str) -> Response:
    now = datetime.now(UTC)
    # What takes long comes first: no lock is held while the provider thinks.
    answer = provider.exchange(_code(), attempt, issuer=request.args.get("iss"), now=now)
    said = asserted(answer.claims, provider.rules)
    with db.write() as session:
        links.spend(session, attempt.state, lasts=remembering.LASTS, now=now)
        person = identities.come_in(session, said, provider.rules, issuer=provider.issuer, now=now)
        token = rechecking.sealed_token(answer.refresh_token, person.id)
        cookie = enter(session, person, Entry(way=ORGANISATION, refresh_token=token))
        checks.note_answer(session, provider.issuer, now=now)
    return welcome(cookie, target)


def _code() -> str:
    error = request.args.get("error", "")
    if error in LATER:
        raise ProviderUnreachable("answers-with-fault")
    if error in DECLINED:
        raise ProviderDeclined("declined")
    code = request.args.get("code", "")
    if error or not 0 < len(code) <= LONGEST_CODE:
        raise ProviderUntrusted("no-code")
    return code


def _refused(refusal: SignOnRefused) -> Response:
    """Say honestly why nobody came in, and what to do now."""
    log.warning("nobody came in through the organisation's provider: %s", refusal.reason)
    if isinstance(refusal, ProviderUnreachable | ProviderUntrusted):
        _note(refusal)
    response = page(
        "people/organisation_refused.html",
        status=refusal.status,
        refusal=refusal,
        provider=organisation.name(),
        may_use_password=not entering.ways().only_break_glass,
        at=datetime.now(UTC),
    )
    # The address may hold a code that was not used.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _note(refusal: SignOnRefused) -> None:
    issuer, now = entering.ways().issuer, datetime.now(UTC)
    known = queries.sign_on(db.session(), entering.ways())
    if known.is_failing and known.failed_at and known.failed_at > now - NOTE_EVERY:
        return
    with db.write() as session:
        checks.note_fault(session, issuer, refusal.reason, now=now)


@pages.get("/sign-out/organisation")
@public
def sign_out_at_organisation() -> Response:
    """Send who signed out here to where they sign out at the organisation."""
    try:
        address = _provider().end_session_address(organisation.signed_out_address())
    except SignOnRefused as refusal:
        return _refused(refusal)
    if address is None:
        flash(_("%(name)s has no page to sign out. Close your browser.", name=organisation.name()))
        return redirect(url_for("people.signed_out"), 303)
    return redirect(address, 303)


def _provider() -> Provider:
    found = organisation.provider()
    if found is None:
        raise NotFound("Nobody signs in here with the account of an organisation.")
    return found
