"""An OpenID provider for tests: real HTTP, a form that a browser can fill in, faults on demand.

The fixture ``identity_provider`` of ``waardewerk.testing`` starts one. Never for real people: it
keeps passwords as they are and trusts whoever asks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from markupsafe import Markup
from werkzeug.serving import BaseWSGIServer, make_server

CLIENT_ID = "waardewerk"
CLIENT_SECRET = "a secret that only these two know"  # noqa: S105
PASSWORD = "the password over there"  # noqa: S105
LIFE = 300

FORM = Markup("""<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Provider for tests</title>
<main><h1>Sign in with your organisation</h1><form method="post">
<p><label>E-mail address <input name="email" type="email" autocomplete="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<button>Sign in</button> <button name="cancel" value="1">Cancel</button></form></main></html>""")
SIGNED_OUT = Markup("""<!doctype html><html lang="en"><meta charset="utf-8">
<title>Provider for tests</title>
<main><h1>Signed out there too</h1><a href="{back_to}">Back</a></main></html>""")


#: Secrets of providers that have ended: to make one takes longer than most tests with a provider.
_SPARE_SECRETS: list[RSAPrivateKey] = []


@dataclass
class Member:
    """Somebody whom the organisation knows. Whatever is put in ``extra`` is claimed too."""

    subject: str
    name: str
    email: str
    groups: list[str] = field(default_factory=list)
    email_verified: object = True
    is_active: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def claims(self) -> dict[str, Any]:
        """What is said about this person."""
        said = {
            "sub": self.subject,
            "name": self.name,
            "email": self.email,
            "email_verified": self.email_verified,
            "groups": self.groups,
        }
        return {**said, **self.extra}


@dataclass
class Grant:
    """What one sign-in was given."""

    subject: str
    nonce: str | None
    challenge: str | None
    redirect_uri: str


