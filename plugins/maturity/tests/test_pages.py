from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk.testing import SignIn, SignInAs, browser_of, submit
from waardewerk_maturity.operations import shipping
from waardewerk_maturity.queries import get_scan, scans

from .conftest import AGREED, NOW, Province, days_from_now

SHIPPED = shipping.SHIPPED


@pytest.fixture
def chair(province: Province, sign_in: SignIn) -> FlaskClient:
    """Open the browser of the one who leads the scans."""
    return sign_in(province.chair)


def scan_number(province: Province) -> int:
    with province.work() as session:
        return scans(session)[0].id


def respondents(province: Province, scan_id: int) -> list[tuple[int, str | None]]:
    from .conftest import respondents_of

    with province.work() as session:
        return [(r.id, r.email) for r in respondents_of(session, get_scan(session, scan_id))]


def test_a_newcomer_is_led_from_nothing_to_the_list_of_people(
    province: Province, chair: FlaskClient
) -> None:
    assert "Open the first scan" in chair.get("/maturity/").text
    assert "Use the scan that comes with Waardewerk" in chair.get("/maturity/scans/new").text
    used = submit(chair, "/maturity/versions/shipped", on="/maturity/scans/new")
    assert used.location == "/maturity/scans/new"
    fields = {
        "title": "Scan 2026",
        "scope": "organisation",
        "version_id": "1",
        "privacy": "grouped",
        "smallest_group": "5",
        "opens_on": str(days_from_now(0)),
        "closes_on": str(days_from_now(14)),
        "chair_id": str(province.chair.id),
        "previous_scan_id": "0",
    }
    opened = submit(chair, "/maturity/scans/new", fields)
    assert opened.location == f"/maturity/scans/{scan_number(province)}/people"
    page = chair.get(opened.location)
    assert page.status_code == 200
    assert "Nobody yet" in page.text


def test_a_form_that_is_not_right_comes_back_with_what_was_typed(
    province: Province, chair: FlaskClient
) -> None:
    province.open()
    sent = submit(chair, "/maturity/scans/new", {"title": "Kept title", "smallest_group": "2"})
    assert sent.status_code == 422
    assert "Kept title" in sent.text
    assert len(_all(province)) == 1


def _all(province: Province) -> list[int]:
    with province.work() as session:
        return [scan.id for scan in scans(session)]


