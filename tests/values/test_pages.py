"""The pages of the framework: from the first value to what everybody reads."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from waardewerk import audit
from waardewerk.i18n import day_of
from waardewerk.testing import SignInAs, UnitOfWork, csrf_token, submit
from waardewerk.values import queries
from waardewerk.values.framework import Framework, load_framework, write_framework
from waardewerk.values.models import ReferenceList, Review, Signal
from waardewerk.values.operations import adopting, drafting, writing
from waardewerk.values.registry import framework_of

from .conftest import SMALL, Adopt
from .filling import fields_in, form_of, save

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
EDIT = "/values/draft/values/privacy"


@pytest.fixture
def writer(sign_in_as: SignInAs) -> FlaskClient:
    return sign_in_as("adviseur")


@pytest.fixture
def decider(sign_in_as: SignInAs) -> FlaskClient:
    return sign_in_as("beheerder")


@pytest.fixture
def reader(sign_in_as: SignInAs) -> FlaskClient:
    return sign_in_as("civil_servant")


@pytest.fixture
def draft(unit_of_work: UnitOfWork, small: Framework) -> None:
    """Leave a first version in the making."""
    with unit_of_work() as session:
        drafting.start_version(session, small, why="", actor_id=None, now=NOW)


@pytest.fixture
def adopted(unit_of_work: UnitOfWork, small: Framework, adopt_now: Adopt) -> None:
    """Leave a first version in force."""
    with unit_of_work() as session:
        adopt_now(session, small, now=NOW)


@pytest.fixture
def second(unit_of_work: UnitOfWork, small: Framework, adopted: None, adopt_now: Adopt) -> None:
    """Let a second version take over today."""
    privacy = small.value("privacy")
    assert privacy is not None
    other = privacy.model_copy(update={"source": "AVG"})
    changed = small.model_copy(update={"values": (small.values[0], other)})
    with unit_of_work() as session:
        adopt_now(session, changed, why="Practice read it otherwise.", now=NOW)


def current_draft(unit_of_work: UnitOfWork) -> Framework:
    with unit_of_work() as session:
        return framework_of(queries.get_draft(session))


# Before there is anything ---------------------------------------------------------------------


def test_before_the_first_adoption_everybody_reads_that_there_is_none(client: FlaskClient) -> None:
    assert "No value framework has been adopted yet" in client.get("/values/").text
    assert client.get("/values/framework.json").status_code == 404
    assert client.get("/values/versions/1").status_code == 404
    assert "There is nothing to show yet" in client.get("/values/hierarchy").text


def test_a_draft_is_never_public(client: FlaskClient, draft: None) -> None:
    assert "Zeggenschap" not in client.get("/values/").text
    for path in (
        "/values/versions/1",
        "/values/versions/1.json",
        "/values/versions/1.yaml",
        "/values/hierarchy?version=1",
        "/values/changes?before=1&after=1",
        "/values/framework.json",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("/values/draft", "/values/draft.yaml", "/values/history", "/values/lists"):
        assert client.get(path).status_code == 303, path


def test_who_may_only_read_sees_the_draft_and_changes_nothing(
    reader: FlaskClient, draft: None
) -> None:
    page = reader.get("/values/draft").text
    assert "Having a say" in page
    assert "Propose this version" not in page
    assert reader.get(EDIT).status_code == 403
    assert reader.get("/values/start").status_code == 403
    assert reader.get("/values/import").status_code == 403
    assert reader.get("/values/draft/adopt").status_code == 403


# Begin ----------------------------------------------------------------------------------------


def test_one_chooses_which_values_of_a_set_to_keep(
    writer: FlaskClient, shipped: Framework, unit_of_work: UnitOfWork
) -> None:
    assert "2 values to choose from" in writer.get("/values/start").text
    page = writer.get("/values/start/set/rights").text
    assert "Comes with a norm:" in page
    response = save(
        writer, "/values/start/set/rights", values="privacy", owner="Provincie Voorbeeld"
    )
    assert response.status_code == 303
    kept = current_draft(unit_of_work)
    assert [value.id for value in kept.values] == ["urn:waardewerk:value:privacy"]
    assert [norm.key for norm in kept.norms] == ["beide"]
    assert [edge.key for edge in kept.norms[0].serves] == ["privacy"]
    assert kept.id == "urn:waardewerk:framework:provincie-voorbeeld"
    assert kept.owner == "Provincie Voorbeeld"
    assert kept.title["nl"] == "Waar wij voor staan met data en techniek"
    assert kept.title["en"] == "What we stand for with data and technology"
    assert kept.intro is None, "the introduction of a set speaks to who chooses from it"


def test_one_s_own_introduction_and_title_stay_when_a_set_is_taken_for_the_next_version(
    writer: FlaskClient, adopted: None, shipped: Framework, unit_of_work: UnitOfWork
) -> None:
    save(writer, "/values/start/next", why="Eerst de inleiding.")
    save(writer, "/values/draft/heading", intro_nl="Hier staan wij voor.", owner="P")
    assert current_draft(unit_of_work).intro is not None
    with unit_of_work() as session:
        version = queries.get_draft(session)
        adopting.propose(session, version, actor_id=None, now=NOW)
        adoption = adopting.Adoption(
            body="staten", decided_on=TODAY, reference="PS 2", valid_from=TODAY
        )
        adopting.adopt(session, version, adoption, actor_id=None, now=NOW)
    assert "stays as it is" in writer.get("/values/start/set/rights").text
    save(writer, "/values/start/set/rights", values="privacy", owner="P", why="Anders.")
    begun = current_draft(unit_of_work)
    assert begun.intro is not None
    assert begun.intro["nl"] == "Hier staan wij voor."
    assert begun.title["en"] == "Value framework"


def test_whoever_may_not_begin_a_version_reads_who_may(reader: FlaskClient) -> None:
    page = reader.get("/values/draft").text
    assert "People with one of these roles can begin one:" in page
    assert "Adviser" in page
    assert "bring lists in" in reader.get("/values/lists").text


def test_the_first_page_asks_who_writes_to_begin_and_later_leads_to_the_values(
    writer: FlaskClient, shipped: Framework
) -> None:
    assert 'href="/values/start"' in writer.get("/").text
    save(writer, "/values/start/set/rights", values="privacy", owner="P")
    page = writer.get("/").text
    assert 'href="/values/start"' not in page
    assert "What the organisation stands for, and what practice says about it." in page


def test_no_value_chosen_is_said_beside_the_values(writer: FlaskClient, shipped: Framework) -> None:
    response = save(writer, "/values/start/set/rights", owner="P")
    assert response.status_code == 422
    assert "Choose at least one value." in response.text
    assert writer.get("/values/start/set/none").status_code == 404


def test_one_begins_with_nothing_but_a_title(writer: FlaskClient, unit_of_work: UnitOfWork) -> None:
    fields = {"title": "Ours", "owner": "P", "languages": ["en", "nl"]}
    assert submit(writer, "/values/start/empty", fields).status_code == 303
    begun = current_draft(unit_of_work)
    assert begun.languages == ("en", "nl")
    assert begun.title["en"] == "Ours"
    assert "Propose this version" not in writer.get("/values/draft").text


def test_the_next_version_begins_with_the_one_before_and_a_reason(
    writer: FlaskClient, adopted: None, unit_of_work: UnitOfWork, small: Framework
) -> None:
    assert save(writer, "/values/start/next").status_code == 422
    assert save(writer, "/values/start/next", why="Privacy is read otherwise.").status_code == 303
    assert current_draft(unit_of_work) == small
    assert "Privacy is read otherwise." in writer.get("/values/draft").text
    again = save(writer, "/values/start/next", why="Again.")
    assert again.status_code == 409
    assert "Version 2 is being written already." in again.text
    assert "is being written already" in writer.get("/values/start").text


def test_there_is_no_empty_start_beside_a_framework(writer: FlaskClient, adopted: None) -> None:
    assert writer.get("/values/start/empty").status_code == 409


# Write ----------------------------------------------------------------------------------------


def test_a_value_is_added_with_a_text_per_language(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork
) -> None:
    fields = {
        "name_nl": "Menselijke maat",
        "name_en": "Human scale",
        "definition_nl": "Er is altijd een mens.",
        "fits_nl": "U krijgt iemand te spreken.\nU hoort waarom.",
        "fits_en": "You get to speak to somebody.",
        "misses_nl": "De computer zegt nee.",
        "source": "Gesprek van 3 mei",
        "serves-0-key": "participatie",
        "serves-0-because_nl": "Alleen dan doet u mee.",
    }
    response = save(writer, "/values/draft/values/new", **fields)
    assert response.status_code == 303
    value = current_draft(unit_of_work).value("menselijke-maat")
    assert value is not None
    assert value.id == "urn:example:values:province:menselijke-maat"
    assert [dict(text) for text in value.fits] == [
        {"nl": "U krijgt iemand te spreken.", "en": "You get to speak to somebody."},
        {"nl": "U hoort waarom."},
    ]
    assert value.serves[0].because["nl"] == "Alleen dan doet u mee."


def test_a_form_that_is_sent_twice_adds_one_value(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork
) -> None:
    for _time in range(2):
        save(writer, "/values/draft/values/new", name_nl="Rust", definition_nl="Stil.")
    names = [value.name["nl"] for value in current_draft(unit_of_work).values]
    assert names == ["Zeggenschap", "Privacy", "Rust"]


def test_two_values_with_one_name_get_keys_of_their_own(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork
) -> None:
    save(writer, "/values/draft/values/new", name_nl="Privacy", definition_nl="Iets anders.")
    assert current_draft(unit_of_work).value("privacy-2") is not None


def test_what_is_not_changed_stays_as_it_was(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork, small: Framework
) -> None:
    for room in ("foundations", "principles", "values", "norms"):
        for part in getattr(small, room):
            response = save(writer, f"/values/draft/{room}/{part.key}")
            assert response.status_code == 303, response.text
    assert current_draft(unit_of_work) == small


def test_a_value_keeps_its_urn_when_it_gets_another_name(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork
) -> None:
    save(writer, EDIT, name_nl="Eigen leven", name_en="A life of one's own")
    value = current_draft(unit_of_work).value("privacy")
    assert value is not None
    assert value.id == "urn:waardewerk:value:privacy"
    assert value.name["en"] == "A life of one's own"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name_nl": ""}, "Fill this in."),
        ({"definition_nl": ""}, "Fill this in."),
        ({"fits_en": "Only here"}, "Line 1 is there in another language"),
        ({"fits_nl": "\n".join("abcdefghijk")}, "must hold 0 to 10 items"),
        ({"serves-0-key": "participatie"}, "Say why."),
        (
            {
                "serves-0-key": "participatie",
                "serves-0-because_nl": "Ja.",
                "serves-1-key": "participatie",
                "serves-1-because_nl": "Nee.",
            },
            "This was chosen above already.",
        ),
        (
            {"serves-0-key": "participatie", "serves-0-because_en": "Yes."},
            "Write this in Dutch too",
        ),
        ({"serves-0-key": "kort-bewaren", "serves-0-because_nl": "Ja."}, "Not a valid choice"),
        ({"serves-0-key": "privacy", "serves-0-because_nl": "Ja."}, "Not a valid choice"),
        ({"source": "s" * 501}, "500"),
        ({"name_nl": "a\x00b"}, "cannot be stored"),
    ],
)
def test_what_is_not_right_is_said_and_stays_in_the_form(
    writer: FlaskClient, draft: None, changes: dict[str, str], message: str
) -> None:
    response = save(writer, EDIT, **{"source": "kept as typed", **changes})
    assert response.status_code == 422
    assert message in response.text
    if "source" not in changes:
        assert "kept as typed" in response.text


def test_a_norm_says_for_the_sake_of_what(writer: FlaskClient, draft: None) -> None:
    response = save(writer, "/values/draft/norms/new", situation_nl="Als", text_nl="Dan")
    assert response.status_code == 422
    assert "Choose for the sake of what you do this." in response.text


def test_a_circle_is_refused_by_name(writer: FlaskClient, draft: None) -> None:
    fields = {"serves-0-key": "zeggenschap", "serves-0-because_nl": "Rond."}
    response = save(writer, "/values/draft/principles/participatie", **fields)
    assert response.status_code == 422
    assert "These serve each other in a circle" in response.text


def test_of_two_who_change_one_value_the_second_sees_both_texts(
    writer: FlaskClient, sign_in_as: SignInAs, draft: None, unit_of_work: UnitOfWork
) -> None:
    other = sign_in_as("aanjager")
    early = form_of(other, EDIT)
    save(writer, EDIT, definition_nl="Wat de eerste schreef.")
    response = other.post(EDIT, data={**early, "definition_nl": "Wat de tweede schreef."})
    assert response.status_code == 409
    assert "Wat de eerste schreef." in response.text
    assert "Wat de tweede schreef." in response.text
    stored = current_draft(unit_of_work).value("privacy")
    assert stored is not None
    assert stored.definition["nl"] == "Wat de eerste schreef."
    seen = fields_in(response.text, EDIT)["seen"]
    again = other.post(EDIT, data={**early, "seen": seen, "definition_nl": "Samen."})
    assert again.status_code == 303


def test_two_who_change_different_values_do_not_hinder_each_other(
    writer: FlaskClient, sign_in_as: SignInAs, draft: None, unit_of_work: UnitOfWork
) -> None:
    other = sign_in_as("aanjager")
    path = "/values/draft/values/zeggenschap"
    early = form_of(other, path)
    save(writer, EDIT, definition_nl="Van de eerste.")
    assert other.post(path, data={**early, "definition_nl": "Van de tweede."}).status_code == 303
    first, second = (value.definition["nl"] for value in current_draft(unit_of_work).values)
    assert (first, second) == ("Van de tweede.", "Van de eerste.")


def test_what_was_typed_about_a_removed_value_is_not_lost(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork
) -> None:
    early = form_of(writer, EDIT)
    with unit_of_work() as session:
        version = queries.get_draft(session)
        writing.remove_element(
            session, version, "privacy", knows=version.revision, actor_id=None, now=NOW
        )
    response = writer.post(EDIT, data={**early, "definition_nl": "Hier zat werk in."})
    assert response.status_code == 409
    assert "Hier zat werk in." in response.text
    assert 'action="/values/draft/values/new"' in response.text
    assert writer.get(EDIT).status_code == 404


def test_removing_says_what_goes_along(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork
) -> None:
    page = writer.get("/values/draft/privacy/remove").text
    assert "The norm “When we keep data”, which then serves nothing" in page
    path = "/values/draft/privacy/remove"
    fields = fields_in(page, path)
    assert writer.post(path, data=fields).status_code == 303
    left = current_draft(unit_of_work)
    assert [value.key for value in left.values] == ["zeggenschap"]
    assert left.norms == ()
    assert writer.post(path, data=fields).status_code == 404


def test_removing_builds_on_what_was_seen(writer: FlaskClient, draft: None) -> None:
    path = "/values/draft/privacy/remove"
    early = form_of(writer, path)
    save(writer, EDIT, source="AVG")
    assert writer.post(path, data=early).status_code == 409


def test_parts_change_places(writer: FlaskClient, draft: None, unit_of_work: UnitOfWork) -> None:
    path = "/values/draft/privacy/move"
    assert submit(writer, path, {"to": "up"}, on="/values/draft").status_code == 303
    keys = [value.key for value in current_draft(unit_of_work).values]
    assert keys == ["privacy", "zeggenschap"]
    submit(writer, path, {"to": "down"}, on="/values/draft")
    submit(writer, path, {"to": "down"}, on="/values/draft")
    keys = [value.key for value in current_draft(unit_of_work).values]
    assert keys == ["zeggenschap", "privacy"]


def test_a_language_comes_and_goes_with_its_texts(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork, small: Framework
) -> None:
    assert save(writer, "/values/draft/languages", language="fy").status_code == 303
    save(writer, EDIT, name_fy="Privacy", definition_fy="Eigen libben.")
    assert current_draft(unit_of_work).languages == ("nl", "en", "fy")
    page = writer.get("/values/draft/languages/fy/remove").text
    assert "2 texts in this language" in page
    assert save(writer, "/values/draft/languages/fy/remove").status_code == 303
    assert current_draft(unit_of_work) == small
    assert writer.get("/values/draft/languages/nl/remove").status_code == 404


def test_the_heading_is_changed_and_the_reason_with_it(
    writer: FlaskClient, adopted: None, unit_of_work: UnitOfWork
) -> None:
    path = "/values/draft/heading"
    save(writer, "/values/start/next", why="Eerst dit.")
    early = {**form_of(writer, path), "owner": "P"}
    assert save(writer, path, title_nl="Ons kader", owner="P", why="Toch dat.").status_code == 303
    assert current_draft(unit_of_work).title["nl"] == "Ons kader"
    assert "Toch dat." in writer.get("/values/draft").text
    late = writer.post(path, data={**early, "title_nl": "Mijn kader"})
    assert late.status_code == 409
    assert "Ons kader" in late.text
    assert "Mijn kader" in late.text
    assert save(writer, path, owner=" ").status_code == 422


def test_a_value_is_likened_to_one_on_another_list(
    writer: FlaskClient, draft: None, shipped: Framework, unit_of_work: UnitOfWork
) -> None:
    fields = {
        "likeness-0-relation": "narrower",
        "likeness-0-item": "urn:example:set:rights privacy",
    }
    assert save(writer, EDIT, **fields).status_code == 303
    value = current_draft(unit_of_work).value("privacy")
    assert value is not None
    (likeness,) = value.likenesses
    assert (likeness.relation, likeness.list, likeness.item) == (
        "narrower",
        "urn:example:set:rights",
        "privacy",
    )


# Decide ---------------------------------------------------------------------------------------


def test_from_draft_to_what_everybody_reads(
    writer: FlaskClient, decider: FlaskClient, client: FlaskClient, draft: None
) -> None:
    assert "Write down the decision" not in decider.get("/").text
    assert submit(writer, "/values/draft/propose", on="/values/draft").status_code == 303
    assert writer.get(EDIT).status_code == 409
    assert "It is proposed." in decider.get("/").text
    assert submit(writer, "/values/draft/take-back", on="/values/draft").status_code == 303
    assert decider.get("/values/draft/adopt").status_code == 409
    submit(writer, "/values/draft/propose", on="/values/draft")
    fields = {"body": "staten", "reference": "PS 2026-12"}
    response = save(decider, "/values/draft/adopt", **fields)
    assert response.status_code == 303
    assert response.location == "/values/versions/1"
    page = client.get("/values/").text
    for words in ("Having a say", "PS 2026-12", "Provinciale Staten", "Never longer than needed."):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reference": " "}, "Fill this in."),
        ({"body": "raad"}, "Not a valid choice"),
        ({"decided_on": str(TODAY + timedelta(days=3))}, "A decision of the future"),
        ({"decided_on": "gisteren"}, "Not a valid date value"),
    ],
)
def test_a_decision_is_whole_before_it_is_written_down(
    writer: FlaskClient, decider: FlaskClient, draft: None, changes: dict[str, str], message: str
) -> None:
    submit(writer, "/values/draft/propose", on="/values/draft")
    fields = {"body": "staten", "reference": "PS 2026-12", **changes}
    response = save(decider, "/values/draft/adopt", **fields)
    assert response.status_code == 422
    assert message in response.text


def test_dropping_a_draft_names_what_is_lost(
    writer: FlaskClient, adopted: None, client: FlaskClient
) -> None:
    save(writer, "/values/start/next", why="Een poging.")
    save(writer, EDIT, source="AVG")
    assert "1 change that was made since version 1" in writer.get("/values/draft/drop").text
    assert submit(writer, "/values/draft/drop").status_code == 303
    assert "No version is being written now" in writer.get("/values/draft").text
    assert client.get("/values/versions/1").status_code == 200
    assert client.get("/values/versions/2").status_code == 404


def test_an_action_without_a_draft_is_a_page_that_says_so(writer: FlaskClient) -> None:
    for path in ("draft/heading", "draft/values/new", "draft/languages", "draft/drop"):
        response = writer.get(f"/values/{path}")
        assert response.status_code == 404
        assert "No version is being written now." in response.text


# Read -----------------------------------------------------------------------------------------


def test_a_replaced_version_says_so_and_stays(client: FlaskClient, second: None) -> None:
    old = client.get("/values/versions/1").text
    assert "This version no longer holds" in old
    assert "/values/changes?before=1&amp;after=2" in old
    assert "no longer holds" not in client.get("/values/versions/2").text
    changes = client.get("/values/changes?before=1&after=2").text
    assert "another source" in changes
    assert "AVG" in changes
    assert "Practice read it otherwise." in changes
    assert "Nothing is different" in client.get("/values/changes?before=2&after=2").text
    assert client.get("/values/changes?before=1").status_code == 404
    assert client.get("/values/changes?before=1&after=9").status_code == 404


def test_the_same_framework_is_there_for_machines(client: FlaskClient, second: None) -> None:
    response = client.get("/values/framework.json")
    found = json.loads(response.text)
    assert found["format"] == "waardewerk/public-framework@1"
    assert found["version"]["number"] == 2
    assert found["version"]["url"] == "http://localhost/values/versions/2"
    assert [one["number"] for one in found["versions"]] == [2, 1]
    assert found["framework"]["values"][1]["source"] == "AVG"
    assert found["framework"]["values"][0]["name"] == {"nl": "Zeggenschap", "en": "Having a say"}
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response.headers
    again = client.get(
        "/values/framework.json", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/values/versions/1.json").json["version"]["state"] == "superseded"


def test_a_version_leaves_as_the_file_that_was_adopted(
    client: FlaskClient, adopted: None, small: Framework
) -> None:
    response = client.get("/values/versions/1.yaml")
    assert response.text == write_framework(small)
    etag = response.headers["ETag"]
    again = client.get("/values/versions/1.yaml", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_a_text_in_another_language_is_marked(
    client: FlaskClient, unit_of_work: UnitOfWork, adopt_now: Adopt
) -> None:
    only_dutch = SMALL.replace(', en: "Everybody keeps something."', "")
    with unit_of_work() as session:
        adopt_now(session, load_framework(only_dutch), now=NOW)
    page = client.get("/values/").text
    assert '<span lang="nl">Iedereen houdt iets voor zichzelf.</span>' in page
    assert '<span lang="nl">Privacy' not in page


def test_a_version_that_is_still_to_come_is_announced(
    client: FlaskClient, unit_of_work: UnitOfWork, adopted: None, small: Framework, adopt_now: Adopt
) -> None:
    later = TODAY + timedelta(days=9)
    with unit_of_work() as session:
        adopt_now(session, small, why="Straks.", now=NOW, valid_from=later)
    assert "Version 2 is adopted and holds from" in client.get("/values/").text
    assert client.get("/values/framework.json").json["version"]["number"] == 1
    assert "This version holds from" in client.get("/values/versions/2").text
    assert "no longer holds" not in client.get("/values/versions/1").text


def order_of(page: str, *words: str) -> list[int]:
    """Tell where words first stand in the tree."""
    tree = page.partition('class="ww-tree"')[2]
    return [tree.index(one) for one in words]


def test_the_hierarchy_is_read_both_ways(client: FlaskClient, adopted: None) -> None:
    down = client.get("/values/hierarchy").text
    places = order_of(down, "Democracy", "Participation", "Having a say")
    assert places == sorted(places)
    up = client.get("/values/hierarchy?read=up").text
    places = order_of(up, "Having a say", "Participation", "Democracy")
    assert places == sorted(places)
    for page in (down, up):
        assert "Else taking part is a game." in page
        assert "No norm says what this asks of us:</li>" not in page
    assert re.search(r"No norm says what this asks of us: <strong>Having a say", down)
    assert re.search(r"for the sake of what this is there: <strong>Privacy", down)


# Look again -----------------------------------------------------------------------------------


def a_signal(unit_of_work: UnitOfWork, text: str) -> int:
    with unit_of_work() as session:
        signal = Signal(kind="missing", text=text, sent_on=TODAY)
        session.add(signal)
        session.flush()
        return signal.id


def test_a_review_is_planned_held_and_read_back(
    writer: FlaskClient, reader: FlaskClient, adopted: None, unit_of_work: UnitOfWork
) -> None:
    on_the_table = a_signal(unit_of_work, "Rust ontbreekt in het kader.")
    a_signal(unit_of_work, "Iets anders.")
    for _time in range(2):
        response = save(writer, "/values/reviews/new", planned_on=str(TODAY))
        assert response.status_code == 303
    with unit_of_work() as session:
        (review,) = session.scalars(select(Review))
    path = f"/values/reviews/{review.id}"
    assert "A review was planned." in writer.get("/").text
    assert "It is time to look again" in reader.get("/values/history").text
    assert reader.get(f"{path}/hold").status_code == 403
    fields = {
        "present": "De werkgroep",
        "outcome": "Rust komt erbij.",
        "signals": str(on_the_table),
    }
    assert save(writer, f"{path}/hold", **{**fields, "outcome": ""}).status_code == 422
    assert save(writer, f"{path}/hold", **{**fields, "signals": "99999"}).status_code == 422
    assert save(writer, f"{path}/hold", **fields).status_code == 303
    page = reader.get(path).text
    assert "Rust ontbreekt in het kader." in page
    assert "Iets anders." not in page
    assert "1 signal on the table." in reader.get("/values/history").text
    assert "A review was planned." not in writer.get("/").text
    assert writer.get(f"{path}/hold").status_code == 409


def test_a_review_that_will_not_take_place_goes(
    writer: FlaskClient, adopted: None, unit_of_work: UnitOfWork
) -> None:
    save(writer, "/values/reviews/new", planned_on=str(TODAY + timedelta(days=40)))
    with unit_of_work() as session:
        (review,) = session.scalars(select(Review))
    path = f"/values/reviews/{review.id}"
    assert "A review was planned." not in writer.get("/").text
    assert submit(writer, f"{path}/drop", on=path).status_code == 303
    assert "No review is planned." in writer.get("/values/history").text
    assert writer.get(path).status_code == 404


def test_a_review_needs_a_version_in_force_and_a_day_to_come(
    writer: FlaskClient, unit_of_work: UnitOfWork, small: Framework, adopt_now: Adopt
) -> None:
    assert writer.get("/values/reviews/new").status_code == 409
    with unit_of_work() as session:
        adopt_now(session, small, now=NOW)
    past = save(writer, "/values/reviews/new", planned_on=str(TODAY - timedelta(days=2)))
    assert past.status_code == 422
    assert "Choose today or a later day." in past.text


# Files ----------------------------------------------------------------------------------------


def send(client: FlaskClient, content: str | bytes, name: str = "file.yaml") -> TestResponse:
    """Choose a file and look at what is in it."""
    data = content.encode() if isinstance(content, str) else content
    token = csrf_token(client, "/values/import")
    # Encoded here: the test client would leave a large body in an open file.
    boundary, body = encode_multipart(
        {"csrf_token": token, "file": FileStorage(BytesIO(data), name)}
    )
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post("/values/import", data=body, content_type=kind)


def use(client: FlaskClient, preview: TestResponse, **fields: str) -> TestResponse:
    """Do something with the file that a preview shows."""
    path = "/values/import/use"
    return client.post(path, data={**fields_in(preview.text, path), **fields})


def test_a_file_becomes_the_first_version(
    writer: FlaskClient, unit_of_work: UnitOfWork, small: Framework
) -> None:
    preview = send(writer, SMALL)
    assert preview.status_code == 200
    assert "The file is right." in preview.text
    with unit_of_work() as session:
        assert queries.versions(session) == []
    assert use(writer, preview, use="draft").status_code == 303
    assert current_draft(unit_of_work) == small


def test_a_file_is_laid_beside_what_is_there(
    writer: FlaskClient, adopted: None, unit_of_work: UnitOfWork
) -> None:
    theirs = (
        SMALL.replace("urn:example:values:province", "urn:example:values:neighbour")
        .replace("Everybody keeps something.", "Nobody looks over your shoulder.")
        .replace("urn:waardewerk:value:zeggenschap", "urn:neighbour:value:zeggenschap")
        .replace(
            "values:\n",
            'values:\n  - id: "urn:neighbour:value:rust"\n    name: {nl: "Rust", en: "Calm"}\n'
            '    definition: {nl: "Stil.", en: "Quiet."}\n',
        )
    )
    page = send(writer, theirs).text
    states = re.findall(r'ww-part__name">([^<]*)</span>\s*<span[^>]*>([^<]*)<', page)
    assert states == [
        ("Calm", "not in ours"),
        ("Having a say", "ours has this name for another value"),
        ("Privacy", "ours says it otherwise"),
    ]
    with unit_of_work() as session:
        assert len(queries.versions(session)) == 1


def test_a_list_of_others_is_kept_and_recognised(
    writer: FlaskClient, reader: FlaskClient, adopted: None, unit_of_work: UnitOfWork
) -> None:
    theirs = SMALL.replace("urn:example:values:province", "urn:example:values:neighbour")
    for _time in range(2):
        response = use(writer, send(writer, theirs), use="list")
        assert response.status_code == 303
    with unit_of_work() as session:
        (kept,) = session.scalars(select(ReferenceList))
        content = kept.content
    assert "You have this file already" in send(writer, theirs).text
    path = f"/values/lists/{kept.id}"
    assert "the same as ours" in reader.get(path).text
    assert reader.get(f"{path}.yaml").text == content
    assert reader.get(f"{path}/remove").status_code == 403
    assert "2 values to look wider with" in writer.get(f"{path}/remove").text
    assert submit(writer, f"{path}/remove").status_code == 303
    assert "No lists of others yet" in reader.get("/values/lists").text
    assert reader.get(path).status_code == 404


def test_what_is_ours_already_is_recognised(writer: FlaskClient, adopted: None) -> None:
    assert "This is exactly what version 1 says." in send(writer, SMALL).text


def test_a_file_cannot_push_a_draft_aside(
    writer: FlaskClient, draft: None, unit_of_work: UnitOfWork, small: Framework
) -> None:
    preview = send(writer, SMALL.replace("Waardenkader", "Ander kader"))
    assert "this cannot become your next version now" in preview.text
    assert use(writer, preview, use="draft").status_code == 422
    assert current_draft(unit_of_work) == small


def test_a_next_version_from_a_file_says_why_and_stays_ours(
    writer: FlaskClient, adopted: None, unit_of_work: UnitOfWork
) -> None:
    theirs = SMALL.replace("urn:example:values:province", "urn:example:values:neighbour")
    preview = send(writer, theirs.replace("Waardenkader", "Ander kader"))
    refused = use(writer, preview, use="draft")
    assert refused.status_code == 422
    assert "Say why there is a new version." in refused.text
    assert use(writer, preview, use="draft", why="Samen met de buren.").status_code == 303
    assert current_draft(unit_of_work).id == "urn:example:values:province"


DEEP = "a: " + "[" * 400 + "]" * 400
BOMB = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The file is empty."),
        ("title: [", "cannot be read beyond this point"),
        (BOMB, "Anchors and aliases"),
        (DEEP, "This is nested too deeply."),
        (SMALL.encode("utf-16"), "The file is not text in UTF-8."),
        (b"\xff\xfe\x00binary", "The file is not text in UTF-8."),
        (b"title: caf\xe9", "The file is not text in UTF-8."),
        ("a: " + "x" * (1024 * 1024), "The file is larger than 1024 kB."),
        ("- a\n- b\n", "must hold the fields of a value framework"),
        (SMALL.replace("value-framework@1", "value-framework@2"), "must be one of"),
        (SMALL.replace('"kort-bewaren"', '"Kort bewaren"'), "cannot be a key"),
        ("!!python/object/apply:os.system [ls]", "Tags"),
        ("a: 1\n---\nb: 2\n", "more than one document"),
        (SMALL.replace("situation:", "situatie:"), "is not a field that belongs here"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    writer: FlaskClient, content: str | bytes, message: str
) -> None:
    response = send(writer, content)
    assert response.status_code == 422
    assert message in response.text.replace("&#34;", '"')


def test_a_problem_in_a_file_has_its_line_and_key(writer: FlaskClient) -> None:
    wrong = SMALL.replace('nl: "Nooit langer dan nodig.", ', "").replace("mee.", "mee.")
    response = send(writer, wrong)
    line = next(n for n, text in enumerate(wrong.splitlines(), 1) if "Never longer" in text)
    assert f"Line {line}, <code>kort-bewaren</code>: “text” has no text in nl." in response.text


def test_a_file_that_was_tampered_with_between_preview_and_use_is_refused(
    writer: FlaskClient,
) -> None:
    sent = {"content": "title: [", "use": "draft"}
    response = submit(writer, "/values/import/use", sent, on="/values/import")
    assert response.status_code == 422


# What is kept of who did it -------------------------------------------------------------------


def test_every_change_is_in_the_audit_trail_by_number(
    writer: FlaskClient, decider: FlaskClient, draft: None, unit_of_work: UnitOfWork
) -> None:
    save(writer, EDIT, source="AVG")
    submit(writer, "/values/draft/propose", on="/values/draft")
    save(decider, "/values/draft/adopt", body="directie", reference="D-1")
    with unit_of_work() as session:
        entries = audit.entries_about(session, "values:1")
    assert [entry.action for entry in entries] == [
        "values.adopted",
        "values.proposed",
        "values.changed",
        "values.started",
    ]
    assert entries[2].details["part"] == "privacy"
    assert all(isinstance(entry.actor_id, int) for entry in entries[:3])


def test_what_was_written_in_one_language_only_is_marked(
    client: FlaskClient, unit_of_work: UnitOfWork, small: Framework, adopt_now: Adopt
) -> None:
    sourced = small.values[0].model_copy(update={"source": "Grondwet"})
    framework = small.model_copy(update={"values": (sourced, *small.values[1:])})
    with unit_of_work() as session:
        adopt_now(session, framework)
    assert 'Source: <span lang="nl">Grondwet</span>' in client.get("/values/").text
