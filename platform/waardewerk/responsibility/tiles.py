"""What asks for somebody on the first page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import gettext as _
from waardewerk.i18n import ngettext
from waardewerk.responsibility.findings import Finding
from waardewerk.responsibility.models import AdviceRequest
from waardewerk.responsibility.queries import advice, leaving
from waardewerk.responsibility.queries.register import READ, register
from waardewerk.responsibility.words import sentence

KEEP = "responsibility.keep"
#: So many findings get a tile of their own; the rest is behind one.
MOST_FINDINGS = 4
#: Kinds that the tiles about people who leave tell already, once for each person.
TOLD_PER_PERSON = frozenset({"holder_left", "holder_leaves", "deputy_left", "member_left"})


def tiles(session: Session, viewer: Viewer, today: date) -> list[Tile]:
    """Return what waits for this viewer, and the ways in."""
    found = list(_advice(session, viewer))
    if viewer.may(KEEP):
        found += [*_departures(session, today), *_findings(session, today)]
    if viewer.may(READ):
        found.append(
            Tile(
                title=_("Responsibility"),
                text=_("Who answers for digital ethics here, and what is not placed yet."),
                url=url_for("responsibility.register"),
                order=30,
            )
        )
    if viewer.may(advice.ASK):
        found.append(
            Tile(
                title=_("Advice"),
                text=_("Ask the advisers: do we want to? And learn from earlier answers."),
                url=url_for("advice.index"),
                order=31,
            )
        )
    return found


def _departures(session: Session, today: date) -> Iterator[Tile]:
    for one in leaving.departures(session, today):
        yield Tile(
            title=_("%(name)s left", name=one.name)
            if one.has_left
            else _("%(name)s leaves", name=one.name),
            text=ngettext(
                "%(count)s thing has to be handed over.",
                "%(count)s things have to be handed over.",
                one.count,
            ),
            url=url_for("handing_over.person", person_id=one.person_id),
            asks=True,
            due=one.leaves_on,
            order=30,
        )


def _findings(session: Session, today: date) -> Iterator[Tile]:
    found = _one_of_each_kind_first(
        [one for one in register(session, today).findings if one.kind not in TOLD_PER_PERSON]
    )
    url = url_for("responsibility.register")
    text = _("This stands on the register of responsibilities.")
    for place, one in enumerate(found[:MOST_FINDINGS], start=35):
        yield Tile(title=sentence(one), text=text, url=url, asks=True, order=place)
    more = len(found) - MOST_FINDINGS
    if more > 0:
        title = ngettext(
            "%(count)s more thing stands on the register",
            "%(count)s more things stand on the register",
            more,
        )
        yield Tile(title=title, text="", url=url, asks=True, order=35 + MOST_FINDINGS)


def _one_of_each_kind_first(found: list[Finding]) -> list[Finding]:
    """Keep what ran out from being hidden behind many things that are not placed yet."""
    firsts = {one.kind: one for one in reversed(found)}
    return sorted(found, key=lambda one: firsts[one.kind] is not one)


def _advice(session: Session, viewer: Viewer) -> Iterator[Tile]:
    waiting = advice.waiting_for(session, viewer)
    for request in waiting.to_read:
        text = _("The answer to your question is there.")
        if request.state == "referred":
            text = _("Your question was referred.")
        yield _tile(request, text)
    for request in waiting.to_take_up:
        yield _tile(
            request, _("Somebody asks for advice. Take it up, with a day."), request.wanted_by
        )
    for request in waiting.to_sign:
        yield _tile(request, _("An answer waits for your name."), request.answer_by)
    for request in waiting.to_answer:
        yield _tile(request, _("You see to an answer."), request.answer_by)


def _tile(request: AdviceRequest, text: str, due: date | None = None) -> Tile:
    url = url_for("advice.request_page", request_id=request.id)
    return Tile(title=request.title, text=text, url=url, asks=True, due=due, order=32)
