"""Who may do what. Closed by default: a view that declares nothing stops the start.

Plugins declare permissions with default roles; a province may grant or withhold each per role.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, g

from waardewerk.contract import ROLES, Permission, Viewer
from waardewerk.refusal import NotAllowed, Refusal

P = ParamSpec("P")
R = TypeVar("R")

EXTENSION = "waardewerk.permissions"
#: The function that finds out who is looking; see `viewing.py`.
VIEWER = "waardewerk.viewer"
#: Names this browser's sign-in; only the hash of its content is stored.
SIGN_IN_COOKIE = "waardewerk"
#: Key in the signed cookie for personal links this browser has opened.
RESPONDENT_KEY = "respondents"
DECLARATION = "_waardewerk_access"
ANSWER = "inquiries.answer"
OWN_ACCOUNT = "people.account"
OWN_SECOND_STEP = "people.second_step"
#: What everybody who is signed in may do, whatever their roles.
EVERYBODY = frozenset({ANSWER, OWN_ACCOUNT, OWN_SECOND_STEP})
#: What is left for who must set up a second step first.
LIMITED = frozenset({OWN_SECOND_STEP})


class SignInNeeded(Refusal):
    """Nobody is signed in and this page needs somebody."""

    status = 401
    code = "sign-in-needed"


class CheckOverdue(SignInNeeded):
    """The organisation's provider has to vouch for this sign-in again."""

    code = "check-overdue"


class SecondStepNeeded(Refusal):
    """Somebody who must have a second step has to set it up first."""

    status = 403
    code = "second-step-needed"


class UndeclaredView(Exception):
    """Views that say neither ``@requires`` nor ``@public``; the message names them."""


def requires(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only viewers with ``permission`` reach this view."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            demand(permission)
            return view(*args, **kwargs)

        setattr(guarded, DECLARATION, permission)
        return guarded

    return decorate


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Let everybody reach this view."""
    setattr(view, DECLARATION, "public")
    return view


def demand(permission: str) -> None:
    """Refuse unless the viewer holds ``permission``."""
    who = viewer()
    if who.may(permission):
        return
    if not who.is_signed_in:
        if g.get("check_is_overdue"):
            raise CheckOverdue("Your organisation has to confirm your sign-in again.")
        raise SignInNeeded("Sign in to see this page.")
    if who.permissions == LIMITED:
        raise SecondStepNeeded("Set up your second step first.")
    raise NotAllowed("Your role does not allow this. Ask your administrator.")


def viewer() -> Viewer:
    """Return who is looking; read once per request."""
    if "viewer" not in g:
        g.viewer = current_app.extensions[VIEWER]()
    who: Viewer = g.viewer
    return who


def permissions_of(
    roles: Iterable[str],
    declared: Iterable[Permission],
    grants: Mapping[tuple[str, str], bool],
) -> frozenset[str]:
    """Return what these roles may do: the defaults, with the province's own choices over them."""
    held = set(roles)
    return frozenset(
        permission.key
        for permission in declared
        if any(
            grants.get((role, permission.key), role in permission.default_roles) for role in held
        )
    )


def permissions() -> tuple[Permission, ...]:
    """Return every permission that the core and the loaded plugins declare."""
    declared: dict[str, Permission] = current_app.extensions[EXTENSION]
    return tuple(declared.values())


def new_token() -> tuple[str, str]:
    """Make a random token and its hash; the token leaves, the hash is stored."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """Return the hash under which a token is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def cookie_name() -> str:
    """Return the sign-in cookie's name; the prefix binds it to this host over TLS."""
    prefix = "__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return prefix + SIGN_IN_COOKIE


def declare(app: Flask, given: Iterable[tuple[str, Permission]]) -> None:
    """Register permissions, each under the plugin that declared it."""
    known: dict[str, Permission] = app.extensions.setdefault(EXTENSION, {})
    for owner, permission in given:
        unknown = set(permission.default_roles) - set(ROLES)
        if unknown:
            raise ValueError(f"{permission.key} names unknown roles: {', '.join(sorted(unknown))}")
        if owner != "core" and not permission.key.startswith(f"{owner}."):
            raise ValueError(f"{permission.key} must start with {owner}.")
        known[permission.key] = permission


def check_declarations(app: Flask) -> None:
    """Refuse to start when a view declares no access or an unknown permission."""
    silent, unknown = [], []
    known: dict[str, Any] = app.extensions[EXTENSION]
    for endpoint, view in app.view_functions.items():
        declared = getattr(view, DECLARATION, None)
        if declared is None and not endpoint.endswith("static"):
            silent.append(endpoint)
        elif declared not in {None, "public"} and declared not in known:
            unknown.append(f"{endpoint} ({declared})")
    if silent:
        raise UndeclaredView(f"say @requires(...) or @public on: {', '.join(sorted(silent))}")
    if unknown:
        raise UndeclaredView(f"no such permission: {', '.join(sorted(unknown))}")
