"""Asks the organisation's provider again, every minute, about whose turn it is.

Nothing is locked while it waits for the provider, and a provider that does not answer ends the
round: a sign-in whose check is overdue is no longer believed (`viewing.py`), the others go on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy.orm import Session

from waardewerk import db, sealing
from waardewerk.config import Config
from waardewerk.contract import Job
from waardewerk.people import organisation
from waardewerk.people.oidc.claims import asserted
from waardewerk.people.oidc.faults import GrantEnded, SignOnRefused
from waardewerk.people.operations import checks
from waardewerk.people.operations.checks import DueCheck

if TYPE_CHECKING:
    from waardewerk.people.oidc.provider import Answer, Provider

log = logging.getLogger(__name__)

JOB = "core.recheck_rights"
EVERY = timedelta(minutes=1)
#: Well within the lease of a job; who is left has its turn a minute later.
LONGEST_ROUND = 60.0
MOST = 500


def job() -> Job:
    """Make the job; without a provider it has nothing to do."""
    return Job(name=JOB, run=recheck, every=EVERY, holds_lock=False)


def recheck(_session: Session, _payload: Mapping[str, Any]) -> None:
    """Check whose time is half over, so that nobody who works on is asked to sign in again."""
    provider = organisation.provider()
    if provider is None:
        return
    ends = time.monotonic() + LONGEST_ROUND
    for one in _due(provider.issuer):
        if time.monotonic() > ends or not _check(provider, one):
            return


def _due(issuer: str) -> list[DueCheck]:
    config: Config = current_app.extensions["waardewerk.config"]
    now = datetime.now(UTC)
    before = now - timedelta(minutes=config.oidc_recheck_minutes) / 2
    with db.current().reading() as session:
        return checks.due_checks(session, issuer, before=before, now=now, limit=MOST)


def _check(provider: Provider, one: DueCheck) -> bool:
    """Check one sign-in; tell whether it is of use to go on with the next."""
    try:
        answer = _ask(provider, one)
    except (GrantEnded, sealing.Unreadable):
        _end(one)
        return True
    except SignOnRefused as refusal:
        log.warning("the provider could not be asked about rights: %s", refusal.reason)
        _note_fault(provider.issuer, refusal.reason)
        return False
    _record(provider, one, answer)
    return True


def _ask(provider: Provider, one: DueCheck) -> Answer:
    if one.subject is None:
        raise GrantEnded("not-linked")
    token = sealing.unseal(_secret(), one.refresh_token, about=about(one.person_id))
    return provider.recheck(token, one.subject, now=datetime.now(UTC))


def _record(provider: Provider, one: DueCheck, answer: Answer) -> None:
    now = datetime.now(UTC)
    sealed = sealed_token(answer.refresh_token, one.person_id)
    with db.current().transaction() as session:
        said = asserted(answer.claims, provider.rules)
        checks.record_check(
            session, one.sign_in_id, said, provider.rules, refresh_token=sealed, now=now
        )
        checks.note_answer(session, provider.issuer, now=now)


def _end(one: DueCheck) -> None:
    with db.current().transaction() as session:
        checks.end_unvouched(session, one.sign_in_id, now=datetime.now(UTC))


def _note_fault(issuer: str, reason: str) -> None:
    with db.current().transaction() as session:
        checks.note_fault(session, issuer, reason, now=datetime.now(UTC))


def sealed_token(token: str | None, person_id: int) -> str | None:
    """Seal what the provider is asked again with."""
    return sealing.seal(_secret(), token, about=about(person_id)) if token else None


def about(person_id: int) -> str:
    """Return what such a token is sealed for."""
    return f"refresh token of person {person_id}"


def _secret() -> str:
    return str(current_app.secret_key)
