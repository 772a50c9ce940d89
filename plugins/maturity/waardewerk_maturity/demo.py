"""What the demo province shows: two agreed scans of the organisation, and one that is running.

Everything goes through the same operations as real use. The people have a level and a number
instead of a name, so that nobody takes them for somebody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import i18n, settings
from waardewerk.config import Config
from waardewerk.contract import LEVELS
from waardewerk.i18n import day_of, lazy
from waardewerk.i18n import gettext as _
from waardewerk.people.operations import accounts
from waardewerk.questionnaires import queries as inquiries
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Section
from waardewerk.questionnaires.operations import agreeing, answering, inquiring
from waardewerk.questionnaires.operations.answering import Filled
from waardewerk.questionnaires.operations.inquiring import Invitee
from waardewerk_maturity import exchange
from waardewerk_maturity.models import Scan
from waardewerk_maturity.operations import comparing, opening, planning, shipping
from waardewerk_maturity.words import LEVEL_TITLES

PEOPLE_PER_LEVEL = {"political": 5, "executive": 6, "civil_servant": 9}
YEAR = timedelta(days=365)

#: Per theme what is agreed: (policy, practice, result), the first and the second time.
AGREED = {
    "governance": ((2, 1, 1), (4, 2, 1)),
    "knowledge": ((2, 2, 1), (2, 3, 2)),
    "risk": ((3, 2, 2), (3, 3, 2)),
    "procurement": ((1, 1, 1), (3, 1, 1)),
    "engagement": ((2, 2, 1), (2, 2, 2)),
    "culture": ((2, 2, 2), (3, 2, 2)),
}
WANTED = {"governance": 4, "knowledge": 4, "risk": 3, "procurement": 3, "engagement": 4}
#: How each level of the organisation sees things, beside what is agreed.
OUTLOOK = {"political": 0, "executive": 1, "civil_servant": -1}

REASONS = (
    lazy("It depends on who does the work. When that person is away, it stops."),
    lazy("We have it on paper, and in some projects it really shows."),
    lazy("Everybody here knows who to ask, and we come back to it."),
)
EXAMPLE = lazy("In one project we chose not to collect the data, although we could.")


@dataclass(frozen=True)
class _Cast:
    """Who acts in the demo, and when."""

    session: Session
    people: Mapping[str, int]
    now: datetime

    @property
    def chair(self) -> int:
        """The one who leads the conversations."""
        return self.people["aanjager"]


def load(session: Session, cast: Mapping[str, int], now: datetime) -> None:
    """Add the demo's scans, once."""
    if session.scalar(select(Scan.id).limit(1)) is not None:
        return
    config: Config = current_app.extensions["waardewerk.config"]
    with i18n.speaking(config.languages[0]):
        _load(_Cast(session, cast, now))


def _load(cast: _Cast) -> None:
    shipping.publish_shipped_scan(cast.session, actor_id=cast.chair, now=cast.now - 2 * YEAR)
    first = _agreed_scan(cast, cast.now - YEAR - timedelta(days=30), 0, None)
    _want_and_plan(cast, first, cast.now - YEAR - timedelta(days=29), {"knowledge": 3})
    second = _agreed_scan(cast, cast.now - timedelta(days=30), 1, first)
    _want_and_plan(cast, second, cast.now - timedelta(days=29), WANTED)
    _running_scan(cast)
    for data in _others(cast.now):
        comparing.import_comparison(cast.session, data, actor_id=cast.chair, now=cast.now)


def _open(cast: _Cast, opened: datetime, days: int, previous: Scan | None, department: str) -> Scan:
    version = shipping.shipped_version(cast.session)
    assert version is not None
    name = _("Data ethics %(year)s", year=opened.year)
    return opening.open_scan(
        cast.session,
        opening.ScanOpening(
            title=f"{name}, {department}" if department else name,
            version_id=version.id,
            opens_on=day_of(opened),
            closes_on=day_of(opened) + timedelta(days=days),
            chair_id=cast.chair,
            scope="department" if department else "organisation",
            department=department,
            previous_scan_id=previous.id if previous else None,
        ),
        organisation=settings.identity().name,
        actor_id=cast.chair,
        now=opened,
    )


