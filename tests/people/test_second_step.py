"""A second step beside the password: an app with codes, codes on paper, and who must have one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from waardewerk import sealing
from waardewerk.audit import entries_about
from waardewerk.config import Config
from waardewerk.people import passkeys, recovery, totp
from waardewerk.people.models import CodeApp, Person, RecoveryCode
from waardewerk.people.operations import accounts, inviting, rights, second_steps
from waardewerk.testing import SignInAs, UnitOfWork, browser_of, csrf_token, submit

from .conftest import PASSWORD, WithPassword

SHARED = re.compile(r"<code>([A-Z2-7 ]+)</code>")
CODES = re.compile(r"<li><code>([0-9A-Z-]{19})</code></li>")
SECOND_STEP = "/account/second-step"


@pytest.fixture
def sam(someone_with_password: WithPassword) -> Person:
    """Sam has a password."""
    return someone_with_password("adviseur")


def with_password(client: FlaskClient, email: str = "sam@example.nl"):
    return submit(client, "/sign-in", {"email": email, "password": PASSWORD})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def set_up_app(client: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    """Set up an app as somebody does, and return it with the codes on paper."""
    submit(client, f"{SECOND_STEP}/app/start", on=SECOND_STEP)
    shared = SHARED.search(client.get(f"{SECOND_STEP}/app").text)[1].replace(" ", "")
    app = pyotp.TOTP(shared)
    response = submit(client, f"{SECOND_STEP}/app", {"code": app.now()})
    assert response.location == f"{SECOND_STEP}/recovery-codes", response.text
    return app, CODES.findall(client.get(response.location).text)


class Sam:
    """Sam's browser, app and codes on paper."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        with_password(client)
        self.app, self.codes = set_up_app(client)

    def code(self, steps: int = 1) -> str:
        """Return the code of a later half minute than the one that set up the app."""
        return self.app.at(datetime.now(UTC), counter_offset=steps)


@pytest.fixture
def with_app(client: FlaskClient, sam: Person) -> Sam:
    """Sam, who has an app."""
    return Sam(client)


def test_a_password_alone_no_longer_lets_in(app: Flask, with_app: Sam) -> None:
    client = browser_of(app)
    assert with_password(client).location == "/sign-in/code"
    assert not is_signed_in(client)
    assert client.get_cookie("waardewerk") is None
    response = submit(client, "/sign-in/code", {"code": with_app.code()})
    assert response.status_code == 303
    assert is_signed_in(client)


def test_the_page_that_was_asked_for_is_reached(app: Flask, with_app: Sam) -> None:
    client = browser_of(app)
    fields = {"email": "sam@example.nl", "password": PASSWORD, "next": "/account?tab=1"}
    submit(client, "/sign-in", fields)
    response = submit(client, "/sign-in/code", {"code": with_app.code()})
    assert response.location == "/account?tab=1"


def test_no_code_works_twice(app: Flask, with_app: Sam) -> None:
    code = with_app.code()
    one, two = browser_of(app), browser_of(app)
    for client in (one, two):
        with_password(client)
    assert submit(one, "/sign-in/code", {"code": code}).status_code == 303
    assert submit(two, "/sign-in/code", {"code": code}).status_code == 422
    assert not is_signed_in(two)


def test_the_code_that_set_up_the_app_does_not_sign_in(app: Flask, with_app: Sam) -> None:
    client = browser_of(app)
    with_password(client)
    assert submit(client, "/sign-in/code", {"code": with_app.code(0)}).status_code == 422


@pytest.mark.on_both
def test_of_two_who_send_the_same_code_at_once_one_comes_in(app: Flask, with_app: Sam) -> None:
    clients = [browser_of(app) for _ in range(4)]
    fields = {}
    for client in clients:
        with_password(client)
        token = csrf_token(client, "/sign-in/code")
        fields[client] = {"code": with_app.code(), "csrf_token": token}
    with ThreadPoolExecutor(4) as pool:
        send = lambda client: client.post("/sign-in/code", data=fields[client]).status_code  # noqa: E731
        assert sorted(pool.map(send, clients)) == [303, 422, 422, 422]


def test_after_ten_wrong_codes_even_the_right_one_waits(app: Flask, with_app: Sam) -> None:
    client = browser_of(app)
    with_password(client)
    for _ in range(10):
        assert submit(client, "/sign-in/code", {"code": "000000"}).status_code == 422
    assert submit(client, "/sign-in/code", {"code": with_app.code()}).status_code == 429
    recovery_code = {"code": with_app.codes[0]}
    assert submit(client, "/sign-in/recovery-code", recovery_code).status_code == 429


