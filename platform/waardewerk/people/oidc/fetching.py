"""HTTP towards the provider: each visit ends in time, stays small and goes nowhere else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException, SSLError, Timeout

from waardewerk.config import is_safe_address
from waardewerk.people.oidc.faults import ProviderUnreachable, ProviderUntrusted

#: Keys and groups of a large organisation fit in a tenth of this.
LARGEST = 512 * 1024
PIECE = 16 * 1024


class Visit(HTTPAdapter):
    """Everything that one page or one check asks of the provider, within one time limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(max_retries=0)
        self._ends = time.monotonic() + seconds

    def send(self, request: PreparedRequest, *_positional: Any, **options: Any) -> Response:
        """Send one request and read its whole answer."""
        if not is_safe_address(request.url or ""):
            raise ProviderUntrusted("unsafe-address")
        options |= {"timeout": self._left(), "stream": True}
        response = super().send(request, **options)
        with response:
            if response.is_redirect or 300 <= response.status_code < 400:
                raise ProviderUntrusted("redirected")
            # requests reads the content from here; it was never decoded by anything else.
            response._content = b"".join(self._pieces(response))
        if response.status_code >= 500 or response.status_code == 429:
            raise ProviderUnreachable("answers-with-fault")
        return response

    def _pieces(self, response: Response) -> Iterator[bytes]:
        size = 0
        for piece in response.iter_content(PIECE):
            size += len(piece)
            if size > LARGEST:
                raise ProviderUntrusted("too-large")
            self._left()
            yield piece

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise ProviderUnreachable("too-slow")
        return left


@contextmanager
def visiting(session: Session, seconds: float, *, scheme: str) -> Iterator[Session]:
    """Let a session visit the provider for so many seconds; its faults become ours."""
    # A provider elsewhere, reached over TLS, can send nobody to what listens on this machine.
    session.adapters.clear()
    session.mount(f"{scheme}://", Visit(seconds))
    session.headers.update({"Accept": "application/json"})
    try:
        with session:
            yield session
    except SSLError as fault:
        raise ProviderUntrusted("wrong-certificate") from fault
    except Timeout as fault:
        raise ProviderUnreachable("too-slow") from fault
    except NoConnection as fault:
        raise ProviderUnreachable("no-connection") from fault
    except RequestException as fault:
        raise ProviderUntrusted("no-http") from fault


def object_in(response: Response) -> dict[str, Any]:
    """Read a JSON object."""
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError) as fault:
        raise ProviderUntrusted("no-json") from fault
    if not isinstance(found, dict):
        raise ProviderUntrusted("no-json-object")
    return found
