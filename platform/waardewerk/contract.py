"""What plugins hand over: frozen dataclasses, one per thing the core asks for.

A new need becomes a field with a default here, or a typed event in ``events.py``; both leave
existing plugins working.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from waardewerk.questionnaires.question_types import QuestionType

#: A plugin made for another number is left out and named on the health page.
CONTRACT_VERSION = 1

#: The levels of the organisation at which responsibility lies, from the advice.
LEVELS = ("political", "executive", "civil_servant")

#: The roles a person can hold; plugins name them as defaults for their permissions.
ROLES = (
    "administrator",
    "adviseur",
    "aanjager",
    "beheerder",
    "executive_member",
    "civil_servant",
    "respondent",
)
#: The roles of those who work for the organisation: everybody but who only answers.
INSIDE = ROLES[:-1]


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One thing a person may do. ``key`` starts with the plugin's name: ``maturity.open``."""

    key: str
    title: str
    default_roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrailWords:
    """What a plugin's entries in the audit trail are called: codes → texts marked with ``lazy``."""

    #: What was done: ``round.moved`` → *moved a round on*.
    actions: Mapping[str, str]
    #: The kinds of things it was done to: ``round`` → *round*.
    subjects: Mapping[str, str]
    #: The details of an entry: ``point`` → *point*.
    details: Mapping[str, str] = field(default_factory=dict)
    #: What codes in those details mean, by detail: ``phase`` → ``vote`` → *vote*.
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who is looking, as far as a page needs to know. An anonymous viewer has no ``person_id``."""

    person_id: int | None = None
    name: str = ""
    level: str | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    #: Inquiries this browser may answer, by personal link or because the person is invited.
    respondent_ids: frozenset[int] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        """Tell whether this is a person with an account."""
        return self.person_id is not None

    def may(self, permission: str) -> bool:
        """Tell whether this viewer holds ``permission``."""
        return permission in self.permissions


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A link in the navigation, shown to a viewer who may follow it."""

    title: str
    url: str
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A tile on the dashboard. ``asks`` marks what waits for this viewer: those come first."""

    title: str
    text: str
    url: str
    asks: bool = False
    due: date | None = None
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Value:
    """A public value, known by its key; the values slice adds versions and definitions."""

    key: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ValueUsage:
    """One place where a plugin uses a value, so that a change shows its effect.

    ``decided``: people agreed on something there with the value as it was. ``result``: what came
    of that, in words; empty as long as nobody knows.
    """

    title: str
    url: str
    decided: bool = False
    result: str = ""


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """A file format in which one kind of record leaves: ``maturity.report`` as ``pdf``.

    ``write`` gets the unit of work, the record's id and the language, and returns the bytes.
    """

    record: str
    format: str
    title: str
    media_type: str
    permission: str
    write: Callable[[Session, int, str], bytes]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work that runs by itself. ``run`` gets the unit of work and the job's payload.

    With ``every`` it runs on that schedule, once over all workers; without, when it is enqueued.
    What ``run`` writes commits together with the mark that the job is done. Work that waits for
    another machine (mail) sets ``holds_lock=False``: it only reads, holds no lock meanwhile, and
    may be repeated when the process dies before the mark.
    """

    name: str
    run: Callable[[Session, Mapping[str, Any]], None]
    every: timedelta | None = None
    holds_lock: bool = True


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """How long one kind of personal data stays, how it is handed over, and how it is erased.

    ``expire`` erases what is past ``keep`` and returns how many records that were;
    ``export`` and ``erase`` serve one person, known by e-mail address.
    """

    name: str
    title: str
    keep: timedelta
    expire: Callable[[Session, timedelta], int]
    export: Callable[[Session, str], list[dict[str, Any]]]
    erase: Callable[[Session, str], int]


class SettingsForm(Protocol):
    """A form class with which a province configures a plugin (see ``waardewerk.forms``)."""


@dataclass(frozen=True, kw_only=True)
class QuestionnaireKind:
    """A kind of questionnaire that a plugin owns, such as ``maturity``."""

    key: str
    title: str


@dataclass(frozen=True, kw_only=True)
class QuestionnaireTypes:
    """The kinds of questionnaire and the question types that one plugin brings."""

    kinds: tuple[QuestionnaireKind, ...] = ()
    questions: tuple[QuestionType, ...] = field(default=())