class IdentityProvider:
    """A provider that runs in this process, at ``issuer``.

    ``fault`` makes it misbehave: one of `FAULTS`. ``seconds`` is how slow it then is.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.issuer = f"http://127.0.0.1:{port}"
        self.fault = ""
        self.seconds = 4.0
        self.gives_refresh_tokens = True
        self.gives_id_token_at_refresh = True
        self.has_end_session = True
        self.groups_only_in_userinfo = False
        self.clock_is_off_by = 0
        #: Paths that were asked for, oldest first.
        self.asked: list[str] = []
        self.members: dict[str, Member] = {}
        self._codes: dict[str, Grant] = {}
        self._refresh_tokens: dict[str, str] = {}
        self._access_tokens: dict[str, str] = {}
        self._secrets: list[RSAPrivateKey] = []
        self._key = self._new_key(secrets.token_hex(4))
        self._stranger = self._new_key(self._key.kid or "")
        self._app = self._make_app()
        self._server: BaseWSGIServer | None = None

    # What a test does with it ------------------------------------------------------------

    def add(self, subject: str, *groups: str, name: str = "", **more: Any) -> Member:
        """Let the organisation know somebody."""
        name = name or subject.title()
        email = more.pop("email", f"{subject}@example.nl")
        member = Member(subject, name, email, list(groups), **more)
        self.members[subject] = member
        return member

    def rotate_keys(self, *, keeps_name: bool = False) -> None:
        """Sign with another key from now on; the one before is no longer published."""
        name = self._key.kid if keeps_name else None
        self._key = self._new_key(name or secrets.token_hex(4))

    def revoke_all(self) -> None:
        """End everything that was granted."""
        self._refresh_tokens.clear()

    def sign_in(self, address: str, subject: str) -> str:
        """Fill in the form as a browser would; return the address to which it is sent back."""
        fields = {"email": self.members[subject].email, "password": PASSWORD}
        return self._press(address, fields)

    def cancel(self, address: str) -> str:
        """Press *Cancel* in the form."""
        return self._press(address, {"cancel": "1"})

    def _press(self, address: str, fields: dict[str, str]) -> str:
        response = requests.post(address, data=fields, allow_redirects=False, timeout=10)
        assert response.status_code == 303, response.text
        return response.headers["Location"]

    @contextmanager
    def failing(self, fault: str) -> Iterator[None]:
        """Misbehave for a while."""
        assert fault in FAULTS, fault
        self.fault = fault
        if fault == "down":
            self.stop()
        try:
            yield
        finally:
            if fault == "down":
                self.start()
            self.fault = ""

    # How it runs -------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to answer."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop answering; nobody listens any more."""
        if self._server is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def end(self) -> None:
        """Stop for good: a later provider may have the keys."""
        self.stop()
        _SPARE_SECRETS.extend(self._secrets)
        self._secrets.clear()

    def _new_key(self, name: str) -> RSAKey:
        secret = _SPARE_SECRETS.pop() if _SPARE_SECRETS else generate_private_key(65537, 2048)
        self._secrets.append(secret)
        return RSAKey.import_key(secret, {"kid": name, "use": "sig", "alg": "RS256"})

    def _make_app(self) -> Flask:
        app = Flask("waardewerk_testing_provider", static_folder=None)
        app.before_request(self._misbehave)
        rules = {
            "/.well-known/openid-configuration": self._metadata,
            "/keys": self._keys,
            "/userinfo": self._userinfo,
            "/end-session": self._end_session,
        }
        for path, view in rules.items():
            app.add_url_rule(path, view_func=view)
        app.add_url_rule("/authorize", view_func=self._authorize, methods=["GET", "POST"])
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        return app

    def _misbehave(self) -> Response | None:
        self.asked.append(request.path)
        if request.path == "/authorize":
            return None
        if self.fault == "slow":
            time.sleep(self.seconds)
        answers = {
            "rubbish": Response("<html>not what you asked for</html>"),
            "no_object": Response("[1, 2]", mimetype="application/json"),
            "deep": Response("[" * 100_000, mimetype="application/json"),
            "huge": Response(json.dumps({"x": "x" * 5_000_000}), mimetype="application/json"),
            "redirects": redirect("http://127.0.0.1:9/elsewhere", 302),
            "broken": Response("oops", 500),
            "busy": Response("later", 429),
        }
        return answers.get(self.fault)  # type: ignore[return-value]

    # What it answers ---------------------------------------------------------------------

    def _metadata(self) -> Response:
        issuer = "https://other.example" if self.fault == "other_issuer" else self.issuer
        known = {
            "issuer": issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
        }
        if self.fault == "unsafe_endpoint":
            known |= {"token_endpoint": "http://169.254.169.254/latest/meta-data"}
        if self.has_end_session:
            known["end_session_endpoint"] = f"{self.issuer}/end-session"
        return jsonify(known)

    def _keys(self) -> Response:
        key = self._stranger if self.fault == "wrong_keys" else self._key
        public = key.as_dict(private=False)
        # As it happens: keys for other work, and of kinds that nobody here knows.
        others = [{"kty": "EC", "use": "enc", "kid": "x"}, {"kty": "unheard-of", "kid": "y"}]
        return jsonify(keys=[*others, public])

    def _authorize(self) -> Any:
        if request.method == "GET":
            return Response(FORM)
        asked = request.args
        if asked.get("response_type") != "code" or asked.get("client_id") != CLIENT_ID:
            abort(400)
        if request.form.get("cancel"):
            return self._back(error="access_denied", state=asked.get("state", ""))
        member = self._member(request.form.get("email", ""))
        if member is None or request.form.get("password") != PASSWORD:
            return Response(FORM, 401)
        code = secrets.token_urlsafe(16)
        self._codes[code] = Grant(
            member.subject,
            asked.get("nonce"),
            asked.get("code_challenge"),
            asked["redirect_uri"],
        )
        return self._back(code=code, state=asked.get("state", ""))

    def _back(self, **answer: str) -> Any:
        issuer = "https://other.example" if self.fault == "mix_up" else self.issuer
        return redirect(
            f"{request.args['redirect_uri']}?{urlencode({**answer, 'iss': issuer})}", 303
        )

    def _member(self, email: str) -> Member | None:
        known = (m for m in self.members.values() if m.email.lower() == email.lower())
        return next((m for m in known if m.is_active), None)

    def _token(self) -> Any:
        basic = request.authorization
        given = (
            (basic.username, basic.password)
            if basic
            else (request.form.get("client_id"), request.form.get("client_secret"))
        )
        if given != (CLIENT_ID, CLIENT_SECRET) or self.fault == "refuses":
            return jsonify(error="invalid_client"), 401
        if request.form["grant_type"] == "refresh_token":
            return self._refresh()
        grant = self._codes.pop(request.form["code"], None)
        if grant is None or not self._is_asked_by_the_same(grant):
            return jsonify(error="invalid_grant"), 400
        return self._granted(grant)

    @staticmethod
    def _is_asked_by_the_same(grant: Grant) -> bool:
        digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        same_place = request.form.get("redirect_uri") == grant.redirect_uri
        return challenge == grant.challenge and same_place

    def _refresh(self) -> Any:
        # Each one works once: the next comes with the answer.
        subject = self._refresh_tokens.pop(request.form["refresh_token"], None)
        member = self.members.get(subject or "")
        if member is None or not member.is_active:
            return jsonify(error="invalid_grant"), 400
        return self._granted(Grant(member.subject, None, None, ""), again=True)

    def _granted(self, grant: Grant, *, again: bool = False) -> Any:
        access_token = secrets.token_urlsafe(16)
        self._access_tokens[access_token] = grant.subject
        given: dict[str, Any] = {"access_token": access_token, "token_type": "Bearer"}
        given["expires_in"] = LIFE
        if self.gives_refresh_tokens:
            given["refresh_token"] = secrets.token_urlsafe(16)
            self._refresh_tokens[given["refresh_token"]] = grant.subject
        if self.gives_id_token_at_refresh or not again:
            given["id_token"] = self._id_token(grant)
        if self.fault == "no_id_token":
            del given["id_token"]
        return jsonify(given)

    def _id_token(self, grant: Grant) -> str:
        now = int(time.time()) + self.clock_is_off_by
        claims: dict[str, Any] = {
            **self.members[grant.subject].claims,
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + LIFE,
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        if self.groups_only_in_userinfo:
            del claims["groups"]
        return self._signed(self._changed(claims, now))

    def _changed(self, claims: dict[str, Any], now: int) -> dict[str, Any]:
        changes: dict[str, dict[str, Any]] = {
            "wrong_aud": {"aud": "somebody-else"},
            "other_client": {"aud": [CLIENT_ID, "other"], "azp": "other"},
            "wrong_iss": {"iss": "https://other.example"},
            "wrong_nonce": {"nonce": "another"},
            "expired": {"exp": now - LIFE},
            "no_nonce": {"nonce": None},
            "no_sub": {"sub": None},
            "no_exp": {"exp": None},
            "no_iat": {"iat": None},
            "odd_iat": {"iat": "yesterday"},
            "endless_iat": {"iat": 10**400},
            "long_sub": {"sub": "x" * 300},
        }
        changed = {**claims, **changes.get(self.fault, {})}
        return {name: value for name, value in changed.items() if value is not None}

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": self._key.kid}
        if self.fault == "alg_none":
            return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."
        if self.fault == "hs256":
            signed = f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}"
            secret = self._key.as_pem(private=False)
            return f"{signed}.{_encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"
        if self.fault == "own_key":
            forged = RSAKey.generate_key(2048)
            header = {"alg": "RS256", "jwk": forged.as_dict(private=False)}  # type: ignore[dict-item]
            return jwt.encode(header, claims, forged)
        return jwt.encode(header, claims, self._key)

    def _userinfo(self) -> Any:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        member = self.members.get(self._access_tokens.get(token, ""))
        if member is None:
            return jsonify(error="invalid_token"), 401
        other = {"sub": "somebody-else"} if self.fault == "other_userinfo" else {}
        return jsonify({**member.claims, **other})

    def _end_session(self) -> Response:
        back_to = request.args.get("post_logout_redirect_uri", "/")
        return Response(SIGNED_OUT.format(back_to=back_to))


#: What can go wrong, by the name that `IdentityProvider.failing` takes.
FAULTS = frozenset(
    {
        *("down", "slow", "broken", "busy", "redirects"),
        *("rubbish", "no_object", "deep", "huge"),
        *("other_issuer", "unsafe_endpoint", "mix_up", "refuses"),
        *("wrong_keys", "own_key", "alg_none", "hs256"),
        *("wrong_iss", "wrong_aud", "other_client", "wrong_nonce", "no_nonce", "expired"),
        *("no_id_token", "no_sub", "long_sub", "no_exp", "no_iat", "odd_iat", "endless_iat"),
        "other_userinfo",
    }
)


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _part(content: dict[str, Any]) -> str:
    return _encoded(json.dumps(content).encode())


def asked_in(address: str) -> dict[str, str]:
    """Read what an address asks, each name once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
