from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from waardewerk import audit
from waardewerk.config import Config
from waardewerk.notation import codes
from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import SignInAs, UnitOfWork, csrf_token, every_row, submit
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import Code, CodeBatch
from waardewerk_participation.operations import inviting

from .conftest import OwnRounds

NOW = datetime.now(UTC)
PAGE = "/participation/cameras/letters"
NONCE = "0" * 32


@pytest.fixture
def holder(own_rounds: OwnRounds, sign_in_as: SignInAs) -> FlaskClient:
    """Give the browser of somebody who holds a round that people join with a code."""
    own_rounds.open(joining="code")
    return sign_in_as("adviseur")


def some_addresses(count: int = 60) -> str:
    rows = (f"Bewoner {n};Dorpsstraat {n};1234 AB;Lelystad" for n in range(1, count + 1))
    return "\n".join(["naam;straat;postcode;plaats", *rows])


def make(
    holder: FlaskClient,
    addresses: str | bytes = "",
    *,
    fields: Mapping[str, Any] | None = None,
    nonce: str = NONCE,
) -> TestResponse:
    """Fill in the page for letters and choose a list."""
    given: dict[str, Any] = {
        "csrf_token": csrf_token(holder, PAGE),
        "nonce": nonce,
        "label": "Wijk 1",
        "kind": "csv",
        **(fields or {}),
    }
    if addresses:
        data = addresses if isinstance(addresses, bytes) else addresses.encode()
        given["addresses"] = (io.BytesIO(data), "list.csv")
    return holder.post(PAGE, data=given)


def rows_of(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def states(work: UnitOfWork, own_rounds: OwnRounds, typed: list[str]) -> list[str | None]:
    """Look codes up as the site does when somebody comes in with one."""
    with work() as session:
        key = own_rounds.keys.read(own_rounds.get(session).key_name)
        found = (session.get(Code, pseudonyms.invitation(key, _read(code))) for code in typed)
        return [one.state if one else None for one in found]


def _read(typed: str) -> str:
    code = codes.as_typed(typed)
    assert code is not None
    return code


def test_a_mark_of_the_form_with_a_line_break_behind_it_is_refused(
    holder: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    assert make(holder, some_addresses(), nonce=f"{NONCE}\n").status_code == 422
    with unit_of_work() as session:
        assert session.scalars(select(CodeBatch)).all() == []


def test_every_letter_in_the_file_works(
    holder: FlaskClient, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    rows = rows_of(make(holder, some_addresses()))
    assert rows[0]["Address line 1"] == "Bewoner 1"
    assert rows[0]["Address line 3"] == "1234 AB  Lelystad"
    typed = [row["Code"] for row in rows]
    assert len(set(typed)) == 60
    assert all(row["Link"].endswith(f"/r/cameras/c/{_read(row['Code'])}") for row in rows)
    assert states(unit_of_work, own_rounds, typed) == ["open"] * 60


def test_the_pdf_has_a_page_for_each_person_in_the_language_of_the_round(
    holder: FlaskClient, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open("halte", joining="code", languages=["nl", "en"])
    page = "/participation/halte/letters"
    given = {"csrf_token": csrf_token(holder, page), "nonce": NONCE, "label": "Wijk", "kind": "pdf"}
    given["addresses"] = (io.BytesIO(some_addresses().encode()), "list.csv")  # type: ignore[assignment]
    response = holder.post(page, data=given)
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    pages = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(response.data)).pages]
    assert len(pages) == 60
    assert "Wat vindt u?" in pages[0]
    assert "Bewoner 60" in pages[59]
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Code)) == 60


