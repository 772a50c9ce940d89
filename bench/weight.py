"""Weighs what a respondent's browser fetches, page by page: requests and bytes on the wire.

    python bench/weight.py

Needs Chromium, which is found as ``python3 platform test`` finds it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import servers
from playwright.sync_api import Page, sync_playwright
from province import Province, fill
from servers import HOST, Server

from waardewerk.testing import find_chromium


@dataclass
class Weight:
    """What was fetched: bytes on the wire, headers included, by address."""

    fetched: dict[str, float] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Count everything that this page fetches from now on."""
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", self._note)
        wire.on("Network.loadingFinished", self._weigh)

    def _note(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _weigh(self, event: dict[str, Any]) -> None:
        address = self._addresses.get(event["requestId"], "")
        if address.startswith("http"):
            self.fetched[address] = event["encodedDataLength"]

    def take(self) -> dict[str, float]:
        """Return what was fetched since the last time."""
        taken, self.fetched = self.fetched, {}
        return taken


def main() -> None:
    """Fill a province with one respondent and let a browser in."""
    with tempfile.TemporaryDirectory() as folder:
        province = fill(Path(folder), ["civil_servant"])
        with servers.product(Path(folder), servers.free_port()) as server, browser() as page:
            visit(page, server, province)


def visit(page: Page, server: Server, province: Province) -> None:
    """Open the link from the letter with an empty cache, begin, and open the first questions."""
    weight = Weight()
    weight.watch(page)
    page.goto(f"http://{HOST}:{server.port}/a/{province.invited[0].code}")
    page.wait_for_load_state("networkidle")
    report("first visit: the page behind the link in the letter", weight.take())
    page.click("main form button[type=submit]")
    page.wait_for_load_state("networkidle")
    report("begin: the overview", weight.take())
    page.click(f"main a[href$='/{province.definition.sections[0].id}']")
    page.wait_for_load_state("networkidle")
    report("the first section", weight.take())


def report(title: str, fetched: dict[str, float]) -> None:
    """Print how much was fetched for one page."""
    print(f"{title}: {len(fetched)} requests, {sum(fetched.values()) / 1000:.1f} kB")
    for address, size in sorted(fetched.items(), key=lambda item: -item[1]):
        print(f"  {size / 1000:7.1f} kB  {address.split('/', 3)[3]}")


@contextmanager
def browser() -> Iterator[Page]:
    """Open a phone-sized browser with an empty cache."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox"]
        )
        yield chromium.new_page(viewport={"width": 390, "height": 844}, locale="nl-NL")
        chromium.close()


if __name__ == "__main__":
    main()
