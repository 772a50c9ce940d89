"""Reads: who may lead a dossier, and who works here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from waardewerk.people import queries as people
from waardewerk.people.queries import Account

#: Who may prepare a dossier may lead one.
LEAD = "procurement.prepare"


def people_here(session: Session) -> list[Account]:
    """List who has an account and did not leave."""
    return [one for one in people.accounts(session) if one.state != "left"]


def officers(session: Session) -> list[Account]:
    """List who may lead a dossier."""
    return people.who_may(session, LEAD)


def works_here(session: Session, person_id: int) -> bool:
    """Tell whether somebody has an account and did not leave."""
    account = people.account_of(session, person_id)
    return account is not None and account.state != "left"


def may_lead(session: Session, person_id: int) -> bool:
    """Tell whether somebody may lead a dossier."""
    return people.may(session, person_id, LEAD)
