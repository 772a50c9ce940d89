"""Finds plugins, asks the ones that are on, and survives one that fails.

pluggy returns bare results; here every answer keeps the name of the plugin that gave it.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

from waardewerk import contract, hooks

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

GROUP = "waardewerk.plugins"
EXTENSION = "waardewerk.plugins"
CORE = "core"
#: The core's own slices. Each has the rooms of a plugin and answers the same hooks.
SLICES = ("home", "people", "responsibility", "values", "questionnaires", "admin")
#: Names that a plugin cannot have: tables and addresses of the core begin with them.
RESERVED = frozenset({CORE, *SLICES, "advice", "exchange", "static"})
LONGEST_MESSAGE = 300


#: Of a plugin that says nothing, the trail shows codes.
NO_WORDS = contract.TrailWords(actions={}, subjects={})


class ContractError(Exception):
    """A plugin handed over something the contract does not allow; the message names both."""


@dataclass(frozen=True)
class Fault:
    """One failure of one plugin, as the health page shows it."""

    plugin: str
    doing: str
    message: str


@dataclass(frozen=True)
class Plugin:
    """An installed plugin: its name, its module and where its folders are."""

    name: str
    module: ModuleType
    folder: Path

    @property
    def title(self) -> str:
        """The module's ``TITLE`` in the language of who looks, or its docstring's first line."""
        told = getattr(self.module, "TITLE", None)
        if told is not None:
            return str(told)
        return (inspect.getdoc(self.module) or self.name).splitlines()[0].rstrip(".")

    @property
    def trail(self) -> contract.TrailWords:
        """What its entries in the audit trail are called: the module's ``TRAIL``."""
        told = getattr(self.module, "TRAIL", None)
        return told if isinstance(told, contract.TrailWords) else NO_WORDS

    @property
    def version(self) -> str:
        """The version of the distribution, or nothing when it is not installed as one."""
        package = self.module.__name__.partition(".")[0]
        try:
            return metadata.version(package.replace("_", "-"))
        except metadata.PackageNotFoundError:
            return ""


@dataclass
class Plugins:
    """The plugins of one application. Two applications in one process do not see each other."""

    found: dict[str, Plugin] = field(default_factory=dict)
    #: The core's own slices answer the same hooks; they are always on.
    slices: dict[str, Plugin] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._manager = pluggy.PluginManager("waardewerk")
        self._manager.add_hookspecs(hooks)

    def __iter__(self) -> Iterator[Plugin]:
        return iter(self.found.values())

    @property
    def names(self) -> frozenset[str]:
        """The names of all loaded plugins, on or off."""
        return frozenset(self.found)

    def add(self, name: str, module: ModuleType) -> None:
        """Load one plugin; one that does not fit is left out and named."""
        try:
            self._check(name, module)
            self._manager.register(module, name)
            self._manager.check_pending()
        except (ContractError, pluggy.PluginValidationError) as fault:
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            self.report(name, "load", fault)
            return
        self.found[name] = Plugin(name, module, _folder_of(module))

    def add_slice(self, name: str, module: ModuleType) -> None:
        """Load one of the core's own slices; a fault in it stops the start."""
        self._manager.register(module, name)
        self._manager.check_pending()
        self.slices[name] = Plugin(name, module, _folder_of(module))

    def _check(self, name: str, module: ModuleType) -> None:
        if not name.isidentifier() or not name.islower():
            raise ContractError(f"{name!r} is no plugin name: use lower-case letters and _")
        if name in RESERVED:
            raise ContractError(f"{name!r} is a name of the core: choose another")
        made_for = getattr(module, "CONTRACT_VERSION", contract.CONTRACT_VERSION)
        if made_for != contract.CONTRACT_VERSION:
            raise ContractError(
                f"{name} was made for contract {made_for}, this is {contract.CONTRACT_VERSION}"
            )

    def ask_one(self, plugin: Plugin, hook: str, **arguments: Any) -> Any:
        """Ask one plugin one hook; ``None`` when it does not answer it."""
        everyone = (*self.slices.values(), *self)
        others = [p.module for p in everyone if p is not plugin]
        caller = self._manager.subset_hook_caller(hook, remove_plugins=others)
        answers = caller(**arguments)
        return answers[0] if answers else None

    def each_at_start(
        self, hook: str, kind: type | None, **arguments: Any
    ) -> list[tuple[str, Any]]:
        """Ask every plugin a start-up hook; return (plugin, answer), checked by type.

        A plugin that raises, or answers with another type, is taken out whole: half a plugin
        would be worse than none.
        """
        answers: list[tuple[str, Any]] = []
        for part in self.slices.values():
            answer = self.ask_one(part, hook, **arguments)
            answers += [(CORE, item) for item in _checked(part.name, hook, answer, kind)]
        for plugin in list(self):
            try:
                answer = self.ask_one(plugin, hook, **arguments)
                given = _checked(plugin.name, hook, answer, kind)
            except Exception as fault:
                self.drop(plugin.name, hook, fault)
                continue
            answers += [(plugin.name, item) for item in given]
        return answers

    def each_as_needed(
        self, hook: str, kind: type | None, enabled: Iterable[str], **arguments: Any
    ) -> list[Any]:
        """Ask the core and the enabled plugins; one that raises loses its answer, not the page."""
        answers: list[Any] = []
        on = frozenset(enabled)
        for plugin in (*self.slices.values(), *(p for p in self if p.name in on)):
            try:
                answer = self.ask_one(plugin, hook, **arguments)
                answers += _checked(plugin.name, hook, answer, kind)
            except Exception as fault:
                self.report(plugin.name, hook, fault)
        return answers

    def drop(self, name: str, doing: str, fault: BaseException) -> None:
        """Leave a plugin out for the life of this process, and say why on the health page."""
        self.report(name, doing, fault)
        self.found.pop(name, None)
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)

    def report(self, name: str, doing: str, fault: BaseException) -> None:
        """Remember a failure, once each, and log it with what the plugin was doing."""
        message = _in_one_line(fault)
        log.error("plugin %s failed in %s: %s", name, doing, message, exc_info=fault)
        entry = Fault(name, doing, message)
        if entry not in self.faults:
            self.faults.append(entry)


def _in_one_line(fault: BaseException) -> str:
    # A database error carries its whole statement; the log has it, a page needs what went wrong.
    said = " ".join(str(fault).partition("\n[SQL:")[0].split())
    return f"{type(fault).__name__}: {said}"[:LONGEST_MESSAGE]


def _checked(name: str, hook: str, answer: Any, kind: type | None) -> list[Any]:
    if kind is None or answer is None:
        return []
    items = answer if isinstance(answer, list) else [answer]
    for item in items:
        fits = issubclass(item, kind) if isinstance(item, type) else isinstance(item, kind)
        if not fits:
            raise ContractError(f"{name}: {hook} must give {kind.__name__}, not {item!r}")
    return items


def _folder_of(module: ModuleType) -> Path:
    return Path(inspect.getfile(module)).resolve().parent


def find_plugins() -> Plugins:
    """Load every installed plugin, one by one, so that a broken one does not stop the rest."""
    plugins = Plugins()
    for entry in sorted(metadata.entry_points(group=GROUP), key=lambda e: e.name):
        try:
            module = entry.load()
        except Exception as fault:
            plugins.report(entry.name, "import", fault)
            continue
        plugins.add(entry.name, module)
    return plugins


def of(app: Flask) -> Plugins:
    """Return the plugins of an application."""
    plugins: Plugins = app.extensions[EXTENSION]
    return plugins