def test_good_rows_are_added_and_wrong_ones_come_back(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.open()
    path = f"/maturity/scans/{scan_id}/people"
    pasted = "Ann; ann@example.nl\nBo; bo@@example.nl\nCas; cas@example.nl; bestuur"
    sent = submit(chair, path, {"level": "civil_servant", "pasted": pasted})
    assert sent.status_code == 422
    assert "Row 2" in sent.text
    assert "bo@@example.nl" in sent.text
    assert {email for _id, email in respondents(province, scan_id)} == {
        "ann@example.nl",
        "cas@example.nl",
    }


def test_a_list_is_uploaded_as_a_spreadsheet_saves_it(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.open()
    file = (BytesIO("Naam;E-mail\nZoë;zoe@example.nl".encode("cp1252")), "people.csv")
    sent = submit(
        chair,
        f"/maturity/scans/{scan_id}/people",
        {"level": "executive", "uploaded": file},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    assert "Zoë" in chair.get(sent.location).text


@pytest.mark.parametrize("text", ["", "a\0b; a@example.nl", "x" * (1024 * 1024 + 1)])
def test_a_list_that_is_no_list_is_refused_on_the_page(
    province: Province, chair: FlaskClient, text: str
) -> None:
    scan_id = province.open()
    path = f"/maturity/scans/{scan_id}/people"
    sent = submit(chair, path, {"level": "executive", "pasted": text})
    assert sent.status_code in {413, 422}
    assert respondents(province, scan_id) == []


def test_people_are_invited_reminded_renewed_and_taken_out(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.open()
    first, second = province.ask(scan_id, [("Ann", "executive"), ("Bo", "executive")])
    path = f"/maturity/scans/{scan_id}"
    people = f"{path}/people"
    assert "2 mails are on their way." in _after(
        chair, submit(chair, f"{path}/invitations", on=people)
    )
    assert "There was nobody to write to." in _after(
        chair, submit(chair, f"{path}/invitations", on=people)
    )
    person = f"{people}/{first}"
    assert "no longer works" in _after(chair, submit(chair, f"{person}/code", on=person))
    assert "1 mail is on its way." in _after(chair, submit(chair, f"{path}/invitations", on=people))
    assert "is taken out" in _after(chair, submit(chair, f"{people}/{second}/out", on=people))
    assert [one for one, _email in respondents(province, scan_id)] == [first]
    letters = chair.get(f"{path}/letters.pdf")
    assert letters.data.startswith(b"%PDF")
    assert letters.headers["Cache-Control"] == "no-store"


def _after(client: FlaskClient, response: object) -> str:
    assert response.status_code == 303  # type: ignore[attr-defined]
    text: str = client.get(response.location).text  # type: ignore[attr-defined]
    return text


def test_a_definition_is_checked_previewed_published_and_downloaded(
    province: Province, chair: FlaskClient
) -> None:
    province.open()
    text = SHIPPED.read_text("utf-8").replace('"2026.1"', '"2026.2"', 1)
    text = text.replace("Who takes responsibility for digital ethics?", "Who takes it up?", 1)
    sent = _send(chair, text.encode())
    page = chair.get(sent.location).text
    assert "has another wording" in page
    assert "1 scan is running on the version before this one" in page
    submit(chair, f"{sent.location}/publish", on=sent.location)
    assert chair.get(f"{sent.location}.yaml").text == text


def _send(client: FlaskClient, data: bytes) -> object:
    return submit(
        client,
        "/maturity/versions",
        {"definition": (BytesIO(data), "scan.yaml")},
        content_type="multipart/form-data",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[]", "The file must hold"),
        (b"a: &x [1]\nb: *x", "Line 1"),
        (SHIPPED.read_bytes().replace(b'    theme: "risk"', b'    colour: "risk"'), "colour"),
        (SHIPPED.read_bytes().replace(b'id: "risk.', b'id: "culture.', 1), "Line"),
        (b"\xff\xfe\x00\x01", "UTF-8"),
    ],
)
def test_a_broken_definition_names_line_and_fault(
    province: Province, chair: FlaskClient, data: bytes, said: str
) -> None:
    province.open()
    sent = _send(chair, data)
    assert sent.status_code == 422  # type: ignore[attr-defined]
    assert said in sent.text  # type: ignore[attr-defined]


def test_what_people_want_and_plan_stands_on_the_page_of_the_theme(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.agreed()
    theme = f"/maturity/scans/{scan_id}/themes/governance"
    fields = {
        "level": "4",
        "reason": "We must be able to explain it.",
        "intended_result": "People notice it.",
        "first_step": "Talk about it.",
        "by_date": str(days_from_now(300)),
        "owner": "Driver",
        "present": "The board",
    }
    assert "Written down: the level you want." in _after(
        chair, submit(chair, f"{theme}/wanted", fields)
    )
    steep = submit(chair, f"{theme}/wanted", {**fields, "level": "5"})
    assert "more than two levels in a year" in _after(chair, steep)
    action = {
        "theme": "governance",
        "direction": "build_down",
        "title": "Drop the double list",
        "hindrance": "Two lists say two things.",
        "intended_result": "There is one list.",
        "indicator": "Nobody asks which one.",
        "owner": "Driver",
        "due_on": str(days_from_now(50)),
    }
    planned = submit(chair, f"/maturity/scans/{scan_id}/actions/new", action)
    page = _after(chair, planned)
    for text in ("We must be able to explain it.", "Drop the double list", "Two lists say two"):
        assert text in page
    assert "Drop the double list" in chair.get("/").text


def test_an_action_that_somebody_else_changed_shows_both(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.agreed()
    path = f"/maturity/actions/{province.plan(scan_id)}"
    fields = {
        "state": "done",
        "note": "My note",
        "owner": "Head of policy",
        "due_on": str(days_from_now(100)),
        "revision": "1",
    }
    assert submit(chair, path, fields).status_code == 303
    stale = submit(chair, path, {**fields, "note": "My other note"})
    assert stale.status_code == 409
    assert "My other note" in stale.text
    assert "My note" in chair.get(path).text


def test_a_re_scan_opens_each_theme_with_what_was_said_last_time(
    province: Province, chair: FlaskClient
) -> None:
    first = province.agreed(title="The first scan")
    province.want(first, "culture", 4, intended_result="Doubts are welcome.")
    province.plan(first, "culture", title="A monthly talk")
    second = province.agreed({"policy": 4, "practice": 3, "result": 2}, previous_scan_id=first)
    page = chair.get(f"/maturity/scans/{second}/themes/culture").text
    for text in (
        "The first scan",
        "Why we agreed on culture.",
        "One of us sees it lower.",
        "Doubts are welcome.",
        "A monthly talk",
    ):
        assert text in page
    trend = chair.get(f"/maturity/scans/{second}/trend").text
    assert "went up from 2 to 3" in trend
    assert "One measurement is not a trend" in chair.get(f"/maturity/scans/{first}/trend").text


def test_other_organisations_are_laid_beside_ones_own_scan(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.agreed()
    own = json.loads(chair.get(f"/maturity/scans/{scan_id}/result.json").data)
    other = {**own, "organisation": "Provincie Ander"}
    other["themes"] = {"culture": {"now": {"practice": 3}, "wanted": 4}}
    other["previous"] = {
        "measured_on": "2024-01-01",
        "version": "2026.1",
        "themes": {"culture": {"practice": AGREED["practice"]}},
    }
    sent = _give(chair, json.dumps(other).encode())
    assert sent.location == "/maturity/compare"  # type: ignore[attr-defined]
    page = chair.get("/maturity/compare").text
    assert "Provincie Ander was at level 2 too and went up to 3." in page
    again = _give(chair, json.dumps(other).encode())
    assert again.status_code == 303  # type: ignore[attr-defined]
    assert chair.get("/maturity/compare").text.count("/remove") == 1
    submit(chair, "/maturity/compare/1/remove", on="/maturity/compare")
    assert "Provincie Ander was" not in chair.get("/maturity/compare").text


def _give(client: FlaskClient, data: bytes) -> object:
    return submit(
        client,
        "/maturity/compare",
        {"result": (BytesIO(data), "result.json")},
        content_type="multipart/form-data",
    )


def test_a_wrong_file_of_another_organisation_is_refused_with_the_field(
    chair: FlaskClient,
) -> None:
    sent = _give(chair, b'{"format": "waardewerk/scan-result@1"}')
    assert sent.status_code == 422  # type: ignore[attr-defined]
    assert "organisation" in sent.text  # type: ignore[attr-defined]
    assert "is missing" in sent.text  # type: ignore[attr-defined]


def test_the_result_to_share_holds_levels_and_nothing_of_people(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.agreed()
    province.want(scan_id, "culture", 3, owner="A name that stays here")
    text = chair.get(f"/maturity/scans/{scan_id}/result.json").text
    assert json.loads(text)["themes"]["culture"]["wanted"] == 3
    for words in ("A name that stays here", "Why we agreed", "three civil servants", "Robin"):
        assert words not in text


def test_who_answered_by_letter_sees_the_result_and_nothing_else(
    app: Flask, province: Province
) -> None:
    scan_id = province.open()
    from waardewerk.questionnaires.operations import inquiring

    with province.work() as session:
        inquiry = get_scan(session, scan_id).inquiry
        (asked,) = inquiring.ask_people(
            session,
            inquiry,
            [inquiring.Invitee(name="Ann", email=None, level="executive")],
            secret=str(app.secret_key),
            actor_id=None,
            now=NOW,
        )
        number = asked.id
    visitor = browser_of(app)
    code = f"/a/{province.code_of(number)}"
    assert submit(visitor, code).status_code == 303
    assert visitor.get(f"/maturity/scans/{scan_id}/results").status_code == 409
    province.answer(number, {"policy": 3, "practice": 2, "result": 2})
    province.move(scan_id, "spread", "conversation")
    province.agree(scan_id, dict.fromkeys(province.themes(scan_id), AGREED))
    province.move(scan_id, "agreed")
    assert visitor.get(f"/maturity/scans/{scan_id}/results").status_code == 200
    assert visitor.get(f"/maturity/scans/{scan_id}/report.pdf").status_code == 200
    for path in ("/maturity/", f"/maturity/scans/{scan_id}/people", "/maturity/compare"):
        assert visitor.get(path).status_code in {302, 303, 401, 403}


def test_levels_are_for_who_takes_part_until_they_are_agreed(
    province: Province, chair: FlaskClient, sign_in_as: SignInAs
) -> None:
    reader = sign_in_as("executive_member")
    scan_id = province.open()
    province.in_conversation(scan_id)
    province.agree(scan_id, {"governance": AGREED})
    pages = ("results", "themes/governance", "report", "report.json", "trend", "report.xlsx")
    for path in pages:
        assert chair.get(f"/maturity/scans/{scan_id}/{path}").status_code == 200, path
        assert reader.get(f"/maturity/scans/{scan_id}/{path}").status_code == 403, path
    province.agree(scan_id, dict.fromkeys(province.themes(scan_id), AGREED))
    province.move(scan_id, "agreed")
    for path in pages:
        assert reader.get(f"/maturity/scans/{scan_id}/{path}").status_code == 200, path


def test_a_reader_who_took_no_part_sees_no_spread(
    province: Province, chair: FlaskClient, sign_in_as: SignInAs
) -> None:
    scan_id = province.agreed(privacy="confidential")
    reader = sign_in_as("civil_servant")
    shown = "How many people chose each level"
    assert shown in chair.get(f"/maturity/scans/{scan_id}/report").text
    assert shown not in reader.get(f"/maturity/scans/{scan_id}/report").text
    assert (
        "is shown to the people who took part"
        in reader.get(f"/maturity/scans/{scan_id}/results").text
    )


def test_the_executive_reads_the_spread_and_nothing_of_a_small_group(
    province: Province, sign_in_as: SignInAs
) -> None:
    scan_id = province.agreed(privacy="confidential")
    page = sign_in_as("executive_member").get(f"/maturity/scans/{scan_id}/report").text
    spread = page.partition("How many people chose each level")[2].partition("<h2>")[0]
    counts = re.findall(r'class="document-number"><span>([^<]*)</span></td>', spread)
    assert counts
    assert {count for count in counts if count.isdecimal()} == set()


@pytest.mark.parametrize(
    "path", ["people", "letters.pdf", "themes/governance/wanted", "actions/new"]
)
def test_who_only_reads_cannot_lead_or_plan(
    province: Province, sign_in_as: SignInAs, path: str
) -> None:
    scan_id = province.agreed()
    reader = sign_in_as("civil_servant")
    assert reader.get(f"/maturity/scans/{scan_id}/{path}").status_code == 403
    assert reader.get("/maturity/scans/new").status_code == 403
    assert reader.get("/maturity/versions").status_code == 403


def test_another_chair_cannot_lead_this_scan(province: Province, sign_in_as: SignInAs) -> None:
    scan_id = province.open()
    (number,) = province.ask(scan_id, [("Ann", "executive")])
    other = sign_in_as("adviseur")
    people = f"/maturity/scans/{scan_id}/people"
    assert other.get(people).status_code == 403
    for path in (f"{people}/{number}/out", f"{people}/{number}/code"):
        assert submit(other, path, on="/maturity/versions").status_code == 403
    assert (
        submit(other, f"/maturity/scans/{scan_id}/invitations", on="/maturity/versions").status_code
        == 403
    )
    assert len(respondents(province, scan_id)) == 1


def test_what_does_not_exist_is_not_found(chair: FlaskClient, province: Province) -> None:
    scan_id = province.agreed()
    for path in (
        "/maturity/scans/999",
        "/maturity/scans/999/results",
        "/maturity/versions/999",
        "/maturity/actions/999",
        f"/maturity/scans/{scan_id}/themes/nothing",
        f"/maturity/scans/{scan_id}/themes/governance.roles",
        f"/maturity/scans/{scan_id}/report.exe",
    ):
        assert chair.get(path).status_code == 404, path


def test_the_first_page_says_what_waits_for_the_chair(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.open(title="Scan that waits")
    assert "Scan that waits" in chair.get("/").text
    assert "Nobody is asked yet." in chair.get("/").text
    (asked,) = province.ask(scan_id, [("Ann", "executive")])
    province.answer(asked, {"policy": 1, "practice": 1, "result": 1})
    assert "Everybody has handed in. You can open the spread." in chair.get("/").text
    province.move(scan_id, "spread", "conversation")
    assert "6 themes are not agreed yet." in chair.get(f"/maturity/scans/{scan_id}").text


def test_a_level_outside_the_range_of_its_questions_asks_for_the_reason(
    province: Province, chair: FlaskClient
) -> None:
    scan_id = province.open()
    province.in_conversation(scan_id)
    low = {"policy": 2, "practice": 2, "result": 2}
    province.agree(
        scan_id, {"governance.roles": low, "governance.oversight": low, "governance": AGREED}
    )
    page = chair.get(f"/maturity/scans/{scan_id}/themes/governance").text
    assert "On paper the theme is at 4, while its questions are at 2." in page
    assert "what is on paper is 2 levels ahead of what people do" in page
