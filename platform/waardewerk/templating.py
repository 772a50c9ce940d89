"""Where templates come from, and whether a whole page or a part of it is sent.

Order: the installation's own folder, the core, then each plugin's ``templates/<plugin>/``. A
plugin cannot override the core or another plugin; only the installation can.
"""

from __future__ import annotations

import functools
import hashlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask, render_template, request, url_for
from flask_htmx import HTMX
from flask_wtf import FlaskForm
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
)
from jinja2.exceptions import TemplateNotFound
from werkzeug import Response
from werkzeug.local import LocalProxy

from waardewerk import access, gate, i18n, installation, security, settings
from waardewerk.plugins import Plugin, Plugins

log = logging.getLogger(__name__)

htmx = HTMX()
HERE = Path(__file__).parent


class PluginLoader(BaseLoader):
    """Loads ``<plugin>/…`` from that plugin's folder and nothing else."""

    def __init__(self, plugin: Plugin) -> None:
        self._prefix = f"{plugin.name}/"
        self._loader = FileSystemLoader(plugin.folder / "templates")

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Give a template's source, when it is this plugin's own."""
        if not template.startswith(self._prefix):
            raise TemplateNotFound(template)
        return self._loader.get_source(environment, template)

    def list_templates(self) -> list[str]:
        """List this plugin's own templates."""
        return [t for t in self._loader.list_templates() if t.startswith(self._prefix)]


def page(full: str, part: str | None = None, status: int = 200, **content: object) -> Response:
    """Render a whole page, or only ``part`` when htmx asked for a part of it."""
    name = part if part is not None and htmx.boosted is not True and bool(htmx) else full
    return Response(render_template(name, **content), status, mimetype="text/html")


def form_page(full: str, form: FlaskForm, part: str | None = None, **content: object) -> Response:
    """Render a page with a form; 422 when what was sent is not right."""
    return page(full, part, 422 if form.errors else 200, form=form, **content)


@functools.cache
def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    except OSError:
        return "0"


def static_url(path: str) -> str:
    """Return the address of one of the core's static files; its content is in the address."""
    return f"/static/{path}?v={_digest(HERE / 'static' / path)}"


class Shelf:
    """Parts of pages that are the same for everybody, drawn once per language and then held."""

    #: More than a few questionnaires of a province need, and a few megabytes at most.
    MOST_HELD = 4000

    def __init__(self) -> None:
        self._parts: dict[tuple[object, ...], str] = {}

    def held(self, name: str | None, *key: object, caller: Callable[[], str]) -> str:
        """Draw what stands inside ``{% call held(name, …) %}``, or take it from the shelf.

        Name and key say all that it depends on beside the language; with no name it is drawn.
        """
        if name is None:
            return caller()
        place = (i18n.language(), name, *key)
        part = self._parts.get(place)
        if part is None:
            if len(self._parts) >= self.MOST_HELD:
                self._parts.clear()
            part = self._parts[place] = caller()
        return part


class Navigation:
    """The links that this viewer sees; asked for only when a whole page is drawn."""

    def __iter__(self) -> Iterator[dict[str, object]]:
        return iter(_links())

    def __bool__(self) -> bool:
        return access.viewer().is_signed_in


def _links() -> list[dict[str, object]]:
    who = access.viewer()
    items = gate.ask("nav_items", viewer=who)
    items.sort(key=lambda item: item.order)
    here = request.path
    return [
        {
            "title": str(item.title),
            "url": item.url,
            "current": here == item.url or (item.url != "/" and here.startswith(item.url)),
        }
        for item in items
    ]


def _theme_url() -> str:
    return url_for("home.theme", v=installation.snapshot().revision)


def _what_every_template_knows() -> dict[str, object]:
    from waardewerk import __version__

    # Looked up when a template uses it: a part of a page needs neither viewer nor name.
    return {
        "viewer": LocalProxy(access.viewer),
        "nav": Navigation(),
        "organisation": LocalProxy(settings.identity),
        "theme_url": LocalProxy(_theme_url),
        "is_demo": LocalProxy(lambda: settings.identity().is_demo),
        "version": __version__,
        "csp_nonce": security.csp_nonce,
    }


def _language() -> dict[str, object]:
    return {"locale": i18n.language(), "languages": i18n.languages()}


def _compiled_in(folder: Path) -> FileSystemBytecodeCache | None:
    """Keep templates as they were compiled: else the first reader after a start waits for it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        log.warning("templates are compiled anew at every start: %s", fault)
        return None
    return FileSystemBytecodeCache(str(folder))


def init_app(app: Flask, plugins: Plugins, var: Path) -> None:
    """Set the loader order and what every template knows."""
    app.jinja_env.bytecode_cache = _compiled_in(var / "compiled")
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(var / "templates"),
            FileSystemLoader(HERE / "templates"),
            *(PluginLoader(plugin) for plugin in plugins),
        ]
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.globals["held"] = Shelf().held
    app.jinja_env.globals["is_htmx"] = lambda: bool(htmx)
    app.jinja_env.globals.update(_what_every_template_knows())
    app.context_processor(_language)
    htmx.init_app(app)
