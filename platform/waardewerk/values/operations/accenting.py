"""Give a value an accent, for a while and with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound, Refusal
from waardewerk.values import queries
from waardewerk.values.models import BANDS, OWN, Accent, FrameworkVersion, ValueFramework
from waardewerk.values.registry import framework_of
from waardewerk.wording import tidy_words

LONGEST_REASON = 2000


@dataclass(frozen=True, kw_only=True)
class ChosenAccent:
    """What is chosen for one value."""

    value: str
    band: str
    reason: str
    from_date: date
    until_date: date | None = None


def set_accent(
    session: Session, chosen: ChosenAccent, *, actor_id: int | None, now: datetime
) -> Accent:
    """Add an accent; what held before stays as its history."""
    today = day_of(now)
    # Two who choose at once, or one form that is sent twice: the second sees the first.
    session.get(ValueFramework, OWN, with_for_update=True)
    version = _version_with(session, chosen.value, today)
    reason = tidy_words(chosen.reason, LONGEST_REASON)
    _check(chosen, reason, today)
    accent = Accent(
        value=chosen.value,
        version_id=version.id,
        band=chosen.band,
        reason=reason,
        from_date=chosen.from_date,
        until_date=chosen.until_date,
        set_by=actor_id,
        set_at=now,
    )
    newest = next(iter(queries.accent_history(session, chosen.value)), None)
    if newest is not None and _says_the_same(newest, accent):
        return newest
    session.add(accent)
    session.flush()
    audit.record(
        session,
        "values.accented",
        f"value:{accent.value}",
        actor_id=actor_id,
        now=now,
        details={"band": accent.band, "from": accent.from_date.isoformat()},
    )
    return accent


def _version_with(session: Session, value: str, today: date) -> FrameworkVersion:
    version = queries.version_in_force(session, today)
    if version is None:
        raise Refusal("There are no accents before a framework is adopted.")
    if framework_of(version).value(value) is None:
        raise NotFound("This value is not in the framework.")
    return version


def _check(chosen: ChosenAccent, reason: str, today: date) -> None:
    if chosen.band not in BANDS:
        raise Refusal("Choose an accent.")
    if not reason:
        raise Refusal("Say why this value gets this accent.")
    if chosen.from_date < today:
        # Otherwise what was ordered and agreed before would look otherwise afterwards.
        raise Refusal("An accent cannot begin in the past.")
    if chosen.until_date is not None and chosen.until_date < chosen.from_date:
        raise Refusal("The last day lies before the first.")


def _says_the_same(one: Accent, other: Accent) -> bool:
    fields = ("band", "reason", "from_date", "until_date", "version_id", "set_by")
    return all(getattr(one, name) == getattr(other, name) for name in fields)
