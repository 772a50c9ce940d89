"""Headers, tokens, and where a request came from or may go next."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.config import Config
from waardewerk.security import is_local
from waardewerk.testing import SignInAs, browser_of, csrf_token, submit

PAGES = ["/", "/sign-in", "/privacy", "/nothing-here", "/theme.css", "/health"]


@pytest.fixture
def cluster(sqlite):
    """Nothing here depends on the database."""
    return sqlite


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_carries_the_headers(client: FlaskClient, page: str) -> None:
    headers = client.get(page).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Cookie" in headers["Vary"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_every_page_has_a_nonce_of_its_own_and_uses_it(client: FlaskClient) -> None:
    def nonces() -> tuple[str, set[str]]:
        response = client.get("/")
        policy = response.headers["Content-Security-Policy"]
        allowed = re.findall(r"'nonce-([^']+)'", policy)
        return allowed[0], set(re.findall(r'nonce="([^"]+)"', response.text))

    first, second = nonces(), nonces()
    assert first[1] == {first[0]}
    assert second[1] == {second[0]}
    assert first[0] != second[0]


def test_pages_are_kept_by_nobody(client: FlaskClient, sign_in_as: SignInAs) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert sign_in_as().get("/account").headers["Cache-Control"] == "no-store"


def test_only_over_tls_browsers_are_told_to_stay_there(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    secure = client.get("/", base_url="https://localhost")
    assert "max-age=63072000" in secure.headers["Strict-Transport-Security"]


class TestBehindProxies:
    """Only what a known proxy says is believed."""

    @pytest.fixture
    def config(self, config: Config, request: pytest.FixtureRequest) -> Config:
        return config.model_copy(update={"proxies": request.param})

    @pytest.mark.parametrize("config", [0], indirect=True)
    def test_without_a_proxy_nothing_forwarded_counts(self, client: FlaskClient) -> None:
        response = client.get("/", headers={"X-Forwarded-Proto": "https"})
        assert "Strict-Transport-Security" not in response.headers

    @pytest.mark.parametrize("config", [1], indirect=True)
    def test_with_one_proxy_its_word_counts(self, client: FlaskClient) -> None:
        response = client.get("/", headers={"X-Forwarded-Proto": "https"})
        assert "Strict-Transport-Security" in response.headers

    @pytest.mark.parametrize("config", [1], indirect=True)
    def test_a_forwarded_host_never_counts(self, client: FlaskClient) -> None:
        response = client.get("/account", headers={"X-Forwarded-Host": "evil.example"})
        assert response.location == "/sign-in?next=/account"


UNSAFE_PATHS = [
    "/sign-in",
    "/sign-out",
    "/account/password",
    "/account/sign-ins/1/end",
    "/account/sign-ins/end-others",
    "/admin/people/invite",
    "/admin/people/1",
    "/admin/people/1/erase",
    "/admin/plugins/sample/off",
    "/admin/settings/identity",
    "/admin/settings/theme",
    "/admin/roles/adviseur",
    "/admin/audit/verify",
]


@pytest.fixture
def administrator(sign_in_as: SignInAs) -> FlaskClient:
    """Somebody who may do all of it."""
    return sign_in_as("administrator")


@pytest.mark.parametrize("path", UNSAFE_PATHS)
def test_without_a_token_nothing_is_done(administrator: FlaskClient, path: str) -> None:
    response = administrator.post(path, data={"name": "x"})
    assert response.status_code == 400
    assert "open for too long" in response.text


@pytest.mark.parametrize("path", UNSAFE_PATHS)
def test_the_token_of_somebody_else_does_not_work(
    app: Flask, administrator: FlaskClient, path: str
) -> None:
    foreign = csrf_token(browser_of(app), "/sign-in")
    response = administrator.post(path, data={"csrf_token": foreign, "name": "x"})
    assert response.status_code == 400


@pytest.mark.parametrize("path", UNSAFE_PATHS)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_request_that_started_on_another_site_is_refused(
    administrator: FlaskClient, path: str, site: str
) -> None:
    token = csrf_token(administrator, "/account")
    response = administrator.post(
        path, data={"csrf_token": token}, headers={"Sec-Fetch-Site": site}
    )
    assert response.status_code == 403


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "http://["])
def test_an_older_browser_says_at_least_where_the_page_came_from(
    administrator: FlaskClient, origin: str
) -> None:
    token = csrf_token(administrator, "/account")
    response = administrator.post(
        "/admin/audit/verify", data={"csrf_token": token}, headers={"Origin": origin}
    )
    assert response.status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_request_from_this_site_is_not(administrator: FlaskClient, site: str) -> None:
    response = submit(
        administrator, "/admin/audit/verify", on="/account", headers={"Sec-Fetch-Site": site}
    )
    assert response.status_code == 303


def test_a_link_from_elsewhere_may_be_followed(client: FlaskClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_every_form_of_every_page_carries_a_token(administrator: FlaskClient) -> None:
    for page in ("/account", "/admin/people/1", "/admin/settings/theme", "/sign-in"):
        html = administrator.get(page).text
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL):
            # The language may be chosen before any cookie exists; a stranger gains nothing by it.
            assert "csrf_token" in form or 'action="/language"' in form, form[:200]


def test_choosing_a_language_needs_no_cookie_and_no_token(client: FlaskClient) -> None:
    response = client.post("/language", data={"language": "nl", "next": "/privacy"})
    assert (response.status_code, response.location) == (303, "/privacy")
    assert [c.split("=")[0] for c in response.headers.getlist("Set-Cookie")] == ["language"]


LOCAL = ["/", "/account", "/a?b=//c", "/a#//b", "/%2F%2Fevil", "/a:b", "/é"]
NOT_LOCAL = [
    "",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\x00/evil",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "?next=//evil.example",
    "/a\\b",
    "/a b",
]


@pytest.mark.parametrize("target", LOCAL)
def test_a_path_here_may_be_gone_to(target: str) -> None:
    assert is_local(target)


@pytest.mark.parametrize("target", NOT_LOCAL)
def test_what_a_browser_could_read_as_another_site_may_not(
    client: FlaskClient, target: str
) -> None:
    assert not is_local(target)
    response = client.post("/language", data={"language": "nl", "next": target})
    assert response.location == "/"


@given(st.text())
def test_any_text_is_judged_and_a_judged_path_has_one_slash_in_front(target: str) -> None:
    if is_local(target):
        assert target[0] == "/"
        assert target[1:2] not in {"/", "\\"}


def test_another_method_is_refused_with_a_page(client: FlaskClient) -> None:
    assert client.put("/account").status_code in {400, 405}
    assert client.delete("/sign-in").status_code in {400, 405}
    assert client.open("/", method="TRACE").status_code == 405
