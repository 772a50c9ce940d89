"""Which weight makes sense for a criterion: a range, and the end to which accents point.

Never the weight itself: that is chosen by whoever writes the dossier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waardewerk.values.ordering import Ordering
from waardewerk_procurement.criteria import Criterion, WeightRange
from waardewerk_procurement.models import DossierCriterion


@dataclass(frozen=True)
class Suggestion:
    """A range for a weight, in percent, and what the accents say about it."""

    least: int
    most: int
    #: Which accents point to an end of the range; empty when they point to none.
    why: str = ""
    #: The accents point to the upper end, not to the lower one.
    is_upward: bool = False
    #: The range is that of criteria like it: the library has none for this one.
    is_of_others: bool = False


def for_offered(one: Criterion, ordering: Ordering) -> Suggestion | None:
    """Suggest a weight for a criterion of the library; nothing for what is not weighed."""
    return _within(one.weight, one.values, ordering) if one.weight else None


def for_written(
    row: DossierCriterion, library: Sequence[Criterion], ordering: Ordering
) -> Suggestion | None:
    """Suggest a weight for a criterion of a dossier, by where it came from or what is like it.

    A part gets none: it is weighed inside its criterion, and ranges are of the whole.
    """
    if row.parent_id is not None:
        return None
    source = next((one for one in library if row.source and one.id == row.source), None)
    if source is not None:
        return for_offered(source, ordering)
    alike = _range_of([one for one in library if one.type == row.type and row.value in one.values])
    return _within(alike, [row.value], ordering, is_of_others=True) if alike else None


def _range_of(criteria: Sequence[Criterion]) -> WeightRange | None:
    ranges = [one.weight for one in criteria if one.weight]
    if not ranges:
        return None
    return WeightRange(least=min(one.least for one in ranges), most=max(one.most for one in ranges))


def _within(
    weight: WeightRange, values: Sequence[str], ordering: Ordering, *, is_of_others: bool = False
) -> Suggestion:
    accent, ordinary = ordering.weight(values), Ordering().weight(values)
    return Suggestion(
        weight.least,
        weight.most,
        why=ordering.why(values) if accent != ordinary else "",
        is_upward=accent > ordinary,
        is_of_others=is_of_others,
    )
