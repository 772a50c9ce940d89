"""Languages: who speaks which, what is borrowed, and whose words win."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel import UnknownLocaleError
from flask import Flask
from flask.testing import FlaskClient

from waardewerk import i18n
from waardewerk.config import Config
from waardewerk.i18n import Catalogues, lazy
from waardewerk.plugins import Plugins
from waardewerk.testing import SignInAs, browser_of, submit

MOMENT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


@pytest.fixture
def cluster(sqlite):
    """Nothing here depends on the database."""
    return sqlite


def write_catalogue(folder: Path, language: str, **texts: str) -> None:
    target = folder / language / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    entries = [f'msgid "{one.replace("_", " ")}"\nmsgstr "{two}"\n' for one, two in texts.items()]
    (target / "x.po").write_text(head + "\n".join(entries))


def language_of(client: FlaskClient, **headers: str) -> str:
    page = client.get("/", headers=headers).text
    return page.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("nl", "nl"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.5", "en"), ("de", "nl"), ("", "nl")],
)
def test_the_browser_says_what_it_wants(client: FlaskClient, asked: str, spoken: str) -> None:
    assert language_of(client, **{"Accept-Language": asked}) == spoken


def test_a_choice_is_remembered_and_wins_from_the_browser(app: Flask) -> None:
    client = browser_of(app)
    assert language_of(client) == "en"
    client.post("/language", data={"language": "nl", "next": "/"})
    assert language_of(client) == "nl"


@pytest.mark.parametrize("language", ["de", "", "nl\x00", "../nl", "x" * 500])
def test_a_language_that_is_not_offered_is_not_remembered(
    client: FlaskClient, language: str
) -> None:
    response = client.post("/language", data={"language": language})
    assert response.headers.getlist("Set-Cookie") == []
    client.set_cookie("language", "de")
    assert client.get("/").status_code == 200


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A plugin's folder and the province's own."""
    return tmp_path / "plugin", tmp_path / "own"


def test_the_province_s_own_words_win(folders: tuple[Path, Path]) -> None:
    plugin, own = folders
    write_catalogue(plugin, "nl", scan="scan", theme="thema")
    write_catalogue(own, "nl", scan="meting")
    texts = Catalogues(("nl",), folders).texts("nl")
    assert (texts.gettext("scan"), texts.gettext("theme")) == ("meting", "thema")


def test_frisian_borrows_dutch_and_dutch_borrows_english(folders: tuple[Path, Path]) -> None:
    plugin, _own = folders
    write_catalogue(plugin, "nl", scan="scan nl", theme="thema")
    write_catalogue(plugin, "fy", scan="scan fy")
    texts = Catalogues(("fy", "nl"), folders).texts("fy")
    spoken = [texts.gettext(source) for source in ("scan", "theme", "value")]
    assert spoken == ["scan fy", "thema", "value"]


