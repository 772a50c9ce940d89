"""What the demo province shows of values."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from waardewerk import i18n
from waardewerk.i18n import day_of
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk.values import demo, queries, signals
from waardewerk.values.models import ProjectLens, Signal
from waardewerk.values.operations import looking

from .conftest import NOW

ROLES = ("administrator", "adviseur", "aanjager", "beheerder", "executive_member", "civil_servant")


def test_the_demo_shows_every_station_and_is_made_once(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    cast = {role: a_person(role).id for role in ROLES}
    for _time in range(2):
        with unit_of_work() as session:
            demo.load(session, cast, NOW)
    with unit_of_work() as session:
        i18n.speak("nl")
        assert len(queries.versions(session)) == 1
        bands = set(queries.bands_on(session, day_of(NOW)).values())
        assert bands == {"extra", "background"}
        lens = session.scalars(select(ProjectLens)).one()
        assert looking.is_wide_enough(lens)
        assert len(lens.tensions) == 2
        states = {signal.state for signal in session.scalars(select(Signal))}
        assert states == {"new", "taken_up", "answered"}
        assert [one.title for one in signals.to_write_in(session)] == ["Duurzaamheid opnemen"]


def test_the_demo_is_made_late_in_the_evening_too(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    cast = {role: a_person(role).id for role in ROLES}
    with unit_of_work() as session:
        # Where the province is, it is a day later by then.
        demo.load(session, cast, datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
        assert len(signals.to_write_in(session)) == 1
