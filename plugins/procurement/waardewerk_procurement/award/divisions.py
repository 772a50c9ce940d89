"""Who divides 100 % with whom: the criteria of a lot with its price, and the parts of a criterion.

Works on the rows as they are being written; nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from waardewerk_procurement.award.weights import WHOLE, Weights, nearest
from waardewerk_procurement.criteria import KINDS
from waardewerk_procurement.models import DossierCriterion, Lot

#: What the price is called among the names of criteria; no criterion has it as its key.
PRICE = "*price"


@dataclass(frozen=True)
class Division:
    """Weights that must be 100 % together. Without a ``parent`` it is the whole of a lot."""

    lot: Lot
    parent: DossierCriterion | None
    criteria: tuple[DossierCriterion, ...]
    #: What the formula leaves for the price, in hundredths of a percent; 0 without a weight.
    price: int = 0
    #: The lot is awarded on value: its criteria are worth euros, and divide nothing.
    is_in_euros: bool = False

    @property
    def weights(self) -> Weights:
        """The weights that were filled in, by key, with that of the price first."""
        price = [(PRICE, self.price)] if self.price else []
        given = [(one.key, one.weight) for one in self.criteria if one.weight is not None]
        return [*price, *given]

    @property
    def total(self) -> int:
        """What is divided so far."""
        return sum(weight for _name, weight in self.weights)

    @property
    def is_complete(self) -> bool:
        """Tell whether every criterion has a weight."""
        return all(one.weight is not None for one in self.criteria)

    @property
    def is_right(self) -> bool:
        """Tell whether it is exactly 100 %, or divides nothing."""
        return self.is_in_euros or (self.is_complete and self.total == WHOLE)

    @property
    def offer(self) -> Weights:
        """The nearest division that is 100 %; nothing when it is right or cannot be made."""
        if self.is_right or not self.is_complete or not self.total:
            return []
        offer = nearest(self.weights)
        return offer if all(weight > 0 for _name, weight in offer) else []


def divisions(lots: Iterable[Lot], criteria: Sequence[DossierCriterion]) -> list[Division]:
    """List what must be 100 %: per lot, and once inside each criterion that is divided."""
    found = [one for lot in lots for one in _in_lot(lot, criteria)]
    parents: set[int] = set()
    once = []
    for one in found:
        if one.parent is None or one.parent.id not in parents:
            once.append(one)
        if one.parent is not None:
            parents.add(one.parent.id)
    return once


def counts_in(lot: Lot, one: DossierCriterion) -> bool:
    """Tell whether a criterion is for this lot."""
    return one.lot_id in (None, lot.id)


def awards_on_value(lot: Lot) -> bool:
    """Tell whether quality in this lot is worth euros."""
    return lot.formula is not None and lot.formula["name"] == "award-on-value"


@dataclass(frozen=True)
class Units:
    """In what a criterion is weighed: in percent, in euros, or in both in different lots."""

    percent: bool
    euros: bool


def units_of(one: DossierCriterion, lots: Iterable[Lot]) -> Units:
    """Tell in what a criterion is weighed; a part always weighs in percent inside its parent."""
    if not KINDS[one.type].weighed:  # type: ignore[index]
        return Units(percent=False, euros=False)
    if one.parent_id is not None:
        return Units(percent=True, euros=False)
    in_euros = {awards_on_value(lot) for lot in lots if counts_in(lot, one)}
    return Units(percent=in_euros != {True}, euros=True in in_euros)


def _in_lot(lot: Lot, criteria: Sequence[DossierCriterion]) -> Iterator[Division]:
    weighed = [one for one in criteria if KINDS[one.type].weighed and counts_in(lot, one)]  # type: ignore[index]
    tops = tuple(one for one in weighed if one.parent_id is None)
    if not tops:
        return
    price = (lot.formula or {}).get("price_weight", 0)
    yield Division(lot, None, tops, price, awards_on_value(lot))
    for top in tops:
        parts = tuple(one for one in weighed if one.parent_id == top.id)
        if parts:
            yield Division(lot, top, parts)
