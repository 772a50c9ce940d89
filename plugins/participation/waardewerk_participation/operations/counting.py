"""Count, keep what a count found, publish it in steps, and tell whether a later one is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import NotNow, marked
from waardewerk_participation.models import Result, Round
from waardewerk_participation.models.rounds import VOTING
from waardewerk_participation.operations.trail import head_of
from waardewerk_participation.queries import counting as found_earlier
from waardewerk_participation.queries import votes as kept_votes
from waardewerk_participation.steps import Step, is_due

if TYPE_CHECKING:
    from waardewerk_participation.grouping.result import Grouping
    from waardewerk_participation.grouping.votes import Votes
    from waardewerk_participation.queries.votes import CurrentVotes, Turnout
    from waardewerk_participation.summary import Other

#: What somebody reads who comes before the last count is there.
NOT_THERE_YET = marked("The result is not there yet. Counting takes a minute: then try again.")
#: What a kept result holds beside the provenance of its groups.
STATE, IS_FINAL, RANK = "state", "is_final", "rank"
#: The groups before, by which letters were given; those of now; and how many reacted to what.
LETTERS_FROM, PROFILES, REACTIONS = "letters_from", "profiles", "reactions"
#: How many people are in each set of flagged votes.
FLAGS = "flags"
#: The hash of the newest entry about the round in the audit trail, when a count was published.
TRAIL = "trail"
#: The statements counted, and those of them by which nobody is grouped: all by number.
STATEMENTS, NOT_GROUPED_BY = "statements", "not_grouped_by"


def keep_result(
    session: Session,
    found: Round,
    grouping: Grouping,
    *,
    now: datetime,
    selection: str = "counted",
    people: int = 0,
    beside: Mapping[str, Any] | None = None,
    shown: dict[str, Any] | None = None,
) -> Result:
    """Write down what a count found, so that everybody can check it."""
    result = Result(
        round_id=found.id,
        engine=grouping.engine.name,
        engine_version=grouping.engine.version,
        seed=grouping.seed,
        provenance={**grouping.provenance(), **(beside or {})},
        fingerprint=grouping.fingerprint,
        counted_at=now,
        people=people,
        shown=shown,
        selection=selection,
    )
    session.add(result)
    session.flush()
    return result


@dataclass(frozen=True, eq=False)
class Count:
    """What a count found, before it is kept."""

    turnout: Turnout
    is_final: bool
    #: The newest result when counting began: when there is a newer one, somebody else counted.
    after: int | None
    shown: dict[str, Any]
    #: Each with whose votes were in it; the one that is shown comes first.
    groupings: Sequence[tuple[str, Grouping]]
    beside: Mapping[str, Any] = field(default_factory=dict)


def is_final_for(found: Round) -> bool:
    """Tell whether nobody can vote any more, so that a count is the last one."""
    return found.phase not in VOTING


def is_new(session: Session, found: Round, turnout: Turnout) -> bool:
    """Tell whether there is something to count that the newest result does not know."""
    newest = found_earlier.newest_count(session, found)
    if newest is None:
        return True
    if stands(session, found):
        return False
    told = newest.provenance
    return told.get(STATE) != turnout.state or told.get(IS_FINAL) != is_final_for(found)


def stands(session: Session, found: Round) -> bool:
    """Tell whether nothing is counted any more: what is answered stands, and what was closed."""
    if found.phase != "answer":
        return found.phase not in found_earlier.COUNTED_IN
    newest = found_earlier.newest_count(session, found)
    return newest is not None and bool(newest.provenance.get(IS_FINAL))


def count_own(session: Session, found: Round, turnout: Turnout) -> Count:
    """Count a round of one's own: only reads, and takes its time."""
    from waardewerk_participation.figures.overview import overview_of
    from waardewerk_participation.flags import PATTERNS, flagged
    from waardewerk_participation.profiles import profiles_of
    from waardewerk_participation.showing import for_audience, to_json
    from waardewerk_participation.small_cells import INTERNAL
    from waardewerk_participation.summary import SMALLEST, Material, reactions_told, shown_of

    newest = found_earlier.newest_count(session, found)
    before = found_earlier.published(session, found)
    statements = kept_votes.counted_statements(session, found)
    everybody = kept_votes.current_votes(session, found, statements, with_left_out=True)
    out = kept_votes.left_out(session, found)
    counted = everybody.without(out)
    letters_from = dict(newest.provenance.get(PROFILES, {})) if newest else {}
    stable = group_votes(counted.votes, "stable", letters_from=letters_from)
    polis = group_votes(counted.votes, "polis")
    groupings = [("counted", stable), ("counted", polis)]
    others = [_other("polis", polis, counted)]

    def add(which: Literal["everybody", "unflagged"], taken: CurrentVotes) -> None:
        grouping = group_votes(taken.votes, "stable", letters_from=letters_from)
        groupings.append((which, grouping))
        others.append(_other(which, grouping, taken))

    hasty = counted.rows_of(kept_votes.hasty(session, found))
    flags = flagged(counted.votes, hasty)
    odd = [counted.pids[row] for row in flags.everybody]
    # Of fewer nothing is ever shown: two results that differ by few would tell of those few.
    if len(everybody.pids) - len(counted.pids) >= INTERNAL:
        add("everybody", everybody)
    if len(odd) >= INTERNAL:
        add("unflagged", counted.without(frozenset(odd)))
    channels = found_earlier.channels_of(session, found)
    overview = overview_of(counted.votes, stable)
    is_final = is_final_for(found)
    material = Material(
        votes=counted.votes,
        grouping=stable,
        overview=overview,
        is_final=is_final,
        values=found_earlier.values_of(session, found),
        channels=[channels[pid] for pid in counted.pids],
        answers=found_earlier.answers_of(session, found, counted.pids),
        moderation=found_earlier.moderation_of(session, found),
        others=others,
        left_out=len(everybody.pids) - len(counted.pids),
        before={
            audience: told
            for audience in SMALLEST
            if before and (told := for_audience(before.shown, audience))
        },
        reactions_before={
            audience: {int(number): seen for number, seen in told.items()}
            for audience, told in (before.provenance.get(REACTIONS, {}) if before else {}).items()
        },
    )
    return Count(
        turnout=turnout,
        is_final=is_final,
        after=newest.id if newest else None,
        shown={audience: to_json(shown_of(material, audience)) for audience in SMALLEST},
        groupings=groupings,
        beside={
            STATE: turnout.state,
            IS_FINAL: is_final,
            LETTERS_FROM: letters_from,
            PROFILES: profiles_of(counted.votes, stable),
            REACTIONS: {
                audience: {
                    str(number): seen for number, seen in reactions_told(material, audience).items()
                }
                for audience in SMALLEST
            },
            STATEMENTS: statements.numbers,
            NOT_GROUPED_BY: statements.not_grouped_by,
            FLAGS: {pattern: len(flags.of(pattern)) for pattern in PATTERNS},
            RANK: int((stable.positions != 0).any(axis=0).sum()),
        },
    )


