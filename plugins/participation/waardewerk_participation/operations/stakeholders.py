"""Map who is touched, ask who takes part, and reach the groups that stay silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk.people import queries as people
from waardewerk.refusal import NotFound, NotNow, Refusal
from waardewerk.wording import tidy_texts, tidy_words
from waardewerk_participation import background
from waardewerk_participation.models import BackgroundQuestion, Outreach, Round, StakeholderGroup
from waardewerk_participation.operations.preparing import LONGEST_TEXT, LONGEST_TITLE
from waardewerk_participation.operations.trail import check_not_closed, log
from waardewerk_participation.queries.rounds import background_questions, has_begun
from waardewerk_participation.seen import check_unchanged, mark_of

TOUCHED = (1, 2, 3)
MOST_GROUPS = 40


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of people whom the subject touches."""

    name: str
    touched: int
    how_reached: str = ""
    is_vulnerable: bool = False
    expected_share: int | None = None
    owner_id: int | None = None
    #: The answer to a background question by which the group shows itself.
    question_id: int | None = None
    option: str = ""


@dataclass(frozen=True, kw_only=True)
class Reaching:
    """What somebody will do to reach a group."""

    what: str
    owner_id: int | None
    due: date


NAMES = tuple(field.name for field in fields(Group))


def mark_of_group(row: StakeholderGroup) -> str:
    """Return the mark of a group as it is now, for the form that changes it."""
    return mark_of(row, NAMES)


def add_group(
    session: Session, found: Round, group: Group, *, actor_id: int | None, now: datetime
) -> StakeholderGroup:
    """Put a group on the map; a form sent twice makes one."""
    group = _checked(session, found, group)
    rows = session.scalars(select(StakeholderGroup).where(StakeholderGroup.round_id == found.id))
    every = rows.all()
    for one in every:
        if one.name.casefold() == group.name.casefold():
            if _says(one) == asdict(group):
                return one
            raise Refusal("This group is on the map already.")
    if len(every) >= MOST_GROUPS:
        raise NotNow("There are %(most)s groups already: join some.", most=MOST_GROUPS)
    made = StakeholderGroup(round_id=found.id, **asdict(group))
    session.add(made)
    session.flush()
    log(session, "round.group", found, actor_id, now, {"group": made.id})
    return made


