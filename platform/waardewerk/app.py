"""The one place where the parts meet."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Blueprint, Flask
from flask_wtf import FlaskForm

from waardewerk import (
    access,
    addresses,
    contract,
    db,
    errors,
    exports,
    gate,
    i18n,
    installation,
    jobs,
    mail,
    plugins,
    retention,
    security,
    settings,
    static_files,
    templating,
    viewing,
)
from waardewerk.config import Config, load_config
from waardewerk.people import rechecking
from waardewerk.plugins import CORE, SLICES, Plugin, Plugins
from waardewerk.questionnaires import registry


def create_app(config: Config | None = None, found: Plugins | None = None) -> Flask:
    """Build one application from settings and plugins; touches no database."""
    config = config or load_config()
    found = found if found is not None else plugins.find_plugins()
    app = Flask("waardewerk", static_folder=None, template_folder=None)
    app.extensions["waardewerk.config"] = config
    addresses.init_app(app)
    app.extensions[plugins.EXTENSION] = found
    _add_slices(found)
    import_models(found)
    given = _ask_at_start(found)

    db.init_app(app, db.Database(config.database))
    security.init_app(app, config)
    installation.init_app(app)
    settings.init_app(app, dict(given["register_settings"]))
    templating.init_app(app, found, config.var)
    i18n.init_app(app, config.languages, _catalogue_folders(config, found))
    errors.init_app(app)
    _declare_permissions(app, found, given)
    viewing.init_app(app)
    registry.init_app(app, given["register_questionnaire_types"])
    exports.init_app(app, given["register_exporters"])
    _register_work(app, config, given)
    _register_pages(app, found, given)
    if config.environment == "development":
        _show_patterns(app)
    access.check_declarations(app)
    static_files.init_app(app, config.var)
    return app


def _add_slices(found: Plugins) -> None:
    for name in SLICES:
        found.add_slice(name, import_module(f"waardewerk.{name}.plugin"))


def import_models(found: Plugins) -> None:
    """Import every table, so that migrations and relations see all of them."""
    for part in found.slices.values():
        _import_models_of(part)
    for plugin in list(found):
        try:
            _import_models_of(plugin)
        except Exception as fault:
            found.drop(plugin.name, "models", fault)


def _import_models_of(plugin: Plugin) -> None:
    package = plugin.module.__name__.rpartition(".")[0]
    if package and find_spec(f"{package}.models") is not None:
        import_module(f"{package}.models")


#: What every hook gave at start, each answer with the name of who gave it.
Given = dict[str, list[tuple[str, Any]]]

START_HOOKS: dict[str, type] = {
    "register_permissions": contract.Permission,
    "register_blueprints": Blueprint,
    "register_settings": FlaskForm,
    "register_questionnaire_types": contract.QuestionnaireTypes,
    "register_exporters": contract.Exporter,
    "register_jobs": contract.Job,
    "register_retention": contract.RetentionRule,
}


def _ask_at_start(found: Plugins) -> Given:
    given = {hook: found.each_at_start(hook, kind) for hook, kind in START_HOOKS.items()}
    # A plugin that failed a later hook is out whole, so its earlier answers go too.
    return {
        hook: [
            (owner, answer) for owner, answer in answers if owner == CORE or owner in found.names
        ]
        for hook, answers in given.items()
    }


def _declare_permissions(app: Flask, found: Plugins, given: Given) -> None:
    for owner, permission in given["register_permissions"]:
        try:
            access.declare(app, [(owner, permission)])
        except ValueError as fault:
            found.report(owner, "register_permissions", fault)


def _register_work(app: Flask, config: Config, given: Given) -> None:
    rules = given["register_retention"]
    retention.init_app(app, rules)
    core = [mail.sender(config), retention.job(rules)]
    if config.oidc_issuer:
        core.append(rechecking.job())
    works = [*((CORE, job) for job in core), *given["register_jobs"]]
    app.extensions[jobs.EXTENSION] = {job.name: jobs.Work(owner, job) for owner, job in works}


def _register_pages(app: Flask, found: Plugins, given: Given) -> None:
    owners: dict[str, str] = {}
    for owner, blueprint in given["register_blueprints"]:
        if owner == CORE:
            app.register_blueprint(blueprint)
            continue
        if not _is_own_name(owner, blueprint.name):
            wrong = ValueError(f"the blueprint {blueprint.name} must start with {owner}")
            found.report(owner, "register_blueprints", wrong)
            continue
        app.register_blueprint(blueprint, url_prefix=blueprint.url_prefix or f"/{owner}")
        owners[blueprint.name] = owner
    gate.init_app(app, owners)


def _show_patterns(app: Flask) -> None:
    from waardewerk import patterns

    patterns.init_app(app)


def _is_own_name(owner: str, blueprint: str) -> bool:
    return blueprint == owner or blueprint.startswith(f"{owner}_")


def _catalogue_folders(config: Config, found: Plugins) -> list[Any]:
    # The last folder wins: plugins, then the core, then the province's own words.
    return [
        *(plugin.folder / "translations" for plugin in found),
        i18n.core_folder(),
        config.var / "translations",
    ]