def test_without_the_password_there_is_no_second_step_to_guess(client: FlaskClient) -> None:
    for page in ("/sign-in/code", "/sign-in/recovery-code"):
        assert client.get(page).location == "/sign-in"


def test_waiting_for_the_second_step_ends(app: Flask, with_app: Sam) -> None:
    client = browser_of(app)
    with_password(client)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert client.get("/sign-in/code").location == "/sign-in"


def test_another_password_ends_the_waiting(
    app: Flask, with_app: Sam, unit_of_work: UnitOfWork
) -> None:
    client = browser_of(app)
    with_password(client)
    change = {"current_password": PASSWORD, "password": "another long sentence"}
    assert submit(with_app.client, "/account/password", change).status_code == 303
    assert client.get("/sign-in/code").location == "/sign-in"


def test_a_copy_of_the_waiting_browser_does_not_come_in_after(app: Flask, with_app: Sam) -> None:
    client, copy = browser_of(app), browser_of(app)
    with_password(client)
    csrf_token(client, "/sign-in/code")
    copy.set_cookie("session", client.get_cookie("session").value)
    submit(client, "/sign-in/code", {"code": with_app.code()})
    response = submit(copy, "/sign-in/recovery-code", {"code": with_app.codes[0]})
    assert response.status_code == 410
    assert not is_signed_in(copy)


def test_setting_up_ends_every_other_sign_in(app: Flask, sam: Person) -> None:
    here, elsewhere = browser_of(app), browser_of(app)
    with_password(elsewhere)
    before = Sam(here)
    assert is_signed_in(before.client)
    assert not is_signed_in(elsewhere)


def test_a_wrong_first_code_changes_nothing(client: FlaskClient, sam: Person) -> None:
    with_password(client)
    submit(client, f"{SECOND_STEP}/app/start", on=SECOND_STEP)
    response = submit(client, f"{SECOND_STEP}/app", {"code": "12"})
    assert response.status_code == 422
    assert "clock of your phone" in response.text
    submit(client, "/sign-out", on="/")
    assert with_password(client).location == "/"


def test_the_old_app_works_until_the_new_one_does(app: Flask, with_app: Sam) -> None:
    submit(with_app.client, f"{SECOND_STEP}/app/start", on=SECOND_STEP)
    client = browser_of(app)
    with_password(client)
    assert submit(client, "/sign-in/code", {"code": with_app.code()}).status_code == 303