def change_group(
    session: Session,
    found: Round,
    row: StakeholderGroup,
    group: Group,
    *,
    mark: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Change what is known of a group."""
    group = _checked(session, found, group)
    if _says(row) == asdict(group):
        return
    check_unchanged(row, NAMES, mark)
    for name, value in asdict(group).items():
        setattr(row, name, value)
    session.flush()
    log(session, "round.group_changed", found, actor_id, now, {"group": row.id})


def remove_group(
    session: Session, found: Round, group_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Take a group off the map, with what was planned to reach it."""
    db.hold(session, found)
    check_not_closed(found)
    session.delete(get_group(session, found, group_id))
    session.flush()
    log(session, "round.group_removed", found, actor_id, now, {"group": group_id})


def get_group(session: Session, found: Round, group_id: int) -> StakeholderGroup:
    """Return a group of this round."""
    row = session.get(StakeholderGroup, group_id)
    if row is None or row.round_id != found.id:
        raise NotFound("This group is not on the map.")
    return row


def ask_background(
    session: Session, found: Round, name: str, *, actor_id: int | None, now: datetime
) -> BackgroundQuestion:
    """Add a ready-made background question; a set that is there already is not asked twice."""
    if name not in background.SETS:
        raise Refusal("Choose a question.")
    _hold_before_it_began(session, found)
    asked = background_questions(session, found)
    label, options = background.ready_made(name, found.languages)
    for one in asked:
        if name not in background.sets_left([one.options]):
            return one
    if len(asked) >= background.MOST_QUESTIONS:
        raise NotNow("There are three questions already. More would make people recognisable.")
    position = max((one.position for one in asked), default=0) + 1
    made = BackgroundQuestion(round_id=found.id, position=position, label=label, options=options)
    session.add(made)
    session.flush()
    log(session, "round.background", found, actor_id, now, {"question": made.id, "set": name})
    return made


def word_background(
    session: Session,
    found: Round,
    question: BackgroundQuestion,
    labels: Mapping[str, str],
    options: Mapping[str, Sequence[str]],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write a background question and its options in every language, until somebody takes part.

    Options keep their place: the first line is the first option in every language. A group that
    showed itself by an option that is no longer there, shows itself by none.
    """
    _hold_before_it_began(session, found)
    lengths = {len(options.get(language, ())) for language in found.languages}
    if len(lengths) != 1 or not lengths <= set(background.OPTIONS):
        raise Refusal(
            "Write the same number of answers in every language, from %(least)s to %(most)s.",
            least=background.OPTIONS[0],
            most=background.OPTIONS[-1],
        )
    label = {language: _worded(labels.get(language, "")) for language in found.languages}
    keys = _keys(question, lengths.pop())
    question.label = label
    question.options = [
        {"key": key, "label": {each: _worded(options[each][at]) for each in found.languages}}
        for at, key in enumerate(keys)
    ]
    _unlink(session, question, keys)
    session.flush()
    log(session, "round.background", found, actor_id, now, {"question": question.id})


def drop_background(
    session: Session, found: Round, question_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Ask a background question no longer, until somebody takes part."""
    _hold_before_it_began(session, found)
    question = get_question(session, found, question_id)
    _unlink(session, question, [])
    session.delete(question)
    session.flush()
    log(session, "round.background_dropped", found, actor_id, now, {"question": question_id})


def get_question(session: Session, found: Round, question_id: int) -> BackgroundQuestion:
    """Return a background question of this round."""
    question = session.get(BackgroundQuestion, question_id)
    if question is None or question.round_id != found.id:
        raise NotFound("This question is not asked.")
    return question


def plan_outreach(
    session: Session,
    found: Round,
    group: StakeholderGroup,
    reaching: Reaching,
    *,
    actor_id: int | None,
    now: datetime,
) -> Outreach:
    """Plan what somebody does to reach a group; a form sent twice plans it once."""
    reaching = tidy_texts(reaching, LONGEST_TEXT)
    db.hold(session, found)
    check_not_closed(found)
    if not reaching.what:
        raise Refusal("Write down what will be done.")
    if reaching.owner_id is None:
        raise Refusal("Choose who sees to it.")
    _check_owner(session, reaching.owner_id)
    if reaching.due < day_of(now):
        raise Refusal("The day must lie ahead.")
    same = select(Outreach).filter_by(group_id=group.id, done_on=None, **asdict(reaching))
    earlier = session.scalars(same).first()
    if earlier is not None:
        return earlier
    made = Outreach(group_id=group.id, **asdict(reaching))
    session.add(made)
    session.flush()
    log(session, "round.outreach", found, actor_id, now, {"group": group.id, "outreach": made.id})
    return made


def finish_outreach(
    session: Session, found: Round, outreach_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Write down that a group was approached as planned; the first day stands."""
    db.hold(session, found)
    check_not_closed(found)
    row = session.get(Outreach, outreach_id)
    if row is None:
        raise NotFound("This was not planned.")
    get_group(session, found, row.group_id)
    if row.done_on is not None:
        return
    row.done_on = day_of(now)
    session.flush()
    log(session, "round.outreach_done", found, actor_id, now, {"outreach": row.id})


def _checked(session: Session, found: Round, group: Group) -> Group:
    group = tidy_texts(group, LONGEST_TEXT)
    db.hold(session, found)
    check_not_closed(found)
    if not group.name or len(group.name) > LONGEST_TITLE:
        raise Refusal("Give the group a name of at most %(most)s characters.", most=LONGEST_TITLE)
    if group.touched not in TOUCHED:
        raise Refusal("Choose how hard it touches them.")
    if group.expected_share is not None and not 0 < group.expected_share <= 100:
        raise Refusal("A share is from 1 to 100 percent.")
    if group.owner_id is not None:
        _check_owner(session, group.owner_id)
    if group.question_id is not None:
        question = get_question(session, found, group.question_id)
        if group.option not in {one["key"] for one in question.options}:
            raise Refusal("Choose an answer by which this group shows itself.")
    return group


def _check_owner(session: Session, person_id: int) -> None:
    account = people.account_of(session, person_id)
    if account is None or account.state == "left":
        raise Refusal("Choose somebody who works here.")


def _says(row: StakeholderGroup) -> dict[str, Any]:
    return {name: getattr(row, name) for name in NAMES}


def _worded(text: str) -> str:
    text = tidy_words(text, background.LONGEST_LABEL)
    if not text:
        raise Refusal("Write the question and its answers in every language.")
    return text


def _keys(question: BackgroundQuestion, count: int) -> list[str]:
    """Keep the keys that are there and add what is needed."""
    kept = [one["key"] for one in question.options][:count]
    new = (f"option-{number}" for number in range(1, 2 * background.OPTIONS[-1]))
    return kept + [key for key in new if key not in kept][: count - len(kept)]


def _unlink(session: Session, question: BackgroundQuestion, keys: Sequence[str]) -> None:
    """Let groups that show themselves by another option than these, show themselves by none."""
    linked = update(StakeholderGroup).where(
        StakeholderGroup.question_id == question.id, StakeholderGroup.option.not_in(keys)
    )
    session.execute(linked.values(question_id=None, option=""))


def _hold_before_it_began(session: Session, found: Round) -> None:
    db.hold(session, found)
    check_not_closed(found)
    if has_begun(session, found):
        raise NotNow("People take part already: what is asked about them stands still.")
