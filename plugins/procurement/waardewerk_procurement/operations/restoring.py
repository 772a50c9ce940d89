"""Rows put back as a snapshot has them: what a rectification added goes, what it removed returns.

Between which prices bids are expected is kept beside the snapshot: that leaves, and this does not.
Who leads stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.fixed.fixing_content import AS_IT_IS
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver, Lot
from waardewerk_procurement.money import from_decimal

Row = TypeVar("Row", Lot, DossierCriterion)
_OF_THE_DOSSIER = (
    "kind",
    "title",
    "subject",
    "ai",
    "legal_basis",
    "closes_at",
    "aggregation",
    "assessors",
)


def put_back(
    session: Session,
    dossier: Dossier,
    fixed: snapshot.Snapshot,
    estimates: Mapping[str, Sequence[int | None]],
    *,
    now: datetime,
) -> None:
    """Make a dossier, its lots, its criteria and who keeps what as they were fixed."""
    _set(dossier, _of_the_dossier(fixed))
    dossier.revision += 1
    lots = _put_back_lots(session, dossier, fixed)
    for key, (lowest, highest) in estimates.items():
        _set(lots[key], {"expected_lowest": lowest, "expected_highest": highest})
    criteria = _put_back_criteria(session, dossier, fixed, lots, now)
    _put_back_keepers(session, fixed, criteria)
    session.flush()
    session.expire(dossier, ["lots", "criteria"])


def _of_the_dossier(fixed: snapshot.Snapshot) -> dict[str, Any]:
    return {
        **{field: getattr(fixed, field) for field in _OF_THE_DOSSIER},
        "technologies": list(fixed.technologies),
        "values_version": fixed.framework.version if fixed.framework else None,
        "scale": fixed.scale.model_dump(mode="json"),
    }


def _put_back_lots(
    session: Session, dossier: Dossier, fixed: snapshot.Snapshot
) -> Mapping[str, Lot]:
    known = {one.key: one for one in dossier.lots}
    for place, one in enumerate(fixed.lots, 1):
        lot = known.get(one.key)
        if lot is None:
            lot = known[one.key] = Lot(dossier_id=dossier.id, key=one.key, position=place)
            session.add(lot)
        said = one.model_dump(mode="json", exclude={"key"})
        said["ceiling"] = None if one.ceiling is None else from_decimal(one.ceiling)
        said["beyond"] = one.beyond or ""
        _set(lot, {**said, "position": place})
    session.flush()
    return known


def _put_back_criteria(
    session: Session,
    dossier: Dossier,
    fixed: snapshot.Snapshot,
    lots: Mapping[str, Lot],
    now: datetime,
) -> Mapping[str, DossierCriterion]:
    known = {one.key: one for one in dossier.criteria}
    for place, one in enumerate(fixed.criteria, 1):
        row = known.get(one.key)
        if row is None:
            row = DossierCriterion(dossier_id=dossier.id, key=one.key, changed_at=now)
            known[one.key] = row
            session.add(row)
        said = {**_of_criterion(one), "position": place, "lot_id": _id_in(lots, one.lot)}
        if _set(row, said):
            row.revision = (row.revision or 0) + 1
            row.changed_at = now
    session.flush()
    for one in fixed.criteria:
        _set(known[one.key], {"parent_id": _id_in(known, one.parent)})
    session.flush()
    _remove_others(session, dossier, fixed)
    return known


def _remove_others(session: Session, dossier: Dossier, fixed: snapshot.Snapshot) -> None:
    """Remove what the rectification added, once nothing that stays hangs under it."""
    kept = {one.key for one in fixed.criteria}
    added = [one.id for one in dossier.criteria if one.key not in kept]
    session.execute(delete(DossierCriterion).where(DossierCriterion.id.in_(added)))
    lots = {one.key for one in fixed.lots}
    gone = [one.id for one in dossier.lots if one.key not in lots]
    session.execute(delete(Lot).where(Lot.id.in_(gone)))


def _of_criterion(one: snapshot.Criterion) -> dict[str, Any]:
    said = {field: getattr(one, field) for field in AS_IT_IS}
    return {
        **said,
        "type": one.type,
        "evidence": list(one.evidence),
        "legal_sources": list(one.legal_sources),
        "anchors": dict(one.anchors),
        "value": one.value.key,
        "norm": one.norm.key if one.norm else "",
        "risk": one.proportionality.risk,
        "small_firms": one.proportionality.small_firms,
        "link": one.proportionality.link,
        "worth": None if one.worth is None else from_decimal(one.worth),
        "minimum": one.minimum or "",
        "ground": one.ground or "",
        "duty_basis": one.duty_basis or "",
    }


def _put_back_keepers(
    session: Session, fixed: snapshot.Snapshot, criteria: Mapping[str, DossierCriterion]
) -> None:
    own = [one.id for one in criteria.values()]
    session.execute(delete(HandOver).where(HandOver.criterion_id.in_(own)))
    session.add_all(
        HandOver(criterion_id=criteria[one.key].id, keeper_id=criteria[keeper].id)
        for one in fixed.criteria
        for keeper in one.kept_by
    )


def _id_in(rows: Mapping[str, Row], key: str | None) -> int | None:
    return rows[key].id if key is not None else None


def _set(row: Dossier | Lot | DossierCriterion, said: Mapping[str, Any]) -> bool:
    """Set what is different, and tell whether anything was."""
    different = {name: value for name, value in said.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
