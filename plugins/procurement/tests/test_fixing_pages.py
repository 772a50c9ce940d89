"""The pages of four eyes, of what was fixed, and of a rectification."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from waardewerk.i18n import ZONE
from waardewerk.people.models import Person
from waardewerk.testing import AddPerson, Cluster, SignIn, UnitOfWork, csrf_token, submit
from waardewerk.values import lenses
from waardewerk.values.operations import drafting, looking
from waardewerk.values.starting import starting_points
from waardewerk_procurement.fixed.fixing_content import snapshot_of
from waardewerk_procurement.fixed.snapshot import sha256_of, write_snapshot
from waardewerk_procurement.models import Dossier, Snapshot
from waardewerk_procurement.queries.dossiers import LENS

from .setting_up import NOW, a_concept, fix, look_wider
from .test_ladder import counted_queries


@pytest.fixture
def cluster(sqlite: Cluster) -> Cluster:
    """Look at pages on one database: the operations are tested on both."""
    return sqlite


@pytest.fixture
def officer(a_person: AddPerson) -> Person:
    return a_person({"beheerder"}, name="Olga Officer")


@pytest.fixture
def second(a_person: AddPerson) -> Person:
    return a_person({"adviseur"}, name="Sam Second")


@pytest.fixture
def concept(unit_of_work: UnitOfWork, officer: Person) -> int:
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        look_wider(session, dossier)
        return dossier.id


@pytest.fixture
def fixed(unit_of_work: UnitOfWork, concept: int) -> int:
    """Fix it with the very lens that it has, so that nothing is different by itself."""
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        fix(session, dossier)
        row = session.scalars(select(Snapshot)).one()
        session.delete(row)
        session.flush()
        content = write_snapshot(snapshot_of(session, dossier, 1))
        session.add(
            Snapshot(
                dossier_id=concept,
                number=1,
                content=content,
                sha256=sha256_of(content),
                made_at=NOW,
            )
        )
    return concept


def seen_on(client: FlaskClient, page: str) -> dict[str, str]:
    """Read from a page what its form to approve would send."""
    text = client.get(page).text
    revision = text.split('name="revision"')[1].split('value="')[1].split('"')[0]
    sha256 = text.split('name="sha256"')[1].split('value="')[1].split('"')[0]
    return {"revision": revision, "sha256": sha256}


def test_a_dossier_goes_from_concept_to_fixed(
    sign_in: SignIn, officer: Person, second: Person, concept: int, unit_of_work: UnitOfWork
) -> None:
    page = f"/procurement/{concept}/review"
    leading, looking = sign_in(officer), sign_in(second)
    assert "Read and approve" not in looking.get(f"/procurement/{concept}/").text
    sent = submit(leading, f"{page}/submit", on=page)
    assert sent.status_code == 303
    assert "Read and approve" in looking.get(f"/procurement/{concept}/").text
    assert "Read and approve" not in leading.get(f"/procurement/{concept}/").text
    assert "Approve and fix" not in leading.get(page).text
    text = looking.get(page).text
    assert "Laid before you by Olga Officer" in text
    assert text.index('href="#decide-title"') < text.index('id="whole-title"')
    assert 'href="#decide-title"' not in leading.get(page).text
    assert "Explain a count to a resident" in text
    assert "urn:" not in text.split("<main", 1)[1], "what is for machines is not read aloud"
    done = submit(looking, f"{page}/approve", seen_on(looking, page), on=page)
    assert done.status_code == 303
    overview = looking.get(done.location).text
    assert "Version 1" in overview
    assert "Sam Second" in overview
    with unit_of_work() as session:
        assert session.get_one(Dossier, concept).state == "fixed"


def test_what_is_missing_stands_above_and_there_is_no_button(
    sign_in: SignIn, officer: Person, concept: int, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        dossier.lots[0].formula = None
        dossier.criteria[0].value = ""
    client = sign_in(officer)
    page = f"/procurement/{concept}/review"
    text = client.get(page).text
    assert "must be put right first" in text or "missing" in text
    assert "formula" in text
    assert "Lay before the second person" not in text
    assert submit(client, f"{page}/submit", on="/procurement/").status_code == 422


def test_the_second_person_sees_what_the_checks_ask_a_look_at(
    sign_in: SignIn,
    a_person: AddPerson,
    officer: Person,
    second: Person,
    concept: int,
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        dossier.lots[0].expected_lowest = None
        lens = looking.lens_of(session, LENS, concept)
        assert lens is not None
        chosen = next(iter(lenses.cards_for(session, lens)))
        touched = looking.Touched(urn=chosen.urn, direction="positive", reason="It matters to all.")
        looking.choose_card(session, lens, touched, actor_id=None, now=NOW)
    page = f"/procurement/{concept}/review"
    submit(sign_in(officer), f"{page}/submit", on=page)
    text = sign_in(second).get(page).text
    assert "You chose the value “" in text
    assert "This formula was not tried with made-up bids" in text
    assert "Approve and fix" in text, "it asks a look and stops nothing"
    assert f'href="/procurement/{concept}/checks"' in text
    assert f'href="/procurement/{concept}/trial"' in text
    reader = sign_in(a_person({"civil_servant"})).get(page)
    assert f"/procurement/{concept}/trial" not in reader.text


def test_the_second_person_sees_as_many_things_to_look_at_as_the_checks_name(
    sign_in: SignIn, officer: Person, second: Person, concept: int, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        dossier.publish_on = None
        version = drafting.start_version(
            session, starting_points()[0], why="", actor_id=None, now=NOW
        )
        lens = looking.lens_of(session, LENS, concept)
        assert lens is not None
        lens.version = version
    page = f"/procurement/{concept}/review"
    submit(sign_in(officer), f"{page}/submit", on=page)
    client = sign_in(second)
    counted = re.search(
        r"Look at this \((\d+)\)", client.get(f"/procurement/{concept}/checks").text
    )
    assert counted is not None
    assert int(counted[1]) > 2
    text = client.get(page).text
    assert f"The checks ask a look at {counted[1]} things" in text
    assert "Nobody wrote down what this dossier does to our core values." in text


def test_the_page_of_four_eyes_writes_down_and_checks_once(
    sign_in: SignIn, officer: Person, concept: int, unit_of_work: UnitOfWork
) -> None:
    client, page = sign_in(officer), f"/procurement/{concept}/review"
    with counted_queries() as whole:
        assert "Lay before the second person" in client.get(page).text
    with unit_of_work() as session:
        session.get_one(Dossier, concept).criteria[0].reason = ""
    with counted_queries() as stopped:
        assert "must be put right first" in client.get(page).text
    for asked in (whole, stopped):
        # Once for what would be fixed, once for what is checked.
        assert len([one for one in asked if "FROM procurement_hand_over" in one]) == 2


def test_sending_back_without_a_reason_is_said_beside_the_field(
    sign_in: SignIn, officer: Person, second: Person, concept: int
) -> None:
    page = f"/procurement/{concept}/review"
    leading, looking = sign_in(officer), sign_in(second)
    submit(leading, f"{page}/submit", on=page)
    refused = submit(looking, f"{page}/send-back", {"reason": " "}, on=page)
    assert refused.status_code == 422
    assert "Say what has to be better." in refused.text
    main = refused.text.split("<main", 1)[1]
    assert main.index('id="error-summary"') < main.index('id="whole-title"')
    assert submit(looking, f"{page}/send-back", {"reason": "More."}, on=page).status_code == 303
    assert "More." in leading.get(page).text


def test_an_older_revision_is_a_conflict_and_a_stranger_to_it_is_not_allowed(
    sign_in: SignIn, a_person: AddPerson, officer: Person, second: Person, concept: int
) -> None:
    page = f"/procurement/{concept}/review"
    leading, looking = sign_in(officer), sign_in(second)
    submit(leading, f"{page}/submit", on=page)
    stale = {**seen_on(looking, page), "revision": "0"}
    assert submit(looking, f"{page}/approve", stale, on=page).status_code == 409
    junk = {"revision": "x" * 40, "sha256": "\u00e9"}
    assert submit(looking, f"{page}/approve", junk, on=page).status_code == 409
    peer = sign_in(a_person({"beheerder"}))
    assert "You have the same role" in peer.get(page).text
    assert submit(peer, f"{page}/approve", {"revision": "1"}, on=page).status_code == 403


def test_the_file_has_the_hash_that_is_kept(
    sign_in: SignIn, officer: Person, fixed: int, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        kept = session.scalars(select(Snapshot)).one()
        content, sha256 = kept.content, kept.sha256
    response = sign_in(officer).get(f"/procurement/{fixed}/fixed/1.json")
    assert response.data == content.encode()
    assert hashlib.sha256(response.data).hexdigest() == sha256
    assert sha256 in response.headers["Content-Disposition"]
    digest = response.headers["Repr-Digest"].removeprefix("sha-256=:").removesuffix(":")
    assert base64.b64decode(digest).hex() == sha256


def test_what_was_fixed_is_read_as_a_page(sign_in: SignIn, officer: Person, fixed: int) -> None:
    client = sign_in(officer)
    text = client.get(f"/procurement/{fixed}/fixed/1").text
    for words in ("Published price band", "30 %", "€50,000.00", "Uitlegbaarheid", "drawing lots"):
        assert words in text
    assert client.get(f"/procurement/{fixed}/fixed/2").status_code == 404
    assert client.get(f"/procurement/{fixed}/fixed/changes?before=9").status_code == 404
    assert "say the same" in client.get(f"/procurement/{fixed}/fixed/changes").text


def test_a_rectification_goes_from_reason_to_a_new_version(
    sign_in: SignIn, officer: Person, second: Person, fixed: int, unit_of_work: UnitOfWork
) -> None:
    leading, looking = sign_in(officer), sign_in(second)
    page = f"/procurement/{fixed}/rectify"
    assert submit(leading, page, {"reason": ""}).status_code == 422
    assert submit(leading, page, {"reason": "Weights were swapped."}).status_code == 303
    assert "Nothing is different" in leading.get(page).text
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        by_key = {one.key: one for one in dossier.criteria}
        by_key["explain"].weight, by_key["forget"].weight = 4050, 1950
        dossier.revision += 1
    text = leading.get(page).text
    assert "Explain a count to a resident: Weight" in text
    assert "article 47" in text
    assert "Wordt: 40,5 %" in text, "the notice is in Dutch"
    later = (NOW + timedelta(80)).astimezone(ZONE)
    sooner = (NOW + timedelta(8)).astimezone(ZONE)
    extend = f"{page}/closing"
    typed = {"closes_at": f"{sooner:%Y-%m-%dT%H:%M}"}
    refused = submit(leading, extend, typed, on=page)
    assert (refused.status_code, "only become later" in refused.text) == (422, True)
    assert submit(leading, extend, {"closes_at": "soon"}, on=page).status_code == 422
    typed = {"closes_at": f"{later:%Y-%m-%dT%H:%M}"}
    assert submit(leading, extend, typed, on=page).status_code == 303
    told = submit(leading, f"{page}/submit", {"notice": "Weights 40.5 and 19.5."}, on=page)
    assert told.status_code == 303
    review = f"/procurement/{fixed}/review"
    assert "Weights 40.5 and 19.5." in looking.get(review).text
    done = submit(looking, f"{review}/approve", seen_on(looking, review), on=review)
    assert done.status_code == 303
    overview = leading.get(done.location).text
    assert "Version 2" in overview
    assert "Weights were swapped." in overview
    changes = leading.get(f"/procurement/{fixed}/fixed/changes").text
    assert "Forget what was seen: Weight" in changes
    assert "Closing date" in changes


def test_what_was_sent_back_asks_for_the_officer_until_it_is_laid_before_again(
    sign_in: SignIn, officer: Person, second: Person, concept: int
) -> None:
    page, review = f"/procurement/{concept}/", f"/procurement/{concept}/review"
    leading, looking = sign_in(officer), sign_in(second)
    submit(leading, f"{review}/submit", on=review)
    assert "This was sent back." not in leading.get("/").text
    submit(looking, f"{review}/send-back", {"reason": "Explain the scale."}, on=review)
    assert "This was sent back." in leading.get("/").text
    assert "This was sent back." not in looking.get("/").text
    assert "Explain the scale." in leading.get(page).text
    submit(leading, f"{review}/submit", on=review)
    assert "This was sent back." not in leading.get("/").text
    assert "Explain the scale." not in leading.get(page).text


def test_a_rectification_that_was_sent_back_says_why_and_what_its_text_lacks(
    sign_in: SignIn, officer: Person, second: Person, fixed: int, unit_of_work: UnitOfWork
) -> None:
    leading, looking = sign_in(officer), sign_in(second)
    page, review = f"/procurement/{fixed}/rectify", f"/procurement/{fixed}/review"
    submit(leading, page, {"reason": "Other words."})
    with unit_of_work() as session:
        session.get_one(Dossier, fixed).title = "Other title"
    submit(leading, f"{page}/submit", {"notice": "Only the title."}, on=page)
    submit(looking, f"{review}/send-back", {"reason": "Explain it."}, on=review)
    with unit_of_work() as session:
        session.get_one(Dossier, fixed).subject = "Other subject"
    assert f'href="{page}"' in leading.get("/").text
    text = leading.get(page).text
    assert "Explain it." in text
    assert "Only the title." in text
    assert "The text as the changes make it now" in text
    assert "Other subject" in text


def test_who_leads_reads_that_somebody_else_looks(
    sign_in: SignIn, officer: Person, second: Person, concept: int
) -> None:
    page = f"/procurement/{concept}/review"
    leading, looking = sign_in(officer), sign_in(second)
    submit(leading, f"{page}/submit", on=page)
    assert "A second person reads this now." in leading.get(page).text
    submit(looking, f"{page}/send-back", {"reason": "The scale."}, on=page)
    assert "Sent back: this has to be better" in leading.get(page).text


def test_who_reads_again_reads_what_was_changed_meanwhile(
    sign_in: SignIn, officer: Person, second: Person, concept: int, unit_of_work: UnitOfWork
) -> None:
    page = f"/procurement/{concept}/review"
    leading, looking = sign_in(officer), sign_in(second)
    submit(leading, f"{page}/submit", on=page)
    assert "Explain a count to a resident</h3>" in looking.get(page).text
    submit(looking, f"{page}/send-back", {"reason": "The words."}, on=page)
    with unit_of_work() as session:
        session.get_one(Dossier, concept).criteria[1].title = "Explain it to everybody"
    submit(leading, f"{page}/submit", on=page)
    again = looking.get(page).text
    assert "Explain it to everybody</h3>" in again
    assert "Explain a count to a resident</h3>" not in again


def test_once_it_is_fixed_the_review_is_not_worked_out_anew(
    sign_in: SignIn, officer: Person, fixed: int
) -> None:
    page, client = f"/procurement/{fixed}/review", sign_in(officer)
    with counted_queries() as asked:
        assert "This dossier is fixed." in client.get(page).text
    assert not [one for one in asked if "FROM procurement_criterion" in one]
    submit(client, f"/procurement/{fixed}/rectify", {"reason": "More time."})
    assert "This dossier is fixed." in client.get(page).text


def test_a_rectification_without_words_for_bidders_stays_where_it_is(
    sign_in: SignIn, officer: Person, fixed: int, unit_of_work: UnitOfWork
) -> None:
    client, page = sign_in(officer), f"/procurement/{fixed}/rectify"
    submit(client, page, {"reason": "More time."})
    refused = submit(client, f"{page}/submit", {"notice": "Nothing."}, on=page)
    assert (refused.status_code, "Nothing is different" in refused.text) == (422, True)
    with unit_of_work() as session:
        session.get_one(Dossier, fixed).title = "Other"
    assert submit(client, f"{page}/submit", {"notice": ""}, on=page).status_code == 422


def test_a_rectification_that_lacks_much_can_be_seen_and_dropped(
    sign_in: SignIn, officer: Person, fixed: int, unit_of_work: UnitOfWork
) -> None:
    client, page = sign_in(officer), f"/procurement/{fixed}/rectify"
    submit(client, page, {"reason": "Another formula."})
    with unit_of_work() as session:
        session.get_one(Dossier, fixed).lots[0].formula = None
    assert "formula" in client.get(page).text
    drop = f"{page}/drop"
    assert "all that was changed since" in client.get(drop).text
    assert submit(client, drop).status_code == 303
    assert client.get(drop).status_code == 409
    with unit_of_work() as session:
        assert session.get_one(Dossier, fixed).lots[0].formula is not None


def test_after_the_closing_date_no_rectification_begins(
    sign_in: SignIn, officer: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id, closes_at=NOW - timedelta(1))
        fix(session, dossier)
        number = dossier.id
    client = sign_in(officer)
    page = f"/procurement/{number}/rectify"
    assert "nothing changes any more" in client.get(page).text
    assert "nothing changes any more" in client.get(f"/procurement/{number}/fixed").text
    token = csrf_token(client, "/procurement/")
    answer = client.post(page, data={"csrf_token": token, "reason": "Late."})
    assert answer.status_code == 409


@pytest.mark.parametrize("state", ["concept", "assessment"])
def test_only_what_is_fixed_is_rectified(
    sign_in: SignIn, officer: Person, concept: int, unit_of_work: UnitOfWork, state: str
) -> None:
    with unit_of_work() as session:
        session.get_one(Dossier, concept).state = state
    assert sign_in(officer).get(f"/procurement/{concept}/rectify").status_code == 409


@pytest.mark.parametrize("below", ["closing", "submit"])
def test_a_rectification_that_was_not_begun_is_a_conflict(
    sign_in: SignIn, officer: Person, concept: int, below: str
) -> None:
    page = f"/procurement/{concept}/rectify/{below}"
    assert submit(sign_in(officer), page, on="/procurement/").status_code == 409


def test_the_hour_that_comes_twice_is_told_and_a_year_nobody_means_is_refused(
    sign_in: SignIn, officer: Person, fixed: int
) -> None:
    client, page = sign_in(officer), f"/procurement/{fixed}/rectify"
    submit(client, page, {"reason": "A typing error."}, on=page)
    for typed in ("0001-01-01T00:00", "9999-12-31T23:59"):
        sent = submit(client, f"{page}/closing", {"closes_at": typed}, on=page)
        assert sent.status_code == 422
    sent = submit(client, f"{page}/closing", {"closes_at": "2030-10-27T02:30"}, on=page)
    assert sent.status_code == 303
    assert "02:30 comes twice" in client.get(page).text
