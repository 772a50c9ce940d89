from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from waardewerk import jobs, mail
from waardewerk.i18n import day_of
from waardewerk.questionnaires.models import Respondent
from waardewerk.questionnaires.operations import inquiring
from waardewerk.refusal import Conflict, NotFound
from waardewerk.settings import store
from waardewerk_maturity import letters, reminders
from waardewerk_maturity.operations import inviting
from waardewerk_maturity.queries import get_scan

from .conftest import NOW, SENDER, Province, respondents_of

PEOPLE = [("Ann", "political"), ("Bo", "executive"), ("Cas", "civil_servant")]


def invite(province: Province, scan_id: int, now: datetime = NOW) -> int:
    with province.work() as session:
        return inviting.invite(
            session, get_scan(session, scan_id), sender=SENDER, actor_id=None, now=now
        )


def remind(province: Province, scan_id: int, now: datetime) -> int:
    with province.work() as session:
        return inviting.remind(
            session, get_scan(session, scan_id), sender=SENDER, actor_id=None, now=now
        )


def outbox(province: Province) -> list[dict[str, str]]:
    with province.work() as session:
        rows = session.query(jobs.QueuedJob).filter_by(name=mail.JOB).order_by(jobs.QueuedJob.id)
        return [row.payload for row in rows]


def test_everybody_with_an_address_is_invited_once(province: Province) -> None:
    scan_id = province.open()
    province.ask(scan_id, PEOPLE)
    province.ask(scan_id, [("Dirk", "executive")], mail=False)
    assert invite(province, scan_id) == 3
    assert invite(province, scan_id) == 0
    assert [one["to"] for one in outbox(province)] == [
        f"{name.lower()}@example.nl" for name, _level in PEOPLE
    ]


def test_the_invitation_is_in_the_language_of_the_province_with_a_link_of_ones_own(
    province: Province,
) -> None:
    scan_id = province.open(title="Scan 2026")
    (number,) = province.ask(scan_id, PEOPLE[:1])
    invite(province, scan_id)
    (letter,) = outbox(province)
    with province.work() as session:
        respondent = inquiring.get_respondent(session, number)
        link = inviting.invited(respondent, SENDER).link
    assert link in letter["body"]
    assert link.startswith("https://scan.example.nl/a/")
    assert "Scan 2026" in letter["subject"]
    assert "Dag Ann," in letter["body"]


def test_the_letter_says_what_was_promised_about_privacy(province: Province) -> None:
    grouped = province.open(smallest_group=7)
    confidential = province.open(privacy="confidential")
    with province.work() as session:
        to = letters.Invited(name="Ann", email="ann@example.nl", code="C", link="L")
        first = letters.invitation(get_scan(session, grouped), to, SENDER).body
        second = letters.invitation(get_scan(session, confidential), to, SENDER).body
    assert "minder dan 7 mensen" in first
    assert "vertrouwelijk" in second


def test_a_reminder_goes_once_a_day_to_who_was_invited_and_is_not_in(province: Province) -> None:
    scan_id = province.open()
    asked = province.ask(scan_id, PEOPLE)
    assert remind(province, scan_id, NOW + timedelta(days=1)) == 0
    invite(province, scan_id)
    assert remind(province, scan_id, NOW) == 0
    province.answer(asked[0], {"policy": 1, "practice": 1, "result": 1})
    tomorrow = NOW + timedelta(days=1)
    assert remind(province, scan_id, tomorrow) == 2
    assert remind(province, scan_id, tomorrow) == 0


def test_nobody_is_invited_or_reminded_once_the_spread_is_open(province: Province) -> None:
    scan_id = province.open()
    asked = province.ask(scan_id, PEOPLE)
    province.answer(asked[0], {"policy": 1, "practice": 1, "result": 1})
    province.move(scan_id, "spread")
    with pytest.raises(Conflict):
        invite(province, scan_id)
    with pytest.raises(Conflict):
        remind(province, scan_id, NOW)


def before_closing(province: Province, scan_id: int, now: datetime, days: int = 7) -> int:
    with province.work() as session:
        return inviting.remind_before_closing(
            session, get_scan(session, scan_id), days=days, sender=SENDER, now=now
        )


def test_the_last_days_bring_one_reminder(province: Province) -> None:
    scan_id = province.open()
    province.ask(scan_id, PEOPLE)
    invite(province, scan_id)
    found = [before_closing(province, scan_id, NOW + timedelta(days=day)) for day in range(25)]
    assert found == [0] * 14 + [3] + [0] * 10


def test_who_was_reminded_by_hand_in_the_last_days_is_left_alone(province: Province) -> None:
    scan_id = province.open()
    province.ask(scan_id, PEOPLE)
    invite(province, scan_id)
    assert remind(province, scan_id, NOW + timedelta(days=15)) == 3
    assert before_closing(province, scan_id, NOW + timedelta(days=16)) == 0


def test_the_daily_job_reminds_as_the_province_chose(province: Province) -> None:
    soon = day_of(NOW) + timedelta(days=5)
    scan_id = province.open(closes_on=soon)
    province.ask(scan_id, PEOPLE)
    with province.work() as session:
        for respondent in session.query(Respondent):
            respondent.invited_at = NOW - timedelta(days=3)
        store(session, "maturity", {"reminder_days": 0}, actor_id=province.chair.id, now=NOW)
    with province.work() as session:
        reminders.run(session, {})
    assert outbox(province) == []
    with province.work() as session:
        store(session, "maturity", {"reminder_days": 5}, actor_id=province.chair.id, now=NOW)
    for _day in range(2):
        with province.work() as session:
            reminders.run(session, {})
    assert len(outbox(province)) == 3


def test_each_letter_on_paper_has_a_page_with_name_code_and_address(province: Province) -> None:
    from io import BytesIO

    import pypdf

    from waardewerk.documents import to_pdf

    scan_id = province.open()
    province.ask(scan_id, PEOPLE, mail=False)
    with province.work() as session:
        scan = get_scan(session, scan_id)
        invited = [inviting.invited(r, SENDER) for r in respondents_of(session, scan)]
        document = letters.paper_letters(scan, invited, SENDER, today=day_of(NOW))
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(to_pdf(document))).pages]
    assert len(pages) == 1 + len(PEOPLE)
    for one, page in zip(invited, pages[1:], strict=True):
        assert one.name in page
        assert one.code in page
        assert "https://scan.example.nl/a/" in page
        assert not [other.code for other in invited if other is not one and other.code in page]


def test_somebody_of_another_scan_is_not_found_here(province: Province) -> None:
    here, elsewhere = province.open(), province.open()
    (number,) = province.ask(elsewhere, PEOPLE[:1])
    with province.work() as session, pytest.raises(NotFound):
        inviting.respondent_of(session, get_scan(session, here), number)


def test_who_has_no_address_is_not_asked_twice_by_name(province: Province) -> None:
    scan_id = province.open()
    people = [inquiring.Invitee(name="Ann", email=None, level="executive")]
    found = []
    for _time in range(2):
        with province.work() as session:
            scan = get_scan(session, scan_id)
            found.append(
                inviting.add_people(session, scan, people, secret="s", actor_id=None, now=NOW)
            )
    assert [(one.count, one.known) for one in found] == [(1, 0), (0, 1)]
