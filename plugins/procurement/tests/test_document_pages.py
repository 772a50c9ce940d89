"""The page with documents, and what leaves from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pypdf
import pytest
from flask.testing import FlaskClient

from waardewerk.people.models import Person
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork, submit
from waardewerk_procurement.fixed.fixing_content import snapshot_of
from waardewerk_procurement.fixed.snapshot import sha256_of, write_snapshot
from waardewerk_procurement.models import Dossier, Snapshot

from .setting_up import a_concept, a_criterion, a_scheme, fix, look_wider
from .test_hash_everywhere import texts_in

Make = Callable[..., Dossier]

TENDER = ("requirements", "award-guide", "answer-form")
SCHEME = ("scheme", "award-guide", "answer-form")
FORMATS = ("pdf", "docx", "odt", "html", "xlsx")


@pytest.fixture
def reader(sign_in_as: SignInAs) -> FlaskClient:
    """Give the browser of who may read dossiers."""
    return sign_in_as("civil_servant")


def fixed_tender(unit_of_work: UnitOfWork) -> tuple[int, str]:
    with unit_of_work() as session:
        row = fix(session, a_concept(session))
        return row.dossier_id, row.sha256


def fixed_scheme(unit_of_work: UnitOfWork) -> int:
    with unit_of_work() as session:
        return fix(session, a_scheme(session)).dossier_id


def test_the_page_offers_what_belongs_to_a_tender(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    number, sha256 = fixed_tender(unit_of_work)
    page = reader.get(f"/procurement/{number}/documents").text
    assert sha256 in page
    assert "no legal advice" in page
    assert "About the formula:" in page
    for document in TENDER:
        for form in FORMATS:
            assert f"/procurement/{number}/documents/{document}.{form}" in page
    assert "documents/ocds.json" in page
    assert "documents/scheme" not in page


def test_a_file_is_named_in_the_language_of_who_gets_it(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    number, _sha256 = fixed_tender(unit_of_work)
    sent = reader.get(f"/procurement/{number}/documents/requirements.docx")
    name = f"programma-van-eisen-dossier-{number}-versie-1.docx"
    assert sent.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    scheme = fixed_scheme(unit_of_work)
    sent = reader.get(f"/procurement/{scheme}/documents/answer-form.docx")
    assert (
        f"aanvraagformulier-dossier-{scheme}-versie-1.docx" in sent.headers["Content-Disposition"]
    )


def test_the_page_offers_what_belongs_to_a_scheme_and_says_why_there_is_no_open_data(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    number = fixed_scheme(unit_of_work)
    page = reader.get(f"/procurement/{number}/documents").text
    for document in SCHEME:
        for form in FORMATS:
            assert f"/procurement/{number}/documents/{document}.{form}" in page
    assert "Assessment guide" in page
    assert "A subsidy scheme is no tender." in page
    assert "ocds.json" not in page
    assert "documents/requirements" not in page


def test_before_anything_is_fixed_the_page_says_when_documents_come(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        number = a_concept(session).id
    page = reader.get(f"/procurement/{number}/documents")
    assert page.status_code == 200
    assert "No documents yet" in page.text
    for document in (*TENDER, "ocds"):
        form = "json" if document == "ocds" else "docx"
        assert reader.get(f"/procurement/{number}/documents/{document}.{form}").status_code == 404


# Drafts ----------------------------------------------------------------------------------------

DRAFTS = {a_concept: ("requirements", "award-guide"), a_scheme: ("scheme", "award-guide")}


@pytest.fixture
def officer(a_person: AddPerson) -> Person:
    return a_person({"civil_servant"})


def prepared(unit_of_work: UnitOfWork, officer: Person, make: Make = a_concept) -> int:
    """Give a dossier as it is before the freeze."""
    with unit_of_work() as session:
        return make(session, officer.id).id


@pytest.mark.parametrize("make", DRAFTS, ids=["tender", "scheme"])
@pytest.mark.parametrize("state", ["concept", "review"])
def test_whoever_works_on_a_dossier_takes_along_drafts_that_say_so(
    sign_in: SignIn, officer: Person, unit_of_work: UnitOfWork, make: Make, state: str
) -> None:
    number = prepared(unit_of_work, officer, make)
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, number)
        dossier.state = state
        would_be = sha256_of(write_snapshot(snapshot_of(session, dossier, 1)))
    client = sign_in(officer)
    page = client.get(f"/procurement/{number}/documents").text
    for document in DRAFTS[make]:
        for form in ("pdf", "docx", "odt", "html"):
            address = f"/procurement/{number}/documents/draft/{document}.{form}"
            assert address in page
            sent = client.get(address)
            assert sent.status_code == 200, (document, form)
            name = sent.headers["Content-Disposition"]
            assert 'filename="concept-' in name
            assert name.endswith(f'-dossier-{number}-niet-vastgesteld.{form}"')
            said = "".join(texts_in(name.rstrip('"'), sent.data))
            assert "Concept,notfixed:" in said
            assert "CONCEPT:notfixed" in said
            assert "Aconcepthasnofingerprint." in said
            assert "SHA-256" not in said
            assert would_be not in said


def test_every_page_of_a_draft_says_that_it_is_one(
    sign_in: SignIn, officer: Person, unit_of_work: UnitOfWork
) -> None:
    number = prepared(unit_of_work, officer)
    sent = sign_in(officer).get(f"/procurement/{number}/documents/draft/requirements.pdf")
    pages = pypdf.PdfReader(BytesIO(sent.data)).pages
    assert len(pages) > 1
    assert all("Concept, not fixed" in one.extract_text() for one in pages)


def test_the_second_pair_of_eyes_takes_along_drafts_and_who_only_reads_does_not(
    sign_in_as: SignInAs, reader: FlaskClient, officer: Person, unit_of_work: UnitOfWork
) -> None:
    number = prepared(unit_of_work, officer)
    draft = f"/procurement/{number}/documents/draft/requirements.docx"
    approver = sign_in_as("adviseur")
    assert approver.get(draft).status_code == 200
    assert "Take along as a concept" in approver.get(f"/procurement/{number}/review").text
    assert reader.get(draft).status_code == 403
    assert "Take along as a concept" not in reader.get(f"/procurement/{number}/review").text


@pytest.mark.parametrize("left_out", ["answer-form.docx", "ocds.json", "requirements.xlsx"])
def test_what_is_for_bidders_or_for_machines_is_no_draft(
    sign_in: SignIn, officer: Person, unit_of_work: UnitOfWork, left_out: str
) -> None:
    number = prepared(unit_of_work, officer)
    client = sign_in(officer)
    assert client.get(f"/procurement/{number}/documents/draft/{left_out}").status_code == 404


def test_a_draft_that_cannot_be_made_says_what_is_missing(
    sign_in: SignIn, officer: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        dossier.lots[0].formula = None
        number = dossier.id
    client = sign_in(officer)
    page = client.get(f"/procurement/{number}/documents").text
    assert "Not far enough for a concept" in page
    assert "No formula was chosen yet." in page
    assert "documents/draft/" not in page
    draft = f"/procurement/{number}/documents/draft/requirements.docx"
    assert client.get(draft).status_code == 409


def test_rules_that_cannot_rank_a_bid_make_no_draft(
    sign_in: SignIn, officer: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        look_wider(session, dossier)
        next(one for one in dossier.criteria if one.weight).weight = 1
        number = dossier.id
    page = sign_in(officer).get(f"/procurement/{number}/documents").text
    assert "Not far enough for a concept" in page
    assert "100" in page


def test_there_are_no_drafts_of_what_was_fixed(
    sign_in: SignIn, officer: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        number = fix(session, a_concept(session, officer.id)).dossier_id
    client = sign_in(officer)
    draft = f"/procurement/{number}/documents/draft/requirements.docx"
    assert client.get(draft).status_code == 403
    assert "documents/draft/" not in client.get(f"/procurement/{number}/documents").text


@pytest.mark.parametrize("document", TENDER)
def test_every_document_of_a_tender_leaves_in_every_format(
    reader: FlaskClient, unit_of_work: UnitOfWork, document: str
) -> None:
    number, _sha256 = fixed_tender(unit_of_work)
    for form in FORMATS:
        sent = reader.get(f"/procurement/{number}/documents/{document}.{form}")
        assert sent.status_code == 200, (document, form)
        name = f"-dossier-{number}-versie-1.{form}"
        assert name in sent.headers["Content-Disposition"]


@pytest.mark.parametrize("document", SCHEME)
def test_every_document_of_a_scheme_leaves(
    reader: FlaskClient, unit_of_work: UnitOfWork, document: str
) -> None:
    number = fixed_scheme(unit_of_work)
    for form in FORMATS:
        assert reader.get(f"/procurement/{number}/documents/{document}.{form}").status_code == 200


def test_the_fingerprint_of_a_file_is_the_one_that_was_kept(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    number, sha256 = fixed_tender(unit_of_work)
    path = f"/procurement/{number}/documents"
    pdf = pypdf.PdfReader(BytesIO(reader.get(f"{path}/requirements.pdf").data))
    assert pdf.metadata is not None
    assert sha256 in "".join(pdf.pages[0].extract_text().split())
    book = openpyxl.load_workbook(BytesIO(reader.get(f"{path}/requirements.xlsx").data))
    assert sha256 in [cell.value for row in book["About this file"] for cell in row]
    release = json.loads(reader.get(f"{path}/ocds.json").data)["releases"][0]
    assert release["tender"]["fixedVersion"]["sha256"] == sha256


def test_a_rectified_tender_leaves_as_it_holds_now(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        dossier.title = "Counting traffic, rectified"
        second = fix(session, dossier, number=2)
        number, sha256 = dossier.id, second.sha256
    page = reader.get(f"/procurement/{number}/documents").text
    assert page.index("Version 2") < page.index("Version 1")
    release = json.loads(reader.get(f"/procurement/{number}/documents/ocds.json").data)
    assert release["releases"][0]["tag"] == ["tenderAmendment"]
    assert release["releases"][0]["tender"]["fixedVersion"] == {"number": 2, "sha256": sha256}


def test_making_a_file_changes_nothing(reader: FlaskClient, unit_of_work: UnitOfWork) -> None:
    number, sha256 = fixed_tender(unit_of_work)
    reader.get(f"/procurement/{number}/documents/requirements.docx")
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, number)
        (row,) = session.query(Snapshot).all()
        assert (dossier.state, dossier.revision, row.sha256) == ("fixed", 1, sha256)


@pytest.mark.parametrize(
    "path",
    [
        "documents/nonsense.pdf",
        "documents/requirements.exe",
        "documents/award-guide.json",
        "documents/ocds.pdf",
        "documents/scheme.docx",
    ],
)
def test_what_is_not_made_of_a_tender_is_not_found(
    reader: FlaskClient, unit_of_work: UnitOfWork, path: str
) -> None:
    number, _sha256 = fixed_tender(unit_of_work)
    assert reader.get(f"/procurement/{number}/{path}").status_code == 404


def test_of_a_scheme_no_open_data_and_no_requirements_leave(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    number = fixed_scheme(unit_of_work)
    for path in ("ocds.json", "requirements.pdf", "requirements.xlsx"):
        assert reader.get(f"/procurement/{number}/documents/{path}").status_code == 404


def test_of_no_dossier_nothing_leaves(reader: FlaskClient) -> None:
    assert reader.get("/procurement/404/documents").status_code == 404
    assert reader.get("/procurement/404/documents/requirements.pdf").status_code == 404


def test_strangers_see_no_documents(client: FlaskClient, unit_of_work: UnitOfWork) -> None:
    number, _sha256 = fixed_tender(unit_of_work)
    for path in ("documents", "documents/requirements.pdf", "documents/ocds.json"):
        assert client.get(f"/procurement/{number}/{path}").status_code in {302, 303, 401, 403}


def test_everybody_can_read_what_our_extension_means(client: FlaskClient) -> None:
    extension = client.get("/procurement/ocds/extension.json")
    assert extension.mimetype == "application/json"
    (schema,) = json.loads(extension.data)["schemas"]
    described = json.loads(client.get(f"/procurement/ocds/{schema}").data)
    assert "valueCriteria" in described["definitions"]["Tender"]["properties"]
    assert client.get("/procurement/ocds/used-of-extensions.json").status_code == 404


def test_a_province_fills_in_its_own_prefix(
    reader: FlaskClient, sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    number, _sha256 = fixed_tender(unit_of_work)
    assert "ocds-xxxxxx" in reader.get(f"/procurement/{number}/documents").text
    keeper = sign_in_as("administrator", level="executive")
    wrong = submit(keeper, "/admin/settings/plugin/procurement", {"ocid_prefix": "waarden"})
    assert wrong.status_code == 422
    assert submit(
        keeper, "/admin/settings/plugin/procurement", {"ocid_prefix": "ocds-a1b2c3"}
    ).status_code in {200, 303}
    assert "ocds-xxxxxx" not in reader.get(f"/procurement/{number}/documents").text
    release = json.loads(reader.get(f"/procurement/{number}/documents/ocds.json").data)
    assert release["releases"][0]["ocid"] == f"ocds-a1b2c3-{number}"


def test_a_large_dossier_says_beforehand_how_long_a_file_takes(
    reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        dossier.criteria += [
            a_criterion(f"k-{nth}", "contract_condition", f"Condition {nth}", position=10 + nth)
            for nth in range(195)
        ]
        session.flush()
        number = fix(session, dossier).dossier_id
    page = reader.get(f"/procurement/{number}/documents").text
    assert "The slowest file takes about 2 seconds to make." in page
