"""After the award: make follow-ups, look after them, say what was found, end them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import db, events, gate
from waardewerk.i18n import day_of, format_date
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.wording import tidy_texts, tidy_words
from waardewerk_procurement import promised
from waardewerk_procurement.models import Bid, Dossier, EarlierWording, Finding, FollowUp
from waardewerk_procurement.models.after import COLOURS
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.promised import months_after
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.decisions import is_decided
from waardewerk_procurement.queries.dossiers import fixed
from waardewerk_procurement.queries.letters import standstills_of
from waardewerk_procurement.queries.officers import works_here

SOURCE = "procurement.promise"
LONGEST_TEXT = 4000
LONGEST_TITLE = 200
MOST_MONTHS = 60
#: What ending it as kept or broken is as a finding.
COLOUR_OF = {"kept": "green", "broken": "red"}


class Undecided(Refusal):
    """A lot still waits for a decision."""

    code = "undecided"


class Unwritten(Refusal):
    """A letter is still to be written."""

    code = "unwritten"


@dataclass(frozen=True, kw_only=True)
class FollowUpChange:
    """How a follow-up goes on; ``revision`` is that of the follow-up as it was read."""

    evidence: str
    owner_id: int | None
    due: date
    every_months: int | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class Rewording:
    """Other words for what was promised, and why they are needed."""

    promise: str
    norm: str
    reason: str
    #: That of the follow-up as it was read.
    revision: int


@dataclass(frozen=True, kw_only=True)
class Ending:
    """That something was kept or broken; of what was broken also what follows, and by when."""

    verdict: str
    reason: str
    follows: str = ""
    follows_by: date | None = None
    #: Of what comes back: this was the last time.
    is_last: bool = False
    #: That of the follow-up as it was read: one period ends once.
    revision: int


def obstacles(session: Session, dossier: Dossier, today: date) -> list[Refusal]:
    """Say what still stands in the way of carrying out the decisions of a dossier."""
    found: list[Refusal] = []
    if not is_decided(session, dossier):
        found.append(Undecided("Not every lot has a decision yet."))
    letters = queries.count_letters_that_wait(session, dossier)
    if letters:
        found.append(
            Unwritten(
                "Not every bidder has a letter that is ready; to write: %(count)s.", count=letters
            )
        )
    standstills = standstills_of(session, dossier).values()
    if standstills and max(standstills) >= today:
        found.append(
            Refusal(
                "Bidders can still go to court: the standstill lasts up to and including %(day)s.",
                day=format_date(max(standstills)),
            )
        )
    if any(bid.dropped_out_at for bid in queries.winners_of(session, dossier)):
        found.append(Refusal("A winner dropped out. Decide again first."))
    return found


def carry_out(
    session: Session, dossier: Dossier, *, actor_id: int | None, now: datetime
) -> list[FollowUp]:
    """Begin what was decided: everything that the winners must keep gets an owner and a day."""
    hold_in(session, dossier, "decision")
    today = day_of(now)
    for obstacle in obstacles(session, dossier, today):
        raise NotNow(obstacle.message, **obstacle.details)
    winners = queries.winners_of(session, dossier)
    made = [row for bid in winners for row in _follow_ups_for(session, dossier, bid, today)]
    session.add_all(made)
    dossier.state = "execution"
    session.flush()
    record(session, "carried_out", dossier, actor_id=actor_id, now=now, follow_ups=len(made))
    return made


def _follow_ups_for(session: Session, dossier: Dossier, bid: Bid, today: date) -> list[FollowUp]:
    lot = next(one.key for one in dossier.lots if one.id == bid.lot_id)
    offered = queries.offered_by(session, [bid]).get(bid.id, {})
    return [
        FollowUp(
            dossier_id=dossier.id,
            bid_id=bid.id,
            criterion=one.criterion,
            value=one.value,
            kind=one.kind,
            title=one.title,
            promise=one.promise,
            norm=one.norm,
            evidence=one.evidence,
            owner_id=dossier.keeper_id or dossier.officer_id,
            due=months_after(today, one.first_after),
            every_months=one.every_months,
        )
        for one in promised.planned_for(fixed(session, dossier), lot, offered)
    ]


def change(
    session: Session,
    dossier: Dossier,
    follow_up: FollowUp,
    wanted: FollowUpChange,
    *,
    actor_id: int | None,
    now: datetime,
) -> FollowUp:
    """Change who looks after a follow-up, when, and what shows how it stands."""
    _hold_open(session, dossier, follow_up)
    wanted = tidy_texts(wanted, LONGEST_TEXT)
    if _as_it_is(follow_up) == replace(wanted, revision=follow_up.revision):
        return follow_up
    _check_revision(follow_up, wanted.revision)
    _check_change(session, wanted)
    follow_up.evidence, follow_up.owner_id = wanted.evidence, wanted.owner_id
    follow_up.due, follow_up.every_months = wanted.due, wanted.every_months
    follow_up.revision += 1
    session.flush()
    _record(session, "follow_up_changed", dossier, follow_up, actor_id=actor_id, now=now)
    return follow_up


def _as_it_is(follow_up: FollowUp) -> FollowUpChange:
    return FollowUpChange(
        evidence=follow_up.evidence,
        owner_id=follow_up.owner_id,
        due=follow_up.due,
        every_months=follow_up.every_months,
        revision=follow_up.revision,
    )


def _check_change(session: Session, wanted: FollowUpChange) -> None:
    if wanted.every_months is not None and not 1 <= wanted.every_months <= MOST_MONTHS:
        raise Refusal("It comes back after 1 to %(most)s months.", most=MOST_MONTHS)
    if wanted.owner_id is not None and not works_here(session, wanted.owner_id):
        raise Refusal("Choose somebody who works here.")


def reword(
    session: Session,
    dossier: Dossier,
    follow_up: FollowUp,
    wanted: Rewording,
    *,
    actor_id: int | None,
    now: datetime,
) -> FollowUp:
    """Change what was promised, or when it counts as kept; what it said before stays beside it."""
    _hold_open(session, dossier, follow_up)
    wanted = tidy_texts(wanted, LONGEST_TEXT)
    if (follow_up.promise, follow_up.norm) == (wanted.promise, wanted.norm):
        return follow_up
    _check_revision(follow_up, wanted.revision)
    _check_rewording(wanted)
    earlier = EarlierWording(
        follow_up_id=follow_up.id,
        promise=follow_up.promise,
        norm=follow_up.norm,
        reason=wanted.reason,
        changed_at=now,
        changed_by=actor_id,
    )
    session.add(earlier)
    follow_up.promise, follow_up.norm = wanted.promise, wanted.norm
    follow_up.revision += 1
    session.flush()
    _record(session, "follow_up_reworded", dossier, follow_up, actor_id=actor_id, now=now)
    return follow_up


def _check_rewording(wanted: Rewording) -> None:
    if not wanted.promise:
        raise Refusal("Write down what was promised.")
    if not wanted.norm:
        raise Refusal("Write down when it counts as kept.")
    if not wanted.reason:
        raise Refusal("Write down why the words change.")


def find(
    session: Session,
    dossier: Dossier,
    follow_up: FollowUp,
    colour: str,
    reason: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> Finding:
    """Write down how it stands with a follow-up; what was found before stays."""
    _hold_open(session, dossier, follow_up)
    reason = tidy_words(reason, LONGEST_TEXT)
    if colour not in COLOURS:
        raise Refusal("Choose how it stands.")
    if not reason:
        raise Refusal("Write down what you saw.")
    newest = next(iter(queries.findings_of(session, follow_up)), None)
    if newest is not None and _says_the_same(newest.row, colour, reason, actor_id):
        # The form was sent twice.
        return newest.row
    return _add_finding(session, dossier, follow_up, colour, reason, actor_id=actor_id, now=now)


def _says_the_same(found: Finding, colour: str, reason: str, actor_id: int | None) -> bool:
    return (found.colour, found.reason, found.found_by) == (colour, reason, actor_id)


def _add_finding(
    session: Session,
    dossier: Dossier,
    follow_up: FollowUp,
    colour: str,
    reason: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> Finding:
    found = Finding(
        follow_up_id=follow_up.id, colour=colour, reason=reason, found_at=now, found_by=actor_id
    )
    session.add(found)
    session.flush()
    _record(session, "found", dossier, follow_up, actor_id=actor_id, now=now, colour=colour)
    return found


def end(
    session: Session,
    dossier: Dossier,
    follow_up: FollowUp,
    ending: Ending,
    *,
    actor_id: int | None,
    now: datetime,
) -> FollowUp:
    """Say that something was kept or broken; what comes back begins its next period.

    What follows from what was broken is looked after like a promise, by who looked after that one.
    """
    _hold_open(session, dossier, follow_up)
    ending = tidy_texts(ending, LONGEST_TEXT)
    for lack in lacking(ending, day_of(now)).values():
        raise lack
    _check_revision(follow_up, ending.revision)
    colour = COLOUR_OF[ending.verdict]
    _add_finding(session, dossier, follow_up, colour, ending.reason, actor_id=actor_id, now=now)
    if ending.verdict == "broken":
        session.add(_remedy(dossier, follow_up, ending))
    if follow_up.every_months and not ending.is_last:
        follow_up.due = months_after(follow_up.due, follow_up.every_months)
    else:
        follow_up.ended = ending.verdict
    follow_up.revision += 1
    session.flush()
    _record(session, ending.verdict, dossier, follow_up, actor_id=actor_id, now=now)
    _announce(session, dossier, follow_up, ending)
    return follow_up


def lacking(ending: Ending, today: date) -> dict[str, Refusal]:
    """Say what an ending lacks, by the name of what has to be filled in."""
    found: dict[str, Refusal] = {}
    if ending.verdict not in COLOUR_OF:
        found["verdict"] = Refusal("Choose whether it was kept or broken.")
    if not ending.reason:
        found["reason"] = Refusal("Write down what shows it.")
    if ending.verdict == "broken" and not ending.follows:
        found["follows"] = Refusal("Write down what follows, now that it was broken.")
    if ending.verdict == "broken" and ending.follows_by is None:
        found["follows_by"] = Refusal("Choose by which day it is done.")
    if ending.follows_by is not None and ending.follows_by < today:
        found["follows_by"] = Refusal("The day must lie ahead.")
    return found


def _remedy(dossier: Dossier, broken: FollowUp, ending: Ending) -> FollowUp:
    return FollowUp(
        dossier_id=dossier.id,
        bid_id=broken.bid_id,
        criterion=broken.criterion,
        value=broken.value,
        follows_id=broken.id,
        kind="remedy",
        title=textwrap.shorten(ending.follows, LONGEST_TITLE, placeholder="…"),
        promise=ending.follows,
        owner_id=broken.owner_id or dossier.keeper_id or dossier.officer_id,
        due=ending.follows_by,
    )


def _announce(session: Session, dossier: Dossier, follow_up: FollowUp, ending: Ending) -> None:
    titles = {"kept": _("Promise kept: %(title)s"), "broken": _("Promise broken: %(title)s")}
    names = people.names_of(session, [follow_up.owner_id])
    gate.send(
        events.OutcomeRecorded(
            session=session,
            source=SOURCE,
            title=titles[ending.verdict] % {"title": follow_up.title},
            url=f"/procurement/{dossier.id}/promises/{follow_up.id}",
            owner=names.get(follow_up.owner_id or 0, ""),
            due=ending.follows_by,
        )
    )


def _hold_open(session: Session, dossier: Dossier, follow_up: FollowUp) -> None:
    hold_in(session, dossier, "execution")
    db.hold(session, follow_up)
    if follow_up.ended:
        raise NotNow("This was ended already: nothing changes any more.")


def _check_revision(follow_up: FollowUp, known: int) -> None:
    if known != follow_up.revision:
        raise Conflict("Somebody else changed this follow-up meanwhile. Read it again.")


def _record(
    session: Session,
    action: str,
    dossier: Dossier,
    follow_up: FollowUp,
    *,
    actor_id: int | None,
    now: datetime,
    **details: object,
) -> None:
    record(session, action, dossier, actor_id=actor_id, now=now, follow_up=follow_up.id, **details)
