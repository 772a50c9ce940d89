import ast
import inspect
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from waardewerk.audit import entries_about
from waardewerk.i18n import day_of
from waardewerk.questionnaires import queries
from waardewerk.questionnaires.models import PHASES, Agreement
from waardewerk.questionnaires.operations import agreeing, inquiring
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import csrf_token, submit

NOW = datetime.now(UTC)
HTMX = {"HX-Request": "true"}
AGREED = {
    "level_policy": "2",
    "level_practice": "3",
    "level_result": "na",
    "reason": "The group sees it so.",
    "present": "Anna, Bram and the clerk",
}


@pytest.fixture
def talking(inquiries, inquiry_id):
    """An inquiry in conversation, after six people handed in."""
    for one in inquiries.ask_group(inquiry_id, political=6):
        inquiries.answer(one, 5)
    inquiries.move(inquiry_id, "spread", "conversation")
    return inquiry_id


@pytest.fixture
def talk(talking):
    return f"/inquiries/{talking}/talk/rules.written"


@pytest.fixture
def rows(unit_of_work):
    def read():
        with unit_of_work() as session:
            return list(session.scalars(select(Agreement).order_by(Agreement.id)))

    return read


def everywhere(level, lenses=("policy", "practice", "result")):
    return dict.fromkeys(lenses, level)


# Only people agree


