"""What a respondent does on the pages, the same way on the product and on the bare app."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from clients import Client, Reply, Step

SLOT = re.compile(r'name="([^":]+):(policy|practice|result):value" value="na"')
REASON = "This is how we do it here, since last year."
EXAMPLE = "The camera at the bridge."


@dataclass(frozen=True)
class Respondent:
    """Somebody who came in by a personal link."""

    client: Client
    id: int

    def address(self, *parts: str) -> str:
        """Return the address of one of the own pages."""
        return "/".join((f"/answers/{self.id}", *parts))

    async def see(self, section: str) -> Reply:
        """Open the page of one section."""
        return await self.client.get(self.address(section))

    async def save_page(self, section: str, page: Reply) -> Reply:
        """Fill in a whole page and send it, as a browser without JavaScript does."""
        return await self.client.post(self.address(section), filled_in(page))

    async def save_one(self, slot: tuple[str, str], form: dict[str, str]) -> Reply:
        """Send one answer, as htmx does while people go."""
        return await self.client.post(self.address("save", *slot), form, saves=True)

    async def hand_in(self) -> None:
        """Look at what is still open, and hand in."""
        check = await self.client.get(self.address("hand-in"))
        handed_in = await self.client.post(self.address("hand-in"), check.hidden)
        await self.client.follow(handed_in)


async def come_in(client: Client, respondent_id: int, code: str) -> Respondent:
    """Open the personal link and begin."""
    landing = await client.get(f"/a/{code}")
    await client.follow(await client.post(f"/a/{code}", landing.hidden))
    return Respondent(client, respondent_id)


def level_slots(page: Reply) -> list[tuple[str, str]]:
    """Return each level to choose on a page, as question and lens."""
    return SLOT.findall(page.text)


def all_slots(page: Reply) -> list[tuple[str, str]]:
    """Return each answer on a page; the words of a question have an empty lens."""
    levels = level_slots(page)
    return [*levels, *((question, "") for question in dict.fromkeys(q for q, _ in levels))]


def filled_in(page: Reply) -> dict[str, str]:
    """Return what the form of a page sends when everything is filled in."""
    slots = level_slots(page)
    levels = {f"{q}:{lens}:value": str(1 + n % 5) for n, (q, lens) in enumerate(slots)}
    words = {f"{q}::reason": REASON for q, _ in slots} | {
        f"{q}::example": EXAMPLE for q, _ in slots
    }
    return {**page.hidden, **levels, **words, "go": "on"}


def seeing(respondent: Respondent, sections: Sequence[str]) -> Step:
    """Open these pages, one after another."""

    async def step() -> None:
        for section in sections:
            await respondent.see(section)

    return step


def saving(respondent: Respondent, page: Reply) -> Step:
    """Save one level after another; each is another level than was stored."""
    slots, levels = cycle(level_slots(page)), cycle("12345")
    token = page.hidden["csrf_token"]
    revisions = {name: value for name, value in page.hidden.items() if name != "csrf_token"}

    async def step() -> None:
        slot = next(slots)
        prefix = ":".join((*slot, ""))
        form = {"csrf_token": token, f"{prefix}value": next(levels)}
        form |= {name: known for name, known in revisions.items() if name.startswith(prefix)}
        revisions.update((await respondent.save_one(slot, form)).hidden)

    return step


async def answer_page_by_page(respondent: Respondent, sections: Sequence[str]) -> None:
    """Fill in every page and hand in, without JavaScript."""
    for section in sections:
        await respondent.save_page(section, await respondent.see(section))
    await respondent.hand_in()


async def answer_one_by_one(respondent: Respondent, sections: Sequence[str]) -> None:
    """Fill in every page and hand in; each answer and each reason is saved when it is given."""
    for section in sections:
        page = await respondent.see(section)
        form = filled_in(page)
        for slot in all_slots(page):
            prefix = ":".join((*slot, ""))
            sent = {name: value for name, value in form.items() if name.startswith(prefix)}
            await respondent.save_one(slot, {**sent, "csrf_token": form["csrf_token"]})
    await respondent.hand_in()
