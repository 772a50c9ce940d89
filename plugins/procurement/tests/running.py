"""What tests of the time after the award share: a dossier that runs, with people around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import i18n
from waardewerk.i18n import day_of
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk_procurement.models import Bid, Decision, Dossier, FollowUp, Letter
from waardewerk_procurement.operations import following
from waardewerk_procurement.queries.dossiers import get_dossier

from . import setting_up
from .setting_up import NOW

TODAY = day_of(NOW)
#: When it was decided and told: any term of the law is over.
LONG_AGO = NOW - timedelta(60)
SECRET = "a secret that only the tests know of"


def decide(
    session: Session, dossier: Dossier, bids: list[Bid], *, winner: str | None = "B"
) -> None:
    """Decide on the first lot, and have every letter ready; the standstill is over."""
    session.add(
        Decision(
            lot_id=dossier.lots[0].id,
            award_file="{}",
            award_sha256="0" * 64,
            snapshot_number=1,
            winner=winner,
            reason="The best of both.",
            standstill_until=TODAY - timedelta(1),
            decided_at=LONG_AGO,
        )
    )
    session.add_all(Letter(bid_id=bid.id, ready_at=LONG_AGO, changed_at=NOW) for bid in bids)
    session.flush()


@dataclass(frozen=True)
class Running:
    """A dossier after the decision, and who leads it."""

    work: UnitOfWork
    officer_id: int
    dossier_id: int

    def dossier(self, session: Session) -> Dossier:
        """Read the dossier."""
        return get_dossier(session, self.dossier_id)

    def bid(self, session: Session, key: str = "B") -> Bid:
        """Read one bid; B won."""
        lot = self.dossier(session).lots[0].id
        return session.scalars(select(Bid).where(Bid.lot_id == lot, Bid.key == key)).one()

    def follow_up(self, session: Session, criterion: str = "forget") -> FollowUp:
        """Read what was promised for one criterion."""
        own = select(FollowUp).where(
            FollowUp.dossier_id == self.dossier_id,
            FollowUp.criterion == criterion,
            FollowUp.follows_id.is_(None),
        )
        return session.scalars(own).one()

    def carry_out(self) -> Running:
        """Begin."""
        self.do(following.carry_out)
        return self

    def do(self, operation: Callable[..., Any], *given: Any, **more: Any) -> Any:
        """Do something to the dossier as its officer; ``given`` may read rows of the session."""
        with self.work() as session, i18n.speaking("en"):
            rows = [one(session) if callable(one) else one for one in given]
            chosen = {"actor_id": self.officer_id, "now": NOW, **more}
            return operation(session, self.dossier(session), *rows, **chosen)


def decided(work: UnitOfWork, a_person: AddPerson, *, until: date | None = None) -> Running:
    """Bring a dossier to its decision; ``until``: the last day of the standstill."""
    officer = a_person({"civil_servant"}, name="Otto Officer")
    with work() as session:
        dossier = setting_up.a_concept(session, officer.id)
        setting_up.fix(session, dossier)
        _assessors, bids = setting_up.assess(session, dossier, [officer.id])
        setting_up.finish_quality(session, dossier, bids)
        decide(session, dossier, bids)
        if until is not None:
            session.get_one(Decision, dossier.lots[0].id).standstill_until = until
        return Running(work, officer.id, dossier.id)
