"""Counts wrong passwords and links that open nothing, by where they come from."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from limits import RateLimitItem
from sqlalchemy.orm import Session

from waardewerk import throttle


@dataclass(frozen=True)
class Guesser:
    """Who tries which account; kept as keyed hashes only."""

    account: str
    address: str

    @classmethod
    def at(cls, secret: str, *, email: str, address: str) -> Guesser:
        """Name a guesser by the account and the network address."""
        return cls(
            account=throttle.key_of(secret, "account", email.strip().lower()),
            address=throttle.key_of(secret, "address", network_of(address)),
        )

    @property
    def limits(self) -> tuple[tuple[RateLimitItem, str], ...]:
        """The limits that hold, each with what it counts."""
        return (
            (throttle.SIGN_IN_PER_ACCOUNT, self.account),
            (throttle.SIGN_IN_PER_ADDRESS, self.address),
        )


def refuse_too_many(session: Session, guesser: Guesser) -> None:
    """Refuse when this account or this address had its tries; counts nothing."""
    for limit, key in guesser.limits:
        throttle.check(session, limit, key)


def count_wrong_password(session: Session, guesser: Guesser) -> None:
    """Count one wrong password."""
    for limit, key in guesser.limits:
        throttle.hit(session, limit, key)


@dataclass(frozen=True)
class Seeker:
    """Who opens links of one kind from one place; kept as a keyed hash only."""

    key: str

    @classmethod
    def at(cls, secret: str, *, kind: str, address: str) -> Seeker:
        """Name a seeker by the kind of link and the network address."""
        return cls(throttle.key_of(secret, kind, network_of(address)))


def refuse_many_links(session: Session, seeker: Seeker) -> None:
    """Refuse when this place opened too many links that are none; counts nothing."""
    throttle.check(session, throttle.LINKS_PER_ADDRESS, seeker.key)


def count_unknown_link(session: Session, seeker: Seeker) -> None:
    """Count one link that opens nothing."""
    throttle.hit(session, throttle.LINKS_PER_ADDRESS, seeker.key)


def network_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the /64 that an IPv6 user commands.

    An IPv4 address that comes in as IPv6 is that address: else all of them would be one place.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
