"""The value sets that come with the product: a province chooses from them and changes them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from waardewerk.values.framework import Framework, load_framework

#: In the order in which they are offered: the broad set first, then the one that widens the look.
_FILES = ("codio.yaml", "european-rights.yaml")


@cache
def starting_points() -> tuple[Framework, ...]:
    """Return the sets in the order in which they are offered."""
    folder = files("waardewerk.values") / "starting"
    return tuple(load_framework((folder / name).read_bytes()) for name in _FILES)


def starting_point(urn: str) -> Framework | None:
    """Find a set by its URN."""
    return next((one for one in starting_points() if one.id == urn), None)
