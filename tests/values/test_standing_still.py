"""Whatever is done afterwards, in whatever order: an adopted version says what it said."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.refusal import Refusal
from waardewerk.testing import UnitOfWork
from waardewerk.values import editing, queries
from waardewerk.values.editing import Heading
from waardewerk.values.framework import Framework, load_framework, write_framework
from waardewerk.values.hierarchy import cycle_in
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.operations import adopting, drafting, listing, reviewing, writing
from waardewerk.values.operations.adopting import Adoption
from waardewerk.values.operations.reviewing import Held
from waardewerk.values.registry import framework_of

from .conftest import NOW
from .frameworks import KEYS, frameworks

BY = {"actor_id": None, "now": NOW}
#: The only columns that the next version's adoption may still write.
MAY_CHANGE = {"state", "valid_until"}


@dataclass(frozen=True)
class Step:
    """One operation, with everything that chance decides about it."""

    name: str
    framework: Framework
    key: str
    day: int
    flag: bool


def start(session: Session, step: Step) -> None:
    drafting.start_version(session, step.framework, why="Why.", **BY)


def replace(session: Session, step: Step) -> None:
    version = any_version(session, step)
    drafting.replace_content(
        session, version, step.framework, knows=version.revision, part="", **BY
    )


def say_why(session: Session, step: Step) -> None:
    drafting.change_why(session, any_version(session, step), "Another why.", **BY)


def drop(session: Session, step: Step) -> None:
    drafting.drop_draft(session, any_version(session, step), **BY)


def add(session: Session, step: Step) -> None:
    element = next(iter(step.framework.elements.values()), None)
    if element is not None:
        writing.add_element(session, any_version(session, step), element, **BY)


def change(session: Session, step: Step) -> None:
    version = any_version(session, step)
    stored = framework_of(version).elements.get(step.key)
    other = step.framework.elements.get(step.key)
    if stored is not None and other is not None:
        seen = editing.fingerprint(stored)
        writing.change_element(session, version, other, seen=seen, **BY)


def remove(session: Session, step: Step) -> None:
    version = any_version(session, step)
    writing.remove_element(session, version, step.key, knows=version.revision, **BY)


def move(session: Session, step: Step) -> None:
    writing.move_element(session, any_version(session, step), step.key, down=step.flag, **BY)


def write_heading(session: Session, step: Step) -> None:
    version = any_version(session, step)
    seen = editing.heading_fingerprint(framework_of(version))
    told = step.framework
    heading = Heading(title=told.title, intro=told.intro, owner=told.owner, peg=told.peg)
    writing.write_heading(session, version, heading, seen=seen, **BY)


def add_language(session: Session, step: Step) -> None:
    writing.add_language(session, any_version(session, step), "de", **BY)


def remove_language(session: Session, step: Step) -> None:
    version = any_version(session, step)
    code = framework_of(version).languages[-1]
    writing.remove_language(session, version, code, knows=version.revision, **BY)


def propose(session: Session, step: Step) -> None:
    adopting.propose(session, any_version(session, step), **BY)


def take_back(session: Session, step: Step) -> None:
    adopting.take_back(session, any_version(session, step), **BY)


def adopt(session: Session, step: Step) -> None:
    adoption = Adoption(
        body="directie",
        decided_on=day_of(NOW),
        reference=f"D-{step.day}",
        valid_from=day_of(NOW) + timedelta(step.day),
    )
    adopting.adopt(session, any_version(session, step), adoption, **BY)


def plan_and_hold(session: Session, step: Step) -> None:
    review = reviewing.plan_review(session, any_version(session, step), day_of(NOW), **BY)
    if step.flag:
        held = Held(held_on=day_of(NOW), present="We", outcome="It stays.")
        reviewing.hold_review(session, review, held, **BY)
    else:
        reviewing.drop_review(session, review, **BY)


def keep_list(session: Session, step: Step) -> None:
    kept = listing.keep_list(session, step.framework, **BY)
    if step.flag:
        listing.remove_list(session, kept, **BY)


OPERATIONS: dict[str, Callable[[Session, Step], None]] = {
    one.__name__: one
    for one in (
        start,
        replace,
        say_why,
        drop,
        add,
        change,
        remove,
        move,
        write_heading,
        add_language,
        remove_language,
        propose,
        take_back,
        adopt,
        plan_and_hold,
        keep_list,
    )
}


def any_version(session: Session, step: Step) -> FrameworkVersion:
    """Choose a version, adopted ones as gladly as the draft."""
    found = queries.versions(session)
    if not found:
        drafting.start_version(session, step.framework, why="", **BY)
        found = queries.versions(session)
    # The newest is the one with which most can be done.
    return found[step.day % len(found)] if step.day > 3 else found[0]


def test_every_operation_on_a_framework_is_among_them() -> None:
    covered = {name for one in OPERATIONS.values() for name in one.__code__.co_names}
    for module in (adopting, drafting, listing, reviewing, writing):
        public = {
            name
            for name, thing in vars(module).items()
            if callable(thing)
            and getattr(thing, "__module__", "") == module.__name__
            and not name.startswith("_")
            and not isinstance(thing, type)
        }
        assert public - covered <= {"hold_draft"}


steps = st.lists(
    st.builds(
        Step,
        name=st.sampled_from(
            # Adopting takes three steps in a row: they come up more often than chance gives.
            [*OPERATIONS, "start", "propose", "adopt", "start", "propose", "adopt"]
        ),
        framework=frameworks(least_values=1),
        key=st.sampled_from(KEYS),
        day=st.integers(0, 9),
        flag=st.booleans(),
    ),
    min_size=4,
    max_size=10,
)


def columns_of(version: FrameworkVersion) -> dict[str, Any]:
    return {attr.key: getattr(version, attr.key) for attr in inspect(version).mapper.column_attrs}


def with_name(step: Step, name: str) -> Step:
    """Give the step with everything but its operation."""
    return dataclasses.replace(step, name=name, day=0)


class RolledBack(Exception):
    """Ends a story without keeping anything of it."""


@settings(
    max_examples=20,
    # A story that fails says enough by itself; making it shorter takes minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_no_operation_changes_an_adopted_version(
    unit_of_work: UnitOfWork, story: list[Step]
) -> None:
    try:
        with unit_of_work() as session:
            tell(session, story)
            raise RolledBack
    except RolledBack:
        pass


def tell(session: Session, story: list[Step]) -> None:
    """Do everything in a story, and look after each step at what had been adopted before it."""
    fixed: dict[int, dict[str, Any]] = {}
    first = [with_name(story[0], name) for name in ("start", "propose", "adopt")]
    for step in (*first, *story):
        try:
            with session.begin_nested():
                OPERATIONS[step.name](session, step)
        except Refusal:
            pass
        session.expire_all()
        there = {version.number: version for version in queries.versions(session)}
        for number, before in fixed.items():
            after = columns_of(there[number])
            changed = {name for name in before if before[name] != after[name]}
            assert changed <= MAY_CHANGE
            assert after["state"] in {"adopted", "superseded"}
        for version in there.values():
            framework = load_framework(version.content)
            assert cycle_in(framework.serves) == ()
            assert write_framework(framework) == version.content
            if version.is_fixed:
                fixed[version.number] = columns_of(version)
        assert sum(not version.is_fixed for version in there.values()) <= 1
    assert 1 in fixed


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(frameworks(least_values=1))
def test_bringing_in_what_was_saved_gives_the_same_in_the_database(
    unit_of_work: UnitOfWork, framework: Framework
) -> None:
    try:
        with unit_of_work() as session:
            first = drafting.start_version(session, framework, why="", **BY)
            saved = first.content
            drafting.drop_draft(session, first, **BY)
            second = drafting.start_version(session, load_framework(saved), why="", **BY)
            session.expire_all()
            assert second.content == saved
            kept = listing.keep_list(session, load_framework(saved), **BY)
            assert kept.content == saved
            assert framework_of(kept) == framework
            assert listing.keep_list(session, framework, **BY) is kept
            raise RolledBack
    except RolledBack:
        pass
