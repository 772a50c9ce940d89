"""Frameworks that were read, held by the hash of their text."""

from __future__ import annotations

from waardewerk.values.framework import Framework, load_framework
from waardewerk.values.models import FrameworkVersion

#: Twenty versions and a draft that changes all day fit in it.
MOST_HELD = 64
_held: dict[str, Framework] = {}


def framework_of(version: FrameworkVersion) -> Framework:
    """Return what a version says; each text is read once per process and then held."""
    found = _held.get(version.sha256)
    if found is None:
        found = load_framework(version.content)
        if len(_held) >= MOST_HELD:
            _held.clear()
        _held[version.sha256] = found
    return found
