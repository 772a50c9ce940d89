"""The first visit of somebody who is asked: light enough for a phone on a bad line."""

from __future__ import annotations

from typing import Any

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

MOST_BYTES = 100_000
MOST_REQUESTS = 8


def weights_of(visitor: Screen, address: str) -> dict[str, int]:
    """Open a page in a browser that was nowhere yet; return what came over the line for it."""
    weights: dict[str, int] = {}
    names: dict[str, str] = {}
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")

    def ask(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            names[event["requestId"]] = event["request"]["url"]

    def weigh(event: dict[str, Any]) -> None:
        weights[event["requestId"]] = int(event["encodedDataLength"])

    wire.on("Network.requestWillBeSent", ask)
    wire.on("Network.loadingFinished", weigh)
    visitor.open(address).page.wait_for_load_state("networkidle")
    return {url.removeprefix(visitor.base_url): weights[key] for key, url in names.items()}


def test_the_first_visit_is_light(site: Site, screen: OpenScreen) -> None:
    chair = site.person("Aad Aanjager", "aanjager")
    _inquiry, (asked,) = site.inquiry(chair, [("Anna de Vries", "political")])
    visitor = screen()
    told = weights_of(visitor, f"/a/{asked.code}")
    assert len(told) <= MOST_REQUESTS, told
    assert 0 < sum(told.values()) <= MOST_BYTES, told
    assert visitor.page.evaluate("() => document.fonts.check('16px \"Noto Sans\"')")
