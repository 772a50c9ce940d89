"""A browser, a site, and people who each look at it with a screen of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from waardewerk.testing import SqliteFiles, find_chromium, free_port

from .screen import DESK, Screen
from .site import PROVINCE, Site, serve

HERE = Path(__file__).parent
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: it drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium once."""
    path = find_chromium()
    if path is None:
        pytest.fail("the browser tests need Chromium: install the package chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def start_site(
    sqlite: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Site]]:
    """Give what starts a site with the shipped plugins, plus those that a test names."""
    from waardewerk.app import create_app
    from waardewerk.config import Config
    from waardewerk.plugins import Plugins

    running: list[tuple[Site, Any]] = []

    def start(
        name: str = PROVINCE,
        extra: dict[str, Any] | None = None,
        host: str = "127.0.0.1",
        **settings: Any,
    ) -> Site:
        found = Plugins()
        for plugin, module in {**shipped_plugins(), **(extra or {})}.items():
            found.add(plugin, module)
        database = sqlite.copy(found)
        port = free_port()
        url = f"http://{host}:{port}"
        config = Config(
            var=tmp_path_factory.mktemp("var"),
            database_url=database.__enter__(),
            base_url=url,
            **settings,
        )
        site = serve(create_app(config, found), port, url)
        running.append((site, database))
        if name:
            site.name(name)
        return site

    yield start
    for site, database in running:
        site.stop()
        database.__exit__(None, None, None)


def shipped_plugins() -> dict[str, Any]:
    """Give the plugins of this repository."""
    from waardewerk_maturity import plugin as maturity
    from waardewerk_participation import plugin as participation
    from waardewerk_procurement import plugin as procurement

    return {"maturity": maturity, "participation": participation, "procurement": procurement}


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Site:
    """Give a site of a province; the tests of a module share it."""
    return start_site()


OpenScreen = Callable[..., Screen]


@pytest.fixture
def screen_on(chromium: Browser) -> Iterator[OpenScreen]:
    """Give what opens a new browser, before any site; at the end nothing has complained."""
    opened: list[Screen] = []

    def open_one(url: str, **options: Any) -> Screen:
        chosen = {"locale": "nl-NL", "viewport": DESK, "reduced_motion": "reduce", **options}
        context = chromium.new_context(**chosen)
        context.set_default_timeout(10_000)
        scripts = bool(options.get("java_script_enabled", True))
        shown = Screen(context, url, runs_scripts=scripts)
        opened.append(shown)
        return shown

    yield open_one
    for shown in opened:
        shown.close()
    for shown in opened:
        shown.has_no_complaints(shown.path)


@pytest.fixture
def screen(site: Site, screen_on: OpenScreen) -> OpenScreen:
    """Give what opens a new browser for this module's site, signed in when a person is named."""

    def open_one(person: Any = None, **options: Any) -> Screen:
        shown = screen_on(site.url, **options)
        if person is not None:
            site.sign_in(shown.context, person)
        return shown

    return open_one