def _ask(cast: _Cast, scan: Scan, now: datetime) -> None:
    asked = [
        Invitee(name=f"{LEVEL_TITLES[level]} {number + 1}", email=None, level=level)
        for level in LEVELS
        for number in range(PEOPLE_PER_LEVEL[level])
    ]
    secret = str(current_app.secret_key)
    inquiring.ask_people(
        cast.session, scan.inquiry, asked, secret=secret, actor_id=cast.chair, now=now
    )


def _agreed_scan(cast: _Cast, agreed_at: datetime, turn: int, previous: Scan | None) -> Scan:
    opened = agreed_at - timedelta(days=40)
    scan = _open(cast, opened, 21, previous, "")
    _ask(cast, scan, opened)
    for number, respondent in enumerate(inquiries.respondents_of(cast.session, scan.inquiry)):
        _answer(cast, scan, respondent.id, number, turn, opened + timedelta(days=number % 20))
    for phase in ("spread", "conversation"):
        inquiring.move_phase(cast.session, scan.inquiry, phase, actor_id=cast.chair, now=agreed_at)
    for section in _themes(scan):
        _agree(cast, scan, section, turn, agreed_at)
    inquiring.move_phase(cast.session, scan.inquiry, "agreed", actor_id=cast.chair, now=agreed_at)
    return scan


def _themes(scan: Scan) -> list[Section]:
    return agreeing.sections_with_a_ladder(registry.definition_of(scan.inquiry.version))


def _answer(
    cast: _Cast, scan: Scan, respondent_id: int, number: int, turn: int, when: datetime
) -> None:
    respondent = inquiring.get_respondent(cast.session, respondent_id)
    definition = registry.definition_of(scan.inquiry.version)
    filled = [
        one
        for section in definition.sections_for(respondent.level)
        for one in _filled(section, respondent.level, number, turn)
    ]
    subject = scan.inquiry.subjects[0]
    answering.save_answers(cast.session, respondent, subject.id, filled, now=when)
    answering.hand_in(cast.session, respondent, now=when)


