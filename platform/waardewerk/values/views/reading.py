"""What everybody may read: the framework in force, its versions, its hierarchy and what changed."""

from __future__ import annotations

from functools import partial

from flask import abort, current_app, make_response, request, url_for
from werkzeug import Response

from waardewerk import access, db, settings
from waardewerk.access import public
from waardewerk.addresses import number_asked
from waardewerk.refusal import NotFound
from waardewerk.templating import page
from waardewerk.values import hierarchy as pure
from waardewerk.values import publication, queries, signals
from waardewerk.values.changes import compare
from waardewerk.values.framework import Framework
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.registry import framework_of
from waardewerk.values.showing import Rung, rungs_of, show, shown_changes
from waardewerk.values.views.blueprint import pages, today

READ = "values.read"
#: Long enough to spare the server a crowd, short enough for a version that takes over at midnight.
FIVE_MINUTES = "public, max-age=300"


@pages.get("/")
@public
def index() -> Response:
    """Show what this organisation stands for now."""
    session = db.session()
    adopted = queries.adopted_versions(session)
    current = queries.version_in_force(session, today())
    return page(
        "values/index.html",
        framework_version=current,
        adopted=adopted,
        coming=[one for one in adopted if one.valid_from and one.valid_from > today()],
        framework=framework_of(current) if current else None,
        shown=partial(show, framework_of(current)) if current else None,
        has_draft=queries.version_in_the_making(session) is not None,
        accents=queries.accents_on(session, today()),
    )


@pages.get("/framework.json")
@public
def framework_json() -> Response:
    """Give the framework in force to other machines, at an address that stays."""
    current = queries.version_in_force(db.session(), today())
    if current is None:
        raise NotFound("There is no value framework in force yet.")
    return _json(current)


@pages.get("/versions/<int:number>")
@public
def version(number: int) -> Response:
    """Show one version that was adopted, and whether it still holds."""
    found = queries.get_adopted(db.session(), number)
    framework = framework_of(found)
    return page(
        "values/version.html",
        came_from=signals.written_in(db.session(), found) if access.viewer().may(READ) else [],
        framework_version=found,
        framework=framework,
        shown=partial(show, framework),
        current=queries.version_in_force(db.session(), today()),
        today=today(),
    )


@pages.get("/versions/<int:number>.json")
@public
def version_json(number: int) -> Response:
    """Give one version that was adopted to other machines."""
    return _json(queries.get_adopted(db.session(), number))


@pages.get("/versions/<int:number>.yaml")
@public
def version_yaml(number: int) -> Response:
    """Give one version as the file that can be brought in elsewhere."""
    found = queries.get_adopted(db.session(), number)
    response = make_response(found.content)
    response.mimetype = "application/yaml"
    response.headers["Content-Disposition"] = f'attachment; filename="values-{number}.yaml"'
    return _for_everybody(response, found.sha256)


def _json(version: FrameworkVersion) -> Response:
    adopted = queries.adopted_versions(db.session())
    told = {one.number: publication.public_version(one, _address(one)) for one in adopted}
    body = publication.publish(
        publication.PublicFramework(
            organisation=settings.identity().name,
            version=told[version.number],
            framework=framework_of(version),
            accents=_accents(version),
            versions=tuple(told.values()),
        )
    )
    return _for_everybody(Response(body, mimetype="application/json"))


def _accents(version: FrameworkVersion) -> tuple[publication.PublicAccent, ...]:
    """Give the accents that hold now; they belong to the version in force alone."""
    session = db.session()
    current = queries.version_in_force(session, today())
    if current is None or current.id != version.id:
        return ()
    accents = queries.accents_on(session, today())
    known = (value.key for value in framework_of(version).values if value.key in accents)
    return tuple(publication.public_accent(accents[key]) for key in known)


def _address(version: FrameworkVersion) -> str:
    base: str = current_app.extensions["waardewerk.config"].base_url
    return base + url_for("values.version", number=version.number)


def _for_everybody(response: Response, etag: str = "") -> Response:
    """Let caches keep it and other sites read it: it is public, and the same for everybody."""
    if etag:
        response.set_etag(etag)
    else:
        response.add_etag()
    response.headers["Cache-Control"] = FIVE_MINUTES
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response.make_conditional(request)


@pages.get("/hierarchy")
@public
def hierarchy() -> Response:
    """Show what serves what, read from why to how or from how to why."""
    chosen = _chosen(number_asked("version"))
    is_upwards = request.args.get("read") == "up"
    if chosen is None:
        return page("values/hierarchy.html", framework_version=None)
    framework = framework_of(chosen)
    return page(
        "values/hierarchy.html",
        framework_version=chosen,
        framework=framework,
        is_upwards=is_upwards,
        rungs=partial(_rungs, framework, is_upwards=is_upwards),
        serving_nothing=pure.serving_nothing(framework) if framework.foundations else (),
        without_norm=pure.values_without_norm(framework),
        others=_others(chosen),
    )


def _rungs(framework: Framework, *, is_upwards: bool) -> tuple[Rung, ...]:
    read = pure.read_upwards if is_upwards else pure.read_downwards
    return rungs_of(framework, read(framework.serves))


def _chosen(number: int | None) -> FrameworkVersion | None:
    """Return the version that was asked for; else the one in force, or what is being written."""
    session = db.session()
    if number is not None:
        return version_to_read(number)
    current = queries.version_in_force(session, today())
    if current is None and access.viewer().may(READ):
        return queries.version_in_the_making(session)
    return current


def version_to_read(number: int) -> FrameworkVersion:
    """Find a version that this viewer may read: an adopted one, or with the right also a draft."""
    if access.viewer().may(READ):
        return queries.get_version(db.session(), number)
    return queries.get_adopted(db.session(), number)


def _others(chosen: FrameworkVersion) -> list[FrameworkVersion]:
    """Give the other version that somebody who writes goes back and forth to."""
    if not access.viewer().may(READ):
        return []
    session = db.session()
    both = (queries.version_in_force(session, today()), queries.version_in_the_making(session))
    return [one for one in both if one is not None and one.id != chosen.id]


@pages.get("/changes")
@public
def changes() -> Response:
    """Show what is different between two versions."""
    before = number_asked("before")
    after = number_asked("after")
    if before is None or after is None:
        abort(404)
    old, new = version_to_read(before), version_to_read(after)
    return page(
        "values/changes.html",
        old=old,
        new=new,
        changes=shown_changes(compare(framework_of(old), framework_of(new))),
        versions=_to_choose_from(),
    )


def _to_choose_from() -> list[FrameworkVersion]:
    session = db.session()
    may_read = access.viewer().may(READ)
    return queries.versions(session) if may_read else queries.adopted_versions(session)
