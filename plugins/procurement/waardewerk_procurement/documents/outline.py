"""The numbers by which every document of a dossier calls its criteria: 2.1 is 2.1 everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from waardewerk_procurement.criteria import KINDS, Type
from waardewerk_procurement.documents import words
from waardewerk_procurement.fixed.snapshot import Criterion, Snapshot


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion with its number; a part of another one lies deeper."""

    number: str
    depth: int
    criterion: Criterion


@dataclass(frozen=True, slots=True)
class Section:
    """The criteria of one type, parts right after what they are part of."""

    number: int
    type: Type
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        """What stands above them: one is named as one, more together."""
        return words.heading_of(self.type, sum(1 for item in self.items if not item.depth))


def outline(snapshot: Snapshot) -> tuple[Section, ...]:
    """Give the criteria by type, in the order in which a procedure meets the types."""
    parts: dict[str | None, list[Criterion]] = {}
    for one in snapshot.criteria:
        parts.setdefault(one.parent, []).append(one)
    by_type = {type_: [one for one in parts.get(None, []) if one.type == type_] for type_ in KINDS}
    present = [type_ for type_, found in by_type.items() if found]
    return tuple(
        Section(place, type_, tuple(_items(str(place), 0, by_type[type_], parts)))
        for place, type_ in enumerate(present, 1)
    )


def items_of(snapshot: Snapshot) -> tuple[Item, ...]:
    """Give all criteria with their numbers."""
    return tuple(item for section in outline(snapshot) for item in section.items)


def _items(
    above: str,
    depth: int,
    criteria: Sequence[Criterion],
    parts: Mapping[str | None, Sequence[Criterion]],
) -> Iterator[Item]:
    for place, one in enumerate(criteria, 1):
        number = f"{above}.{place}"
        yield Item(number, depth, one)
        yield from _items(number, depth + 1, parts.get(one.key, ()), parts)