def group_votes(
    votes: Votes,
    engine: str,
    *,
    seed: int = 0,
    letters_from: Mapping[str, Mapping[str, float]] | None = None,
) -> Grouping:
    """Find the groups in votes; ``letters_from`` holds the profiles of the groups before."""
    from waardewerk_participation.grouping.dividing import group_people
    from waardewerk_participation.grouping.engines import ENGINES
    from waardewerk_participation.profiles import letters_by

    previous = letters_by(votes, letters_from) if letters_from else None
    return group_people(votes, ENGINES[engine], seed=seed, previous=previous)


def count_again(session: Session, found: Round, result: Result) -> Grouping:
    """Count once more what a kept result was made of; the key of the round is not needed.

    It is about the statements of that moment: some may be shown no more.
    """
    told = result.provenance
    statements = kept_votes.CountedStatements(told[STATEMENTS], told[NOT_GROUPED_BY])
    current = kept_votes.current_votes(session, found, statements, with_left_out=True)
    if result.selection != "everybody":
        current = current.without(kept_votes.left_out(session, found))
    if result.selection == "unflagged":
        from waardewerk_participation.flags import flagged

        hasty = current.rows_of(kept_votes.hasty(session, found))
        odd = flagged(current.votes, hasty).everybody
        current = current.without(frozenset(current.pids[row] for row in odd))
    is_shown = result.engine == found_earlier.SHOWN_ENGINE
    letters_from = told.get(LETTERS_FROM) if is_shown else None
    return group_votes(current.votes, result.engine, seed=result.seed, letters_from=letters_from)


