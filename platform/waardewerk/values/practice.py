"""Where each value is from paper to result: adopted, used, decided something, changed something.

This is no score. It shows at which link a value stops, so that people look there: adopted and
nowhere used is the first break between policy and practice, used without a result the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from waardewerk import gate
from waardewerk.contract import Value, ValueUsage
from waardewerk.refusal import NotFound
from waardewerk.values import queries
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.registry import framework_of


@dataclass(frozen=True)
class Course:
    """One value of the framework in force, and how far it came."""

    key: str
    name: str
    #: Since which version it stands in the framework without a break.
    since: FrameworkVersion
    usages: tuple[ValueUsage, ...]

    @property
    def decided(self) -> tuple[ValueUsage, ...]:
        """Where people decided something with it."""
        return tuple(one for one in self.usages if one.decided)

    @property
    def results(self) -> tuple[ValueUsage, ...]:
        """Where it is known what came of that."""
        return tuple(one for one in self.usages if one.result)

    @property
    def stops_at(self) -> str:
        """The last link that is there: adopted, used, decided or result."""
        if self.results:
            return "result"
        if self.decided:
            return "decided"
        return "used" if self.usages else "adopted"


def courses(session: Session, today: date, language: str) -> list[Course]:
    """Follow every value of the framework in force, in its own order."""
    version = queries.version_in_force(session, today)
    if version is None:
        return []
    since = _since(session, version)
    return [
        _course(value.key, value.name.for_language(language), since[value.key])
        for value in framework_of(version).values
    ]


def course_of(session: Session, key: str, today: date, language: str) -> Course:
    """Follow one value of the framework in force."""
    version = queries.version_in_force(session, today)
    value = framework_of(version).value(key) if version else None
    if version is None or value is None:
        raise NotFound("This value is not in the framework.")
    return _course(key, value.name.for_language(language), _since(session, version)[key])


def _course(key: str, name: str, since: FrameworkVersion) -> Course:
    asked = gate.ask("value_usages", value=Value(key=key, name=name))
    return Course(key, name, since, tuple(asked))


def _since(session: Session, version: FrameworkVersion) -> dict[str, FrameworkVersion]:
    """Return per value the version from which on it was there without a break."""
    since = {value.key: version for value in framework_of(version).values}
    unbroken = set(since)
    for earlier in queries.adopted_versions(session):
        if earlier.number >= version.number:
            continue
        unbroken &= {value.key for value in framework_of(earlier).values}
        since |= dict.fromkeys(unbroken, earlier)
    return since
