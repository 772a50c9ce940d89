"""The award file of one lot: what was fixed, and what people agreed on about each bid.

Bids are in it by their keys and never by a name, so that the file can be given to anybody who wants
to compute the award again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from waardewerk_procurement.award.award_file import Fixed
from waardewerk_procurement.award.award_reading import FORMAT, canonical
from waardewerk_procurement.award.published import rules_in_file
from waardewerk_procurement.fixed.snapshot import Snapshot
from waardewerk_procurement.money import as_decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedBid:
    """A bid with its price in cents, the agreed scores, and whether it meets what it must."""

    key: str
    price: int
    scores: Mapping[str, str] = field(default_factory=dict)
    met: Mapping[str, bool] = field(default_factory=dict)
    dropped_out: bool = False


def write_award_file(
    fixed: Snapshot,
    sha256: str,
    lot: str,
    bids: Sequence[AssessedBid],
    drawn: Sequence[str] = (),
) -> str:
    """Write the award file of a lot in the one form that it has.

    ``sha256`` is what the snapshot was kept by.
    """
    published = rules_in_file(fixed)
    rules = published.model_copy(update={"lots": [one for one in published.lots if one.key == lot]})
    content = {
        "format": FORMAT,
        "title": fixed.title,
        "fixed": Fixed(number=fixed.number, sha256=sha256).model_dump(),
        "rules": rules.model_dump(mode="json", exclude_none=True),
        "bids": [_bid(lot, one) for one in sorted(bids, key=lambda one: one.key)],
        "drawn": {lot: list(drawn)} if drawn else {},
    }
    return canonical(content).decode()


def _bid(lot: str, one: AssessedBid) -> dict[str, object]:
    return {
        "key": one.key,
        "lot": lot,
        "price": as_decimal(one.price),
        "scores": dict(one.scores),
        "knock_outs": dict(one.met),
        "dropped_out": one.dropped_out,
    }
