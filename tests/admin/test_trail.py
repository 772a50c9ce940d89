"""Reading the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from waardewerk import audit
from waardewerk.contract import TrailWords
from waardewerk.plugins import Plugins
from waardewerk.testing import UnitOfWork, submit

NOW = datetime.now(UTC)


@pytest.fixture
def plugins(sample: Plugins) -> Plugins:
    """The sample plugin is installed; it has no words for its entries."""
    return sample


def fill(unit_of_work: UnitOfWork, count: int, subject: str = "thing:1") -> None:
    with unit_of_work() as session:
        for number in range(count):
            audit.record(
                session, "thing.done", subject, actor_id=None, now=NOW, details={"n": number}
            )


def test_the_newest_comes_first_with_who_did_it(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    fill(unit_of_work, 1)
    page = administrator.get("/admin/audit/").text
    assert page.index("thing.done") < page.index("signed in")
    assert "the system" in page
    assert "Ada" in page
    assert "n: 0" in page


def test_older_entries_are_on_the_next_page(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    fill(unit_of_work, 60)
    first = administrator.get("/admin/audit/").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = administrator.get(older).text
    assert "n: 59" in first
    assert "n: 9<" not in first
    assert "n: 9<" in second
    assert 'rel="next"' not in second


def test_one_subject_alone(administrator: FlaskClient, unit_of_work: UnitOfWork) -> None:
    fill(unit_of_work, 1)
    page = administrator.get("/admin/audit/?subject=thing:1").text
    assert "thing.done" in page
    assert "signed in" not in page
    assert "Nothing found" in administrator.get("/admin/audit/?subject=thing:2").text


def test_nonsense_in_the_address_finds_nothing(administrator: FlaskClient) -> None:
    for query in ("subject=%00", "subject=%ED%A0%80", "before=x", "before=-1", "subject='--"):
        assert administrator.get(f"/admin/audit/?{query}").status_code == 200
    too_large = administrator.get("/admin/audit/?before=99999999999999999999")
    assert too_large.status_code == 200


def test_an_unbroken_trail_is_called_unbroken(administrator: FlaskClient) -> None:
    submit(administrator, "/admin/audit/verify", on="/admin/audit/")
    assert "The audit trail is unbroken" in administrator.get("/admin/audit/").text


def test_a_change_behind_our_back_is_named(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    fill(unit_of_work, 3)
    with unit_of_work() as session:
        session.execute(text("UPDATE audit_entry SET action = 'thing.hidden' WHERE id = 4"))
    submit(administrator, "/admin/audit/verify", on="/admin/audit/")
    assert "was changed at entry 4" in administrator.get("/admin/audit/").text


def test_what_a_plugin_did_stands_in_its_words_also_while_it_is_off(
    administrator: FlaskClient,
    unit_of_work: UnitOfWork,
    sample_module: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = TrailWords(
        actions={"thing.done": "did a thing"},
        subjects={"thing": "thing"},
        details={"n": "count"},
        codes={"n": {"0": "none"}},
    )
    monkeypatch.setattr(sample_module, "TRAIL", words, raising=False)
    submit(administrator, "/admin/plugins/sample/off", on="/admin/plugins/")
    fill(unit_of_work, 1)
    page = administrator.get("/admin/audit/").text
    assert "did a thing" in page
    assert 'subject=thing:1">thing 1</a>' in page
    assert "thing.done" not in page
    assert "count: none" in page
    title = "Practice notes: what people saw of a value in their work"
    assert f'subject=plugin:sample">plugin {title}</a>' in page


def test_a_detail_is_called_what_its_own_plugin_calls_it(
    administrator: FlaskClient,
    unit_of_work: UnitOfWork,
    sample_module: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = TrailWords(
        actions={"thing.done": "did a thing"}, subjects={}, details={"taken": "taken in"}
    )
    monkeypatch.setattr(sample_module, "TRAIL", words, raising=False)
    with unit_of_work() as session:
        for action in ("thing.done", "role.permissions"):
            audit.record(session, action, "x:1", actor_id=None, now=NOW, details={"taken": ["3"]})
    page = administrator.get("/admin/audit/").text
    assert "taken in: 3" in page
    assert "taken away: 3" in page


@pytest.mark.parametrize(
    ("action", "details", "told"),
    [
        ("inquiry.phase", {"before": "alone"}, "before: Answer alone"),
        ("person.roles", {"before": []}, "before: –"),
        ("person.roles", {"after": ["adviseur", "beheerder"]}, "after: Adviser, Keeper"),
        ("values.accented", {"band": "background"}, "accent: In the background"),
        ("values.accented", {"from": "2026-11-27"}, "from: November 27, 2026"),
        ("responsibility.placed", {"holder": "body"}, "holder: a body"),
        ("responsibility.placed", {"role": "main"}, "role: Responsible in the first place"),
        ("agreement.recorded", {"values": {"policy": 2}}, "levels: On paper 2"),
        ("advice.names", {"may_travel": True}, "names go along: yes"),
        ("role.permissions", {"given": ["admin.audit"]}, "given: Read the audit trail"),
        ("settings.stored", {"keys": ["theme"]}, "settings: Colours and fonts"),
        ("values.signal_joined", {"state": "unheard-of"}, "state: unheard-of"),
        ("thing.done", {"state": "accepted"}, "state: accepted"),
    ],
)
def test_codes_in_details_are_told_in_words(
    administrator: FlaskClient, unit_of_work: UnitOfWork, action: str, details: dict, told: str
) -> None:
    with unit_of_work() as session:
        audit.record(session, action, "thing:1", actor_id=None, now=NOW, details=details)
    assert f">{told}<" in administrator.get("/admin/audit/?subject=thing:1").text


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        ("role:adviseur", "role Adviser"),
        ("settings:core", "settings of this installation"),
        ("retention:core.holders", "retention rule Who held a responsibility"),
    ],
)
def test_what_an_entry_is_about_has_a_name_where_it_has_no_number(
    administrator: FlaskClient, unit_of_work: UnitOfWork, subject: str, about: str
) -> None:
    with unit_of_work() as session:
        audit.record(session, "thing.done", subject, actor_id=None, now=NOW)
    assert about in administrator.get(f"/admin/audit/?subject={subject}").text