def _filled(section: Section, level: str, number: int, turn: int) -> Iterator[Filled]:
    for place, question in enumerate(section.questions):
        highest = 0
        for lens, agreed in zip(question.lenses, AGREED[section.id][turn], strict=True):
            shift = OUTLOOK[level] + (number + place) % 3 - 1
            step = min(max(agreed + shift, 1), 5)
            highest = max(highest, step)
            yield Filled(question=question.id, lens=lens, raw=[str(step)])
        reason = str(REASONS[min((highest - 1) // 2, 2)])
        example = str(EXAMPLE) if highest > 3 else ""
        yield Filled(question=question.id, lens="", raw=[], reason=reason, example=example)


def _agree(cast: _Cast, scan: Scan, section: Section, turn: int, now: datetime) -> None:
    levels = AGREED[section.id][turn]
    present = _("Driver, adviser, two members of the executive, four civil servants")
    targets = [*(question.id for question in section.questions), section.id]
    for place, target in enumerate(targets):
        is_theme = target == section.id
        spread = 0 if is_theme else place % 3 - 1
        agreeing.record_agreement(
            cast.session,
            scan.inquiry,
            scan.inquiry.subjects[0].id,
            agreeing.Agreed(
                target=target,
                values={
                    lens: min(max(level + spread, 1), 5)
                    for lens, level in zip(section.questions[0].lenses, levels, strict=True)
                },
                reason=str(REASONS[min(levels[1] - 1, 2)]),
                present=present,
                dissent=_(
                    "One of us sees it a level lower: outside the large projects little happens."
                )
                if is_theme and levels[0] - levels[1] >= 2
                else "",
                review_on=day_of(now + YEAR) if is_theme else None,
            ),
            actor_id=cast.chair,
            now=now,
        )


def _want_and_plan(cast: _Cast, scan: Scan, now: datetime, wanted: Mapping[str, int]) -> None:
    owner = accounts.get_person(cast.session, cast.people["beheerder"]).name
    for theme, level in wanted.items():
        planning.record_ambition(
            cast.session,
            scan,
            planning.WantedLevel(
                theme=theme,
                level=level,
                reason=_("Then it no longer depends on one person."),
                by_date=day_of(now + timedelta(days=300)),
                owner=owner,
                first_step=_("Talk with the departments about what they need for it."),
                intended_result=_("People outside notice that we can explain our choices."),
                present=_("The executive, on advice of the adviser"),
            ),
            actor_id=cast.chair,
            now=now,
        )
    for theme, direction, title, hindrance, days in _plans():
        if theme not in wanted:
            continue
        planning.plan_action(
            cast.session,
            scan,
            planning.PlannedAction(
                theme=theme,
                direction=direction,
                title=title,
                hindrance=hindrance,
                owner=owner,
                due_on=day_of(now + timedelta(days=days)),
                intended_result=_("The question “do we want this?” is asked before we choose."),
                indicator=_("In how many plans the answer can be read, and what changed by it"),
            ),
            actor_id=cast.chair,
            now=now,
        )


def _plans() -> list[tuple[str, str, str, str, int]]:
    return [
        (
            "governance",
            "build_up",
            _("Give the keeper time to follow decisions"),
            _("Nobody has time to look at what happens with decisions."),
            20,
        ),
        (
            "procurement",
            "build_down",
            _("Take the long form out of small tenders"),
            _("The form is so long that people fill it in without talking."),
            120,
        ),
        (
            "knowledge",
            "build_up",
            _("Talk about one case in each team, twice a year"),
            _("People know the words, and do not use them in their own work."),
            200,
        ),
    ]


def _running_scan(cast: _Cast) -> None:
    opened = cast.now - timedelta(days=5)
    scan = _open(cast, opened, 16, None, _("Mobility"))
    _ask(cast, scan, opened)
    inquiring.ask_people(
        cast.session,
        scan.inquiry,
        [_as_invitee(cast, "executive_member"), _as_invitee(cast, "civil_servant")],
        secret=str(current_app.secret_key),
        actor_id=cast.chair,
        now=opened,
    )
    for number, respondent in enumerate(inquiries.respondents_of(cast.session, scan.inquiry)):
        if number % 2 and respondent.email is None:
            _answer(cast, scan, respondent.id, number, 1, opened + timedelta(days=number % 4))


def _as_invitee(cast: _Cast, role: str) -> Invitee:
    person = accounts.get_person(cast.session, cast.people[role])
    return Invitee(name=person.name, email=person.email, level=person.level or "civil_servant")


def _others(now: datetime) -> Iterator[bytes]:
    """Make the files of two other made-up organisations."""
    for number, name in enumerate((_("Example province B"), _("Example province C"))):
        earlier = {theme: levels[0][1] for theme, levels in AGREED.items()}
        result = exchange.ScanResult(
            organisation=name,
            questionnaire=exchange.Questionnaire(
                urn="urn:waardewerk:scan:data-ethics", version="2026.1"
            ),
            measured_on=day_of(now - timedelta(days=60 + number)),
            themes={
                theme: exchange.Theme(
                    now=exchange.Now(practice=min(level + (place + number) % 2, 5)),
                    wanted=min(level + 2, 5),
                )
                for place, (theme, level) in enumerate(earlier.items())
            },
            previous=exchange.Previous(
                measured_on=day_of(now - YEAR - timedelta(days=60)),
                version="2026.1",
                themes={theme: exchange.Now(practice=level) for theme, level in earlier.items()},
            ),
        )
        yield exchange.write_result(result)
