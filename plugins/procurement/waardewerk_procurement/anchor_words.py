"""What the places of a scale in words are called: what shuts out is not met, it applies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waardewerk.i18n import lazy

#: In the order in which they are read.
_TITLES: Mapping[str, str] = {
    "met": lazy("Met"),
    "failed": lazy("Not met"),
    "full": lazy("Kept"),
    "partial": lazy("Partly kept"),
    "none": lazy("Not kept"),
}
_SHUTTING_OUT: Mapping[str, Mapping[str, str]] = {
    "exclusion_ground": {
        "met": lazy("Does not apply"),
        "failed": lazy("Applies: shut out"),
    },
    "refusal_ground": {
        "met": lazy("Does not apply"),
        "failed": lazy("Applies: we refuse"),
    },
}


def shuts_out(type_: str) -> bool:
    """Tell whether a criterion is a ground: whoever says yes to it is out."""
    return type_ in _SHUTTING_OUT


def place_title(type_: str, place: str) -> str:
    """Name a place for a criterion of this type; empty for a score, which names itself."""
    return str(_SHUTTING_OUT.get(type_, _TITLES).get(place, ""))


def in_words(places: Iterable[str]) -> list[str]:
    """Give the places that are words in the order in which they are read."""
    found = set(places)
    return [place for place in _TITLES if place in found]
