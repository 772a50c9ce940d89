"""What the provider says about somebody, and which roles and level that means here."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Rules:
    """How groups at the provider become roles and a level here."""

    claim: str
    roles: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, tuple[str, ...]]
    trusts_email: bool = False

    @property
    def known_roles(self) -> frozenset[str]:
        """The roles that the provider decides about; the others stay the administrator's."""
        return frozenset(self.roles)


@dataclass(frozen=True)
class Asserted:
    """What the provider vouches for. ``email`` is empty when it vouches for no address."""

    subject: str
    name: str
    email: str
    roles: frozenset[str]
    level: str | None


def asserted(claims: Claims, rules: Rules) -> Asserted:
    """Read claims by the rules of this installation."""
    groups = groups_in(claims, rules.claim)
    email = _text(claims.get("email"))
    return Asserted(
        subject=_text(claims.get("sub")),
        name=_text(claims.get("name")) or _text(claims.get("preferred_username")) or email,
        email=email if rules.trusts_email or _is_true(claims.get("email_verified")) else "",
        roles=frozenset(role for role, given in rules.roles.items() if groups & set(given)),
        level=next((level for level, given in rules.levels.items() if groups & set(given)), None),
    )


def groups_in(claims: Claims, path: str) -> frozenset[str]:
    """Return the groups in a claim, by its own name or by a path into objects."""
    found = claims[path] if path in claims else _follow(claims, path)
    values = found if isinstance(found, list) else [found]
    return frozenset(value for value in values if isinstance(value, str) and value)


def has_groups(claims: Claims, path: str) -> bool:
    """Tell whether the claim is there at all, also when it lists nothing."""
    return path in claims or _follow(claims, path) is not None


def joined(token: Claims, told: Claims) -> dict[str, Any]:
    """Add to what a token says what the provider told beside it; the token counts first."""
    both = {**told, **token}
    if "email_verified" not in token and both.get("email") != told.get("email"):
        # What was vouched for is another address.
        both.pop("email_verified", None)
    return both


def _follow(claims: Claims, path: str) -> Any:
    here: Any = claims
    for step in path.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # No database holds null bytes and their like.
    return "".join(c for c in value if unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def _is_true(value: object) -> bool:
    # Some providers write it as text.
    return value is True or value == "true"
