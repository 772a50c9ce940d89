"""What is different between two snapshots, field by field, and how much it matters. Pure.

How much it matters decides what is advised about the closing date. It is advice: whether a change
is essential is for a lawyer to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from waardewerk_procurement.fixed.snapshot import Criterion, Lot, Snapshot

#: Of the dossier itself, of a lot, of a criterion, of what people saw when they looked.
Room = Literal["dossier", "lot", "criterion", "lens"]
Kind = Literal["added", "removed", "changed"]
#: ``essential``: it changes who can take part, what is offered or who wins. ``judge``: somebody
#: has to read whether it does. ``small``: it does not.
Matter = Literal["small", "judge", "essential"]
_BY_WEIGHT: tuple[Matter, ...] = ("small", "judge", "essential")

#: The fields of each part in the order in which they are told, with how much a change matters.
FIELDS: Mapping[Room, Mapping[str, Matter]] = {
    "dossier": {
        "kind": "essential",
        "title": "small",
        "subject": "judge",
        "technologies": "judge",
        "ai": "judge",
        "legal_basis": "essential",
        # More time is what an essential change asks for, and no such change itself.
        "closes_at": "small",
        "framework": "small",
        "scale": "essential",
        "aggregation": "essential",
        "assessors": "judge",
    },
    "lot": {
        "title": "small",
        "formula": "essential",
        "formula_reason": "small",
        "tie_rule": "essential",
        "drop_out": "essential",
        "ceiling": "essential",
        "beyond": "essential",
    },
    "criterion": {
        "title": "judge",
        "type": "essential",
        "lot": "essential",
        "parent": "essential",
        "value": "small",
        "norm": "small",
        "text": "judge",
        "question": "judge",
        "reason": "small",
        "proportionality": "small",
        "evidence": "judge",
        "anchors": "essential",
        "weight": "essential",
        "worth": "essential",
        "minimum": "essential",
        "ground": "essential",
        "duty_basis": "essential",
        "duty_reason": "small",
        "in_terms": "small",
        "announced": "judge",
        "kept_by": "judge",
        "legal_sources": "small",
        "source": "small",
    },
    "lens": {
        "in_view": "small",
        "wider": "small",
        "nothing_else": "small",
        "considerations": "small",
        "tensions": "small",
    },
}
#: What nobody who sends in a bid needs to know.
_INSIDE = frozenset({"framework", "source", *FIELDS["lens"]})
#: A nota van inlichtingen leaves at the latest so many days before the closing date (Aw 2.54).
LATEST_DAYS = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``before`` and ``after`` are as in the snapshots, or nothing.

    Without a field the whole part is new or gone.
    """

    kind: Kind
    room: Room
    #: The key and the title of the lot or criterion; empty for the dossier.
    key: str
    name: str
    field: str
    before: Any
    after: Any
    matter: Matter


def is_to_be_told(change: Change) -> bool:
    """Tell whether bidders are told of a change."""
    return change.field not in _INSIDE


def compare(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """Give all differences: of the dossier, then per lot, per criterion, and in the lens."""
    return (
        *_fields("dossier", before, after, "", ""),
        *_parts("lot", before.lots, after.lots),
        *_parts("criterion", before.criteria, after.criteria),
        *_fields("lens", before.lens, after.lens, "", ""),
    )


def _fields(room: Room, before: Any, after: Any, key: str, name: str) -> Iterator[Change]:
    for field, matter in FIELDS[room].items():
        was, becomes = getattr(before, field), getattr(after, field)
        if was != becomes:
            yield Change("changed", room, key, name, field, was, becomes, matter)


def _parts(
    room: Room, before: Sequence[Lot | Criterion], after: Sequence[Lot | Criterion]
) -> Iterator[Change]:
    known = {one.key: one for one in before}
    for one in after:
        if one.key in known:
            yield from _fields(room, known[one.key], one, one.key, one.title)
        else:
            yield Change("added", room, one.key, one.title, "", None, one, "essential")
    kept = {one.key for one in after}
    for one in before:
        if one.key not in kept:
            yield Change("removed", room, one.key, one.title, "", one, None, "essential")


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with the closing date, and why."""

    matter: Matter
    #: The notice would leave so late that bidders cannot act on it.
    is_late: bool


def advise(changes: Sequence[Change], days_left: int) -> Advice:
    """Advise on the closing date, ``days_left`` days before the one that was published."""
    heaviest = max((_BY_WEIGHT.index(one.matter) for one in changes), default=0)
    return Advice(_BY_WEIGHT[heaviest], is_late=days_left < LATEST_DAYS)
