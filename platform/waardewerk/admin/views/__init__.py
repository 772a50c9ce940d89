"""The pages of the administration, one module per part."""

from __future__ import annotations

from waardewerk import access


def actor_id() -> int:
    """Return who does this; every page here demands a permission, so there is somebody."""
    person_id = access.viewer().person_id
    assert person_id is not None, "only signed-in people hold these permissions"
    return person_id
