"""Nobody sees another's answer before the own is in, nor what a small group said, by any door."""

import re
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waardewerk.contract import LEVELS, Viewer
from waardewerk.questionnaires import queries
from waardewerk.questionnaires.operations import inquiring
from waardewerk.questionnaires.operations.answering import Filled
from waardewerk.refusal import NotAllowed
from waardewerk.testing import browser_of, csrf_token, submit

SECRET = "What nobody may read before time."
PHASES = ("alone", "spread", "conversation", "agreed")
HTMX = {"HX-Request": "true"}


def doors(inquiry_id, others):
    """Every address at which something of others could stand."""
    inquiry = f"/inquiries/{inquiry_id}"
    own = [f"/answers/{one.id}" for one in others]
    return [
        inquiry,
        f"{inquiry}/spread",
        f"{inquiry}/talk/rules.written",
        f"{inquiry}/talk/rules",
        *own,
        *(f"{page}/rules" for page in own),
        *(f"{page}/hand-in" for page in own),
    ]


def look(browser, addresses):
    """Open all of them, whole and as a fragment; return what answered with its status."""
    return [
        (address, browser.get(address, headers=headers))
        for address in addresses
        for headers in ({}, HTMX)
    ]


@pytest.fixture
def crowd(inquiries, inquiry_id):
    """Enough people who handed in for a spread to be shown, one of whom said a secret."""
    people = inquiries.ask_group(inquiry_id, political=5, executive=5)
    for one in people[1:]:
        inquiries.answer(one, 2)
    inquiries.answer(people[0], 5, reason=SECRET)
    return people


@pytest.fixture
def late(inquiries, inquiry_id, crowd):
    """Somebody who is asked and has not handed in."""
    return inquiries.ask(inquiry_id, [("Late", "civil_servant")])[0]


@pytest.fixture
def viewers(app, inquiries, chair, crowd, late, a_person, sign_in):
    """A browser for each kind of viewer."""
    return {
        "administrator": sign_in(a_person({"administrator"})),
        "aanjager": sign_in(a_person({"aanjager"})),
        "chair": sign_in(chair),
        "colleague": sign_in(a_person({"civil_servant"})),
        "executive": sign_in(a_person({"executive_member"})),
        "handed in": inquiries.come_in(crowd[1]),
        "late": inquiries.come_in(late),
        "anonymous": browser_of(app),
    }


#: Who sees the spread once it is open.
SEES = {"administrator", "aanjager", "chair", "handed in"}


def test_who_sees_what_by_role_phase_and_door(inquiries, inquiry_id, crowd, late, viewers):
    for phase in PHASES:
        if phase == "agreed":
            inquiries.agree_on_everything(inquiry_id)
        if phase != "alone":
            inquiries.move(inquiry_id, phase)
        for name, browser in viewers.items():
            seen = {
                address
                for address, response in look(browser, doors(inquiry_id, crowd))
                if SECRET in response.text
            }
            may_see = phase != "alone" and name in SEES
            expected = {f"/inquiries/{inquiry_id}/talk/rules.written"} if may_see else set()
            assert seen == expected, (phase, name)
            # Who reads reports sees the figures once they are agreed, and no words.
            reads = name == "executive" and phase == "agreed"
            spread = browser.get(f"/inquiries/{inquiry_id}/spread")
            assert (spread.status_code == 200) == (may_see or reads), (phase, name)


def test_who_reads_reports_sees_figures_once_agreed_and_nobodys_reasons(
    inquiries, inquiry_id, crowd, a_person, sign_in
):
    reader = sign_in(a_person({"executive_member"}))
    spread, talk = f"/inquiries/{inquiry_id}/spread", f"/inquiries/{inquiry_id}/talk/rules.written"
    for phase in PHASES:
        if phase == "agreed":
            inquiries.agree_on_everything(inquiry_id)
        if phase != "alone":
            inquiries.move(inquiry_id, phase)
        assert reader.get(spread).status_code == (200 if phase == "agreed" else 403), phase
    page = reader.get(talk)
    assert page.status_code == 200
    assert SECRET not in page.text


