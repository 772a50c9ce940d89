"""What the register lacks or is about to lose, worked out from who holds what today.

Pure: rows and a day in, findings out. A finding is a fact to talk about. There is no mark and no
share of what is done, for a full register says nothing about how people act.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from waardewerk.responsibility.questions import QUESTIONS

#: From so many days before it runs out, a placement is about to.
SOON = timedelta(days=30)
#: The three roles of the advice that need each other, and more than one person.
THREE_ROLES = ("adviseur", "aanjager", "beheerder")
#: The kinds of finding, the most pressing first.
KINDS = (
    "holder_left",
    "not_placed",
    "expired",
    "starts_later",
    "only_one",
    "one_person_everything",
    "body_without_members",
    "body_without_result",
    "holder_leaves",
    "deputy_left",
    "member_left",
    "expires_soon",
)


@dataclass(frozen=True, kw_only=True)
class Group:
    """A body, as far as findings go."""

    id: int
    name: str
    intended_result: str
    #: Each member who is still here, once: ``person:3`` for an account.
    members: frozenset[str]
    #: Names of members whose account was closed.
    who_left: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Held:
    """A placement that was not ended. ``person`` and ``deputy`` are numbers of accounts."""

    id: int
    title: str
    question: str
    role: str
    #: Who holds it, in words.
    holder: str
    since: date
    until: date | None = None
    person: int | None = None
    has_left: bool = False
    #: The day on which the holder said to leave.
    leaves_on: date | None = None
    body: Group | None = None
    #: Who steps in, in words, when that person has left.
    deputy_who_left: str = ""
    #: The placement that this one takes the place of.
    follows: int | None = None
    #: It is handed over already, from a day that comes.
    is_followed: bool = False

    @property
    def people(self) -> frozenset[str]:
        """Everybody this is placed with, each once; a function is one."""
        if self.body:
            return self.body.members
        return frozenset({f"person:{self.person}" if self.person else f"placement:{self.id}"})

    def counts_on(self, today: date) -> bool:
        """Tell whether somebody who is still here holds it on this day."""
        return self._is_running(today) and not self.has_left

    def _is_running(self, today: date) -> bool:
        return self.since <= today and (self.until is None or today <= self.until)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to talk about: what it is about, who, and when, where there is a who and a when."""

    kind: str
    what: str
    who: str = ""
    day: date | None = None
    #: What to open to do something about it: a question, a placement or a body.
    question: str = ""
    placement_id: int | None = None
    body_id: int | None = None


def findings(
    placements: Iterable[Held], groups: Iterable[Group], today: date
) -> tuple[Finding, ...]:
    """Say what is missing, alone, expired or left behind; the most pressing first."""
    placements = sorted(placements, key=lambda one: one.id)
    groups = sorted(groups, key=lambda one: one.id)
    found = [
        *_about_questions(placements, today),
        *_about_placements(placements, today),
        *_about_groups(groups),
        *_about_one_person(placements, today),
    ]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def _about_questions(placements: Sequence[Held], today: date) -> Iterator[Finding]:
    for question in QUESTIONS:
        answers = [one for one in placements if one.question == question.key]
        counting = [one for one in answers if one.counts_on(today)]
        if not answers:
            yield Finding(kind="not_placed", what=str(question.text), question=question.key)
        elif 0 < len(_people(counting)) < question.at_least:
            yield _of(counting[0], "only_one", question=question.key)


def _people(placements: Iterable[Held]) -> frozenset[str]:
    return frozenset[str]().union(*(one.people for one in placements))


def _of(
    one: Held, kind: str, day: date | None = None, who: str = "", question: str = ""
) -> Finding:
    return Finding(
        kind=kind,
        what=one.title,
        who=who or one.holder,
        day=day,
        question=question,
        placement_id=one.id,
    )


def _about_placements(placements: Sequence[Held], today: date) -> Iterator[Finding]:
    counting = {one.id for one in placements if one.counts_on(today)}
    for one in placements:
        if one.deputy_who_left and not one.is_followed:
            yield _of(one, "deputy_left", who=one.deputy_who_left)
        if one.since > today and one.follows not in counting:
            yield _of(one, "starts_later", one.since)
        if not one.is_followed:
            yield from _about_its_end(one, today)


def _about_its_end(one: Held, today: date) -> Iterator[Finding]:
    if one.has_left:
        yield _of(one, "holder_left")
    elif one.leaves_on:
        yield _of(one, "holder_leaves", one.leaves_on)
    if one.until is None:
        return
    if one.until < today:
        yield _of(one, "expired", one.until)
    elif one.until - today <= SOON:
        yield _of(one, "expires_soon", one.until)


def _about_groups(groups: Iterable[Group]) -> Iterator[Finding]:
    for group in groups:
        if not group.members:
            yield Finding(kind="body_without_members", what=group.name, body_id=group.id)
        if not group.intended_result:
            yield Finding(kind="body_without_result", what=group.name, body_id=group.id)
        for name in group.who_left:
            yield Finding(kind="member_left", what=group.name, who=name, body_id=group.id)


def _about_one_person(placements: Sequence[Held], today: date) -> Iterator[Finding]:
    counting = [one for one in placements if one.role in THREE_ROLES and one.counts_on(today)]
    held = [one for one in counting if one.people]
    if {one.role for one in held} == set(THREE_ROLES) and len(_people(held)) == 1:
        yield _of(held[0], "one_person_everything")
