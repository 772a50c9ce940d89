"""Every error becomes a page, a fragment or problem+json here, in words a person can use.

A page never shows a stack trace. What somebody typed is shown back to them where the request
could not be handled, so that it can be copied.
"""

from __future__ import annotations

import logging

from flask import Flask, jsonify, make_response, request, url_for
from flask import session as cookie
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from waardewerk import access, i18n, security
from waardewerk.i18n import lazy
from waardewerk.refusal import NotNow, Refusal, SwitchedOff, TooMany
from waardewerk.templating import htmx, page

log = logging.getLogger(__name__)

#: What each status says: a title, and what to do next.
TEXTS = {
    400: (lazy("This request was not complete"), lazy("Go back, load the page again and retry.")),
    401: (lazy("Sign in first"), lazy("Sign in and try again.")),
    403: (lazy("You may not do this"), lazy("Your role does not allow this.")),
    404: (
        lazy("This page does not exist"),
        lazy("Check the address, or start again at the first page."),
    ),
    405: (lazy("This cannot be done here"), lazy("Go back and use the buttons on the page.")),
    409: (lazy("Somebody was first"), lazy("Nothing was overwritten. Look at both versions.")),
    410: (lazy("This link does not work any more"), lazy("Ask for a new one.")),
    413: (lazy("This is too large"), lazy("Send a smaller file or a shorter text.")),
    415: (lazy("This kind of file is not accepted"), lazy("Choose another file.")),
    422: (lazy("This is not possible"), lazy("Nothing was changed.")),
    429: (lazy("Too many tries"), lazy("Wait a few minutes and try again.")),
    500: (
        lazy("Something went wrong on our side"),
        lazy("What you saved before is safe. Try again; if it stays, tell your administrator."),
    ),
    503: (lazy("It is busy right now"), lazy("Wait a moment and try again.")),
}
#: Refusals that say something else than their status does.
TITLES = {
    NotNow.code: lazy("That cannot be done now"),
    SwitchedOff.code: lazy("This part is off for now"),
}
OLD_FORM = lazy(
    "This form was open for too long, or was opened in another sign-in. "
    "What you typed is below: copy it, load the page again and paste it."
)
#: Never shown back, by how the name of the field ends.
SECRETS = ("token", "password")
#: What a form carries along and nobody typed, by the last words of the name of the field: *seen*
#: and *criterion-seen*, and not *foreseen*.
CARRIED_ALONG = (
    "revision",
    "request_key",
    "nonce",
    "seen",
    "mark",
    "sha256",
    "builds_on",
    "challenge",
)
#: What a button says of itself; nobody typed it either.
SAID_BY_BUTTONS = frozenset({"go", "language", "next", "to", "way", "shared", "names"})
LONGEST_SHOWN_BACK = 20_000


def show(status: int, message: object = None, **content: object) -> Response:
    """Render an error as whatever the caller can read."""
    title, advice = TEXTS.get(status, TEXTS[400 if status < 500 else 500])
    title = str(content.get("title") or title)
    text = str(message or advice)
    if request.accept_mimetypes.best == "application/json" or request.path.startswith("/api/"):
        return _problem(status, str(title), text)
    try:
        return page(
            "errors/page.html",
            "errors/_fragment.html",
            status=status,
            error_status=status,
            error_title=str(title),
            error_message=text,
            typed=content.get("typed", []),
            back=security.came_from(),
        )
    except SQLAlchemyError:
        # A whole page knows who looks and how the province looks; both are in the database.
        return _bare_page(status, str(title), text)


def _bare_page(status: int, title: str, text: str) -> Response:
    heading, message = escape(title), escape(text)
    html = (
        f'<!doctype html><html lang="{i18n.language()}"><meta charset="utf-8">'
        f"<title>{heading}</title><h1>{heading}</h1><p>{message}</p></html>"
    )
    return Response(html, status, mimetype="text/html")


def _problem(status: int, title: str, detail: str) -> Response:
    response = jsonify(type="about:blank", status=status, title=title, detail=detail)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return make_response(response)


def _typed() -> list[tuple[str, str]]:
    """Return what the person typed, so that it is not lost."""
    return [
        (name, value[:LONGEST_SHOWN_BACK])
        for name, value in request.form.items(multi=True)
        if value.strip() and is_typed(name)
    ]


def is_typed(name: str) -> bool:
    """Tell by the name of a field whether a person filled it in, and may read it back."""
    if name in SAID_BY_BUTTONS or name.endswith(SECRETS):
        return False
    last_words = f"-{name}".replace("_", "-")
    return not last_words.endswith(tuple(f"-{one}".replace("_", "-") for one in CARRIED_ALONG))


def _refused(refusal: Refusal) -> Response:
    text = i18n.gettext(refusal.message, **refusal.details)
    typed = _typed() if refusal.status == 409 else []
    response = show(refusal.status, text, title=TITLES.get(refusal.code), typed=typed)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _second_step_first(_refusal: access.SecondStepNeeded) -> Response:
    return security.back_to(url_for("people.second_step"))


def _check_again(refusal: access.CheckOverdue) -> Response:
    if request.accept_mimetypes.best == "application/json" or htmx:
        return show(401, i18n.gettext(refusal.message))
    target = request.full_path if request.method == "GET" else "/"
    return page("people/check_again.html", status=401, next=target, typed=_typed())


def _sign_in_first(refusal: access.SignInNeeded) -> Response:
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        return show(401, i18n.gettext(refusal.message), typed=_typed())
    target = request.full_path if request.query_string else request.path
    return security.back_to(url_for("people.sign_in", next=target))


def _old_form(_fault: CSRFError) -> Response:
    cookie.pop("csrf_token", None)
    return show(400, OLD_FORM, typed=_typed())


def _http(fault: HTTPException) -> Response:
    if fault.code is not None and 300 <= fault.code < 400:
        return Response(fault.get_response().get_data(), fault.code, dict(fault.get_headers()))
    return show(fault.code or 500)


def _busy(fault: OperationalError) -> Response:
    log.error("the database refused: %s", fault.orig)
    response = show(503)
    response.headers["Retry-After"] = "5"
    return response


def _unexpected(fault: Exception) -> Response:
    # The route tells what was being done; values could be personal.
    log.error("unexpected fault in %s", request.endpoint, exc_info=fault)
    return show(500)


def init_app(app: Flask) -> None:
    """Register what turns errors into answers."""
    app.register_error_handler(access.SignInNeeded, _sign_in_first)
    app.register_error_handler(access.CheckOverdue, _check_again)
    app.register_error_handler(access.SecondStepNeeded, _second_step_first)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unexpected)