def test_the_own_secret_is_read_by_the_one_who_wrote_it(inquiries, crowd):
    own = inquiries.come_in(crowd[0])
    assert SECRET in own.get(f"/answers/{crowd[0].id}/rules").text


def test_the_chair_who_is_asked_too_answers_first(
    inquiries, inquiry_id, crowd, chair, chair_browser, unit_of_work
):
    with unit_of_work() as session:
        added = inquiring.ask_people(
            session,
            inquiring.get_inquiry(session, inquiry_id),
            [inquiring.Invitee(name="Chair", email=chair.email, level="executive")],
            secret=inquiries.secret,
            actor_id=None,
            now=inquiries.chair.created_at,
        )
        own_id = added[0].id
    inquiries.move(inquiry_id, "spread")
    inquiry = f"/inquiries/{inquiry_id}"
    assert chair_browser.get(f"{inquiry}/spread").status_code == 403
    assert chair_browser.get(f"{inquiry}/talk/rules.written").status_code == 403
    page = chair_browser.get(inquiry).text
    assert "You did not hand in your own answers" in page
    assert f"/answers/{own_id}" in page
    submit(chair_browser, f"/answers/{own_id}/listen", on=f"/answers/{own_id}")
    assert chair_browser.get(f"{inquiry}/spread").status_code == 200


def test_an_account_made_after_the_invitation_does_not_open_a_side_door(
    inquiries, inquiry_id, crowd, a_person, sign_in
):
    inquiries.ask(inquiry_id, [("Fresh", "executive")])
    inquiries.move(inquiry_id, "spread")
    manager = sign_in(a_person({"administrator"}, name="Fresh"))
    assert manager.get(f"/inquiries/{inquiry_id}/spread").status_code == 403


def test_a_second_link_in_one_browser_closes_the_door_until_both_are_in(
    inquiries, inquiry_id, crowd, late
):
    browser = inquiries.come_in(crowd[1])
    submit(browser, f"/a/{late.code}")
    inquiries.move(inquiry_id, "spread")
    assert browser.get(f"/inquiries/{inquiry_id}/spread").status_code == 403


def test_the_command_line_waits_for_the_spread_too(inquiries, inquiry_id, crowd, unit_of_work):
    def read():
        with unit_of_work() as session:
            inquiry = inquiring.get_inquiry(session, inquiry_id)
            return queries.results_of(session, inquiry, None)

    with pytest.raises(NotAllowed):
        read()
    inquiries.move(inquiry_id, "spread")
    assert read().spreads["rules.written", "policy"].overall.n == 10


def test_saving_tells_nothing_of_others(inquiries, crowd, late):
    browser = inquiries.come_in(late)
    token = csrf_token(browser, f"/answers/{late.id}/rules")
    slot = "rules.written::"
    response = browser.post(
        f"/answers/{late.id}/save/rules.written/",
        data={"csrf_token": token, f"{slot}revision": "0", f"{slot}reason": "Mine."},
        headers=HTMX,
    )
    assert response.status_code == 200
    assert SECRET not in response.text


def test_who_leads_without_having_answered_learns_nothing_by_writing(
    inquiries, inquiry_id, crowd, chair, chair_browser, unit_of_work
):
    with unit_of_work() as session:
        inquiring.get_respondent(session, crowd[0].id)
        inquiring.ask_people(
            session,
            inquiring.get_inquiry(session, inquiry_id),
            [inquiring.Invitee(name="Chair", email=chair.email, level="executive")],
            secret=inquiries.secret,
            actor_id=None,
            now=inquiries.chair.created_at,
        )
    inquiries.move(inquiry_id, "spread", "conversation")
    token = csrf_token(chair_browser, f"/inquiries/{inquiry_id}")
    talk = f"/inquiries/{inquiry_id}/talk/rules.written"
    for form in ({}, {"level_policy": "2", "reason": "x", "present": "y"}, {"text": "x" * 10_001}):
        for path in ("agree", "note"):
            response = chair_browser.post(f"{talk}/{path}", data={"csrf_token": token, **form})
            assert SECRET not in response.text


# Small groups


