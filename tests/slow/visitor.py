"""A visitor over a real connection, who can also misbehave."""

from __future__ import annotations

import html
import http.client
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    text: str
    location: str = ""

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden inputs of the page."""
        return {name: html.unescape(value) for name, value in HIDDEN.findall(self.text)}


@dataclass
class Visitor:
    """Keeps cookies and one connection; raises what a broken connection raises."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self.send("GET", path)

    def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(fields).encode(), {**kind, **(headers or {})})

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send anything."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept-Language": "en", **({"Cookie": kept} if kept else {}), **(headers or {})}
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            text = response.read().decode("utf-8")
        except (OSError, http.client.HTTPException):
            self.leave()
            raise
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies.update({key: one.value for key, one in SimpleCookie(line).items()})
        return Answer(response.status, text, response.headers.get("Location", ""))

    def leave(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def come_in(self, code: str) -> None:
        """Open the link from the letter and begin."""
        landing = self.get(f"/a/{code}")
        begun = self.post(f"/a/{code}", landing.hidden)
        assert begun.status == 303, begun.text

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with a password."""
        form = self.get("/sign-in")
        entered = self.post("/sign-in", {**form.hidden, "email": email, "password": password})
        assert entered.status == 303, entered.text


def say(port: int, words: bytes) -> socket.socket:
    """Send raw bytes over a connection of one's own and leave it open."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.sendall(words)
    return connection
