"""Values in a scan: accents order and change no level, and each value says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from waardewerk import db, i18n
from waardewerk.contract import Value, ValueUsage
from waardewerk.i18n import day_of
from waardewerk.questionnaires import queries as inquiries
from waardewerk.questionnaires import showing
from waardewerk.questionnaires.definition import load_definition
from waardewerk.questionnaires.operations import inquiring
from waardewerk.questionnaires.question_types import BUILT_IN_TYPES
from waardewerk.testing import SignIn, SignInAs, UnitOfWork, submit
from waardewerk.values.framework import Framework, load_framework
from waardewerk.values.operations import adopting, drafting, looking
from waardewerk.values.operations.accenting import ChosenAccent, set_accent
from waardewerk.values.ordering import Ordering
from waardewerk.values.starting import starting_point
from waardewerk_maturity import queries, sentences, usages
from waardewerk_maturity.operations import opening, planning
from waardewerk_maturity.operations.shipping import SHIPPED
from waardewerk_maturity.queries import ThemeResult, figures_of, get_scan, with_accents
from waardewerk_maturity.scoring import ThemeFigures, by_gap

from .conftest import NOW, TODAY, Province

KEYS = ("privacy", "zeggenschap", "inclusie", "duurzaamheid")


def framework(*keys: str) -> Framework:
    values = "".join(
        f"""
  - id: "urn:waardewerk:value:{key}"
    name: {{nl: "{key.title()}"}}
    definition: {{nl: "Wat ermee bedoeld is."}}"""
        for key in keys
    )
    return load_framework(
        'format: "waardewerk/value-framework@1"\nid: "urn:example:values:province"\n'
        f'languages: ["nl"]\ntitle: {{nl: "Waarden"}}\nvalues:{values}\n'
    )


Adopt = Callable[..., int]


@pytest.fixture
def adopt(unit_of_work: UnitOfWork) -> Adopt:
    """Give what adopts a framework with these values."""

    def do(*keys: str, days_ago: int = 100) -> int:
        then = NOW - timedelta(days=days_ago)
        with unit_of_work() as session:
            version = drafting.start_version(
                session, framework(*keys or KEYS), why="So.", actor_id=None, now=then
            )
            adopting.propose(session, version, actor_id=None, now=then)
            adoption = adopting.Adoption(
                body="staten", decided_on=day_of(then), reference="PS", valid_from=day_of(then)
            )
            adopting.adopt(session, version, adoption, actor_id=None, now=then)
            return version.number

    return do


def accent(work: UnitOfWork, value: str, band: str, now=NOW) -> None:
    with work() as session:
        chosen = ChosenAccent(value=value, band=band, reason="Now.", from_date=day_of(now))
        set_accent(session, chosen, actor_id=None, now=now)


level = st.none() | st.integers(1, 5)
theme = st.sampled_from("abcdefgh")
some_figures = st.lists(
    st.builds(
        ThemeFigures,
        theme=theme,
        now=st.dictionaries(st.sampled_from(["policy", "practice", "result"]), level),
        wanted=level,
    ),
    unique_by=lambda one: one.theme,
)
weights = st.dictionaries(theme, st.floats(0, 1))


@given(some_figures, weights)
def test_an_accent_changes_no_level_and_no_gap_only_the_order(found, accents) -> None:
    before = {one.theme: (dict(one.now), one.wanted, one.level, one.gap) for one in found}
    ordered = by_gap(found, accents)
    after = {one.theme: (dict(one.now), one.wanted, one.level, one.gap) for one in ordered}
    assert after == before
    gaps = [one.gap for one in ordered]
    assert [gap is None for gap in gaps] == sorted(gap is None for gap in gaps)


@given(some_figures, st.floats(0, 1))
def test_the_same_accent_everywhere_changes_nothing(found, weight) -> None:
    same = dict.fromkeys((one.theme for one in found), weight)
    assert by_gap(found, same) == by_gap(found)


@given(theme, theme.filter(bool), st.integers(-4, 4), weights)
def test_of_two_equal_gaps_the_accented_one_comes_first(one, other, gap, accents) -> None:
    if one == other:
        return
    wanted, now = (5, 5 - gap) if gap > 0 else (1, 1 - gap)
    found = [ThemeFigures(key, {"practice": now}, {}, wanted) for key in (one, other)]
    first = by_gap(found, accents)[0].theme
    assert accents.get(first, 0.0) == max(accents.get(one, 0.0), accents.get(other, 0.0))


def test_an_accent_orders_results_report_and_headlines_and_touches_no_figure(
    province: Province, unit_of_work: UnitOfWork, adopt: Adopt, sign_in: SignIn
) -> None:
    adopt()
    scan_id = province.agreed()
    for one in province.themes(scan_id):
        province.want(scan_id, one, 4)
    with unit_of_work() as session:
        plain = figures_of(session, get_scan(session, scan_id))
    order = [one.section.id for one in sentences.ordered(plain)]
    last = plain.theme(order[-1])
    ordering = Ordering(dict.fromkeys(last.values, "extra"))
    accented = queries.replace(plain, ordering=ordering)
    assert sentences.ordered(accented)[0].section.id == last.section.id
    assert [one.figures for one in accented.themes] == [one.figures for one in plain.themes]
    assert accented.levels() == plain.levels()


def test_an_agreed_scan_keeps_its_order_and_a_running_one_follows_today(
    province: Province, unit_of_work: UnitOfWork, adopt: Adopt
) -> None:
    adopt()
    agreed = province.agreed(title="Agreed")
    running = province.open(title="Running")
    province.in_conversation(running)
    accent(unit_of_work, "inclusie", "extra", NOW + timedelta(seconds=1))

    def bands(scan_id: int) -> dict[str, str]:
        with unit_of_work() as session:
            figures = figures_of(session, get_scan(session, scan_id))
            return dict(with_accents(session, figures, TODAY, "nl").ordering.bands)

    assert bands(agreed) == {}
    assert bands(running) == {"inclusie": "extra"}


def test_the_pages_say_why_themes_stand_in_this_order(
    province: Province, unit_of_work: UnitOfWork, adopt: Adopt, sign_in: SignIn
) -> None:
    adopt()
    accent(unit_of_work, "zeggenschap", "extra", NOW - timedelta(days=1))
    scan_id = province.agreed()
    chair = sign_in(province.chair)
    page = chair.get(f"/maturity/scans/{scan_id}/results").text
    assert "extra accent: Zeggenschap" in page
    assert "It never changes a level" in page
    report = chair.get(f"/maturity/scans/{scan_id}/report").text
    assert "extra accent: Zeggenschap" in report
    spread = chair.get(f"/inquiries/{inquiry_of(unit_of_work, scan_id)}/spread").text
    assert "Extra accent: Zeggenschap" in spread
    assert "accents of the province decide what comes first" in spread


def inquiry_of(work: UnitOfWork, scan_id: int) -> int:
    with work() as session:
        return get_scan(session, scan_id).inquiry_id


def test_a_scan_remembers_with_which_version_it_looks(
    province: Province, unit_of_work: UnitOfWork, adopt: Adopt, sign_in: SignIn
) -> None:
    before = province.open(title="Before anything")
    number = adopt()
    scan_id = province.agreed(title="With version 1")
    with unit_of_work() as session:
        assert get_scan(session, before).values_version is None
        assert get_scan(session, scan_id).values_version == number
    chair = sign_in(province.chair)
    path = f"/maturity/scans/{scan_id}"
    assert "Since then" not in chair.get(path).text
    adopt("privacy", days_ago=1)
    for page in (path, f"{path}/results"):
        text = chair.get(page).text
        assert "Since then the value framework changed" in text
        assert f"/values/changes?before={number}&amp;after={number + 1}" in text
    assert "none was adopted yet" in chair.get(f"/maturity/scans/{before}").text


def test_a_scan_opens_one_lens_with_its_own_version(
    province: Province, unit_of_work: UnitOfWork, adopt: Adopt, sign_in_as: SignInAs
) -> None:
    adopt("privacy")
    scan_id = province.open()
    adopt("privacy", "inclusie", days_ago=1)
    officer = sign_in_as("civil_servant")
    path = f"/maturity/scans/{scan_id}"
    assert "Look at this scan through our values" in officer.get(path).text
    first = submit(officer, f"{path}/lens", on=path)
    second = submit(officer, f"{path}/lens", on="/account")
    assert first.location == second.location
    assert first.location in officer.get(path).text
    with unit_of_work() as session:
        lens = looking.lens_of(session, opening.LENS, scan_id)
        assert lens is not None
        assert lens.version is not None
        assert lens.version.number == 1
        assert lens.url == path


def test_a_signal_from_a_respondent_carries_the_scan_and_nothing_of_the_respondent(
    province: Province, adopt: Adopt, client, unit_of_work: UnitOfWork
) -> None:
    adopt()
    scan_id = province.open(title="Scan of this year")
    other = province.open(title="Scan of somebody else")
    robin = inquiring.Invitee(name="Robin", email=None, level="civil_servant")
    with unit_of_work() as session:
        inquiry = get_scan(session, scan_id).inquiry
        secret = str(province.app.secret_key)
        (asked,) = inquiring.ask_people(
            session, inquiry, [robin], secret=secret, actor_id=None, now=NOW
        )
    assert submit(client, f"/a/{province.code_of(asked.id)}").status_code == 303
    source = f"maturity.scan:{scan_id}"
    path = f"/values/signal/never_used?from={source}"
    assert "Scan of this year" in client.get(path).text
    assert "somebody else" not in client.get(f"/values/signal?from=maturity.scan:{other}").text
    sent = submit(client, path, {"value": "inclusie", "text": "Nobody asks for it."})
    assert sent.status_code == 303
    assert "ww-code" in client.get("/values/signal/sent").text
    with unit_of_work() as session:
        row = session.execute(text("SELECT * FROM values_signal")).mappings().one()
        assert (row["source_kind"], row["source_id"]) == ("maturity.scan", scan_id)
        assert row["sender_id"] is None
        assert "Robin" not in str(dict(row))
        trail = session.execute(text("SELECT action FROM audit_entry")).scalars().all()
        assert not [action for action in trail if action.startswith("values.signal")]


def used(province: Province, key: str) -> list[ValueUsage]:
    """Ask where a value is used, as a page does."""
    with province.app.test_request_context():
        i18n.speak("nl")
        return usages.usages_of(db.session(), Value(key=key))


def test_a_question_is_use_and_decides_nothing(province: Province) -> None:
    province.open(title="Running")
    found = used(province, "duurzaamheid")
    assert "Running" in [one.title for one in found]
    assert len(found) > 1
    assert not [one for one in found if one.decided or one.result]
    assert used(province, "unknown") == []


def test_an_agreement_decides_and_a_done_action_is_a_result(
    province: Province, unit_of_work: UnitOfWork
) -> None:
    scan_id = province.agreed(title="Agreed")

    def of_scan(key: str) -> ValueUsage:
        return next(one for one in used(province, key) if one.title == "Agreed")

    with unit_of_work() as session:
        figures = figures_of(session, get_scan(session, scan_id))
        touching: ThemeResult = next(t for t in figures.themes if "duurzaamheid" in t.values)
        elsewhere = next(t for t in figures.themes if "duurzaamheid" not in t.values)
    assert of_scan("duurzaamheid").decided
    assert of_scan("duurzaamheid").result == ""
    actions = [province.plan(scan_id, one.section.id) for one in (elsewhere, touching)]
    assert of_scan("duurzaamheid").result == ""
    for action in actions:
        finish(province, action, f"Done on {action}.")
    assert of_scan("duurzaamheid").result == f"Name who decides: Done on {actions[1]}."


def finish(province: Province, action_id: int, note: str) -> None:
    with province.work() as session:
        action = planning.get_action(session, action_id)
        change = planning.ActionChange(
            state="done",
            note=note,
            owner=action.owner,
            due_on=action.due_on,
            revision=action.revision,
        )
        planning.change_action(session, action, change, actor_id=None, now=NOW)


def test_all_values_are_gathered_at_once(
    province: Province,
) -> None:
    province.agreed()
    with province.app.test_request_context():
        session = db.session()
        asked: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            asked.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        usages.usages_of(session, Value(key="privacy"))
        first = len(asked)
        for key in ("zeggenschap", "inclusie", "vertrouwen", "unknown"):
            usages.usages_of(session, Value(key=key))
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == first


def test_the_agenda_puts_accented_questions_first_where_people_differ_as_much(
    province: Province, unit_of_work: UnitOfWork
) -> None:
    scan_id = province.open(privacy="confidential")
    asked = province.ask(scan_id, [("Robin", "civil_servant"), ("Kim", "civil_servant")])
    for respondent_id in asked:
        province.answer(respondent_id, {"policy": 3, "practice": 2, "result": 2})
    province.move(scan_id, "spread")
    with unit_of_work() as session:
        inquiry = get_scan(session, scan_id).inquiry
        results = inquiries.results_of(session, inquiry, None)
        definition = results.definition

        def order(ordering: Ordering) -> list[str]:
            return [i.target for i in showing.talk_items(results, {}, ("nl",), ordering)]

        plain = order(Ordering())
        accented = order(Ordering({"duurzaamheid": "extra", "vertrouwen": "background"}))
        assert sorted(accented) == sorted(plain)
        touched = [definition.question(target).values for target in accented]
        places = [place for place, keys in enumerate(touched) if "duurzaamheid" in keys]
        assert places[0] == 0
        lonely = [place for place, keys in enumerate(touched) if set(keys) == {"vertrouwen"}]
        assert all(place > max(places) for place in lonely)


def test_every_value_that_a_question_touches_is_in_the_set_that_hangs_on_codio() -> None:
    types = {kind.key: kind for kind in BUILT_IN_TYPES}
    scan = load_definition(SHIPPED.read_bytes(), types)
    touched = {key for section in scan.sections for one in section.questions for key in one.values}
    codio = starting_point("urn:waardewerk:values:codio")
    assert codio is not None
    assert touched
    assert {f"urn:waardewerk:value:{key}" for key in touched} <= {one.id for one in codio.values}