def shown(response, question="rules-written", lens="policy"):
    """The table of one spread on a page: who, and the figures beside it."""
    figure = response.text.partition(f'aria-labelledby="figure-{question}-{lens}-figure"')[2]
    rows = re.findall(r'<tr role="row">(.*?)</tr>', figure.partition("</table>")[0], re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    words = [[re.sub(r"<.*?>", "", cell).strip() for cell in row] for row in cells]
    return {row[0]: row[1:] for row in words}


def test_a_group_below_five_is_not_on_the_page_nor_what_it_would_follow_from(
    inquiries, inquiry_id, chair_browser
):
    people = inquiries.ask_group(inquiry_id, political=2, executive=5, civil_servant=6)
    for one in people:
        inquiries.answer(one, 5 if one.level == "political" else 2)
    inquiries.move(inquiry_id, "spread")
    table = shown(chair_browser.get(f"/inquiries/{inquiry_id}/spread"))
    assert table["Everybody"][:5] == ["0", "11", "0", "0", "2"]
    assert table["Politics"] == ["–"] * 5 + ["not shown"]
    # With the executive shown, subtracting would give what the two politicians said.
    assert table["Executive"] == ["–"] * 5 + ["not shown"]
    assert table["Civil servants"][:5] == ["0", "6", "0", "0", "0"]


def test_too_few_answers_show_nothing_at_all(inquiries, inquiry_id, chair_browser):
    for one in inquiries.ask_group(inquiry_id, political=2, executive=2):
        inquiries.answer(one, 5, reason=SECRET)
    inquiries.move(inquiry_id, "spread")
    page = chair_browser.get(f"/inquiries/{inquiry_id}/spread")
    assert shown(page)["Everybody"] == ["–"] * 5 + ["not shown"]
    assert "Too few people answered" in page.text
    talk = chair_browser.get(f"/inquiries/{inquiry_id}/talk/rules.written").text
    assert SECRET not in talk
    assert "There are no reasons to show." in talk


def test_who_did_not_hand_in_counts_nowhere(inquiries, inquiry_id, chair_browser):
    people = inquiries.ask_group(inquiry_id, political=6)
    for one in people[:5]:
        inquiries.answer(one, 2)
    inquiries.answer(people[5], 5, reason=SECRET, hands_in=False)
    inquiries.move(inquiry_id, "spread")
    page = chair_browser.get(f"/inquiries/{inquiry_id}/spread")
    assert shown(page)["Everybody"][:5] == ["0", "5", "0", "0", "0"]
    assert SECRET not in chair_browser.get(f"/inquiries/{inquiry_id}/talk/rules.written").text


def test_a_reason_does_not_tell_a_level_whose_spread_is_hidden(
    inquiries, inquiry_id, chair_browser
):
    """Five answered on paper and four in practice: the reason of one must not tell practice."""
    people = inquiries.ask_group(inquiry_id, political=5)
    for one in people[:4]:
        inquiries.answer(one, 2)
    inquiries.answer(people[4], 5, lenses=["policy"], reason=SECRET)
    inquiries.move(inquiry_id, "spread")
    talk = chair_browser.get(f"/inquiries/{inquiry_id}/talk/rules.written").text
    assert SECRET in talk
    assert "In practice level" not in talk
    assert "Without a level" in talk


def test_reasons_come_without_a_name_or_a_level_of_the_organisation(
    inquiries, inquiry_id, crowd, chair_browser
):
    inquiries.move(inquiry_id, "spread")
    talk = chair_browser.get(f"/inquiries/{inquiry_id}/talk/rules.written").text
    reasons = talk[talk.index("The reasons") :]
    assert "In practice level 5, said by 1 person" in reasons
    assert reasons.index(SECRET) < reasons.index(inquiries.reason)
    for word in ("political 0", "Politics", "executive 0"):
        assert word not in reasons


sizes = st.tuples(*[st.integers(0, 7)] * 3)


@pytest.mark.parametrize("cluster", ["sqlite"], indirect=True)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sizes=sizes, data=st.data())
def test_no_group_below_five_can_be_worked_out_from_what_is_shown(
    inquiries, unit_of_work, sizes, data
):
    inquiry_id = inquiries.open(inquiries.version_id)
    people = inquiries.ask_group(inquiry_id, **dict(zip(LEVELS, sizes, strict=True)))
    if not people:
        return
    for one in people:
        inquiries.answer(one, data.draw(st.integers(1, 5)), questions=["rules.written"])
    inquiries.move(inquiry_id, "spread")
    with unit_of_work() as session:
        inquiry = inquiring.get_inquiry(session, inquiry_id)
        results = queries.results_of(session, inquiry, None)
    for lens in inquiries.lenses:
        spread = results.spreads["rules.written", lens]
        in_sight = dict(spread.shown())
        assert all(one.n >= 5 for one in in_sight.values())
        if spread.overall is None:
            assert sum(sizes) < 5
            assert not in_sight
            continue
        hidden = spread.overall.n - sum(one.n for one in in_sight.values())
        assert hidden == 0 or hidden >= 5


