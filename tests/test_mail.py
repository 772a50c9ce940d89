"""Mail: an outbox that survives, and a sender that trusts no stranger's server."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select

from waardewerk import jobs, mail
from waardewerk.config import Config
from waardewerk.jobs import QueuedJob, worker_of
from waardewerk.mail import Letter, is_address
from waardewerk.testing import SmtpServer, UnitOfWork, free_port, running_smtp_server

CERTIFICATES = Path(__file__).parent / "certificates"
LETTER = Letter(to="noor@example.nl", subject="Uw één\r\nuitnodiging", body="Hallo Noor,\n\n⚖\n")


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "localhost_with_key.pem")
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the certificate of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "localhost.pem"))


@pytest.fixture
def starttls_server() -> Iterator[SmtpServer]:
    """A server that takes nothing before TLS."""
    with running_smtp_server(tls_context=server_context(), require_starttls=True) as server:
        yield server


@pytest.fixture
def tls_server() -> Iterator[SmtpServer]:
    """A server that speaks TLS from the first byte."""
    with running_smtp_server(ssl_context=server_context()) as server:
        yield server


@pytest.fixture
def server(smtp_server: SmtpServer) -> SmtpServer:
    """The server of a test; overridden where it needs another."""
    return smtp_server


@pytest.fixture
def security() -> str:
    """How the connection is protected."""
    return "none"


@pytest.fixture
def config(config: Config, server: SmtpServer, security: str) -> Config:
    """The installation sends through that server."""
    return with_mail(config, server, security)


def with_mail(config: Config, server: SmtpServer, security: str, **more: object) -> Config:
    settings = {
        "smtp_host": server.host,
        "smtp_port": server.port,
        "smtp_security": security,
        "mail_from": "waardewerk@example.nl",
        **more,
    }
    return config.model_copy(update=settings)


def post(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        mail.post(session, LETTER, now=datetime.now(UTC))


def work(app: Flask, after: timedelta = timedelta()) -> int:
    return worker_of(app).run_due(datetime.now(UTC) + after)


def waiting(unit_of_work: UnitOfWork) -> list[QueuedJob]:
    with unit_of_work() as session:
        return list(session.scalars(select(QueuedJob).where(QueuedJob.name == mail.JOB)))


def test_a_letter_arrives_and_its_row_disappears(
    app: Flask, unit_of_work: UnitOfWork, server: SmtpServer
) -> None:
    post(unit_of_work)
    assert server.letters == []
    assert work(app) == 1
    (letter,) = server.letters
    assert letter["To"] == "noor@example.nl"
    assert letter["From"] == "waardewerk@example.nl"
    assert letter["Subject"] == "Uw één uitnodiging"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.nl>")
    assert letter.get_content().replace("\r\n", "\n") == "Hallo Noor,\n\n⚖\n"
    assert waiting(unit_of_work) == []
    assert work(app) == 0


def test_a_letter_exists_only_when_its_transaction_commits(
    abandon, unit_of_work: UnitOfWork
) -> None:
    abandon(lambda session: mail.post(session, LETTER, now=datetime.now(UTC)))
    assert waiting(unit_of_work) == []


class TestWhenTheServerIsDown:
    """Nothing is lost; it goes later."""

    @pytest.fixture
    def server(self) -> SmtpServer:
        return SmtpServer("127.0.0.1", free_port())

    def test_the_letter_waits_and_goes_when_the_server_is_back(
        self, app: Flask, unit_of_work: UnitOfWork, server: SmtpServer
    ) -> None:
        post(unit_of_work)
        assert work(app) == 1
        (job,) = waiting(unit_of_work)
        assert job.tries == 1
        assert "ConnectionRefusedError" in (job.last_fault or "")
        assert work(app) == 0, "not at once again"
        with running_smtp_server(port=server.port) as back:
            assert work(app, after=timedelta(minutes=1)) == 1
            assert len(back.letters) == 1
        assert waiting(unit_of_work) == []

    def test_after_two_days_it_rests_and_the_health_page_can_show_it(
        self, app: Flask, unit_of_work: UnitOfWork
    ) -> None:
        post(unit_of_work)
        waited = timedelta()
        while work(app, after=waited):
            waited += jobs.LONGEST_WAIT
        (job,) = waiting(unit_of_work)
        assert (job.gave_up, job.tries) == (True, jobs.TRIES)
        with unit_of_work() as session:
            assert [row.id for row in jobs.troubled(session)] == [job.id]
            assert jobs.waiting(session, mail.JOB) == 0


class TestWithoutAServer:
    """No server is set at all."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"smtp_host": ""})

    def test_the_reason_names_the_setting(self, app: Flask, unit_of_work: UnitOfWork) -> None:
        post(unit_of_work)
        work(app)
        assert "WAARDEWERK_SMTP_HOST" in (waiting(unit_of_work)[0].last_fault or "")