def keep_count(session: Session, found: Round, count: Count, *, now: datetime) -> Result | None:
    """Keep a count and publish it if it is time; nothing when it came too late.

    Counting takes its time: meanwhile somebody else may have counted, or the round moved on.
    """
    found = _held(session, found)
    if stands(session, found):
        return None
    newest = found_earlier.newest_count(session, found)
    if (newest.id if newest else None) != count.after:
        return None
    session.execute(
        delete(Result).where(Result.round_id == found.id, Result.is_published.is_(False))
    )
    kept = [
        keep_result(
            session,
            found,
            grouping,
            now=now,
            selection=selection,
            people=count.turnout.people,
            beside=count.beside,
            shown=count.shown if place == 0 else None,
        )
        for place, (selection, grouping) in enumerate(count.groupings)
    ]
    if is_step_due(session, found, now=now):
        _publish(session, found, now=now)
    return kept[0]


def is_step_due(session: Session, found: Round, *, now: datetime) -> bool:
    """Tell whether the newest count waits to be published and its step has come.

    Nothing is published while the count is looked at: paper still comes in and sets are left out,
    and who lays two exact results beside each other reads the difference.
    """
    if found.phase == "analyse":
        return False
    newest = found_earlier.newest_count(session, found)
    if newest is None or newest.is_published:
        return False
    is_final = bool(newest.provenance.get(IS_FINAL))
    return is_due(last_step(session, found), newest.people, now, is_final=is_final)


def publish_if_due(session: Session, found: Round, *, now: datetime) -> None:
    """Publish the newest count when its step has come."""
    found = _held(session, found)
    if is_step_due(session, found, now=now):
        _publish(session, found, now=now)


def is_ready(session: Session, found: Round, turnout: Turnout) -> bool:
    """Tell whether the last count is there, with all that it is about in it."""
    newest = found_earlier.newest_count(session, found)
    if newest is None or not newest.provenance.get(IS_FINAL):
        return False
    return not is_new(session, found, turnout)


def publish_final(session: Session, found: Round, *, now: datetime) -> None:
    """Publish the last count, once: from then on it stands, and people are answered by it."""
    found = _held(session, found)
    if not is_ready(session, found, kept_votes.turnout(session, found)):
        raise NotNow(NOT_THERE_YET)
    _publish(session, found, now=now)


def _held(session: Session, found: Round) -> Round:
    """Return the round as it is now, until this transaction ends."""
    row = session.get_one(Round, found.id)
    db.hold(session, row)
    return row


def _publish(session: Session, found: Round, *, now: datetime) -> None:
    # Everybody who keeps the result keeps a mark of what was done with the round until then.
    head = head_of(session, found)
    waiting = select(Result).where(Result.round_id == found.id, Result.is_published.is_(False))
    for result in session.scalars(waiting):
        result.is_published, result.published_at = True, now
        result.provenance = {**result.provenance, TRAIL: head}


def last_step(session: Session, found: Round) -> Step | None:
    """Return the step that was published last."""
    out = found_earlier.published(session, found)
    return Step(out.people, out.published_at or out.counted_at) if out else None


def forget_details(session: Session, found: Round) -> None:
    """Leave of every result what is shown and how it was made; for when the votes are removed."""
    for result in session.scalars(select(Result).where(Result.round_id == found.id)):
        details = {LETTERS_FROM, PROFILES, REACTIONS}
        told = result.provenance.items()
        result.provenance = {key: value for key, value in told if key not in details}


def _other(
    which: Literal["polis", "everybody", "unflagged"], grouping: Grouping, taken: CurrentVotes
) -> Other:
    from waardewerk_participation.figures.overview import overview_of
    from waardewerk_participation.summary import Other

    return Other(which, grouping, overview_of(taken.votes, grouping), len(taken.pids))
