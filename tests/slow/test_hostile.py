"""What strangers send to a running server: too much, too slowly, forged, or broken off.

Every time the sender gets a plain answer, nothing is stored that should not be, the server stays
up for everybody else, and its log holds no unexpected fault.
"""

from __future__ import annotations

import http.client
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from waardewerk.serving import SILENCE

from .installation import ADMINISTRATOR, PASSWORD, SECTION, Asked, Installation
from .visitor import Answer, Visitor, say

MEGABYTE = 1024 * 1024
QUESTIONS = ("first", "second")
UPLOAD = "/maturity/versions"
THREADS = 8
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One server that goes through all of it."""
    folder = tmp_path_factory.mktemp("hostile")
    installation = Installation(folder, f"sqlite:///{folder}/hostile.db")
    yield installation
    installation.database.dispose()


@pytest.fixture(scope="module")
def people(installation: Installation) -> list[Asked]:
    """Some who are asked."""
    return installation.open_inquiry(QUESTIONS, 3)


@pytest.fixture(scope="module")
def server(installation: Installation, people: list[Asked]) -> Iterator[int]:
    """The port of the server."""
    with installation.running():
        yield installation.port


@pytest.fixture(autouse=True)
def _unharmed(installation: Installation, server: int) -> Iterator[None]:
    yield
    assert installation.is_up()
    assert "unexpected fault" not in installation.log


@pytest.fixture
def respondent(server: int, people: list[Asked]) -> Iterator[Visitor]:
    """Somebody who is answering."""
    visitor = Visitor(server)
    visitor.come_in(people[0].code)
    yield visitor
    visitor.leave()


@pytest.fixture
def administrator(server: int) -> Iterator[Visitor]:
    """Somebody who may bring in definitions."""
    visitor = Visitor(server)
    visitor.sign_in(ADMINISTRATOR, PASSWORD)
    yield visitor
    visitor.leave()


def save(visitor: Visitor, asked: Asked, text: str, **changed: str) -> Answer:
    """Save a text as the page does; ``changed`` fields are sent as they are given."""
    page = visitor.get(f"/answers/{asked.id}/{SECTION}").hidden
    fields = {
        "csrf_token": page["csrf_token"],
        "first::value": text,
        "first::revision": page["first::revision"],
        **changed,
    }
    return visitor.post(f"/answers/{asked.id}/save/first/", fields, {"HX-Request": "true"})


def upload(visitor: Visitor, content: bytes) -> Answer:
    """Send a definition through the page for it."""
    token = visitor.get(UPLOAD).hidden["csrf_token"]
    parts = (
        b'--part\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n',
        token.encode(),
        b'\r\n--part\r\nContent-Disposition: form-data; name="definition"; filename="a.yaml"\r\n',
        b"Content-Type: application/yaml\r\n\r\n",
        content,
        b"\r\n--part--\r\n",
    )
    kind = {"Content-Type": "multipart/form-data; boundary=part"}
    return visitor.send("POST", UPLOAD, b"".join(parts), kind)


def is_refused(server: int, head: bytes, body: bytes) -> bool:
    """Send a request piece by piece; tell whether the server refused it or hung up on it."""
    with closing(say(server, head)) as connection:
        try:
            for start in range(0, len(body), MEGABYTE):
                connection.sendall(body[start : start + MEGABYTE])
            said = connection.recv(200)
        except (BrokenPipeError, ConnectionResetError):
            return True
    return said.startswith(b"HTTP/1.1 4")


def test_a_body_of_ten_megabytes_is_refused(respondent: Visitor, people: list[Asked]) -> None:
    try:
        answer = save(respondent, people[0], "x" * 10 * MEGABYTE)
    except (OSError, http.client.HTTPException):
        return
    assert answer.status == 413
    assert "too large" in answer.text


def test_a_body_of_unknown_length_is_refused_once_it_is_too_long(server: int) -> None:
    head = (
        b"POST /a/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    chunk = b"%x\r\ncode=" % (MEGABYTE + 5) + b"x" * MEGABYTE + b"\r\n"
    assert is_refused(server, head, chunk * 10 + b"0\r\n\r\n")


def test_an_alias_bomb_is_refused_in_words(administrator: Visitor) -> None:
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    answer = upload(administrator, f"l0: &l0 [lol]\n{layers}".encode())
    assert answer.status == 422
    assert "Anchors" in answer.text


def test_a_text_that_just_fits_the_limit_is_refused_in_words(administrator: Visitor) -> None:
    answer = upload(administrator, b'title: "' + b"x" * 3 * MEGABYTE + b'"\n')
    assert answer.status == 422


def test_a_text_of_fifty_megabytes_is_refused(administrator: Visitor) -> None:
    try:
        answer = upload(administrator, b'title: "' + b"x" * 50 * MEGABYTE + b'"\n')
    except (OSError, http.client.HTTPException):
        return
    assert answer.status == 413


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"first::value": "a\0b"}, id="a null byte"),
        pytest.param({"first::revision": "9" * 5000}, id="an endless number"),
        pytest.param({"first::revision": "\u0663"}, id="a number in other digits"),
        pytest.param({"first::revision": "-1"}, id="a negative number"),
        pytest.param({"csrf_token": "forged"}, id="a forged token"),
        pytest.param({"about": "99999999999999999999"}, id="a subject that no database holds"),
    ],
)
def test_fields_that_no_page_sends_are_refused(
    respondent: Visitor, people: list[Asked], fields: dict[str, str]
) -> None:
    answer = save(respondent, people[0], "text", **fields)
    assert answer.status in {200, 400, 404, 409, 422}, answer.text


def test_bytes_that_are_no_text_are_refused(respondent: Visitor, people: list[Asked]) -> None:
    page = respondent.get(f"/answers/{people[0].id}/{SECTION}").hidden
    body = f"csrf_token={page['csrf_token']}&first%3A%3Arevision=0&first%3A%3Avalue="
    kind = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    for value in ("%ED%A0%80", "%FF%FE", "%00%01%7F"):
        address = f"/answers/{people[0].id}/save/first/"
        answer = respondent.send("POST", address, (body + value).encode(), kind)
        assert answer.status in {200, 409, 422}, answer.text


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda kept: kept[:-3] + "abc", id="another signature"),
        pytest.param(lambda kept: "x" + kept, id="another content"),
        pytest.param(lambda _kept: "eyJyZXNwb25kZW50cyI6eyIxIjoiYSJ9fQ", id="no signature"),
        pytest.param(lambda _kept: "\u00ff\u00fe", id="bytes that are no text"),
        pytest.param(lambda _kept: "." * 4000, id="dots"),
    ],
)
def test_a_tampered_cookie_opens_nothing(
    respondent: Visitor, people: list[Asked], change: object
) -> None:
    assert callable(change)
    tampered = Visitor(respondent.port, {"session": change(respondent.cookies["session"])})
    answer = tampered.get(f"/answers/{people[0].id}/{SECTION}")
    tampered.leave()
    assert answer.status in {303, 404}
    assert "first::value" not in answer.text


@pytest.mark.parametrize("name", ["waardewerk", "language", "session"])
def test_nonsense_in_any_cookie_gives_the_plain_page(server: int, name: str) -> None:
    for value in ("x" * 3000, '"', "=;,", "\u00e9", "../../etc/passwd"):
        visitor = Visitor(server, {name: value})
        assert visitor.get("/").status == 200
        visitor.leave()


def test_silent_connections_keep_nobody_out(installation: Installation, server: int) -> None:
    with ExitStack() as stack:
        for _ in range(3 * THREADS):
            stack.enter_context(closing(say(server, b"")))
        began = time.monotonic()
        assert installation.is_up()
        assert time.monotonic() - began < SILENCE / 2


def test_who_stops_in_the_middle_keeps_nobody_out_for_long(
    installation: Installation, server: int
) -> None:
    half = b"GET / HTTP/1.1\r\nHost: x\r\n"
    never_read = b"GET /static/app.css HTTP/1.1\r\nHost: x\r\n\r\n" * 200
    with ExitStack() as stack:
        for number in range(2 * THREADS):
            words = half if number % 2 else never_read
            stack.enter_context(closing(say(server, words)))
        began = time.monotonic()
        assert installation.is_up()
        assert time.monotonic() - began < 3 * SILENCE


def test_connections_that_break_off_leave_nothing_behind(
    installation: Installation, server: int, people: list[Asked]
) -> None:
    address = f"/answers/{people[0].id}/save/first/".encode()
    halves = (
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: session=",
        b"POST " + address + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nfirst",
        b"POST /a/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nco",
    )
    for half in halves * THREADS:
        connection = say(server, half)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        connection.close()
    assert installation.is_up()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\r\n\r\n", id="a TLS handshake"),
        pytest.param(b"\0" * 100 + b"\r\n\r\n", id="null bytes"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
            id="a long header",
        ),
        pytest.param(b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", id="a long address"),
        pytest.param(
            b"POST /a/ HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", id="a negative length"
        ),
        pytest.param(
            b"POST /a/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
            id="two lengths",
        ),
    ],
)
def test_what_is_no_request_is_refused(server: int, words: bytes) -> None:
    with closing(say(server, words)) as connection:
        connection.settimeout(10)
        try:
            said = connection.recv(200)
        except ConnectionResetError:
            said = b""
    assert not said or said.startswith(b"HTTP/1.1 4")