def imports_of(module):
    """Everything that a module names from elsewhere, by its last part."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.rpartition(".")[2] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").rpartition(".")[2]
            yield from (alias.name for alias in node.names)


def test_no_code_leads_from_answers_to_an_agreed_value():
    known = set(imports_of(agreeing))
    assert "Agreement" in known
    assert not known & {"spread", "spread_of", "queries", "showing", "filling", "Answer", "Spread"}
    source = inspect.getsource(agreeing).lower()
    assert not re.search(r"\b(mean|average|statistics|round)\(", source)


def test_an_agreement_is_made_in_one_place_only():
    from pathlib import Path

    package = Path(inspect.getfile(agreeing)).parents[2]
    makers = {
        file.name
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Agreement"
    }
    assert makers == {"agreeing.py"}


def test_moving_on_agrees_on_nothing(inquiries, talking, rows):
    with pytest.raises(Refusal, match="Not agreed yet"):
        inquiries.move(talking, "agreed")
    assert rows() == []


def test_the_form_suggests_no_level(chair_browser, talk):
    page = chair_browser.get(talk).text
    radios = re.findall(r'<input [^>]*type="radio"[^>]* name="level_\w+"[^>]*>', page)
    assert len(radios) == 3 * 6
    assert not [radio for radio in radios if " checked" in radio]


# Writing it down


def test_what_is_agreed_is_kept_with_reason_people_dissent_and_review(inquiries, talking, rows):
    review = day_of(NOW) + timedelta(365)
    inquiries.agree(
        talking,
        "rules.written",
        {"policy": 2, "practice": None, "result": 1},
        dissent="Bram sees a 3.",
        review_on=review,
    )
    found = rows()
    assert {(r.lens, r.value) for r in found} == {("policy", 2), ("practice", None), ("result", 1)}
    assert {(r.reason, r.present, r.dissent, r.review_on) for r in found} == {
        ("That is how it is.", "The whole group", "Bram sees a 3.", review)
    }
    assert {r.recorded_by for r in found} == {inquiries.chair.id}


def test_people_agree_in_the_conversation_only(inquiries, inquiry_id, anna):
    for phase in PHASES:
        if phase == "spread":
            inquiries.answer(anna)
        if phase == "agreed":
            inquiries.agree_on_everything(inquiry_id)
        if phase != "alone":
            inquiries.move(inquiry_id, phase)
        if phase != "conversation":
            with pytest.raises(Conflict, match="during the conversation"):
                inquiries.agree(inquiry_id, "rules", everywhere(3))


@pytest.mark.parametrize(
    ("values", "said", "message"),
    [
        ({}, {}, "Choose a level"),
        ({"policy": 0}, {}, "Choose a level"),
        ({"policy": 6}, {}, "Choose a level"),
        ({"elsewhere": 3}, {}, "Choose a level"),
        ({"": 3}, {}, "Choose a level"),
        (everywhere(3), {"reason": " \n"}, "why you agreed"),
        (everywhere(3), {"present": ""}, "who was there"),
        (everywhere(3), {"reason": "x" * 10_001}, "longer than"),
        (everywhere(3), {"dissent": "a\x00b"}, "cannot be stored"),
        (everywhere(3), {"present": "\ud800"}, "cannot be stored"),
        (everywhere(3), {"review_on": day_of(NOW) - timedelta(2)}, "must lie ahead"),
    ],
)
def test_half_an_agreement_is_none(inquiries, talking, rows, values, said, message):
    with pytest.raises(Refusal, match=message):
        inquiries.agree(talking, "rules.written", values, **said)
    assert rows() == []


@pytest.mark.parametrize("target", ["unknown", "", "steering", "steering.told", "background.story"])
def test_there_is_no_agreeing_on_what_has_no_ladder(inquiries, talking, target):
    with pytest.raises(NotFound):
        inquiries.agree(talking, target, {"": 3})


def test_a_scale_is_agreed_on_its_own_steps(inquiries, talking, rows):
    with pytest.raises(Refusal):
        inquiries.agree(talking, "background.trust", {"": 11})
    inquiries.agree(talking, "background.trust", {"": 0})
    assert rows()[0].value == 0


def test_a_subject_of_another_inquiry_is_not_agreed_on(inquiries, talking, unit_of_work):
    other = inquiries.open()
    agreed = agreeing.Agreed(target="rules", values=everywhere(3), reason="x", present="y")
    with unit_of_work() as session:
        subject_id = inquiring.get_inquiry(session, other).subjects[0].id
        inquiry = inquiring.get_inquiry(session, talking)
        with pytest.raises(NotFound):
            agreeing.record_agreement(session, inquiry, subject_id, agreed, actor_id=None, now=NOW)


def test_agreeing_again_keeps_what_was_agreed_before(
    inquiries, talking, unit_of_work, chair_browser, talk
):
    inquiries.agree(talking, "rules.written", everywhere(2), reason="At first sight.")
    inquiries.agree(talking, "rules.written", everywhere(3), reason="After another look.")
    with unit_of_work() as session:
        inquiry = inquiring.get_inquiry(session, talking)
        subject = inquiry.subjects[0]
        now_agreed = queries.agreements_of(session, inquiry, subject)
        assert {a.value for a in now_agreed.values()} == {3}
        history = queries.agreement_history(session, inquiry, subject, "rules.written")
        assert [a.value for a in history] == [3, 3, 3, 2, 2, 2]
    page = chair_browser.get(talk).text
    assert "One earlier agreement" in page
    assert page.index("After another look.") < page.index("At first sight.")


def test_agreeing_stands_in_the_audit_trail_without_words_of_people(
    inquiries, talking, unit_of_work
):
    inquiries.agree(talking, "rules", everywhere(3), dissent="Bram disagrees.")
    with unit_of_work() as session:
        entry = entries_about(session, f"inquiry:{talking}")[0]
        assert entry.action == "agreement.recorded"
        assert entry.details["target"] == "rules"
        assert "Bram" not in str(entry.details)


# What is enough


def test_a_section_is_agreed_as_a_whole_or_on_each_question(inquiries, talking, unit_of_work):
    def to_agree():
        with unit_of_work() as session:
            inquiry = inquiring.get_inquiry(session, talking)
            return inquiring.sections_to_agree(session, inquiry)

    assert to_agree() == ["rules", "people", "background"]
    inquiries.agree(talking, "rules.written", everywhere(3))
    assert to_agree() == ["rules", "people", "background"]
    inquiries.agree(talking, "rules.known", everywhere(3))
    assert to_agree() == ["people", "background"]
    inquiries.agree(talking, "people", everywhere(3))
    assert to_agree() == ["background"]
    inquiries.agree(talking, "background.trust", {"": 7})
    assert to_agree() == []
    inquiries.move(talking, "agreed")


def test_agreed_through_one_lens_is_not_agreed(inquiries, talking, unit_of_work):
    inquiries.agree(talking, "people", {"policy": 3})
    with unit_of_work() as session:
        inquiry = inquiring.get_inquiry(session, talking)
        assert "people" in inquiring.sections_to_agree(session, inquiry)
    inquiries.agree(talking, "people", {"practice": 3, "result": None})
    with unit_of_work() as session:
        inquiry = inquiring.get_inquiry(session, talking)
        assert "people" not in inquiring.sections_to_agree(session, inquiry)


# Notes


def note(session, inquiry_id, text, revision):
    inquiry = inquiring.get_inquiry(session, inquiry_id)
    return agreeing.write_note(session, inquiry, "rules.written", text, revision=revision, now=NOW)


def test_a_note_that_changed_elsewhere_is_not_overwritten(talking, unit_of_work):
    with unit_of_work() as session:
        note(session, talking, "First.", 0)
        note(session, talking, "Second.", 1)
        with pytest.raises(agreeing.StaleNote):
            note(session, talking, "Third.", 1)
        assert note(session, talking, " Second. ", 0).revision == 2
        assert note(session, talking, "Third.", 2).text == "Third."


def test_two_who_write_a_note_at_once_do_not_overwrite_each_other(inquiries, talking, unit_of_work):
    refused = inquiries.meanwhile(
        lambda session: note(session, talking, "Mine.", 0),
        lambda session: note(session, talking, "Yours.", 0),
    )
    assert isinstance(refused, agreeing.StaleNote)


@pytest.mark.parametrize("text", ["x" * 10_001, "a\x00b", "\udfff"])
def test_a_note_that_cannot_be_stored_is_refused(talking, unit_of_work, text):
    with unit_of_work() as session, pytest.raises(Refusal):
        note(session, talking, text, 0)


def test_a_note_about_what_is_not_asked_is_refused(talking, unit_of_work):
    with unit_of_work() as session:
        inquiry = inquiring.get_inquiry(session, talking)
        with pytest.raises(NotFound):
            agreeing.write_note(session, inquiry, "x\x00", "Text.", revision=0, now=NOW)


def test_a_note_conflict_shows_both_texts_in_a_fragment(talking, talk, chair_browser, unit_of_work):
    token = csrf_token(chair_browser, talk)
    with unit_of_work() as session:
        note(session, talking, "Written by the other.", 0)
    data = {"csrf_token": token, "text": "Written here.", "revision": "0"}
    response = chair_browser.post(f"{talk}/note", data=data, headers=HTMX)
    assert response.status_code == 409
    assert "Written by the other." in response.text
    assert "Written here." in response.text
    assert "<html" not in response.text
    data["revision"] = re.search(r'name="revision" value="(\d+)"', response.text)[1]
    kept = chair_browser.post(f"{talk}/note", data=data, headers=HTMX)
    assert kept.status_code == 200
    assert "Written here." in chair_browser.get(talk).text


def test_a_note_conflict_shows_both_texts_on_the_page(talking, talk, chair_browser, unit_of_work):
    token = csrf_token(chair_browser, talk)
    with unit_of_work() as session:
        note(session, talking, "Written by the other.", 0)
    data = {"csrf_token": token, "text": "Written here.", "revision": "0"}
    response = chair_browser.post(f"{talk}/note", data=data)
    assert response.status_code == 409
    assert "Written by the other." in response.text
    assert "Written here.</textarea>" in response.text
    data["revision"] = re.search(r'name="revision" value="(\d+)"', response.text)[1]
    assert chair_browser.post(f"{talk}/note", data=data).status_code == 303


def test_a_note_that_is_too_long_is_refused_in_a_fragment_and_on_the_page(talk, chair_browser):
    data = {"text": "x" * 10_001, "revision": "0"}
    token = csrf_token(chair_browser, talk)
    refused = chair_browser.post(f"{talk}/note", data={"csrf_token": token, **data}, headers=HTMX)
    assert refused.status_code == 422
    assert "<html" not in refused.text
    page = submit(chair_browser, f"{talk}/note", data, on=talk)
    assert page.status_code == 422
    assert "x" * 10_001 in page.text


# The page of the chair


def test_agreeing_on_a_page_leads_to_the_next_on_the_agenda(chair_browser, talking, talk, rows):
    response = submit(chair_browser, f"{talk}/agree", AGREED, on=talk)
    assert response.status_code == 303
    assert response.location.startswith(f"/inquiries/{talking}/talk/")
    assert not response.location.endswith("rules.written")
    assert {(r.lens, r.value) for r in rows()} == {("policy", 2), ("practice", 3), ("result", None)}


def test_after_the_last_agreement_the_chair_comes_back_to_the_overview(
    inquiries, chair_browser, talking
):
    inquiries.agree_on_everything(talking)
    for target in ("rules.written", "rules.known", "people.skills"):
        inquiries.agree(talking, target, everywhere(3))
    last = f"/inquiries/{talking}/talk/background.trust"
    form = {"level": "5", "reason": "So it is.", "present": "All"}
    response = submit(chair_browser, f"{last}/agree", form, on=last)
    assert response.location == f"/inquiries/{talking}"


def test_a_form_that_is_not_complete_keeps_what_was_typed_and_the_note_beside_it(
    chair_browser, talking, talk, unit_of_work, rows
):
    with unit_of_work() as session:
        note(session, talking, "What was said before.", 0)
    half = {**AGREED, "level_practice": "", "dissent": "Bram <disagrees>."}
    response = submit(chair_browser, f"{talk}/agree", half, on=talk)
    assert response.status_code == 422
    assert "Bram &lt;disagrees&gt;.</textarea>" in response.text
    assert "What was said before.</textarea>" in response.text
    assert re.search(r'name="level_policy"[^>]*value="2"[^>]*checked', response.text)
    assert rows() == []


def test_hostile_words_in_an_agreement_are_answered_on_the_page(chair_browser, talk, rows):
    for field in ("reason", "present", "dissent", "level_policy", "review_on"):
        for text in ("a\x00b", "x" * 10_001, "\x1b"):
            form = {**AGREED, field: text}
            response = submit(chair_browser, f"{talk}/agree", form, on=talk)
            assert response.status_code == 422, (field, text[:3])
    assert rows() == []


def test_only_who_leads_writes(inquiries, talking, talk, rows, sign_in_as, app):
    asked = sign_in_as({"beheerder"})
    token = csrf_token(asked, "/account")
    for path in ("agree", "note"):
        data = {"csrf_token": token, **AGREED, "text": "Mine.", "revision": "0"}
        assert asked.post(f"{talk}/{path}", data=data).status_code == 403
    assert rows() == []


def test_from_the_spread_three_clicks_lead_to_an_agreement(chair_browser, talking):
    spread = chair_browser.get(f"/inquiries/{talking}/spread").text
    first = re.search(rf'href="(/inquiries/{talking}/talk/[^"#?]+)', spread)[1]
    page = chair_browser.get(first).text
    assert f'action="{first}/agree"' in page
    assert 'id="agree"' in page


def test_what_is_agreed_stays_readable_to_who_took_part(inquiries, talking, talk, unit_of_work):
    inquiries.agree(talking, "rules.written", everywhere(2), dissent="Bram sees a 3.")
    inquiries.agree_on_everything(talking)
    with unit_of_work() as session:
        note(session, talking, "We talked an hour.", 0)
        someone = session.scalars(select(inquiring.Respondent)).first()
        asked = inquiries.asked(someone)
    inquiries.move(talking, "agreed")
    browser = inquiries.come_in(asked)
    page = browser.get(talk).text
    for words in ("Bram sees a 3.", "We talked an hour.", "What you agreed on"):
        assert words in page
    assert "Write down what we agreed" not in page
    assert "See what you agreed on" in browser.get(f"/answers/{asked.id}").text


def test_a_section_is_talked_about_with_its_questions_beside_it(chair_browser, inquiries, talking):
    inquiries.agree(talking, "rules.known", {"policy": 4, "practice": 1, "result": None})
    for section in inquiries.sections:
        page = chair_browser.get(f"/inquiries/{talking}/talk/{section}")
        assert page.status_code == 200
    table = chair_browser.get(f"/inquiries/{talking}/talk/rules").text
    assert "Does everybody know them?" in table
    assert re.search(r"<td[^>]*><span>4</span></td>", table)


@pytest.mark.parametrize("target", ["steering", "steering.told", "unknown", "%00", "x" * 3000])
def test_a_conversation_about_nothing_is_not_found(chair_browser, talking, target):
    assert chair_browser.get(f"/inquiries/{talking}/talk/{target}").status_code == 404


def test_everything_on_the_agenda_can_be_opened(chair_browser, talking):
    spread = chair_browser.get(f"/inquiries/{talking}/spread").text
    addresses = set(re.findall(rf'href="(/inquiries/{talking}/talk/[^"]+)"', spread))
    assert len(addresses) == 4 + 3
    for address in addresses:
        assert chair_browser.get(address).status_code == 200


def test_with_two_subjects_each_is_agreed_on_its_own(inquiries, chair_browser, rows):
    inquiry_id = inquiries.open(subjects=["Bid A", "Bid B"])
    inquiries.answer(*inquiries.ask(inquiry_id, [("Anna", "political")]))
    inquiries.move(inquiry_id, "spread", "conversation")
    page = chair_browser.get(f"/inquiries/{inquiry_id}/spread").text
    tabs = re.findall(rf'href="(/inquiries/{inquiry_id}/spread\?about=\d+)"', page)
    assert len(tabs) == 2
    second = chair_browser.get(tabs[1]).text
    talk = re.search(rf'href="(/inquiries/{inquiry_id}/talk/rules\?about=\d+)"', second)[1]
    action = re.search(r'action="([^"]+/agree[^"]*)"', chair_browser.get(talk).text)[1]
    response = submit(chair_browser, action, AGREED, on=talk)
    assert response.status_code == 303
    assert response.location.endswith(tabs[1].partition("?")[2])
    about = int(tabs[1].partition("=")[2])
    assert {row.subject_id for row in rows()} == {about}
