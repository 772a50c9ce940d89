"""Filling in settings: they show at once, in every worker, and cannot break a page."""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from waardewerk.audit import entries_about
from waardewerk.config import Config
from waardewerk.plugins import Plugins
from waardewerk.testing import UnitOfWork, submit
from waardewerk.theming import DEFAULT_THEME

PNG = b"\x89PNG\r\n\x1a\n" + b"the rest of a picture"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"the rest"
IDENTITY = {"name": "Provincie Voorbeeld", "contact": "", "privacy": "", "accessibility": ""}


@pytest.fixture
def plugins(sample: Plugins) -> Plugins:
    """The sample plugin asks for a setting."""
    return sample


def test_the_name_stands_on_every_page(administrator: FlaskClient, client: FlaskClient) -> None:
    assert submit(administrator, "/admin/settings/identity", IDENTITY).status_code == 303
    assert "Provincie Voorbeeld" in client.get("/").text


def test_a_new_site_asks_for_its_name_until_it_has_one(administrator: FlaskClient) -> None:
    assert "Give this site your name" in administrator.get("/").text
    submit(administrator, "/admin/settings/identity", IDENTITY)
    assert "Give this site your name" not in administrator.get("/").text


@pytest.mark.parametrize("page", ["contact", "privacy", "accessibility"])
def test_own_texts_stand_on_their_pages_and_carry_no_markup(
    administrator: FlaskClient, client: FlaskClient, page: str
) -> None:
    text = "First line\r\nsecond line\r\n\r\n<script>alert(1)</script>"
    submit(administrator, "/admin/settings/identity", {**IDENTITY, page: text})
    shown = client.get(f"/{page}").text
    assert "<p>First line<br>second line</p>" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize("field", list(IDENTITY))
@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\x7f"])
def test_text_that_cannot_be_stored_is_refused_beside_its_field(
    administrator: FlaskClient, field: str, text: str
) -> None:
    response = submit(administrator, "/admin/settings/identity", {**IDENTITY, field: text})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


def test_the_audit_trail_tells_which_settings_were_set_and_not_what_they_hold(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    submit(administrator, "/admin/settings/identity", IDENTITY)
    with unit_of_work() as session:
        (entry,) = entries_about(session, "settings:core")
        assert entry.actor_id == 1
        assert "name" in entry.details["keys"]
        assert "Voorbeeld" not in str(entry.details)


def upload(client: FlaskClient, content: bytes, name: str = "logo.png"):
    return submit(client, "/admin/settings/logo", {"logo": (io.BytesIO(content), name)})


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (WEBP, "image/webp")])
def test_a_logo_stands_on_every_page(
    administrator: FlaskClient, client: FlaskClient, content: bytes, kind: str
) -> None:
    assert upload(administrator, content).status_code == 303
    address = client.get("/").text.split('class="ww-header__logo" src="')[1].split('"')[0]
    picture = client.get(address)
    assert (picture.data, picture.mimetype) == (content, kind)
    assert "immutable" in picture.headers["Cache-Control"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not a PNG or WebP"),
        (b"GIF89a", "not a PNG or WebP"),
        (b"", "not a PNG or WebP"),
        (PNG + b"x" * 200_000, "larger than 200 kB"),
    ],
    ids=["svg", "gif", "empty", "large"],
)
def test_another_file_is_refused_whatever_it_is_called(
    administrator: FlaskClient, content: bytes, complaint: str
) -> None:
    response = upload(administrator, content)
    assert response.status_code == 422
    assert complaint in response.text


def test_no_file_at_all(administrator: FlaskClient) -> None:
    response = submit(administrator, "/admin/settings/logo")
    assert response.status_code == 422
    assert "Choose a file first" in response.text


def test_a_logo_can_be_removed_and_replaced(
    administrator: FlaskClient, client: FlaskClient, config: Config
) -> None:
    for number in range(4):
        upload(administrator, PNG + bytes([number]))
    assert len(list(Path(config.var, "logo").iterdir())) == 2
    submit(administrator, "/admin/settings/logo/remove", on="/admin/settings/logo")
    assert "ww-header__logo" not in client.get("/").text


@pytest.mark.parametrize("name", ["../secret", "..%2fsecret", "x.png", "0" * 16 + ".svg", "%00"])
def test_no_other_file_leaves_by_the_door_of_the_logo(client: FlaskClient, name: str) -> None:
    assert client.get(f"/logo/{name}").status_code == 404


THEME = asdict(DEFAULT_THEME)


def test_own_colours_reach_the_style_sheet_under_a_new_address(
    administrator: FlaskClient, client: FlaskClient
) -> None:
    def address() -> str:
        return client.get("/").text.split('href="/theme.css')[1].split('"')[0]

    before = address()
    fields = {**THEME, "brand": "#4b0082", "font": "georgia"}
    assert submit(administrator, "/admin/settings/theme", fields).status_code == 303
    assert address() != before
    css = client.get(f"/theme.css{address()}")
    assert "--theme-brand: #4b0082;" in css.text
    assert "immutable" in css.headers["Cache-Control"]
    assert client.get(f"/theme.css{before}").headers["Cache-Control"] == "no-cache"


def test_colours_that_are_too_close_are_refused_with_the_contrast(
    administrator: FlaskClient, client: FlaskClient
) -> None:
    response = submit(administrator, "/admin/settings/theme", {**THEME, "text": "#cccccc"})
    assert response.status_code == 422
    assert "Too close to “The page”: the contrast is 1.6" in response.text
    assert 'value="#cccccc"' in response.text
    assert "#cccccc" not in client.get("/theme.css").text


@pytest.mark.parametrize(
    "wrong",
    [{"brand": "red"}, {"brand": "#fff"}, {"brand": "#123456;}"}, {"font": "Comic Sans"}],
    ids=str,
)
def test_what_is_no_colour_or_font_is_refused(
    administrator: FlaskClient, wrong: dict[str, str]
) -> None:
    response = submit(administrator, "/admin/settings/theme", {**THEME, **wrong})
    assert response.status_code == 422


def test_the_neutral_look_comes_back(administrator: FlaskClient, client: FlaskClient) -> None:
    submit(administrator, "/admin/settings/theme", {**THEME, "brand": "#4b0082"})
    submit(administrator, "/admin/settings/theme/reset", on="/admin/settings/theme")
    assert f"--theme-brand: {DEFAULT_THEME.brand};" in client.get("/theme.css").text


def test_a_plugin_gets_what_it_asked(administrator: FlaskClient, sign_in_as) -> None:
    page = administrator.get("/admin/settings/").text
    assert 'href="/admin/settings/plugin/sample"' in page
    fields = {"heading": "Seen in practice"}
    assert submit(administrator, "/admin/settings/plugin/sample", fields).status_code == 303
    assert "Seen in practice" in sign_in_as("adviseur").get("/sample/").text
    assert 'value="Seen in practice"' in administrator.get("/admin/settings/plugin/sample").text


def test_what_a_plugin_asked_is_checked(administrator: FlaskClient) -> None:
    response = submit(administrator, "/admin/settings/plugin/sample", {"heading": ""})
    assert response.status_code == 422
    assert administrator.get("/admin/settings/plugin/nothing").status_code == 404
