"""From what was fixed to the rules of an award file: the same module computes on screen and off."""

from __future__ import annotations

from functools import lru_cache

from waardewerk_procurement.award import award_file, awarding
from waardewerk_procurement.award.award_reading import read_rules
from waardewerk_procurement.fixed.snapshot import Criterion, Snapshot

#: A dossier has one scale; this is what its award file calls it.
SCALE = "scale"


def rules_in_file(snapshot: Snapshot) -> award_file.Rules:
    """Write the rules of a dossier as an award file has them."""
    lots = [_lot(snapshot, lot.key) for lot in snapshot.lots]
    return award_file.Rules(scales={SCALE: snapshot.scale}, lots=lots)


@lru_cache(maxsize=64)
def rules_of(snapshot_content: str, lot: str) -> awarding.Rules:
    """Give the rules by which one lot is ranked, ready to compute with."""
    from waardewerk_procurement.fixed.snapshot import read_snapshot

    return read_rules(rules_in_file(read_snapshot(snapshot_content)))[lot]


def _lot(snapshot: Snapshot, key: str) -> award_file.Lot:
    lot = snapshot.lot(key)
    return award_file.Lot.model_validate(
        {
            "key": lot.key,
            "title": lot.title,
            "formula": lot.formula,
            "reason": lot.formula_reason,
            "criteria": [_criterion(snapshot, key, one) for one in _weighed(snapshot, None, key)],
            "knock_outs": [
                award_file.KnockOut(key=one.key, title=one.title)
                for one in snapshot.knock_outs_in(key)
            ],
            "tie_rule": list(lot.tie_rule),
            "drop_out": lot.drop_out,
            "ceiling": lot.ceiling,
            "beyond": lot.beyond,
        }
    )


def _weighed(snapshot: Snapshot, parent: str | None, lot: str) -> list[Criterion]:
    return [one for one in snapshot.parts_of(parent, lot) if one.kind.weighed]


def _criterion(snapshot: Snapshot, lot: str, one: Criterion) -> award_file.Criterion:
    parts = [_criterion(snapshot, lot, part) for part in _weighed(snapshot, one.key, lot)]
    return award_file.Criterion.model_validate(
        {
            "key": one.key,
            "title": one.title,
            "weight": one.weight,
            "worth": one.worth,
            "scale": None if parts else SCALE,
            "minimum": None if parts else one.minimum,
            "value": None if parts else one.value.key,
            "criteria": parts or None,
        }
    )
