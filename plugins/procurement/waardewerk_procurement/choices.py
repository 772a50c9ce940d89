"""What the province chose for its dossiers."""

from __future__ import annotations

from waardewerk import settings

#: Stands in until the province has a prefix of its own; the standard's register has no such one.
UNREGISTERED = "ocds-xxxxxx"


def ocid_prefix() -> str:
    """Return the prefix of what the province publishes as open contracting data."""
    chosen = settings.of("procurement").get("ocid_prefix")
    return chosen if isinstance(chosen, str) and chosen else UNREGISTERED
