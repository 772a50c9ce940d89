"""Starts everything: tables, links to come in with, the web server and the job worker."""

from __future__ import annotations

import gc
import logging
import socket
import struct
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from selectors import EVENT_READ

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import ParseException
from gunicorn.util import write_error
from gunicorn.workers.gthread import TConn, ThreadWorker

from waardewerk import db, gate, jobs, logs, migrate, plugins
from waardewerk.app import create_app
from waardewerk.config import Config, load_config
from waardewerk.db import Database
from waardewerk.people.operations import links, rights

log = logging.getLogger(__name__)

#: A visitor who neither sends nor takes a byte for so long is gone, in seconds.
SILENCE = 10


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, which a visitor who is silent cannot keep from others.

    Browsers open connections before they need them, and phones disappear in the middle of a
    request. Neither may hold one of the few threads.
    """

    def enqueue_req(self, connection: TConn) -> None:
        """Hand a connection to a thread as soon as there is something to read."""
        if connection.initialized or connection.data_ready:
            super().enqueue_req(connection)
            return
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            connection.sock.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", SILENCE, 0))
        connection.sock.setblocking(False)
        connection.set_timeout()
        self.pending_conns.append(connection)
        speaks = partial(self.on_pending_socket_readable, connection)
        self.poller.register(connection.sock, EVENT_READ, speaks)

    def handle_error(
        self, _request: object, client: object, _sender: object, fault: object
    ) -> None:
        """Answer a request that cannot be read; neither its address nor its sender is logged.

        The address of a letter holds its code, and nobody's own address is ours to keep.
        """
        log.warning("a request was not answered: %s", type(fault).__name__)
        bad, ours = (400, "Bad Request"), (500, "Internal Server Error")
        with suppress(OSError):
            write_error(client, *(bad if isinstance(fault, ParseException) else ours), "")


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn without its command line and configuration files."""

    def __init__(self, app: Flask, address: str, config: Config, ready: Sequence[str]) -> None:
        self._app = app
        self._ready = ready
        self._options = {
            "bind": address,
            "workers": config.workers,
            "threads": config.threads,
            "worker_class": Worker,
            "preload_app": True,
            "control_socket_disable": True,
            "keepalive": 5,
            "timeout": 60,
            "graceful_timeout": 10,
            "loglevel": "warning",
            "worker_tmp_dir": "/dev/shm" if _has_memory_folder() else None,  # noqa: S108
            "when_ready": self._when_ready,
            "post_fork": self._after_fork,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            if value is not None and name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Hand over the application."""
        return self._app

    def _when_ready(self, _server: object) -> None:
        # Not before: whoever reads an address, a script as well as a person, may go there at once.
        for line in self._ready:
            click.echo(line)

    def _after_fork(self, _server: object, _worker: object) -> None:
        # Connections do not survive a fork. Every worker takes jobs: each job is leased to one.
        database: Database = self._app.extensions[db.EXTENSION]
        database.dispose()
        threading.Thread(target=jobs.worker_of(self._app).run_forever, daemon=True).start()


def _has_memory_folder() -> bool:
    from pathlib import Path

    return Path("/dev/shm").is_dir()  # noqa: S108


def serve(host: str, port: int, *, demo: bool) -> None:
    """Run until Ctrl-C."""
    _refuse_taken_port(host, port)
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    config = load_config()
    if "base_url" not in config.model_fields_set:
        config = config.model_copy(update={"base_url": f"http://{_bracketed(shown)}:{port}"})
    logs.init(config)
    app = create_app(config)
    prepare(app)
    if demo:
        _load_demo(app)
    _read_ahead(app)
    for fault in plugins.of(app).faults:
        click.echo(f"Left out: {fault.plugin} ({fault.doing}): {fault.message}", err=True)
    ready = [f"Waardewerk is at {config.base_url}", *set_up_lines(app)]
    app.extensions[db.EXTENSION].dispose()
    _set_aside_what_stays()
    Server(app, f"{_bracketed(host)}:{port}", config, ready).run()


def prepare(app: Flask) -> None:
    """Bring the tables up to date and, at the very first start, switch the plugins on."""
    database: Database = app.extensions[db.EXTENSION]
    found = plugins.of(app)
    migrate.upgrade(database, found)
    with database.reading() as session:
        first = gate.is_first_start(session)
    if first:
        with database.transaction() as session:
            gate.enable_all_at_first(session, found.names, datetime.now(UTC))


def _read_ahead(app: Flask) -> None:
    """Read what is slow to read once, for all workers: they are forked from here."""
    from waardewerk.values import registry

    database: Database = app.extensions[db.EXTENSION]
    with database.reading() as session:
        registry.read_ahead(session)


def _set_aside_what_stays() -> None:
    """Keep Python from going through all that was read ahead, time and again, for what can go.

    Now and then that held up a request for a fifth of a second, and it copies the memory that
    workers share.
    """
    gc.collect()
    gc.freeze()


def set_up_lines(app: Flask) -> list[str]:
    """While nobody administers this installation, say the link to come in with."""
    database: Database = app.extensions[db.EXTENSION]
    config: Config = app.extensions["waardewerk.config"]
    with database.reading() as session:
        if rights.has_administrator(session):
            return []
    with database.transaction() as session:
        token = links.make_set_up_link(session, datetime.now(UTC))
    return [f"Set it up (once, within 24 hours): {config.base_url}/link/{token}"]


def _load_demo(app: Flask) -> None:
    from waardewerk import demo

    for line in demo.load(app):
        click.echo(line)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise click.ClickException(
                f"cannot listen on {host}:{port} ({fault.strerror}): choose another with --port"
            ) from fault
