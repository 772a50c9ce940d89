"""Response headers, the nonce, where a request came from, and where it may go next."""

from __future__ import annotations

import secrets
from urllib.parse import SplitResult, unquote, urlsplit

from flask import Flask, abort, current_app, g, redirect, request
from flask_wtf.csrf import CSRFProtect
from werkzeug import Response
from werkzeug.middleware.proxy_fix import ProxyFix

from waardewerk.config import Config, secret_key

csrf = CSRFProtect()

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def csp_nonce() -> str:
    """Return this response's nonce for script tags."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def back_to(target: str | None, otherwise: str = "/") -> Response:
    """Redirect to a path on this site; anything else becomes ``otherwise``."""
    return redirect(target if target and is_local(target) else otherwise, 303)


def is_local(target: str) -> bool:
    """Tell whether ``target`` is a plain path here; browsers read ``//`` and ``\\`` as a host."""
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if "\\" in target or any(ord(c) < 33 or ord(c) == 127 for c in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def came_from() -> str | None:
    """Return the address here of the form that was sent, when it can be read again."""
    if request.method not in UNSAFE or request.referrer is None:
        return None
    parts = _parts_of(request.referrer)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if parts.netloc != request.host or not is_local(path) or not _can_be_read(parts.path):
        return None
    return path


def _can_be_read(path: str) -> bool:
    """Tell whether a page stands at a path: some addresses are only sent to."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(unquote(path), method="GET")


def _refuse_foreign_posts() -> None:
    # Browsers say where an unsafe request started; the CSRF token stays the rule for the rest.
    if request.method not in UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin", "none"}:
        abort(403)
    # Older browsers say at least where the page came from.
    origin = request.headers.get("Origin")
    if site is None and origin is not None and _parts_of(origin).netloc != request.host:
        abort(403)


def _parts_of(address: str) -> SplitResult:
    """Take an address of a visitor apart; one that is none has no parts."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()))
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if "Cache-Control" not in headers:
        # Pages depend on who looks and on the language; a shared cache must not mix them.
        headers["Cache-Control"] = "no-store"
    if "public" not in headers["Cache-Control"]:
        response.vary.update(["Cookie", "Accept-Language", "HX-Request"])
    return response


def init_app(app: Flask, config: Config) -> None:
    """Set up cookies, CSRF protection, headers and trust in proxies."""
    app.config.update(
        SECRET_KEY=secret_key(config),
        SESSION_COOKIE_NAME="__Host-session" if config.is_https else "session",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=config.max_body,
        MAX_FORM_MEMORY_SIZE=config.max_body,
        MAX_FORM_PARTS=2000,
        PREFERRED_URL_SCHEME="https" if config.is_https else "http",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    app.before_request(_refuse_foreign_posts)
    app.after_request(_protect)
    if config.proxies:
        count = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
