"""What the demo province shows: a register with telling holes, two bodies, and two questions.

Everything goes through the same operations as real use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.i18n import gettext as _
from waardewerk.people.operations import accounts, leaving, rights
from waardewerk.responsibility.models import Placement
from waardewerk.responsibility.operations import advising, bodies, placing
from waardewerk.responsibility.operations.placing import Holder
from waardewerk.responsibility.questions import BY_KEY

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class _Cast:
    """Who acts in the demo, and when."""

    session: Session
    people: Mapping[str, int]
    now: datetime

    @property
    def keeper(self) -> int:
        """The one who keeps the register."""
        return self.people["aanjager"]

    def day(self, ago: timedelta) -> date:
        """Return the day so long ago."""
        return day_of(self.now - ago)


def load(session: Session, cast: Mapping[str, int], now: datetime) -> None:
    """Add the demo's register and questions, once."""
    if session.scalar(select(Placement.id).limit(1)) is not None:
        return
    colleagues = {
        "second": _colleague(session, _("Second Adviser"), "tweede-adviseur", {"adviseur"}, now),
        "gone": _colleague(session, _("Former Colleague"), "oud-collega", set(), now),
    }
    demo = _Cast(session, {**cast, **colleagues}, now)
    think_tank = _bodies(demo)
    _register(demo, think_tank)
    _open_question(demo)
    _answered_question(demo)
    gone = accounts.get_person(session, demo.people["gone"])
    leaving.deactivate(session, gone, actor_id=demo.people["administrator"], now=now)


def _colleague(session: Session, name: str, address: str, roles: set[str], now: datetime) -> int:
    email = f"{address}@voorbeeld.example"
    known = accounts.find_person(session, email)
    if known is not None:
        return known.id
    person = accounts.add_person(
        session, name=name, email=email, level="civil_servant", now=now, is_demo=True
    )
    rights.assign_roles(session, person, roles, actor_id=None, now=now)
    return person.id


def _bodies(demo: _Cast) -> int:
    group = bodies.found(
        demo.session,
        bodies.Described(
            kind="working_group",
            name=_("Working group on digital ethics"),
            purpose=_("Bring colleagues together who want to do something with digital ethics."),
        ),
        actor_id=demo.keeper,
        now=demo.now - YEAR,
    )
    tank = bodies.found(
        demo.session,
        bodies.Described(
            kind="think_tank",
            name=_("Ethical think tank"),
            purpose=_("Talk about real cases every month, before the choice is made."),
            intended_result=_("In each department people recognise a dilemma and bring it here."),
            seen_by=_("How many cases come in, from how many departments, and what changed."),
            place=_("Reports twice a year to the director, who answers in writing."),
            decision=_("Decision of the directors, last year"),
        ),
        actor_id=demo.keeper,
        now=demo.now - YEAR,
    )
    for body, seats in {
        group.id: [("aanjager", "", True), ("civil_servant", _("Mobility"), False)],
        tank.id: [("adviseur", "", True), ("second", _("Legal affairs"), False)],
    }.items():
        for role, what, is_chair in seats:
            _seat(demo, body, what, is_chair=is_chair, person_id=demo.people[role])
    _seat(demo, tank.id, _("University of applied sciences"), name=_("Expert from outside"))
    return tank.id


def _seat(
    demo: _Cast,
    body_id: int,
    what: str,
    *,
    person_id: int | None = None,
    name: str = "",
    is_chair: bool = False,
) -> None:
    seated = bodies.Seated(
        person_id=person_id,
        name=name,
        function=what,
        is_chair=is_chair,
        since=demo.day(YEAR),
    )
    bodies.add_member(demo.session, body_id, seated, actor_id=demo.keeper, now=demo.now - YEAR)


def _register(demo: _Cast, think_tank: int) -> None:
    soon = day_of(demo.now + timedelta(days=20))
    _place(
        demo,
        "portfolio",
        Holder(kind="function", function=_("Member of the executive for digital affairs")),
        until=soon,
        decision=_("Division of portfolios, start of this term"),
    )
    _place(
        demo,
        "direction",
        _person(demo, "executive_member"),
        mandate=_("May stop a project for a month to have it looked at."),
    )
    _place(demo, "adviseur", _person(demo, "adviseur"), mandate=_("One day a week."))
    _place(demo, "aanjager", _person(demo, "aanjager"), deputy_id=demo.people["gone"])
    _place(demo, "beheerder", _person(demo, "gone"))
    placing.place(
        demo.session,
        placing.Placed(
            title=_("Listens to colleagues with a doubt"),
            level="civil_servant",
            role="other",
            holder=Holder(kind="body", body_id=think_tank),
            since=demo.day(YEAR),
        ),
        actor_id=demo.keeper,
        now=demo.now - YEAR,
    )


def _person(demo: _Cast, role: str) -> Holder:
    return Holder(kind="person", person_id=demo.people[role])


def _place(
    demo: _Cast,
    question: str,
    holder: Holder,
    *,
    until: date | None = None,
    mandate: str = "",
    decision: str = "",
    deputy_id: int | None = None,
) -> None:
    about = BY_KEY[question]
    placing.place(
        demo.session,
        placing.Placed(
            title=str(about.title),
            level=about.level,
            role=about.role,
            question=question,
            holder=holder,
            since=demo.day(YEAR),
            until=until,
            mandate=mandate,
            decision=decision,
            deputy_id=deputy_id,
        ),
        actor_id=demo.keeper,
        now=demo.now - YEAR,
    )


def _open_question(demo: _Cast) -> None:
    advising.ask(
        demo.session,
        advising.Asked(
            title=_("Counting visitors in a nature reserve"),
            about=_("We want to count phones to see how busy it is, and show that on a map."),
            question=_("Do we want to follow visitors for this, even when nobody can be known?"),
            thoughts=_("A counter at the gate says less, and follows nobody."),
            wanted_by=day_of(demo.now + timedelta(days=21)),
        ),
        actor_id=demo.people["civil_servant"],
        now=demo.now - timedelta(days=3),
    )


def _answered_question(demo: _Cast) -> None:
    session, then = demo.session, demo.now - timedelta(days=40)
    first, second = demo.people["adviseur"], demo.people["second"]
    request = advising.ask(
        session,
        advising.Asked(
            title=_("Letters written with a language model"),
            about=_("Colleagues want to let a language model write answers to residents."),
            question=_("Do we want residents to get an answer that no person wrote?"),
            thoughts=_("It is faster. Somebody would read each letter before it leaves."),
        ),
        actor_id=demo.people["civil_servant"],
        now=then,
    )
    advising.take_up(
        session,
        request.id,
        owner_id=first,
        answer_by=day_of(then + timedelta(days=14)),
        actor_id=first,
        now=then,
    )
    brought_in = _("Who gets bad news must be able to speak to somebody.")
    advising.contribute(session, request.id, brought_in, actor_id=second, now=then)
    text = advising.write_answer(
        session,
        request.id,
        advising.Answered(
            text=_(
                "For simple questions yes, if the letter says so and names a person to call. "
                "Not for refusals: who gets bad news must hear it from a person."
            ),
            follow_up=_("Head of customer contact"),
            follow_up_by=day_of(demo.now + timedelta(days=30)),
        ),
        builds_on=0,
        actor_id=first,
        now=then,
    )
    advising.sign(session, request.id, text.id, actor_id=second, now=then)
    for sharer in (first, demo.people["civil_servant"]):
        advising.share(session, request.id, shared=True, actor_id=sharer, now=then)
