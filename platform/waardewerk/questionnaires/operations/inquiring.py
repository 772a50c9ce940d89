"""Open an inquiry, ask people, and move it from phase to phase."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import audit, db, events, gate
from waardewerk.contract import LEVELS, Viewer
from waardewerk.i18n import language
from waardewerk.mail import is_address
from waardewerk.people.models import Person
from waardewerk.questionnaires import codes, registry
from waardewerk.questionnaires.definition import Definition
from waardewerk.questionnaires.models import (
    PHASES,
    PRIVACY,
    Agreement,
    Answer,
    Inquiry,
    Respondent,
    Subject,
    Version,
)
from waardewerk.questionnaires.operations import agreeing
from waardewerk.refusal import NotAllowed, NotFound, NotNow, Refusal, marked
from waardewerk.wording import tidy_words

MOST_RESPONDENTS = 2000
MOST_SUBJECTS = 50
LONGEST_NAME = 200
LONGEST_KEY = 64


class UnknownCode(NotFound):
    """Nobody has this personal code; which part of it is wrong is not told."""

    code = "unknown-code"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What is chosen when an inquiry opens."""

    kind: str
    title: str
    subjects: Sequence[str]
    privacy: str
    opens_on: date
    closes_on: date
    chair_id: int | None
    smallest_group: int = 5
    #: From the form, so that sending it twice opens one inquiry.
    request_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Somebody to ask."""

    name: str
    email: str | None
    level: str


def open_inquiry(
    session: Session, version: Version, opening: Opening, *, actor_id: int | None, now: datetime
) -> Inquiry:
    """Put a published version to people; returns the first one when a form is sent twice."""
    same = select(Inquiry).where(Inquiry.request_key == opening.request_key)
    if opening.request_key:
        earlier = session.scalar(same)
        if earlier is not None:
            return earlier
    _check_opening(session, version, opening)
    inquiry = Inquiry(
        kind=opening.kind,
        title=_name(opening.title, marked("Give it a name.")),
        version_id=version.id,
        phase="alone",
        privacy=opening.privacy,
        smallest_group=opening.smallest_group,
        opens_on=opening.opens_on,
        closes_on=opening.closes_on,
        chair_id=opening.chair_id,
        created_at=now,
        request_key=opening.request_key or None,
        subjects=_subjects(opening.subjects),
    )
    kept = db.add_once(session, inquiry, same)
    if kept is not inquiry:
        return kept
    audit.record(
        session,
        "inquiry.opened",
        f"inquiry:{inquiry.id}",
        actor_id=actor_id,
        now=now,
        details={
            "version": version.id,
            "privacy": opening.privacy,
            "smallest_group": opening.smallest_group,
            "chair": opening.chair_id,
        },
    )
    return inquiry


def _subjects(titles: Sequence[str]) -> list[Subject]:
    if not 1 <= len(titles) <= MOST_SUBJECTS:
        raise Refusal("Say what it is about.")
    return [Subject(title=_name(title, "Say what it is about.")) for title in titles]


def _name(text: str, if_empty: str) -> str:
    name = tidy_words(text, LONGEST_NAME)
    if not name:
        raise Refusal(if_empty)
    return name


def _check_opening(session: Session, version: Version, opening: Opening) -> None:
    if version.published_at is None:
        raise Refusal("Publish this version first.")
    if version.questionnaire.kind != opening.kind:
        kind = version.questionnaire.kind
        raise Refusal("This is a questionnaire of another kind (%(kind)s).", kind=kind)
    if len(opening.request_key or "") > LONGEST_KEY:
        raise Refusal("This form cannot be used. Load the page again.")
    if opening.closes_on < opening.opens_on:
        raise Refusal("The last day must not be before the first day.")
    _check_privacy(opening.privacy, opening.smallest_group)
    chair = session.get(Person, opening.chair_id) if opening.chair_id else None
    if chair is None or not chair.is_active:
        raise Refusal("Choose who leads the conversation.")


def _check_privacy(privacy: str, smallest_group: int) -> None:
    if privacy not in PRIVACY:
        raise Refusal("Choose who sees what.")
    if not 3 <= smallest_group <= 50:
        raise Refusal("The smallest group that is shown has 3 to 50 people.")


def change_privacy(
    session: Session,
    inquiry: Inquiry,
    *,
    privacy: str,
    smallest_group: int,
    actor_id: int,
    now: datetime,
) -> None:
    """Choose another privacy; impossible once somebody answered on the old promise."""
    _check_privacy(privacy, smallest_group)
    # Who answers meanwhile waits, and then answers on the new promise.
    session.refresh(inquiry, with_for_update={"of": Inquiry})
    if (inquiry.privacy, inquiry.smallest_group) == (privacy, smallest_group):
        return
    answered = select(Answer.id).join(Respondent).where(Respondent.inquiry_id == inquiry.id)
    if inquiry.phase != "alone" or session.scalar(answered.limit(1)):
        raise NotNow("The first answer is in: what was promised about privacy stays.")
    inquiry.privacy, inquiry.smallest_group = privacy, smallest_group
    audit.record(
        session,
        "inquiry.privacy",
        f"inquiry:{inquiry.id}",
        actor_id=actor_id,
        now=now,
        details={"privacy": privacy, "smallest_group": smallest_group},
    )


def get_inquiry(session: Session, inquiry_id: int) -> Inquiry:
    """Find an inquiry by number."""
    inquiry = session.get(Inquiry, inquiry_id)
    if inquiry is None:
        raise NotFound("This inquiry does not exist.")
    return inquiry


def inquiry_to_lead(session: Session, inquiry_id: int, viewer: Viewer) -> Inquiry:
    """Find an inquiry that this viewer may lead: its chair, or who may manage all of them."""
    inquiry = get_inquiry(session, inquiry_id)
    is_chair = viewer.is_signed_in and inquiry.chair_id == viewer.person_id
    if not is_chair and not viewer.may("inquiries.manage"):
        raise NotAllowed("Only the chair can do this.")
    return inquiry


def ask_people(
    session: Session,
    inquiry: Inquiry,
    people: Iterable[Invitee],
    *,
    secret: str,
    actor_id: int | None,
    now: datetime,
) -> list[Respondent]:
    """Add respondents; somebody who is asked already is left as is.

    Each gets a personal code. Who has an account under the same address may answer signed in.
    """
    session.refresh(inquiry, with_for_update={"of": Inquiry})
    if inquiry.phase != "alone":
        raise NotNow("The spread is open: nobody can be added now.")
    addresses = list(
        session.scalars(select(Respondent.email).where(Respondent.inquiry_id == inquiry.id))
    )
    fresh = _not_asked_yet([_checked(person) for person in people], addresses)
    if len(addresses) + len(fresh) > MOST_RESPONDENTS:
        raise Refusal("At most %(most)s people can be asked.", most=MOST_RESPONDENTS)
    added = _ask(session, inquiry, fresh, secret)
    if added:
        audit.record(
            session,
            "inquiry.asked",
            f"inquiry:{inquiry.id}",
            actor_id=actor_id,
            now=now,
            details={"respondents": [r.id for r in added]},
        )
    return added


def _checked(person: Invitee) -> Invitee:
    email = person.email.strip().lower() if person.email else ""
    if email and not is_address(email):
        raise Refusal("%(email)s is not an e-mail address.", email=email)
    if person.level not in LEVELS:
        raise Refusal("Choose one of the levels.")
    name = _name(person.name, "Fill in a name.")
    return Invitee(name=name, email=email or None, level=person.level)


def _not_asked_yet(people: Iterable[Invitee], addresses: Iterable[str | None]) -> list[Invitee]:
    """Leave out who has an address that is asked already; without one, everybody is new."""
    asked, fresh = set(addresses), []
    for person in people:
        if person.email is None or person.email not in asked:
            fresh.append(person)
            asked.add(person.email)
    return fresh


def _ask(
    session: Session, inquiry: Inquiry, people: Sequence[Invitee], secret: str
) -> list[Respondent]:
    emails = [person.email for person in people if person.email]
    rows = session.execute(select(Person.email, Person.id).where(Person.email.in_(emails)))
    accounts = dict(rows.all())
    added = [
        Respondent(
            inquiry_id=inquiry.id,
            name=person.name,
            email=person.email,
            level=person.level,
            # Holds the place until the number is known that the code is worked out from.
            code_hash=uuid.uuid4().hex,
            code_number=1,
            person_id=accounts.get(person.email),
        )
        for person in people
    ]
    session.add_all(added)
    session.flush()
    for respondent in added:
        _give_code(respondent, secret)
    return added


def _give_code(respondent: Respondent, secret: str) -> None:
    code = codes.code_for(secret, respondent.id, respondent.code_number)
    respondent.code_hash = codes.hash_of_code(secret, code)


def get_respondent(session: Session, respondent_id: int) -> Respondent:
    """Find a respondent by number."""
    respondent = session.get(Respondent, respondent_id)
    if respondent is None:
        raise NotFound("This invitation does not exist any more.")
    return respondent


def find_by_code(session: Session, typed: str, *, secret: str) -> Respondent:
    """Find who a personal code belongs to."""
    code = codes.as_typed(typed)
    found = _with_code(session, codes.hash_of_code(secret, code)) if code else None
    if found is None:
        raise UnknownCode("This code is not known. Look at the letter or the mail once more.")
    return found


def _with_code(session: Session, digest: str) -> Respondent | None:
    return session.scalar(select(Respondent).where(Respondent.code_hash == digest))


def renew_code(
    session: Session, respondent: Respondent, *, secret: str, actor_id: int, now: datetime
) -> None:
    """End a code that fell into the wrong hands; the browsers that used it are out too."""
    respondent.code_number += 1
    _give_code(respondent, secret)
    audit.record(
        session, "respondent.code", f"respondent:{respondent.id}", actor_id=actor_id, now=now
    )


def take_out(session: Session, respondent: Respondent, *, actor_id: int, now: datetime) -> None:
    """Take somebody out who was asked by mistake and has not handed in."""
    if respondent.handed_in_at is not None:
        raise NotNow("This answer is in and counts: the person cannot be taken out.")
    session.delete(respondent)
    audit.record(
        session, "respondent.out", f"respondent:{respondent.id}", actor_id=actor_id, now=now
    )


def move_phase(
    session: Session, inquiry: Inquiry, to: str, *, actor_id: int | None, now: datetime
) -> None:
    """Move an inquiry to its next phase. There is no way back: what was seen was seen."""
    # Answers that are being saved come in first; no other can follow.
    session.refresh(inquiry, with_for_update={"of": Inquiry})
    before = inquiry.phase
    if to not in PHASES or PHASES.index(to) != PHASES.index(before) + 1:
        raise NotNow("This phase does not follow on the one it is in.")
    _check_move(session, inquiry, to)
    inquiry.phase = to
    if to == "agreed":
        inquiry.agreed_at = now
    audit.record(
        session,
        "inquiry.phase",
        f"inquiry:{inquiry.id}",
        actor_id=actor_id,
        now=now,
        details={"before": before, "after": to},
    )
    gate.send(
        events.PhaseMoved(
            session=session, inquiry_id=inquiry.id, kind=inquiry.kind, before=before, after=to
        )
    )


def _check_move(session: Session, inquiry: Inquiry, to: str) -> None:
    if to == "spread" and not _handed_in(session, inquiry):
        raise Refusal("Nobody has handed in yet: there is nothing to show.")
    if to == "agreed":
        open_sections = sections_to_agree(session, inquiry)
        if open_sections:
            raise Refusal(
                "Not agreed yet: %(sections)s.",
                sections="; ".join(_titles(registry.definition_of(inquiry.version), open_sections)),
            )


def _titles(definition: Definition, sections: Sequence[str]) -> list[str]:
    titles = {section.id: section.title for section in definition.sections}
    return [titles[key].for_language(language()) for key in sections]


def _handed_in(session: Session, inquiry: Inquiry) -> int:
    query = select(func.count(Respondent.id)).where(
        Respondent.inquiry_id == inquiry.id,
        Respondent.handed_in_at.is_not(None),
        Respondent.withdrawn_at.is_(None),
    )
    return session.scalar(query) or 0


def sections_to_agree(session: Session, inquiry: Inquiry) -> list[str]:
    """Return the sections in which people have not agreed, as a whole or on each question."""
    definition = registry.definition_of(inquiry.version)
    rows = session.execute(
        select(Agreement.subject_id, Agreement.target, Agreement.lens).where(
            Agreement.inquiry_id == inquiry.id
        )
    )
    agreed: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for subject_id, target, lens in rows:
        agreed[subject_id].add((target, lens))
    return [
        section.id
        for section in agreeing.sections_with_a_ladder(definition)
        if not all(
            agreeing.is_section_agreed(definition, section, agreed[subject.id])
            for subject in inquiry.subjects
        )
    ]
