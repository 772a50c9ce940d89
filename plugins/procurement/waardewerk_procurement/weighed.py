"""Whose change of a weight is whose, when several people weigh one dossier.

The page of the weights sends every weight of every lot. What a writer left as it was read is not
that writer's to save: somebody else may have changed it meanwhile. Weights that must be 100 %
together are one whole, and two who change the same whole hear of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waardewerk.refusal import Conflict
from waardewerk_procurement.award.divisions import Division

#: Cents and hundredths of a percent are shorter.
LONGEST_NUMBER = 18
#: By the name under which a form sends it: ``weight-``, ``worth-`` or ``price-`` and a key.
Numbers = Mapping[str, int | None]


def numbers_of(found: Iterable[Division]) -> dict[str, int | None]:
    """Give every number that stands in these divisions; no weight is nothing."""
    numbers: dict[str, int | None] = {}
    for one in found:
        numbers[f"price-{one.lot.key}"] = one.price or numbers.get(f"price-{one.lot.key}")
        for row in one.criteria:
            numbers |= {f"weight-{row.key}": row.weight, f"worth-{row.key}": row.worth}
    return {name: number for name, number in numbers.items() if number is not None}


def write_seen(numbers: Numbers) -> str:
    """Write down what somebody has in sight, to send along."""
    return ";".join(f"{name}={number}" for name, number in numbers.items())


def read_seen(text: str) -> dict[str, int | None]:
    """Read what somebody had in sight; what cannot be read was not seen."""
    pairs = (one.partition("=") for one in text.split(";"))
    return {name: int(number) for name, _sign, number in pairs if _is_number(number)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER


def own_changes(found: Iterable[Division], typed: Numbers, seen: Numbers) -> set[str]:
    """Name what a writer changed; refuse where somebody else changed the same whole meanwhile."""
    own = {name for name, number in typed.items() if number != seen.get(name)}
    placed: set[str] = set()
    for one in found:
        stored = numbers_of([one])
        names = {name for row in one.criteria for name in (f"weight-{row.key}", f"worth-{row.key}")}
        names |= set() if one.parent else {f"price-{one.lot.key}"}
        if own & names and any(stored.get(name) != seen.get(name) for name in names):
            raise Conflict("Somebody else changed this dossier meanwhile. Read it again.")
        placed |= names
    if own - placed:
        raise Conflict("Somebody else changed this dossier meanwhile. Read it again.")
    return own
