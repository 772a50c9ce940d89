"""Frameworks that were read, held by the hash of their text."""

from __future__ import annotations

from waardewerk.values.framework import Framework, load_framework
from waardewerk.values.models import FrameworkVersion, ReferenceList

#: Twenty versions, some lists of others and a draft that changes all day fit in it.
MOST_HELD = 64
_held: dict[str, Framework] = {}


def framework_of(kept: FrameworkVersion | ReferenceList) -> Framework:
    """Return what a version or a list says; each text is read once per process and then held."""
    found = _held.get(kept.sha256)
    if found is None:
        found = load_framework(kept.content)
        hold(kept.sha256, found)
    return found


def hold(sha256: str, framework: Framework) -> None:
    """Hold what was read from the text with this hash; the oldest make room."""
    while len(_held) >= MOST_HELD:
        _held.pop(next(iter(tuple(_held)), ""), None)
    _held[sha256] = framework
