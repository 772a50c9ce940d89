"""The organisation's provider: where it sends people, what it says about them, and its keys.

Imported when somebody needs it: what it rests on takes half a second to load.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeGuard
from urllib.parse import urlencode, urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet
from requests.exceptions import RequestException

from waardewerk.config import Config, is_safe_address
from waardewerk.people.oidc import fetching, id_tokens
from waardewerk.people.oidc.attempts import Attempt
from waardewerk.people.oidc.claims import Claims, Rules, has_groups, joined
from waardewerk.people.oidc.faults import (
    GrantEnded,
    ProviderDeclined,
    ProviderUnreachable,
    ProviderUntrusted,
    SignOnRefused,
)

#: How long what the provider publishes about itself is believed, in seconds.
KEEP = 3600.0
#: Before somebody is sent there, it is looked at once in so many seconds.
LOOK_EVERY = 60.0
#: How long a page waits for others that wait for the provider, in seconds.
PATIENCE = 2.0
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Answer:
    """What the provider said about somebody, checked; and what to ask it again with."""

    claims: Claims
    refresh_token: str | None


@dataclass(frozen=True)
class Known:
    """What the provider publishes about itself, when it was seen, and until when it counts."""

    metadata: dict[str, Any]
    keys: KeySet
    seen: float
    until: float


class Provider:
    """One provider, as the operator set it. Asked only when somebody needs it."""

    def __init__(self, config: Config, redirect_uri: str) -> None:
        self.issuer = config.oidc_issuer
        self._scheme = urlsplit(self.issuer).scheme
        self.rules = Rules(
            claim=config.oidc_claim,
            roles=config.oidc_roles,
            levels=config.oidc_levels,
            trusts_email=config.oidc_trusts_email,
        )
        self._client_id = config.oidc_client_id
        self._secret = config.oidc_client_secret.get_secret_value()
        self._scope = " ".join(config.oidc_scopes)
        self._redirect_uri = redirect_uri
        self._timeout = config.oidc_timeout
        self._known: Known | None = None
        # Waiting for the provider may hold a few threads, never all of them.
        self._places = threading.BoundedSemaphore(max(1, config.threads // 4))

    def authorization_address(self, attempt: Attempt) -> str:
        """Return where the browser goes to sign in."""
        with self._visit() as session:
            # Looking now and then keeps people from being sent to a provider that is down.
            endpoint = self._looked_up(session).metadata["authorization_endpoint"]
            address, _state = session.create_authorization_url(
                endpoint,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address)

    def exchange(self, code: str, attempt: Attempt, *, issuer: str | None, now: datetime) -> Answer:
        """Give the code that the browser brought, and return who the provider says it is."""
        with self._visit() as session:
            known = self._known_now(session)
            self._refuse_mix_up(known, issuer)
            given = self._token(
                lambda: session.fetch_token(
                    known.metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    redirect_uri=self._redirect_uri,
                    allow_redirects=False,
                ),
                refused=ProviderDeclined,
            )
            expected = id_tokens.Expected(self.issuer, self._client_id, nonce=attempt.nonce)
            claims = self._checked(session, given, expected, now)
            return Answer(self._with_groups(session, given, claims), given.get("refresh_token"))

    def recheck(self, refresh_token: str, subject: str, *, now: datetime) -> Answer:
        """Ask again about somebody who signed in before; raise `GrantEnded` when that is over."""
        with self._visit() as session:
            known = self._known_now(session)
            given = self._token(
                lambda: session.refresh_token(
                    known.metadata["token_endpoint"],
                    refresh_token=refresh_token,
                    allow_redirects=False,
                ),
                refused=GrantEnded,
            )
            claims: Claims = {}
            if given.get("id_token"):
                expected = id_tokens.Expected(self.issuer, self._client_id, subject=subject)
                claims = self._checked(session, given, expected, now)
            claims = self._with_groups(session, given, {"sub": subject, **claims})
            return Answer(claims, given.get("refresh_token") or refresh_token)

    def end_session_address(self, back_to: str) -> str | None:
        """Return where one signs out there too; nothing when the provider has no such page."""
        with self._visit() as session:
            endpoint = self._known_now(session).metadata.get("end_session_endpoint")
        if not self._may_ask(endpoint):
            return None
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": back_to}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    @contextmanager
    def _visit(self) -> Iterator[OAuth2Session]:
        if not self._places.acquire(timeout=PATIENCE):
            raise ProviderUnreachable("many-wait")
        try:
            session = OAuth2Session(
                self._client_id,
                self._secret or None,
                scope=self._scope,
                redirect_uri=self._redirect_uri,
                code_challenge_method="S256",
            )
            with fetching.visiting(session, self._timeout, scheme=self._scheme):
                yield session
        finally:
            self._places.release()

    def _known_now(self, session: OAuth2Session, *, fresh: bool = False) -> Known:
        known = self._known
        if known is None or fresh or known.until <= time.monotonic():
            metadata = self._published(session)
            keys = _usable_keys(_get(session, metadata["jwks_uri"]))
            seen = time.monotonic()
            known = self._known = Known(metadata, keys, seen, until=seen + KEEP)
        session.token_endpoint_auth_method = self._way_to_prove(known.metadata)
        return known

    def _looked_up(self, session: OAuth2Session) -> Known:
        known = self._known_now(session)
        if known.seen < time.monotonic() - LOOK_EVERY:
            metadata = self._published(session)
            known = self._known = replace(known, metadata=metadata, seen=time.monotonic())
        return known

    def _published(self, session: OAuth2Session) -> dict[str, Any]:
        address = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
        metadata = _get(session, address)
        if metadata.get("issuer") != self.issuer:
            raise ProviderUntrusted("other-issuer")
        for name in NEEDED:
            endpoint = metadata.get(name)
            if not self._may_ask(endpoint):
                raise ProviderUntrusted(f"no-{name.replace('_', '-')}")
        return metadata

    def _may_ask(self, endpoint: object) -> TypeGuard[str]:
        if not isinstance(endpoint, str) or not is_safe_address(endpoint):
            return False
        return urlsplit(endpoint).scheme == self._scheme

    def _way_to_prove(self, metadata: dict[str, Any]) -> str:
        offered = metadata.get("token_endpoint_auth_methods_supported")
        if not self._secret:
            return "none"
        is_post_only = isinstance(offered, list) and "client_secret_basic" not in offered
        return "client_secret_post" if is_post_only else "client_secret_basic"

    def _refuse_mix_up(self, known: Known, issuer: str | None) -> None:
        """Refuse a code that another provider may have sent along (RFC 9207)."""
        always_names_itself = known.metadata.get("authorization_response_iss_parameter_supported")
        if issuer != self.issuer and (issuer is not None or always_names_itself is True):
            raise ProviderUntrusted("other-issuer")

    def _token(self, ask: Callable[[], Any], refused: type[SignOnRefused]) -> dict[str, Any]:
        try:
            given: dict[str, Any] = dict(ask())
        except OAuthError as fault:
            raise _refusal_of(fault.error, refused) from fault
        except RequestException:
            raise
        except (ValueError, TypeError, AttributeError, RecursionError) as fault:
            raise ProviderUntrusted("wrong-token-answer") from fault
        if not isinstance(given.get("access_token"), str):
            raise ProviderUntrusted("no-access-token")
        if not isinstance(given.get("refresh_token", ""), str):
            raise ProviderUntrusted("wrong-token-answer")
        return given

    def _checked(
        self,
        session: OAuth2Session,
        given: dict[str, Any],
        expected: id_tokens.Expected,
        now: datetime,
    ) -> dict[str, Any]:
        token, access_token = given.get("id_token"), given["access_token"]
        keys = self._known_now(session).keys
        try:
            return id_tokens.check(token, keys, expected, access_token=access_token, now=now)
        except id_tokens.KeyUnknown:
            # Providers renew their keys: look once whether there are others now.
            keys = self._known_now(session, fresh=True).keys
            return id_tokens.check(token, keys, expected, access_token=access_token, now=now)

    def _with_groups(
        self, session: OAuth2Session, given: dict[str, Any], claims: Claims
    ) -> dict[str, Any]:
        """Add what the provider says only when asked: some keep groups out of the ID token."""
        endpoint = self._known_now(session).metadata.get("userinfo_endpoint")
        is_complete = has_groups(claims, self.rules.claim) and "email" in claims
        if is_complete or not isinstance(endpoint, str):
            return dict(claims)
        told = _get(session, endpoint, {"Authorization": f"Bearer {given['access_token']}"})
        if told.get("sub") != claims["sub"]:
            raise ProviderUntrusted("other-subject")
        return joined(claims, told)


def _get(
    session: OAuth2Session, address: str, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    response = session.get(address, headers=headers, withhold_token=True, allow_redirects=False)
    if response.status_code in {401, 403}:
        raise ProviderUntrusted("no-access")
    if response.status_code != 200:
        raise ProviderUnreachable("answers-with-fault")
    return fetching.object_in(response)


def _refusal_of(error: object, refused: type[SignOnRefused]) -> SignOnRefused:
    if error == "invalid_grant":
        return refused("grant-refused")
    if error in {"temporarily_unavailable", "server_error", "slow_down"}:
        return ProviderUnreachable("answers-with-fault")
    # Such as invalid_client: the secret has expired, and everybody's sign-in would end.
    return ProviderUntrusted("refused-by-provider")


def _usable_keys(published: dict[str, Any]) -> KeySet:
    found = []
    listed = published.get("keys")
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("kty") == "oct" or one.get("use", "sig") != "sig":
            continue
        try:
            found.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError):
            continue
    if not found:
        raise ProviderUntrusted("no-keys")
    return KeySet(found)
