"""A framework of others beside one's own: which values are new, same or different. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from waardewerk.values.framework import Framework, Value


@dataclass(frozen=True, slots=True)
class Standing:
    """One value of theirs, the one of ours that answers to it, and how the two compare.

    ``same_key``: ours has the same short name and another URN, so it may mean something else.
    """

    state: Literal["new", "same", "different", "same_key"]
    theirs: Value
    ours: Value | None = None


def beside_own(theirs: Framework, own: Framework | None) -> tuple[Standing, ...]:
    """Lay each value of a framework beside one's own, in their order."""
    by_id = {value.id: value for value in own.values} if own else {}
    by_key = {value.key: value for value in own.values} if own else {}
    return tuple(_standing(value, by_id, by_key) for value in theirs.values)


def _standing(theirs: Value, by_id: dict[str, Value], by_key: dict[str, Value]) -> Standing:
    ours = by_id.get(theirs.id)
    if ours is None:
        ours = by_key.get(theirs.key)
        return Standing("same_key" if ours else "new", theirs, ours)
    return Standing("same" if ours == theirs else "different", theirs, ours)