@pytest.mark.on_both
def test_no_address_and_no_code_stays_anywhere(
    holder: FlaskClient,
    unit_of_work: UnitOfWork,
    config: Config,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    rows = rows_of(make(holder, some_addresses()))
    code = _read(rows[0]["Code"])
    kept = [*_everything_stored(unit_of_work), caplog.text]
    kept += [
        file.read_bytes().decode("latin-1") for file in config.var.rglob("*") if file.is_file()
    ]
    for told in ("Dorpsstraat", "Bewoner", code, codes.printed(code)):
        assert not any(told in text for text in kept), told


def _everything_stored(work: UnitOfWork) -> list[str]:
    with work() as session:
        return [row for rows in every_row(session).values() for row in rows]


def test_fewer_than_fifty_letters_are_refused_with_the_reason(
    holder: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    response = make(holder, some_addresses(49))
    assert response.status_code == 422
    assert "it shows too easily who took part" in response.text
    with unit_of_work() as session:
        assert session.scalar(select(CodeBatch.id)) is None


def test_a_form_sent_twice_makes_one_batch(holder: FlaskClient, unit_of_work: UnitOfWork) -> None:
    rows_of(make(holder, some_addresses()))
    again = make(holder, some_addresses())
    assert again.status_code == 422
    assert "These letters were made already" in again.text
    assert "can be made" not in again.text, "refused is not possible"
    assert "Show the letters that were made" in again.text
    rows_of(make(holder, some_addresses(), nonce="1" * 32))
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(CodeBatch)) == 2


def test_rows_that_cannot_become_a_letter_are_named_and_left_out_when_asked(
    holder: FlaskClient,
) -> None:
    spoilt = some_addresses() + "\nBewoner 1;Dorpsstraat 1;1234 AB;Lelystad\n" + "x" * 61
    refused = make(holder, spoilt)
    assert refused.status_code == 422
    assert "Row 62: This is the same address as in row 2." in refused.text
    assert "Row 63: A line is longer than 60 characters." in refused.text
    taken = make(holder, spoilt, fields={"skips_wrong_rows": "y"})
    assert len(rows_of(taken)) == 60


def test_a_list_can_be_checked_without_making_anything(
    holder: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    response = make(holder, some_addresses(), fields={"check": "1"})
    assert "60 letters can be made" in response.text
    assert "1234 AB  Lelystad" in response.text
    with unit_of_work() as session:
        assert session.scalar(select(CodeBatch.id)) is None


def test_more_pages_than_a_pdf_holds_are_refused_and_nothing_is_made(
    holder: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    response = make(holder, fields={"size": "1001", "kind": "pdf"})
    assert response.status_code == 422
    assert "A PDF holds at most 1000 letters." in response.text
    with unit_of_work() as session:
        assert session.scalar(select(Code.hash).limit(1)) is None


def test_letters_without_an_address_need_a_number_only(holder: FlaskClient) -> None:
    rows = rows_of(make(holder, fields={"size": "50"}))
    assert set(rows[0]) == {"Code", "Link"}
    assert len(rows) == 50


def test_a_round_without_codes_gets_a_poster_and_no_letters(
    own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    own_rounds.open(joining="open")
    holder = sign_in_as("adviseur")
    assert "Poster with QR code" in holder.get(PAGE).text
    poster = holder.get("/participation/cameras/poster.pdf")
    text = pypdf.PdfReader(io.BytesIO(poster.data)).pages[0].extract_text()
    assert "What do you think of it?" in text
    assert "/r/cameras" in text


def test_revoking_ends_the_letters_that_nobody_used(
    holder: FlaskClient, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    typed = [row["Code"] for row in rows_of(make(holder, some_addresses()))]
    with unit_of_work() as session:
        inviting.use_on_paper(session, own_rounds.get(session), typed[0].lower(), own_rounds.keys)
        batch = session.scalars(select(CodeBatch.id)).one()
    submit(holder, f"{PAGE}/{batch}/revoke")
    assert states(unit_of_work, own_rounds, typed) == ["used", *["revoked"] * 59]
    page = holder.get(PAGE).text
    assert "Revoked on" in page
    assert "fewer than 10" in page
    with unit_of_work() as session:
        logged = session.scalars(select(audit.AuditEntry)).all()[-1]
        assert (logged.action, logged.details) == (
            "round.letters_revoked",
            {"batch": batch, "letters": 60},
        )


def test_how_many_letters_were_used_is_told_in_steps_of_ten(
    holder: FlaskClient, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    typed = [row["Code"] for row in rows_of(make(holder, some_addresses()))]
    for count, told in ((9, "fewer than 10"), (19, "10 or more"), (20, "20 or more")):
        with unit_of_work() as session:
            for code in typed[:count]:
                inviting.use_on_paper(session, own_rounds.get(session), code, own_rounds.keys)
        assert told in holder.get(PAGE).text


def test_only_who_holds_rounds_makes_letters(own_rounds: OwnRounds, sign_in_as: SignInAs) -> None:
    own_rounds.open(joining="code")
    assert sign_in_as("civil_servant").get(PAGE).status_code == 403


@pytest.mark.parametrize("change", [{"joining": "open"}, {"phase": "analyse"}, {"closes_at": None}])
def test_codes_are_kept_only_for_a_round_that_takes_letters(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork, change: dict[str, Any]
) -> None:
    own_rounds.open(**{"joining": "code", **change})
    with unit_of_work() as session, pytest.raises(Conflict):
        keep(session, own_rounds, inviting.new_codes(50))


def keep(session: Any, own_rounds: OwnRounds, made: list[str]) -> CodeBatch:
    found = own_rounds.get(session)
    return inviting.keep_codes(
        session, found, made, label="x", nonce=NONCE, keys=own_rounds.keys, actor_id=None, now=NOW
    )


def test_a_batch_of_another_round_is_not_found(
    holder: FlaskClient, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    rows_of(make(holder, some_addresses()))
    own_rounds.open("halte", joining="code")
    with unit_of_work() as session:
        batch = session.scalars(select(CodeBatch.id)).one()
    assert holder.get(f"/participation/halte/letters/{batch}/revoke").status_code == 404


def test_ten_thousand_codes_are_made_and_stored_at_once(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(joining="code")
    with unit_of_work() as session:
        keep(session, own_rounds, inviting.new_codes(10_000))
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Code)) == 10_000


def test_a_used_letter_opens_nothing_in_another_round(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(joining="code")
    own_rounds.open("halte", joining="code")
    made = inviting.new_codes(50)
    with unit_of_work() as session:
        keep(session, own_rounds, made)
    with unit_of_work() as session:
        halte = own_rounds.get(session, "halte")
        with pytest.raises(Refusal):
            inviting.use_on_paper(session, halte, made[0], own_rounds.keys)
