"""Which ways in an installation offers, and what it asks of whom."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from waardewerk.config import Config

PASSWORD = "password"  # noqa: S105
PASSKEY = "passkey"
LINK = "link"
ORGANISATION = "organisation"


@dataclass(frozen=True)
class WaysIn:
    """The operator's choices about signing in."""

    #: The organisation's provider; empty when there is none.
    issuer: str
    only_break_glass: bool
    second_step: str
    recheck_within: timedelta

    @classmethod
    def of(cls, config: Config) -> WaysIn:
        """Read them from the settings."""
        return cls(
            issuer=config.oidc_issuer,
            only_break_glass=config.local_sign_in == "break_glass",
            second_step=config.second_step,
            recheck_within=timedelta(minutes=config.oidc_recheck_minutes),
        )

    def needs_second_step(self, roles: AbstractSet[str]) -> bool:
        """Tell whether somebody with these roles must have a second step."""
        if self.second_step == "administrators":
            return "administrator" in roles
        return self.second_step == "everybody"
