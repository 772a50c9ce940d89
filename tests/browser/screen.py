"""One person's browser, and what must hold for whatever it shows.

``Screen.look`` is the gate that every page in every state passes: accessible, nothing wider than
the screen, nothing in the console, nothing from elsewhere. With ``PHOTOGRAPHS=1`` it takes a
photograph too, for a person to judge; that takes as long as all the rest together.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response

from waardewerk import i18n

TESTS = Path(__file__).resolve().parents[1]
PHOTOGRAPHS = TESTS / "screens"
CATALOGUES = i18n.Catalogues(
    ("nl", "en", "fy"),
    (
        *sorted(TESTS.parent.glob("plugins/*/waardewerk_*/translations")),
        i18n.core_folder(),
    ),
)
AXE = (TESTS / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: A phone, a tablet held upright, a desk. Contents and targets differ between first and last.
WIDTHS = (320, 768, 1280)
CHECKED_WIDTHS = (320, 1280)
HEIGHT = 900
DESK = {"width": 1280, "height": HEIGHT}
#: Chromium itself tells of a page that is an error; the page is what we look at.
ABOUT_THE_STATUS = re.compile(r"Failed to load resource: the server responded with a status of \d+")
ABOUT_THE_LINE = re.compile(r"net::ERR_INTERNET_DISCONNECTED|htmx:(afterRequest|sendError)")

#: What may be right at one width and wrong at another, though the same things can be seen.
PLACED = ["color-contrast", "target-size", "scrollable-region-focusable"]

VISIBLE = """() => [...document.querySelectorAll("body *")]
  .map((e) => (e.checkVisibility() ? "1" : "0")).join("")"""
RUN_AXE = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  const place = ({html, failureSummary}) => [html.slice(0, 200), failureSummary];
  return found.violations.map(({id, help, nodes}) => ({id, help, at: nodes.map(place)}));
}"""
FACTS = """() => ({
  language: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility()).length,
  wide: document.documentElement.scrollWidth - window.innerWidth,
  widest: [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
    .filter((e) => !e.closest(".ww-scroll, .document-table"))
    .slice(0, 5).map((e) => e.outerHTML.slice(0, 160)),
})"""
FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const box = here.getBoundingClientRect();
  const drawn = (e) => { const s = getComputedStyle(e);
    return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && e.checkVisibility(); };
  const near = [here, here.parentElement, here.parentElement?.parentElement];
  return {name: here.outerHTML.slice(0, 160), ringed: near.some((e) => e && drawn(e)),
    inView: box.bottom > 0 && box.top < window.innerHeight};
}"""


class Screen:
    """A page of one browser; it remembers everything that went wrong on it."""

    def __init__(
        self,
        context: BrowserContext,
        base_url: str,
        *,
        language: str = "nl",
        runs_scripts: bool = True,
    ) -> None:
        self.base_url = base_url
        self.runs_scripts = runs_scripts
        self.language = language
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda fault: self.complaints.append(f"script: {fault}"))
        self.page.on("request", self._notice)
        self.page.on("response", self._weigh)
        #: Other sites to which a test goes on purpose.
        self.also: tuple[str, ...] = ()
        self._copy: Page | None = None
        #: Statuses that a test brings about on purpose.
        self.expected: set[int] = set()
        self._is_cut_off = False

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or ABOUT_THE_STATUS.match(message.text):
            return
        if self._is_cut_off and ABOUT_THE_LINE.search(message.text):
            return
        self.complaints.append(f"console {message.type}: {message.text}")

    def _notice(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, *self.also, "data:", "about:")):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _weigh(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} on {response.request.method} {response.url}")

    def open(self, path: str, *, status: int = 200) -> Screen:
        """Go to a path of the site, or to a whole address in it."""
        self.expected.add(status)
        url = path if path.startswith("http") else self.base_url + path
        response = self.page.goto(url)
        assert response is not None
        assert response.status == status, f"{response.status} on {url}: {self.text[:300]}"
        return self

    @property
    def text(self) -> str:
        """Everything that can be read on the page."""
        return self.page.inner_text("body")

    @property
    def path(self) -> str:
        """Where this browser is."""
        return self.page.url.removeprefix(self.base_url)

    def say(self, words: str, **details: object) -> str:
        """Put a source text in the language of this screen."""
        text: str = CATALOGUES.texts(self.language).gettext(words)
        return text % details if details else text

    def button(self, words: str) -> Locator:
        """Find a button of the page itself by its source text."""
        return self.page.locator("#content").get_by_role(
            "button", name=re.compile(f"^{re.escape(self.say(words))}")
        )

    def link(self, words: str) -> Locator:
        """Find a link of the page itself by its source text, or by words that were typed."""
        return self.page.locator("#content").get_by_role(
            "link", name=re.compile(f"^{re.escape(self.say(words))}")
        )

    def press(self, words: str, *, status: int = 200) -> Screen:
        """Press the button with these words and wait for the next page."""
        self.expected.add(status)
        with self.page.expect_navigation():
            self.button(words).first.click()
        return self

    def submit(self) -> Screen:
        """Press the first button of the first form of the page itself."""
        with self.page.expect_navigation():
            self.page.locator("#content form button[type=submit]").first.click()
        return self

    def follow(self, words: str) -> Screen:
        """Follow the link with these words."""
        with self.page.expect_navigation():
            self.link(words).first.click()
        return self

    def fill(self, **fields: str) -> Screen:
        """Fill in inputs by the name under which they are sent."""
        for name, value in fields.items():
            self.page.locator(f'#content [name="{name}"]').first.fill(value)
        return self

    def choose(self, name: str, value: object) -> Screen:
        """Choose one radio button or tick one checkbox."""
        self.page.locator(f'#content [name="{name}"][value="{value}"]').check()
        return self

    def shows(self, words: str, **details: object) -> bool:
        """Tell whether a source text can be read on the page."""
        return " ".join(self.say(words, **details).split()) in " ".join(self.text.split())

    @contextmanager
    def without_a_connection(self) -> Iterator[None]:
        """Cut the line for a while; the browser may complain about that and nothing else."""
        self._is_cut_off = True
        self.context.set_offline(True)
        yield
        self.context.set_offline(False)
        self._is_cut_off = False

    def look(self, name: str, *, language: str = "", widths: Sequence[int] = WIDTHS) -> Screen:
        """Hold what is on the screen against every rule, and photograph it."""
        before = self.page.viewport_size or DESK
        # A click returns when the next page has begun, and there is nothing to look at yet.
        self.page.wait_for_load_state()
        self.page.evaluate("() => document.fonts.ready.then(() => undefined)")
        checked, seen = self._where_scripts_run(), ""
        for width in widths:
            widen(self.page, width, before["height"])
            self._check_facts(name, width, language or self.language)
            if width in CHECKED_WIDTHS or len(widths) == 1:
                widen(checked, width, before["height"])
                seen = check_rules(checked, f"{name} at {width} px", seen)
            photograph(self.page, f"{name}-{width}")
        widen(self.page, before["width"], before["height"])
        self.has_no_complaints(name)
        return self

    def _check_facts(self, name: str, width: int, language: str) -> None:
        facts: dict[str, Any] = self.page.evaluate(FACTS)
        where = f"{name} at {width} px"
        assert facts["wide"] <= 0, f"{where} scrolls sideways: {facts['widest']}"
        assert facts["headings"] == 1, f"{where} has {facts['headings']} h1"
        assert facts["language"] == language, f"{where} says it is in {facts['language']!r}"
        assert facts["title"].strip(), f"{where} has no title"

    def _where_scripts_run(self) -> Page:
        """Give this page, or the same in a browser that runs scripts: the checker is one itself."""
        if self.runs_scripts:
            return self.page
        if self._copy is None:
            browser = self.context.browser
            assert browser is not None
            self._copy = browser.new_context(viewport=self.page.viewport_size).new_page()
        shown, address = self.page.content(), self.page.url
        self._copy.route(
            address, lambda route: route.fulfill(body=shown, content_type="text/html"), times=1
        )
        self._copy.goto(address)
        return self._copy

    def close(self) -> None:
        """Close this browser, and the one in which its pages were checked."""
        self.context.close()
        if self._copy is not None:
            self._copy.context.close()

    def has_no_complaints(self, where: str = "") -> None:
        """Fail when the console, a script or a request complained so far."""
        assert not self.complaints, f"{where}: {self.complaints}"

    def focus_is_visible(self) -> None:
        """Fail when the keyboard is somewhere that cannot be seen."""
        focus = self.page.evaluate(FOCUS)
        assert focus is not None, "the keyboard is nowhere"
        assert focus["ringed"], f"no ring around {focus['name']}"
        assert focus["inView"], f"out of view: {focus['name']}"


def widen(page: Page, width: int, height: int) -> None:
    """Give a page another size; one that it has already costs as much, and is left."""
    size = {"width": width, "height": height}
    if page.viewport_size != size:
        page.set_viewport_size(size)


def check_rules(page: Page, where: str, seen: str) -> str:
    """Fail when the checker finds that somebody cannot use the page; return what can be seen.

    Where the same can be seen as the last time, only what depends on the width is checked again.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    visible: str = page.evaluate(VISIBLE)
    found = page.evaluate(RUN_AXE, PLACED if visible == seen else RULES)
    assert not found, f"{where}:\n{json.dumps(found, indent=1)}"
    return visible


def photograph(page: Page, name: str) -> None:
    """Take a photograph of a whole page, when somebody wants to look at it."""
    if not photographing():
        return
    # What sticks to the top of the screen stands where the reader left it.
    page.evaluate("() => window.scrollTo(0, 0)")
    page.screenshot(path=PHOTOGRAPHS / f"{name}.png", full_page=True, animations="disabled")


def photographing() -> bool:
    """Tell whether somebody wants photographs, and make the folder for them."""
    if not os.environ.get("PHOTOGRAPHS"):
        return False
    PHOTOGRAPHS.mkdir(exist_ok=True)
    return True
