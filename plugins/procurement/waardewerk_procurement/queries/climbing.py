"""Reads for the ladder: what is asked, how it was won, what was promised and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk.values.framework import Framework, key_in
from waardewerk.values.queries import framework_numbered
from waardewerk_procurement import ladder
from waardewerk_procurement.criteria import KINDS, Type
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.ladder import Asked, Ladder, Named, Result, WonWith
from waardewerk_procurement.models import (
    Bid,
    Dossier,
    Finding,
    FollowUp,
    Lot,
)
from waardewerk_procurement.queries.checking import hand_overs_of, names_of_values, seen_by
from waardewerk_procurement.queries.dossiers import last_snapshot
from waardewerk_procurement.queries.following import offered_by, winners_of


def ladder_of(session: Session, dossier: Dossier, *languages: str, sees_winners: bool) -> Ladder:
    """Read the ladder of a dossier: of what was fixed or, before that, of what is written.

    Who won, and with which scores, is on it for who may see that (``sees_who_won``).
    """
    held = last_snapshot(session, dossier)
    top = (
        _as_fixed(session, dossier, snapshot.read_snapshot(held.content), languages)
        if held is not None
        else _as_written(session, dossier, languages)
    )
    return ladder.build_ladder(
        values=top.values,
        norms=top.norms,
        asked=top.asked,
        won_with=_won_with(session, dossier) if sees_winners else {},
        results=_results(session, dossier),
    )


@dataclass(frozen=True)
class _Top:
    """The rungs above the scores."""

    values: Sequence[Named]
    norms: Sequence[Named]
    asked: Sequence[Asked]


def _as_fixed(
    session: Session, dossier: Dossier, fixed: snapshot.Snapshot, languages: Sequence[str]
) -> _Top:
    framework = framework_numbered(session, fixed.framework.version if fixed.framework else None)
    why = {one.key: fixed.lens.why_not_asked(one) for one in fixed.lens.in_view}
    core = framework.values if framework else ()
    seen = [(one.key, one.name.for_language(*languages)) for one in core]
    seen += [(key_in(one.urn), one.name) for one in fixed.lens.wider]
    values = [Named(key=key, name=name, why_not_asked=why.get(key, "")) for key, name in seen]
    return _Top(values, _norms(framework, languages), _asked_in(fixed, dossier))


def _as_written(session: Session, dossier: Dossier, languages: Sequence[str]) -> _Top:
    seen = seen_by(session, dossier, *languages)
    norms = _norms(framework_numbered(session, dossier.values_version), languages)
    names = names_of_values(session, dossier, *languages)
    return _Top(
        [Named(key=one.key, name=one.name, why_not_asked=one.explained) for one in seen],
        norms,
        _asked_so_far(session, dossier, names, norms),
    )


def _norms(framework: Framework | None, languages: Sequence[str]) -> list[Named]:
    return [
        Named(
            key=norm.key,
            name=norm.text.for_language(*languages),
            serves=tuple(edge.key for edge in norm.serves),
        )
        for norm in (framework.norms if framework else ())
    ]


def _asked_in(fixed: snapshot.Snapshot, dossier: Dossier) -> list[Asked]:
    written = {one.key for one in dossier.criteria}
    return [
        Asked(
            key=one.key,
            title=one.title,
            type=one.type,
            value=Named(key=one.value.key, name=one.value.name),
            norm=Named(key=one.norm.key, name=one.norm.name) if one.norm else None,
            parent=one.parent,
            weight=one.weight,
            kept_by=one.kept_by,
            is_written=one.key in written,
        )
        for one in fixed.criteria
    ]


def _asked_so_far(
    session: Session, dossier: Dossier, names: Mapping[str, str], norms: Sequence[Named]
) -> list[Asked]:
    by_key = {one.key: one for one in norms}
    keys = {one.id: one.key for one in dossier.criteria}
    kept_by: dict[int, list[str]] = {}
    for row in hand_overs_of(session, dossier):
        kept_by.setdefault(row.criterion_id, []).append(keys[row.keeper_id])
    return [
        Asked(
            key=one.key,
            title=one.title,
            type=cast("Type", one.type),
            value=Named(key=one.value, name=names.get(one.value, one.value)),
            norm=by_key.get(one.norm, Named(key=one.norm, name=one.norm)) if one.norm else None,
            parent=keys.get(one.parent_id or 0),
            weight=one.weight,
            kept_by=tuple(kept_by.get(one.id, ())),
        )
        for one in dossier.criteria
        if one.type in KINDS
    ]


def _won_with(session: Session, dossier: Dossier) -> dict[str, list[WonWith]]:
    """Give the agreed scores of who won, by criterion; nothing before somebody decided."""
    lots = {lot.id: lot.title for lot in dossier.lots}
    winners = winners_of(session, dossier)
    offered = offered_by(session, winners)
    found: dict[str, list[WonWith]] = {}
    for bid in winners:
        for criterion, one in offered.get(bid.id, {}).items():
            won = WonWith(lot=lots[bid.lot_id], bidder=bid.bidder, score=one.score)
            found.setdefault(criterion, []).append(won)
    return found


def _results(session: Session, dossier: Dossier) -> dict[str, list[Result]]:
    """Give what is followed with what was found last, by criterion."""
    newest = select(func.max(Finding.id)).group_by(Finding.follow_up_id)
    rows = (
        select(FollowUp, Finding, Bid.bidder, Lot.title)
        .join(Bid, Bid.id == FollowUp.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .outerjoin(Finding, (Finding.follow_up_id == FollowUp.id) & Finding.id.in_(newest))
        .where(FollowUp.dossier_id == dossier.id)
        .order_by(FollowUp.due, FollowUp.id)
    )
    found: dict[str, list[Result]] = {}
    for follow_up, finding, bidder, lot in session.execute(rows):
        result = _result(follow_up, finding, bidder, lot)
        found.setdefault(follow_up.criterion, []).append(result)
    return found


def _result(follow_up: FollowUp, finding: Finding | None, bidder: str, lot: str) -> Result:
    return Result(
        number=follow_up.id,
        title=follow_up.title,
        due=follow_up.due,
        colour=finding.colour if finding else "",
        reason=finding.reason if finding else "",
        ended=follow_up.ended,
        bidder=bidder,
        lot=lot,
    )