# Names


@pytest.fixture
def named(inquiries, confidential_id):
    people = inquiries.ask(
        confidential_id, [("Anna", "political"), ("Bram", "executive"), ("Carla", "civil_servant")]
    )
    for level, one in zip((5, 2, 2), people, strict=True):
        inquiries.answer(one, level, reason=f"Said by {one.id}.")
    return people


def test_with_consent_the_group_sees_who_said_what(
    inquiries, confidential_id, named, chair_browser
):
    inquiries.move(confidential_id, "spread")
    for browser in (chair_browser, inquiries.come_in(named[1])):
        page = browser.get(f"/inquiries/{confidential_id}/spread")
        assert shown(page)["Politics"][:5] == ["0", "0", "0", "0", "1"]
        talk = browser.get(f"/inquiries/{confidential_id}/talk/rules.written").text
        assert re.search(rf"Said by {named[0].id}\.\s*<[^>]*>— Anna, Politics", talk)


def test_who_only_manages_sees_no_names_and_no_small_group(
    inquiries, confidential_id, named, sign_in_as
):
    """The promise is: the people who take part, and nobody else."""
    inquiries.move(confidential_id, "spread")
    for role in ("administrator", "aanjager"):
        browser = sign_in_as({role})
        page = browser.get(f"/inquiries/{confidential_id}/spread")
        assert shown(page)["Politics"] == ["–"] * 5 + ["not shown"]
        talk = browser.get(f"/inquiries/{confidential_id}/talk/rules.written").text
        assert "Anna" not in talk
        assert "Said by" not in talk


def test_a_report_from_the_command_line_holds_no_names_either(
    inquiries, confidential_id, named, unit_of_work
):
    inquiries.move(confidential_id, "spread")
    with unit_of_work() as session:
        inquiry = inquiring.get_inquiry(session, confidential_id)
        results = queries.results_of(session, inquiry, None)
        question = results.definition.question("rules.written")
        assert results.spreads["rules.written", "policy"].overall is None
        assert queries.reasons_of(session, results, question) == []


def test_a_name_without_consent_is_never_shown(
    inquiries, confidential_id, named, chair_browser, unit_of_work
):
    with unit_of_work() as session:
        inquiring.get_respondent(session, named[0].id).consented_at = None
    inquiries.move(confidential_id, "spread")
    talk = chair_browser.get(f"/inquiries/{confidential_id}/talk/rules.written").text
    assert f"Said by {named[0].id}." in talk
    assert "Anna" not in talk
    assert "Bram" in talk


def test_names_are_shown_nowhere_in_a_grouped_inquiry(
    inquiries, inquiry_id, crowd, chair_browser, unit_of_work
):
    with unit_of_work() as session:
        for one in crowd:
            # Consent from elsewhere changes nothing about what was promised here.
            inquiring.get_respondent(session, one.id).consented_at = inquiries.chair.created_at
    inquiries.move(inquiry_id, "spread", "conversation")
    addresses = ["", "/spread", "/talk/rules.written", "/talk/rules.known", "/talk/rules"]
    for address in addresses:
        text = chair_browser.get(f"/inquiries/{inquiry_id}{address}").text
        assert not any(one.name in text for one in crowd)