def test_the_secret_of_an_app_is_stored_sealed(with_app: Sam, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        row = session.scalars(select(CodeApp)).one()
        assert with_app.app.secret not in str(row.secret)
        assert row.new_secret is None


def test_a_seal_of_somebody_else_does_not_open(
    app: Flask, with_app: Sam, someone_with_password: WithPassword, unit_of_work: UnitOfWork
) -> None:
    other = someone_with_password(name="Noor")
    with unit_of_work() as session:
        stolen = session.scalars(select(CodeApp)).one()
        session.add(CodeApp(person_id=other.id, secret=stolen.secret, since=stolen.since))
    client = browser_of(app)
    with_password(client, "noor@example.nl")
    response = submit(client, "/sign-in/code", {"code": with_app.code()})
    assert response.status_code == 422
    assert "can no longer be read" in response.text
    assert not is_signed_in(client)


# Codes on paper ------------------------------------------------------------------------------


def test_ten_codes_are_shown_once(with_app: Sam, unit_of_work: UnitOfWork) -> None:
    assert len(set(with_app.codes)) == 10
    again = with_app.client.get(f"{SECOND_STEP}/recovery-codes")
    assert again.location == SECOND_STEP
    with unit_of_work() as session:
        stored = str([code.code_hash for code in session.scalars(select(RecoveryCode))])
    assert not any(code in stored for code in with_app.codes)


def test_codes_of_who_was_here_before_are_not_shown(with_app) -> None:
    with with_app.client.session_transaction() as cookie:
        cookie["recovery_codes"] = {"of": 0, "codes": ["aaaa-bbbb"]}
    shown = with_app.client.get(f"{SECOND_STEP}/recovery-codes")
    assert shown.status_code == 303
    assert "aaaa" not in shown.text
    with with_app.client.session_transaction() as cookie:
        assert "recovery_codes" not in cookie


def test_a_code_on_paper_comes_in_once(app: Flask, with_app: Sam) -> None:
    for expected in (303, 422):
        client = browser_of(app)
        with_password(client)
        typed = with_app.codes[3].lower().replace("-", " ")
        response = submit(client, "/sign-in/recovery-code", {"code": typed})
        assert response.status_code == expected
    assert "You have 9 codes left" in with_app.client.get(SECOND_STEP).text


def test_new_codes_end_the_old_ones(app: Flask, with_app: Sam) -> None:
    renew = f"{SECOND_STEP}/recovery-codes"
    response = submit(with_app.client, renew, on=SECOND_STEP)
    new = CODES.findall(with_app.client.get(response.location).text)
    assert len(new) == 10
    client = browser_of(app)
    with_password(client)
    old = {"code": with_app.codes[0]}
    assert submit(client, "/sign-in/recovery-code", old).status_code == 422
    assert submit(client, "/sign-in/recovery-code", {"code": new[0]}).status_code == 303


@given(st.text(alphabet=recovery.LETTERS, min_size=16, max_size=16), st.booleans())
def test_a_code_is_read_however_it_was_typed(letters: str, lower: bool) -> None:
    code = recovery.normal(letters)
    typed = code.replace("-", "  ").replace("0", "O").replace("1", "l")
    assert recovery.normal(typed.lower() if lower else typed) == code


# Showing who one is --------------------------------------------------------------------------


def test_who_signed_in_long_ago_shows_first_that_it_is_them(with_app: Sam) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        for button in ("app/start", "app/remove", "recovery-codes"):
            response = submit(with_app.client, f"{SECOND_STEP}/{button}", on=SECOND_STEP)
            assert response.location == f"/account/confirm?next={SECOND_STEP}"
        wrong = submit(with_app.client, "/account/confirm", {"password": "a guess"})
        assert wrong.status_code == 422
        fields = {"password": PASSWORD, "next": SECOND_STEP}
        right = submit(with_app.client, "/account/confirm", fields)
        assert right.location == SECOND_STEP
        response = submit(with_app.client, f"{SECOND_STEP}/app/remove", on=SECOND_STEP)
        assert response.location == SECOND_STEP
    assert "Set up an app" in with_app.client.get(SECOND_STEP).text


def test_confirming_never_leads_to_another_site(with_app: Sam) -> None:
    fields = {"password": PASSWORD, "next": "//evil.example"}
    response = submit(with_app.client, "/account/confirm", fields)
    assert response.location == SECOND_STEP


def test_removing_the_app_makes_the_password_enough_and_ends_the_codes(
    app: Flask, with_app: Sam, sam: Person, unit_of_work: UnitOfWork
) -> None:
    submit(with_app.client, f"{SECOND_STEP}/app/remove", on=SECOND_STEP)
    assert with_password(browser_of(app)).location == "/"
    with unit_of_work() as session:
        assert session.scalars(select(RecoveryCode)).all() == []
        actions = [e.action for e in entries_about(session, f"person:{sam.id}")]
    assert actions.count("person.second_step_added") == 1
    assert actions.count("person.second_step_removed") == 1


def test_a_new_password_by_mail_does_not_go_round_the_second_step(
    app: Flask, with_app: Sam, sam: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        person = accounts.get_person(session, sam.id)
        token = inviting.make_password_link(session, person, actor_id=sam.id, now=datetime.now(UTC))
    client = browser_of(app)
    response = submit(client, f"/link/{token}", {"password": "another long sentence"})
    assert response.location == "/sign-in/code"
    assert not is_signed_in(client)


# The administrator ---------------------------------------------------------------------------


def test_an_administrator_takes_the_second_step_of_who_lost_it_away_and_sees_no_secret(
    app: Flask, with_app: Sam, sam: Person, sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    administrator = sign_in_as("administrator")
    page = administrator.get(f"/admin/people/{sam.id}").text
    assert with_app.app.secret not in page
    reset = f"/admin/people/{sam.id}/second-step/reset"
    assert submit(administrator, reset, on=f"/admin/people/{sam.id}").status_code == 303
    assert not is_signed_in(with_app.client)
    assert with_password(browser_of(app)).location == "/"
    with unit_of_work() as session:
        newest = entries_about(session, f"person:{sam.id}")
        reset_by = next(e.actor_id for e in newest if e.action == "person.second_step_reset")
        assert reset_by not in {None, sam.id}
    assert submit(administrator, reset, on=f"/admin/people/{sam.id}").status_code == 404


def test_nobody_changes_somebody_elses_second_step(
    with_app: Sam, sam: Person, sign_in_as: SignInAs
) -> None:
    stranger = sign_in_as("adviseur")
    for path in ("second-step/reset", "break-glass", "unlink"):
        response = submit(stranger, f"/admin/people/{sam.id}/{path}", on="/account")
        assert response.status_code == 403
    assert submit(stranger, f"{SECOND_STEP}/passkey/1/remove", on=SECOND_STEP).status_code == 404


class TestWhoMustHaveOne:
    """The operator asks it of everybody."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"second_step": "everybody"})

    def test_nothing_else_opens_before_it_is_set_up(self, client: FlaskClient, sam: Person) -> None:
        assert with_password(client).location == SECOND_STEP
        for page in ("/account", "/account/data", "/account/password", "/admin/", "/admin/people/"):
            assert client.get(page).location == SECOND_STEP, page
        assert "Set up a second step first" in client.get(SECOND_STEP).text
        set_up_app(client)
        assert is_signed_in(client)

    def test_the_last_one_cannot_be_removed(self, client: FlaskClient, sam: Person) -> None:
        with_password(client)
        set_up_app(client)
        response = submit(client, f"{SECOND_STEP}/app/remove", on=SECOND_STEP)
        assert response.status_code == 422
        assert "Set up another one first" in response.text
        assert is_signed_in(client)


class TestAdministratorsMust:
    """The operator asks it of administrators."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"second_step": "administrators"})

    def test_only_they_are_held(self, app: Flask, someone_with_password: WithPassword) -> None:
        someone_with_password("administrator")
        someone_with_password("adviseur", name="Noor")
        assert with_password(browser_of(app)).location == SECOND_STEP
        assert with_password(browser_of(app), "noor@example.nl").location == "/"

    def test_who_becomes_one_is_held_from_then_on(
        self, client: FlaskClient, sam: Person, unit_of_work: UnitOfWork
    ) -> None:
        with_password(client)
        assert is_signed_in(client)
        with unit_of_work() as session:
            person = accounts.get_person(session, sam.id)
            now = datetime.now(UTC)
            rights.assign_roles(session, person, {"administrator"}, actor_id=None, now=now)
        assert not is_signed_in(client)
        assert with_password(client).location == SECOND_STEP


# The small pure modules ----------------------------------------------------------------------

NOW = datetime(2026, 11, 26, 12, 0, 15, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("drift", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phone_may_be_half_a_minute_off(drift: int, counts: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOW, counter_offset=drift)
    assert (totp.step_of(SECRET, code, NOW, after=None) is not None) == counts


def test_a_code_of_before_counts_no_more() -> None:
    code = pyotp.TOTP(SECRET).at(NOW)
    step = totp.step_of(SECRET, f"{code[:3]} {code[3:]}", NOW, after=None)
    assert step is not None
    assert totp.step_of(SECRET, code, NOW, after=step) is None
    assert totp.step_of(SECRET, "", NOW, after=None) is None


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_a_seal_opens_for_what_it_was_made_for_and_nothing_else(
    text: str, about: str, other: str
) -> None:
    sealed = sealing.seal("a" * 40, text, about=about)
    assert sealing.unseal("a" * 40, sealed, about=about) == text
    for secret, what in (("b" * 40, about), ("a" * 40, other + "x" + about)):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(secret, sealed, about=what)


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://waarden.example.nl", "https://waarden.example.nl"),
        ("https://waarden.example.nl:8443", "https://waarden.example.nl:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://waarden.example.nl", None),
        ("https://192.0.2.7", None),
        ("http://127.0.0.1:8000", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_passkeys_need_a_name_and_tls(base_url: str, origin: str | None) -> None:
    place = passkeys.place_of(base_url)
    assert (place.origin if place else None) == origin


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "{}",
        "x" * 30_000,
        "[" * 20_000,
        '{"id": 1}',
        "null",
        r'{"id": "\u0000"}',
        r'{"id": "\ud800"}',
    ],
)
def test_a_made_up_passkey_is_refused(client: FlaskClient, answer: str) -> None:
    page = client.get("/sign-in").text
    challenge = re.search(r'name="challenge"[^>]*value="([^"]+)"', page)[1]
    token = csrf_token(client, "/sign-in")
    fields = {"csrf_token": token, "challenge": challenge, "answer": answer}
    response = client.post("/sign-in/passkey", data=fields)
    assert response.status_code == 422
    assert "This passkey does not work here" in response.text


def test_erasing_somebody_erases_every_way_in(
    with_app: Sam, sam: Person, unit_of_work: UnitOfWork
) -> None:
    from waardewerk.people import keeping

    with unit_of_work() as session:
        kept = keeping.export(session, "sam@example.nl")[0]
        assert kept["recovery_codes_left"] == 10
        assert with_app.app.secret not in str(kept)
        keeping.erase(session, "sam@example.nl")
        assert not second_steps.has_any(session, sam.id)
        assert session.scalars(select(RecoveryCode)).all() == []