class TestOwnWords:
    """A province changes a word without touching the code."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        write_catalogue(config.var / "translations", "nl", Privacy="Uw gegevens")
        return config

    def test_they_are_on_the_page(self, client: FlaskClient) -> None:
        page = client.get("/privacy", headers={"Accept-Language": "nl"}).text
        assert "<h1>Uw gegevens</h1>" in page


def test_a_lazy_text_is_translated_when_it_is_shown(app: Flask, tmp_path: Path) -> None:
    label = lazy("January <b>")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert str(label) == "January <b>"
        assert label.__html__() == "January &lt;b&gt;"
        assert lazy("%(n)s things") % {"n": 3} == "3 things"


def test_outside_any_application_the_source_is_spoken() -> None:
    assert str(lazy("Plain")) == "Plain"
    assert i18n.gettext("For %(name)s", name="Sam") == "For Sam"
    assert i18n.language() == "en"


def test_a_letter_speaks_its_reader_s_language_and_the_page_goes_on_in_its_own(
    app: Flask,
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        with i18n.speaking("nl"):
            assert i18n.language() == "nl"
        assert i18n.language() == "en"


@pytest.mark.parametrize(
    ("language", "day", "moment", "number"),
    [
        ("nl", "24 november 2026", "25 november 2026, 00:30", "1.234,5"),
        ("en", "November 24, 2026", "November 25, 2026, 00:30", "1,234.5"),
        ("fy", "24 novimber 2026", "25 novimber 2026, 00:30", "1.234,5"),
    ],
)
def test_days_moments_and_numbers_are_written_as_the_language_does(
    app: Flask, language: str, day: str, moment: str, number: str
) -> None:
    with app.test_request_context():
        i18n.speak(language)
        assert i18n.format_date(date(2026, 11, 24)) == day
        assert i18n.format_datetime(MOMENT) == moment
        assert i18n.format_number(1234.5) == number


@pytest.mark.parametrize(
    ("style", "day"),
    [
        ("short", "05-03-2026"),
        ("medium", "5 mrt 2026"),
        ("long", "5 maart 2026"),
        ("full", "tongersdei 5 maart 2026"),
    ],
)
def test_frisian_days_have_small_letters_and_a_whole_year(app: Flask, style: str, day: str) -> None:
    with app.test_request_context():
        i18n.speak("fy")
        assert i18n.format_date(date(2026, 3, 5), style) == day


def test_another_kind_of_matter_says_it_in_its_own_words(app: Flask) -> None:
    scheme = i18n.Wording(
        texts={"A bid": "An application"}, plurals={"One bid": ("One application", "More of them")}
    )
    label = lazy("A bid")
    with app.app_context():
        i18n.speak("en")
        with i18n.worded_as(scheme):
            assert i18n.gettext("A bid") == str(label) == "An application"
            assert i18n.ngettext("One bid", "More bids", 1) == "One application"
            assert i18n.ngettext("One bid", "More bids", 2) == "More of them"
            assert i18n.gettext("A page") == "A page"
        assert i18n.gettext("A bid") == str(label) == "A bid"
        assert i18n.ngettext("One bid", "More bids", 2) == "More bids"


def test_the_words_of_one_request_are_gone_at_the_next(app: Flask) -> None:
    scheme = i18n.Wording(texts={"A bid": "An application"}, plurals={})
    with app.test_request_context():
        i18n.word_as(scheme)
        assert i18n.gettext("A bid") == "An application"
    with app.test_request_context():
        assert i18n.gettext("A bid") == "A bid"


class TestFrisian:
    """The core speaks Frisian; a plugin that does not speaks Dutch in between."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"languages": ("nl", "fy", "en")})

    @pytest.fixture
    def plugins(self, sample: Plugins) -> Plugins:
        return sample

    def test_a_page_is_in_frisian_and_says_so(self, client: FlaskClient) -> None:
        page = client.get("/sign-in", headers={"Accept-Language": "fy"}).text
        assert '<html lang="fy">' in page
        assert "<h1>Oanmelde</h1>" in page
        assert "Nei de ynhâld" in page
        assert 'lang="fy" aria-current="true">Frysk</button>' in page

    def test_a_field_that_was_left_empty_says_so_in_frisian(self, client: FlaskClient) -> None:
        client.set_cookie("language", "fy")
        page = submit(client, "/sign-in", {"email": "", "password": ""}).text
        assert "Folje dit yn." in page

    def test_what_a_plugin_lacks_is_dutch_and_the_rest_stays_frisian(
        self, sign_in_as: SignInAs
    ) -> None:
        reader = sign_in_as(["adviseur"])
        reader.set_cookie("language", "fy")
        page = reader.get("/sample/").text
        assert '<html lang="fy">' in page
        assert "Bewaar deze notitie" in page
        assert "Ofmelde" in page


def test_the_offered_languages_have_their_own_names(app: Flask) -> None:
    with app.test_request_context():
        assert i18n.languages() == (("nl", "Nederlands"), ("en", "English"))


def test_a_language_that_does_not_exist_stops_the_start(config: Config) -> None:
    from waardewerk.app import create_app
    from waardewerk.plugins import Plugins

    with pytest.raises(UnknownLocaleError, match="xx"):
        create_app(config.model_copy(update={"languages": ("xx",)}), Plugins())