def test_who_is_erased_stays_unnamed(
    inquiries, confidential_id, named, chair_browser, unit_of_work
):
    from waardewerk.questionnaires import keeping

    inquiries.move(confidential_id, "spread")
    with unit_of_work() as session:
        keeping.erase(session, "anna@example.nl")
    talk = chair_browser.get(f"/inquiries/{confidential_id}/talk/rules.written").text
    assert f"Said by {named[0].id}." in talk
    assert "Anna" not in talk


def test_who_reads_reports_sees_no_small_group_and_no_notes_but_what_was_agreed(
    inquiries, confidential_id, named, sign_in_as, chair_browser
):
    inquiries.move(confidential_id, "spread", "conversation")
    talk = f"/inquiries/{confidential_id}/talk/rules.written"
    submit(chair_browser, f"{talk}/note", {"text": SECRET, "revision": "0"}, on=talk)
    agreed = dict.fromkeys(inquiries.lenses, 3)
    inquiries.agree(confidential_id, "rules.written", agreed, reason="Together.")
    inquiries.agree_on_everything(confidential_id)
    inquiries.move(confidential_id, "agreed")
    reader = sign_in_as({"executive_member"})
    page = reader.get(f"/inquiries/{confidential_id}/spread")
    assert shown(page)["Politics"] == ["–"] * 5 + ["not shown"]
    read = reader.get(talk).text
    assert "Together." in read
    assert SECRET not in read
    assert "Said by" not in read
    assert SECRET in chair_browser.get(talk).text


def test_who_reads_reports_and_did_not_hand_in_sees_nothing(
    inquiries, inquiry_id, crowd, a_person, sign_in
):
    reader = sign_in(a_person({"executive_member"}, name="Reader"))
    inquiries.ask(inquiry_id, [("Reader", "executive")])
    inquiries.move(inquiry_id, "spread", "conversation")
    inquiries.agree_on_everything(inquiry_id)
    inquiries.move(inquiry_id, "agreed")
    assert reader.get(f"/inquiries/{inquiry_id}/spread").status_code == 403


# The rule itself


@pytest.mark.parametrize("phase", PHASES)
def test_the_rule_who_may_look(inquiries, inquiry_id, anna, chair, unit_of_work, phase):
    with unit_of_work() as session:
        inquiry = inquiring.get_inquiry(session, inquiry_id)
        inquiry.phase = phase
        respondent = inquiring.get_respondent(session, anna.id)
        for is_in, leads, manages, is_asked in product((False, True), repeat=4):
            respondent.handed_in_at = chair.created_at if is_in else None
            session.flush()
            viewer = Viewer(
                person_id=chair.id if leads else 10**6,
                permissions=frozenset({"inquiries.manage"} if manages else ()),
                respondent_ids=frozenset({anna.id} if is_asked else ()),
            )
            is_open = phase != "alone"
            own_is_in = is_in or not is_asked
            belongs = is_asked or leads or manages
            expected = is_open and own_is_in and belongs
            assert queries.may_see_results(session, inquiry, viewer) == expected


def test_a_note_and_an_agreement_are_not_seen_before_the_own_answer_is_in(
    inquiries, inquiry_id, crowd, late, chair_browser
):
    inquiries.move(inquiry_id, "spread", "conversation")
    talk = f"/inquiries/{inquiry_id}/talk/rules.written"
    submit(chair_browser, f"{talk}/note", {"text": SECRET, "revision": "0"}, on=talk)
    inquiries.agree(inquiry_id, "rules.written", dict.fromkeys(inquiries.lenses, 2), dissent=SECRET)
    assert SECRET in inquiries.come_in(crowd[1]).get(talk).text
    assert SECRET not in inquiries.come_in(late).get(talk).text


def test_background_answers_are_shown_to_nobody_else(inquiries, inquiry_id, crowd, chair_browser):
    one = inquiries.ask(inquiry_id, [("Open", "political")])[0]
    inquiries.save(one, Filled(question="background.story", lens="", raw=[SECRET]))
    inquiries.answer(one)
    inquiries.move(inquiry_id, "spread", "conversation")
    for _address, response in look(chair_browser, doors(inquiry_id, [one])[:3]):
        assert response.text.count(SECRET) == (1 if "talk/rules.written" in _address else 0)
