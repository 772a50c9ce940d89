"""A small HTTP client that keeps its connection and cookies, and many of them at once."""

from __future__ import annotations

import asyncio
import html
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
COOKIE = re.compile(rb"^set-cookie: ([^=;]+)=([^;\r]*)", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb"^content-length: (\d+)", re.IGNORECASE | re.MULTILINE)
LOCATION = re.compile(rb"^location: ([^\r]+)", re.IGNORECASE | re.MULTILINE)


class Refused(Exception):
    """The server answered something else than the benchmark expects; no figure is right then."""


@dataclass(frozen=True)
class Reply:
    """One answer of the server."""

    status: int
    head: bytes
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden inputs of the page: the token, and whatever else travels along."""
        return {name: html.unescape(value) for name, value in INPUT.findall(self.text)}


@dataclass
class Client:
    """One browser tab: one connection that is kept, one set of cookies."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Reply:
        """Ask for a page that must be there."""
        return _expect(await self._send("GET", path), 200, path)

    async def post(
        self, path: str, form: dict[str, str], *, saves: bool = False, ends: int = 0
    ) -> Reply:
        """Send a form. One that saves as htmx does gets 200; another one is sent on.

        ``ends`` is another status that is right, where something may be at its end.
        """
        extra = "HX-Request: true\r\n" if saves else ""
        reply = await self._send("POST", path, urlencode(form).encode(), extra)
        return reply if reply.status == ends else _expect(reply, 200 if saves else 303, path)

    async def follow(self, reply: Reply) -> Reply:
        """Go where a form sent us."""
        found = LOCATION.search(reply.head)
        if found is None:
            raise Refused("no address to go on to")
        return await self.get(found[1].decode())

    async def _send(self, method: str, path: str, body: bytes = b"", extra: str = "") -> Reply:
        if self._reader is not None and self._reader.at_eof():
            # The server let go of a connection that was idle for long.
            await self.close()
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(
                self.host, self.port, limit=2**20
            )
        self._writer.write(self._request(method, path, body, extra))
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        content = await self._reader.readexactly(int(length[1]) if length else 0)
        for name, value in COOKIE.findall(head):
            self.cookies[name.decode()] = value.decode()
        if b"connection: close" in head.lower():
            await self.close()
        return Reply(int(head[9:12]), head, content)

    def _request(self, method: str, path: str, body: bytes, extra: str) -> bytes:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Accept-Language: nl\r\nCookie: {kept}\r\n{extra}"
        )
        if method == "POST":
            head += (
                "Content-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n"
            )
        return f"{head}\r\n".encode() + body

    async def close(self) -> None:
        """Let the connection go."""
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()
        self._reader = self._writer = None


def _expect(reply: Reply, status: int, path: str) -> Reply:
    if reply.status != status:
        raise Refused(f"{path}: {reply.status} instead of {status}\n{reply.text[:2000]}")
    return reply


@dataclass
class Timings:
    """How long each request took, in seconds, and how long all of them together."""

    each: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.each) / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU of the server per request, in milliseconds."""
        return 1000 * self.cpu / len(self.each) if self.each else 0.0

    def percentile(self, percent: int) -> float:
        """The time within which this share of the requests was answered, in milliseconds."""
        if len(self.each) < 2:
            return 0.0
        return 1000 * statistics.quantiles(self.each, n=100)[percent - 1]


Step = Callable[[], Awaitable[object]]


async def drive(steps: Sequence[Step], seconds: float, timings: Timings) -> None:
    """Let every client repeat its step until the time is over."""
    began = time.perf_counter()
    await asyncio.gather(*(_repeat(step, began + seconds, timings.each) for step in steps))
    timings.seconds += time.perf_counter() - began


async def _repeat(step: Step, until: float, each: list[float]) -> None:
    while (start := time.perf_counter()) < until:
        await step()
        each.append(time.perf_counter() - start)


async def drive_times(step: Step, times: int, timings: Timings) -> None:
    """Let one client repeat its step so many times."""
    began = time.perf_counter()
    for _ in range(times):
        start = time.perf_counter()
        await step()
        timings.each.append(time.perf_counter() - start)
    timings.seconds += time.perf_counter() - began