class TestStarttls:
    """TLS after the first words, and only with a certificate that can be trusted."""

    @pytest.fixture
    def server(self, starttls_server: SmtpServer) -> SmtpServer:
        return starttls_server

    @pytest.fixture
    def security(self) -> str:
        return "starttls"

    @pytest.mark.usefixtures("trusted")
    def test_a_trusted_server_gets_the_letter(
        self, app: Flask, unit_of_work: UnitOfWork, server: SmtpServer
    ) -> None:
        post(unit_of_work)
        work(app)
        assert len(server.letters) == 1

    def test_a_stranger_s_server_gets_nothing(
        self, app: Flask, unit_of_work: UnitOfWork, server: SmtpServer
    ) -> None:
        post(unit_of_work)
        work(app)
        assert server.letters == []
        assert "CERTIFICATE_VERIFY_FAILED" in (waiting(unit_of_work)[0].last_fault or "")


class TestStarttlsWhereTheServerHasNone:
    """Somebody in between who takes TLS away gets nothing."""

    @pytest.fixture
    def security(self) -> str:
        return "starttls"

    def test_the_letter_is_not_sent_in_the_open(
        self, app: Flask, unit_of_work: UnitOfWork, server: SmtpServer
    ) -> None:
        post(unit_of_work)
        work(app)
        assert server.letters == []
        assert "STARTTLS" in (waiting(unit_of_work)[0].last_fault or "")


class TestTls:
    """TLS from the first byte."""

    @pytest.fixture
    def server(self, tls_server: SmtpServer) -> SmtpServer:
        return tls_server

    @pytest.fixture
    def security(self) -> str:
        return "tls"

    @pytest.mark.usefixtures("trusted")
    def test_a_trusted_server_gets_the_letter(
        self, app: Flask, unit_of_work: UnitOfWork, server: SmtpServer
    ) -> None:
        post(unit_of_work)
        work(app)
        assert len(server.letters) == 1


class TestWithAPassword:
    """The server asks who sends."""

    @pytest.fixture
    def server(self) -> Iterator[SmtpServer]:
        def check(_server, _session, _envelope, _mechanism, data: LoginPassword) -> AuthResult:
            known = LoginPassword(b"waardewerk", b"hush")
            return AuthResult(success=data == known, handled=False)

        with running_smtp_server(
            tls_context=server_context(), authenticator=check, auth_required=True
        ) as server:
            yield server

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(
            update={
                "smtp_security": "starttls",
                "smtp_user": "waardewerk",
                "smtp_password": SecretStr("hush"),
            }
        )

    @pytest.mark.usefixtures("trusted")
    def test_the_password_opens_the_door(
        self, app: Flask, unit_of_work: UnitOfWork, server: SmtpServer
    ) -> None:
        post(unit_of_work)
        work(app)
        assert len(server.letters) == 1


@pytest.mark.parametrize(
    "text",
    ["a@example.nl", "first.last+tag@sub.example.nl", "o'neil@example.nl", "x@y.nl"],
)
def test_an_address_of_one_person_is_accepted(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@example.nl",
        "a..b@example.nl",
        "a.@example.nl",
        "a@-example.nl",
        "a@example.1",
        "a@",
        "a@example.",
        "a@.nl",
        "a b@example.nl",
        "a@example.nl, b@example.nl",
        "a@example.nl\r\nBcc: b@example.nl",
        "Noor <a@example.nl>",
        "a@exämple.nl",
        "a\x00@example.nl",
        "x" * 250 + "@example.nl",
    ],
)
def test_what_is_no_address_of_one_person_is_refused(text: str) -> None:
    assert not is_address(text)


@given(st.text())
def test_any_text_is_judged_without_a_fault(text: str) -> None:
    if is_address(text):
        assert text.count("@") >= 1
        assert not set(text) & set("\r\n ,;<>")
