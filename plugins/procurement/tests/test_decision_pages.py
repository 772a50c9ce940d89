"""The pages from prices to letters, as an officer, a decider, an assessor and a reader see them."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import pypdf
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from waardewerk.people.models import Person
from waardewerk.settings import store
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, submit
from waardewerk_procurement.award import standstill
from waardewerk_procurement.commands import procurement
from waardewerk_procurement.fixed.snapshot import sha256_of
from waardewerk_procurement.models import Bid, Decision, Lot
from waardewerk_procurement.operations import deciding, dropping_out
from waardewerk_procurement.operations.deciding import Drawn
from waardewerk_procurement.queries.decisions import bids_of
from waardewerk_procurement.queries.dossiers import get_dossier

from .deciding_on import TODAY, assessed, decide, give_prices
from .setting_up import BIDDERS, NOW, a_concept, assess, fix, with_letters
from .test_ladder import counted_queries

PRICES = {"A": "80.000,00", "B": "140000", "C": "€ 70.000"}


@dataclass
class Case:
    """A dossier whose quality is final, and the people around it."""

    work: UnitOfWork
    officer: Person
    number: int
    bids: dict[str, int]

    @property
    def path(self) -> str:
        """Where the pages of the dossier begin."""
        return f"/procurement/{self.number}"

    @property
    def lot(self) -> str:
        """Where the pages of its lot begin."""
        return f"{self.path}/lots/lot-1"

    def fields(self, **prices: str) -> dict[str, str]:
        """Give the fields of the prices."""
        return {f"price_{self.bids[key]}": text for key, text in {**PRICES, **prices}.items()}

    def priced(self) -> None:
        """Write the prices down."""
        with self.work() as session:
            give_prices(session, get_dossier(session, self.number))

    def decided(self) -> None:
        """Decide on it."""
        self.priced()
        with self.work() as session:
            decide(session, get_dossier(session, self.number))


@pytest.fixture
def case(unit_of_work: UnitOfWork, a_person: AddPerson) -> Case:
    officer = a_person({"civil_servant"}, name="Olga Officer")
    with unit_of_work() as session:
        dossier = assessed(session, officer.id)
        bids = {bid.key: bid.id for bid in bids_of(session, dossier.lots[0])}
        return Case(unit_of_work, officer, dossier.id, bids)


@pytest.fixture
def officer(case: Case, sign_in: SignIn) -> FlaskClient:
    return sign_in(case.officer)


@pytest.fixture
def decider(a_person: AddPerson, sign_in: SignIn) -> FlaskClient:
    return sign_in(a_person({"executive_member"}, level="executive", name="Dirk Decider"))


@pytest.fixture
def reader(a_person: AddPerson, sign_in: SignIn) -> FlaskClient:
    return sign_in(a_person({"civil_servant"}, name="Rob Reader"))


def seen_on(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="seen"[^>]*value="(\w*)"', client.get(path).text)
    assert found is not None
    return found[1]


def post_prices(client: FlaskClient, case: Case, **prices: str) -> object:
    path = f"{case.lot}/prices"
    fields = {**case.fields(**prices), "seen": seen_on(client, path)}
    return submit(client, path, fields)


# Prices ----------------------------------------------------------------------------------------


def test_before_the_quality_is_final_no_route_gives_or_takes_a_price(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn, decider: FlaskClient
) -> None:
    person = a_person({"civil_servant"})
    client = sign_in(person)
    with unit_of_work() as session:
        dossier = a_concept(session, person.id)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, [])
        number, bid_id = dossier.id, bids[0].id
    lot = f"/procurement/{number}/lots/lot-1"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)
    assert token is not None
    fields = {"csrf_token": token[1], f"price_{bid_id}": "80.000,00", "seen": "x", "reason": "y"}
    for path in (f"{lot}/prices", f"{lot}/decision", f"{lot}/award.json", f"{lot}/ranking/A"):
        assert client.get(path).status_code == 409, path
    for path in (f"{lot}/prices", f"/procurement/{number}/bids/{bid_id}/leave-ranking"):
        assert client.post(path, data=fields).status_code == 409, path
    assert client.post(f"{lot}/drawn", data=fields).status_code in {409, 422}
    assert decider.get(f"{lot}/decide").status_code == 409
    with unit_of_work() as session:
        assert set(session.scalars(select(Bid.price))) == {None}


def test_all_prices_stand_on_one_page_and_are_kept(case: Case, officer: FlaskClient) -> None:
    page = officer.get(f"{case.lot}/prices")
    assert all(name in page.text for name in BIDDERS.values())
    response = post_prices(officer, case)
    assert response.status_code == 303  # type: ignore[attr-defined]
    with case.work() as session:
        prices = {bid.key: bid.price for bid in session.scalars(select(Bid))}
    assert prices == {"A": 8_000_000, "B": 14_000_000, "C": 7_000_000}
    assert 'value="80.000,00"' in officer.get(f"{case.lot}/prices").text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "first ask the bidder how it can be so low"),
        ("-5", "first ask the bidder how it can be so low"),
        ("12.5000", "is no amount"),
        ("9" * 12, "at most a hundred billion"),
    ],
)
def test_a_wrong_price_is_said_beside_it_and_nothing_is_kept(
    case: Case, officer: FlaskClient, text: str, said: str
) -> None:
    response = post_prices(officer, case, B=text)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert said in response.text  # type: ignore[attr-defined]
    assert f'id="price_{case.bids["B"]}-error"' in response.text  # type: ignore[attr-defined]
    with case.work() as session:
        assert set(session.scalars(select(Bid.price))) == {None}


def test_a_stale_form_of_prices_is_a_conflict(case: Case, officer: FlaskClient) -> None:
    seen = seen_on(officer, f"{case.lot}/prices")
    case.priced()
    fields = {**case.fields(A="1.000"), "seen": seen}
    assert submit(officer, f"{case.lot}/prices", fields).status_code == 409


# The ranking -----------------------------------------------------------------------------------


def test_the_page_shows_places_what_is_missing_and_what_the_values_did(
    case: Case, officer: FlaskClient
) -> None:
    assert "The price of 3 bids is missing." in officer.get(f"{case.lot}/decision").text
    case.priced()
    page = officer.get(f"{case.lot}/decision").text
    assert page.index("Aap BV (A)") < page.index("Mies BV (C)") < page.index("Noot BV (B)")
    assert "76.00" in page
    assert "Did the values decide anything?" in page
    assert page.count("would have won too") == 2
    assert "the totals of the others stay as they are" in page
    # 40 · (150 000 - 70 000) ÷ 100 000 + 36
    assert "What the price brings" in page
    assert "28.00" in page
    whole = officer.get(f"{case.lot}/decision?whole=1").text
    assert "not rounded" in whole
    assert re.search(r"<span>76</span>", whole)


def test_a_dossier_of_one_lot_goes_straight_to_it(case: Case, officer: FlaskClient) -> None:
    assert officer.get(f"{case.path}/decision").location == f"{case.lot}/decision"


def test_lots_of_a_dossier_are_listed(case: Case, officer: FlaskClient) -> None:
    with case.work() as session:
        session.add(
            Lot(
                dossier_id=case.number,
                key="lot-2",
                position=2,
                title="The other part",
                tie_rule=[],
            )
        )
    page = officer.get(f"{case.path}/decision").text
    assert "Still being assessed" in page
    assert "Not decided yet" in page
    with case.work() as session:
        get_dossier(session, case.number).state = "assessment"
    page = officer.get(f"{case.path}/decision").text
    assert page.count("Still being assessed") == 2
    for path in ("decision", "prices", "award.json"):
        assert officer.get(f"{case.lot}/{path}").status_code == 409, path


def test_the_page_of_a_bid_gives_score_reason_and_points(case: Case, officer: FlaskClient) -> None:
    case.priced()
    page = officer.get(f"{case.lot}/ranking/A").text
    assert "Bid A shows on explain what the scale asks for 8." in page
    assert page.count("24.00") == 2
    # 40 · (150 000 - 80 000) ÷ 100 000, and with the quality the total
    brought = page.split("What the price brings", 1)[1].split("</dd>", 1)[0]
    assert "28.00" in brought
    assert officer.get(f"{case.lot}/ranking/Z").status_code == 404


def test_only_who_leads_or_decides_sees_prices_and_places(
    case: Case, officer: FlaskClient, decider: FlaskClient, reader: FlaskClient
) -> None:
    case.decided()
    paths = (
        "/decision",
        "/lots/lot-1/decision",
        "/lots/lot-1/award.json",
        "/lots/lot-1/ranking/A",
        "/report",
        "/report.pdf",
    )
    for path in paths:
        assert reader.get(case.path + path).status_code == 403, path
        assert officer.get(case.path + path).status_code in {200, 302}, path
        assert decider.get(case.path + path).status_code in {200, 302}, path
    for path in ("/letters", f"/letters/{case.bids['A']}", "/letters/all.pdf"):
        assert reader.get(case.path + path).status_code == 403, path
    assert officer.get(f"{case.lot}/decide").status_code == 403


def run_award(file: bytes) -> str:
    run = CliRunner().invoke(procurement, ["award", "-", "--format", "json"], input=file)
    assert run.exit_code == 0, run.output
    return run.output


def test_the_saved_file_is_the_stored_one_and_computes_the_same(
    case: Case, officer: FlaskClient
) -> None:
    case.decided()
    saved = officer.get(f"{case.lot}/award.json")
    with case.work() as session:
        decision = session.scalars(select(Decision)).one()
    assert saved.data == decision.award_file.encode()
    assert decision.award_sha256 == sha256_of(saved.text)
    page = officer.get(f"{case.lot}/decision").text
    assert decision.award_sha256 in page
    computed = json.loads(run_award(saved.data))
    assert computed["rules_sha256"] in page
    assert computed["fixed"]["sha256"] in page
    (lot,) = json.loads(run_award(saved.data))["lots"]
    assert (lot["winner"], lot["ranking"][0]["total"]["rounded"]) == ("A", "76.00")


def test_lots_are_drawn_on_the_page(case: Case, officer: FlaskClient, reader: FlaskClient) -> None:
    even = {"A": 8_000_000, "B": 4_000_000, "C": 8_000_000}
    from .test_deciding import even_out

    with case.work() as session:
        dossier = get_dossier(session, case.number)
        even_out(session, dossier)
        give_prices(session, dossier, {**even, "B": 8_000_000, "C": 14_000_000})
    page = f"{case.lot}/decision"
    fields = {f"place_{case.bids['A']}": "2", f"place_{case.bids['B']}": "2", "before": "notary"}
    wrong = submit(officer, f"{case.lot}/drawn", fields, on=page)
    assert wrong.status_code == 422
    assert "its own place" in wrong.text
    fields[f"place_{case.bids['B']}"] = "1"
    assert submit(reader, f"{case.lot}/drawn", fields, on="/").status_code == 403
    assert submit(officer, f"{case.lot}/drawn", fields, on=page).status_code == 303
    shown = officer.get(page).text
    assert "B before A: lots were drawn." in shown
    assert "in the presence of: notary" in shown
    assert submit(officer, f"{case.lot}/drawn", fields, on="/").status_code in {409, 422}


def test_the_effect_of_dropping_out_is_shown_first(case: Case, officer: FlaskClient) -> None:
    path = f"{case.path}/bids/{case.bids['A']}/leave-ranking"
    assert "its price is forgotten" in officer.get(path).text
    case.priced()
    page = officer.get(path).text
    assert page.index("The ranking now") < page.index("The ranking without this bid")
    assert submit(officer, path, {"reason": ""}).status_code == 422
    assert submit(officer, path, {"reason": "It withdrew."}).status_code == 303
    after = officer.get(f"{case.lot}/decision").text
    assert "Dropped out after ranking. It withdrew." in after
    assert officer.get(f"{case.path}/bids/999/leave-ranking").status_code == 404


# The decision ----------------------------------------------------------------------------------


def decide_fields(client: FlaskClient, case: Case, **changes: str) -> dict[str, str]:
    given = {
        "awards": "yes",
        "reason": "It follows from the rules.",
        "standstill_until": str(standstill.last_day("european", TODAY)),
        "standstill_reason": "",
        "seen": seen_on(client, f"{case.lot}/decide"),
    }
    return {**given, **changes}


def test_who_decides_decides_once(case: Case, decider: FlaskClient, officer: FlaskClient) -> None:
    case.priced()
    path = f"{case.lot}/decide"
    shorter = decide_fields(decider, case, standstill_until=str(TODAY + timedelta(5)))
    refused = submit(decider, path, shorter)
    assert refused.status_code == 422
    assert "at least 20 calendar days" in refused.text
    assert submit(decider, path, {**shorter, "awards": ""}).status_code == 422
    fields = decide_fields(decider, case)
    token = re.search(r'name="csrf_token" value="([^"]+)"', decider.get(path).text)
    assert token is not None
    first = decider.post(path, data={**fields, "csrf_token": token[1]})
    second = decider.post(path, data={**fields, "csrf_token": token[1]})
    assert (first.status_code, second.status_code) == (303, 409)
    page = officer.get(f"{case.lot}/decision").text
    assert "It goes to Aap BV (A)." in page
    assert "It follows from the rules." in page
    assert "Change prices" not in page
    late = {**case.fields(), "seen": "x"}
    assert submit(officer, f"{case.lot}/prices", late, on="/").status_code == 409
    assert officer.get(f"{case.path}/bids/{case.bids['B']}/leave-ranking").status_code == 409


def test_an_assessor_cannot_even_open_the_page_to_decide(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    person = a_person({"executive_member"}, level="executive")
    with unit_of_work() as session:
        dossier = assessed(session, None, (person.id,))
        give_prices(session, dossier)
        number = dossier.id
    assert sign_in(person).get(f"/procurement/{number}/lots/lot-1/decide").status_code == 403


def test_nothing_can_be_awarded_on_the_page(case: Case, decider: FlaskClient) -> None:
    case.priced()
    fields = decide_fields(decider, case, awards="no", reason="The money is gone.")
    assert submit(decider, f"{case.lot}/decide", fields).status_code == 303
    assert "Nothing is awarded." in decider.get(f"{case.lot}/decision").text


# Letters ---------------------------------------------------------------------------------------


def test_a_letter_is_written_kept_refused_and_made(case: Case, officer: FlaskClient) -> None:
    assert "No letters yet" in officer.get(f"{case.path}/letters").text
    assert officer.get(f"{case.path}/letters/{case.bids['C']}").status_code == 409
    case.decided()
    path = f"{case.path}/letters/{case.bids['C']}"
    page = officer.get(path).text
    assert "Bid A shows on explain what the scale asks for 8." in page
    assert "Nothing confidential" in page
    bare = submit(
        officer, path, {"revision": "0", "advantage_0": "Residents try it first.", "ready": "1"}
    )
    assert bare.status_code == 422
    assert "Scores alone are no motivation" in bare.text
    assert 'id="advantage_1-error"' in bare.text
    assert "Residents try it first." in bare.text
    assert officer.get(f"{path}.pdf").status_code == 409
    later = submit(
        officer, path, {"revision": "0", "advantage_0": "Residents try it first.", "later": "1"}
    )
    assert later.location == path
    whole = {
        "revision": "1",
        "advantage_0": "Residents try it first.",
        "advantage_1": "It forgets far sooner.",
        "ready": "1",
    }
    assert submit(officer, path, whole).location == f"{case.path}/letters"
    assert submit(officer, path, whole).status_code == 409
    assert submit(officer, path, {**whole, "revision": "٣"}).status_code == 409
    for form in ("pdf", "docx", "odt"):
        saved = officer.get(f"{path}.{form}")
        assert saved.status_code == 200
        assert f"brief-dossier-{case.number}-lot-1-C.{form}" in saved.headers["Content-Disposition"]
    assert officer.get(f"{path}.exe").status_code == 404
    assert officer.get(f"{path}.json").status_code == 404


def test_a_letter_can_be_looked_at_before_it_is_whole(
    case: Case, officer: FlaskClient, reader: FlaskClient
) -> None:
    case.decided()
    path = f"{case.path}/letters/{case.bids['C']}"
    concept = f"{path}/concept.pdf"
    assert concept in officer.get(path).text
    kept = {"revision": "0", "advantage_0": "Residents try it first."}
    submit(officer, path, {**kept, "later": "1"})
    sent = officer.get(concept)
    assert "concept-brief" in sent.headers["Content-Disposition"]
    pages = [one.extract_text() for one in pypdf.PdfReader(BytesIO(sent.data)).pages]
    assert "Residents try it first." in "".join(pages)
    assert "Do not send it" in pages[0]
    assert all("Concept: " in one for one in pages)
    assert reader.get(concept).status_code == 403
    whole = {**kept, "revision": "1", "advantage_1": "It forgets far sooner.", "ready": "1"}
    submit(officer, path, whole)
    assert officer.get(concept).status_code == 409


def test_a_letter_that_says_nobody_to_ask_is_not_called_whole_unseen(
    case: Case, officer: FlaskClient
) -> None:
    case.decided()
    path, other = (f"{case.path}/letters/{case.bids[key]}" for key in "CB")
    assert "Whom can they ask?" in officer.get(path).text
    submit(officer, path, {"revision": "0", "closing": "Call the purchaser.", "later": "1"})
    assert "Whom can they ask?" not in officer.get(path).text
    assert "Whom can they ask?" in officer.get(other).text
    with case.work() as session:
        store(session, "core", {"contact": "030 123 45 67"}, actor_id=case.officer.id, now=NOW)
    assert "Whom can they ask?" not in officer.get(other).text


def test_all_letters_that_are_ready_leave_at_once(case: Case, officer: FlaskClient) -> None:
    case.decided()
    assert officer.get(f"{case.path}/letters/all.pdf").status_code == 409
    for key in "AB":
        path = f"{case.path}/letters/{case.bids[key]}"
        assert submit(officer, path, {"revision": "0", "ready": "1"}).status_code == 303
    assert officer.get(f"{case.path}/letters/all.pdf").data.startswith(b"%PDF")
    packed = officer.get(f"{case.path}/letters/all.docx.zip")
    # No length is promised: each letter leaves as soon as it is made.
    assert "Content-Length" not in packed.headers
    with zipfile.ZipFile(BytesIO(packed.data)) as file:
        assert file.namelist() == ["lot-1-A.docx", "lot-1-B.docx"]
    assert officer.get(f"{case.path}/letters/all.exe.zip").status_code == 404
    assert officer.get(f"{case.path}/letters/all.exe").status_code == 404


def test_many_reasons_are_said_to_take_a_while_and_cost_no_more_queries(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person({"civil_servant"})
    client = sign_in(officer)

    def letters_of(criteria: int) -> tuple[str, int]:
        with unit_of_work() as session:
            number = with_letters(session, officer.id, criteria).id
        client.get("/")
        with counted_queries() as asked:
            return client.get(f"/procurement/{number}/letters").text, len(asked)

    few, for_few = letters_of(2)
    many, for_many = letters_of(800)
    assert "seconds" not in few
    assert "Making 3 letters takes about 2 seconds." in many
    assert for_many == for_few


def test_the_report_tells_the_procedure_and_nobodys_own_scores(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    from waardewerk_procurement.models import Assessor, Score

    person, assessor = (
        a_person({"civil_servant"}),
        a_person({"civil_servant"}, name="Anna Assessor"),
    )
    with unit_of_work() as session:
        dossier = assessed(session, person.id, (assessor.id,))
        number = session.scalars(select(Assessor)).one()
        bid = bids_of(session, dossier.lots[0])[0]
        session.add(
            Score(
                assessor_id=number.id,
                bid_id=bid.id,
                criterion="explain",
                number=1,
                score="2",
                reason="My own view.",
                given_at=NOW,
            )
        )
        give_prices(session, dossier)
        decide(session, dossier)
        path = f"/procurement/{dossier.id}/report"
    client = sign_in(person)
    page = client.get(path).text
    assert "assessor 1" in page
    assert "3 declarations about interests were given." in page
    assert "It goes to Aap BV (A)." in page
    assert "Anna Assessor" not in page
    assert "My own view." not in page
    for form in ("pdf", "docx", "odt"):
        assert client.get(f"{path}.{form}").status_code == 200


def test_the_report_tells_before_whom_lots_were_drawn(case: Case, officer: FlaskClient) -> None:
    from .test_deciding import EQUAL, even_out

    with case.work() as session:
        dossier = get_dossier(session, case.number)
        even_out(session, dossier)
        give_prices(session, dossier, EQUAL)
        deciding.draw_lots(
            session,
            dossier,
            dossier.lots[0],
            Drawn(order=["B", "A"], before="civil-law notary"),
            actor_id=None,
            now=NOW,
        )
    assert "in the presence of: civil-law notary" in officer.get(f"{case.path}/report").text


def test_who_cannot_decide_reads_who_does_and_what_comes_before_the_execution(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    with unit_of_work() as session:
        dossier = assessed(session, officer.id)
        give_prices(session, dossier)
        place = f"/procurement/{dossier.id}"
        number = dossier.id
    browser = sign_in(officer)
    shown = browser.get(f"{place}/lots/lot-1/decision").text
    assert "Somebody else decides" in shown
    assert "How it goes on" not in shown
    with unit_of_work() as session:
        decide(session, get_dossier(session, number)).standstill_until = date(2999, 1, 31)
    for page in ("/", "/letters", "/lots/lot-1/decision"):
        shown = browser.get(f"{place}{page}").text
        assert "to write: 3." in shown
        assert re.search("up to and including [^<]*2999", shown)
        assert f'href="{place}/promises"' in shown
        assert "Somebody else decides" not in shown


def test_who_assessed_is_not_offered_to_decide(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    both = a_person({"civil_servant", "executive_member"})
    with unit_of_work() as session:
        dossier = assessed(session, both.id, assessors=(both.id,))
        give_prices(session, dossier)
        page = f"/procurement/{dossier.id}/lots/lot-1/decision"
    shown = sign_in(both).get(page).text
    assert "Somebody else decides" in shown
    assert "/decide" not in shown


def test_the_report_names_who_dropped_out_once_and_why(case: Case, officer: FlaskClient) -> None:
    with case.work() as session:
        dossier = get_dossier(session, case.number)
        give_prices(session, dossier)
        lot = dossier.lots[0]
        last = bids_of(session, lot)[-1]
        dropping_out.drop_out(session, dossier, last, "It withdrew.", actor_id=None, now=NOW)
        name = f"({last.key}): "
    text = officer.get(f"{case.path}/report").text
    assert text.count("It withdrew.") == 1
    assert text.count(name) == 1


# What comes next -------------------------------------------------------------------------------


def test_a_dossier_says_what_comes_after_the_decision_and_links_it(
    case: Case, officer: FlaskClient, decider: FlaskClient
) -> None:
    case.priced()
    before = officer.get(f"{case.path}/").text
    assert "Then somebody who did not assess decides." in before
    assert f'<a href="{case.path}/decision">Not every lot has a decision yet.</a>' in before
    # Who decides does not write the letters, and is not told to.
    told = decider.get(f"{case.lot}/decide").text
    assert "who leads the dossier writes the letters to the bidders." in told
    case.decided()
    after = officer.get(f"{case.path}/").text
    assert "Then somebody who did not assess decides." not in after
    assert "It is decided. Every bidder gets a letter from who leads the dossier." in after
    assert f'<a href="{case.path}/letters">Not every bidder has a letter' in after
    assert "Bidders can still go to court" in after
    # Who cannot open the letters gets no link to them.
    others = decider.get(f"{case.path}/").text
    assert "Not every bidder has a letter" in others
    assert f'href="{case.path}/letters"' not in others


def test_once_the_quality_is_final_the_bids_say_where_prices_are_filled_in(
    case: Case, officer: FlaskClient
) -> None:
    page = officer.get(f"{case.path}/bids").text
    assert f'<a href="{case.lot}/decision">To the prices and the decision</a>' in page
    with case.work() as session:
        get_dossier(session, case.number).state = "assessment"
    page = officer.get(f"{case.path}/bids").text
    assert "Prices can be filled in once the quality of every lot is final." in page
    assert "To the prices and the decision" not in page
