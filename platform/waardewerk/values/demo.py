"""What the demo province shows of values: a framework, accents, a project, signals and a proposal.

Everything goes through the same operations as real use.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import i18n, settings
from waardewerk.config import Config
from waardewerk.i18n import day_of, lazy
from waardewerk.i18n import gettext as _
from waardewerk.values import editing, lenses
from waardewerk.values.letters import Sender
from waardewerk.values.models import FrameworkVersion, Proposal, Signal
from waardewerk.values.operations import (
    accenting,
    adopting,
    drafting,
    looking,
    proposing,
    signalling,
)
from waardewerk.values.starting import starting_points
from waardewerk.values.words import USUAL_TITLE, in_each

#: The values that the demo province took over from the first starting point.
CHOSEN = (
    "menselijke-waardigheid",
    "privacy",
    "rechtvaardigheid",
    "inclusie",
    "zeggenschap",
    "transparantie",
    "verantwoording",
)
INTRODUCTION = lazy(
    "Much is possible with data and technology. These values help us choose what we want, and"
    " what we do not want. You can hold us to them."
)
TWO_YEARS = timedelta(days=2 * 365 + 60)


@dataclass(frozen=True)
class _Cast:
    session: Session
    people: Mapping[str, int]
    now: datetime

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


def load(session: Session, cast: Mapping[str, int], now: datetime) -> None:
    """Add what the demo shows of values, once."""
    if session.scalar(select(FrameworkVersion.id).limit(1)) is not None:
        return
    config: Config = current_app.extensions["waardewerk.config"]
    with i18n.speaking(config.languages[0]):
        acting = _Cast(session, cast, now)
        _adopt(acting)
        _accents(acting)
        _project(acting)
        _signals(acting, config)


def _adopt(cast: _Cast) -> None:
    start = starting_points()[0]
    title = in_each(start.languages, USUAL_TITLE)
    owner = settings.identity().name
    framework = editing.begin_with(start, CHOSEN, title=title, owner=owner).model_copy(
        update={
            "id": "urn:waardewerk:values:voorbeeld",
            "intro": in_each(start.languages, INTRODUCTION),
        }
    )
    then = cast.now - TWO_YEARS
    aanjager = cast.people["aanjager"]
    version = drafting.start_version(cast.session, framework, why="", actor_id=aanjager, now=then)
    adopting.propose(cast.session, version, actor_id=aanjager, now=then)
    adoption = adopting.Adoption(
        body="staten",
        decided_on=day_of(then),
        reference=_("Meeting of the Provincial Council, item 7"),
        valid_from=day_of(then),
    )
    keeper = cast.people["beheerder"]
    adopting.adopt(cast.session, version, adoption, actor_id=keeper, now=then)


def _accents(cast: _Cast) -> None:
    chosen = (
        (
            "zeggenschap",
            "extra",
            _("People feel that plans for wind and roads come over them."),
            90,
        ),
        ("privacy", "extra", _("We put many new sensors along our roads this year."), 60),
        (
            "transparantie",
            "background",
            _("The register of algorithms stands; it needs less now."),
            45,
        ),
    )
    for value, band, reason, days in chosen:
        then = cast.ago(days)
        accent = accenting.ChosenAccent(
            value=value, band=band, reason=reason, from_date=i18n.day_of(then)
        )
        accenting.set_accent(cast.session, accent, actor_id=cast.people["adviseur"], now=then)


def _project(cast: _Cast) -> None:
    session, author = cast.session, cast.people["civil_servant"]
    then = cast.ago(20)
    lens = looking.open_lens(
        session, title=_("Counting bicycles with cameras"), actor_id=author, now=then
    )
    card = lenses.cards_for(session, lens)[0]
    touched = looking.Touched(
        urn=card.urn, direction="positive", reason=_("Who cycles to work or school is counted too.")
    )
    looking.choose_card(session, lens, touched, actor_id=author, now=then)
    urns = {one.urn.rpartition(":")[2]: one.urn for one in lenses.values_in_view(session, lens)}
    for value, effect, whom, reason in (
        (
            "privacy",
            "negative",
            _("people who cycle past every day"),
            _("The camera sees faces, although we only want to count."),
        ),
        (
            "inclusie",
            "positive",
            _("people without a car"),
            _("Bicycle paths get a place in the figures."),
        ),
    ):
        weighed = looking.Weighed(urn=urns[value], effect=effect, for_whom=whom, reason=reason)
        looking.consider(session, lens, weighed, actor_id=author, now=then)
    for value, against, choice, loss in (
        (
            "privacy",
            "transparantie",
            _("The camera counts and throws the picture away at once."),
            _("Nobody can check the count afterwards."),
        ),
        (
            "zeggenschap",
            "rechtvaardigheid",
            _("The villages choose where we count."),
            _("Busy places in the towns are counted later."),
        ),
    ):
        chosen = looking.Chosen(
            urn=urns[value],
            against=urns[against],
            choice=choice,
            gives_up=loss,
            decided_by=_("Programme manager for mobility, on advice of the adviser"),
            decided_on=day_of(then),
        )
        looking.settle_tension(session, lens, chosen, actor_id=author, now=then)


def _send(cast: _Cast, days: int, said: signalling.Said, sender_id: int | None) -> Signal:
    return signalling.send_signal(
        cast.session,
        said,
        sender_id=sender_id,
        secret=str(current_app.secret_key),
        request_key=secrets.token_hex(16),
        now=cast.ago(days),
    ).signal


def _signals(cast: _Cast, config: Config) -> None:
    keeper = cast.people["beheerder"]
    sender = Sender(
        organisation=settings.identity().name,
        base_url=config.base_url,
        language=config.languages[0],
    )
    missing = signalling.Said(
        kind="missing",
        text=_("We talk about energy use in every project, and no value of ours names it."),
    )
    asked = _send(cast, 30, missing, cast.people["civil_servant"])
    proposal = proposing.make_proposal(
        cast.session,
        proposing.Proposed(
            title=_("Take up sustainability"),
            value="",
            text=_("Add the value sustainability: no more energy and materials than needed."),
        ),
        asked,
        actor_id=keeper,
        now=cast.ago(25),
    )
    _decide(cast, proposal, sender)
    _send(
        cast,
        4,
        signalling.Said(
            kind="read_otherwise",
            value="zeggenschap",
            text=_("For one team it means deciding, for another it means being heard."),
        ),
        None,
    )
    unwanted = signalling.Said(
        kind="unwanted_result",
        value="privacy",
        cause="wrongly_interpreted",
        text=_("We kept so little that we could not help somebody who called again."),
    )
    taken = _send(cast, 12, unwanted, cast.people["executive_member"])
    note = _("We ask the help desk how often this happens.")
    signalling.take_up(cast.session, taken, note, knows="", actor_id=keeper, now=cast.ago(10))


def _decide(cast: _Cast, proposal: Proposal, sender: Sender) -> None:
    decision = proposing.Decision(
        accepted=True,
        answer=_("You are right. Sustainability comes into the next version."),
        decided_by=_("The executive, on advice of the adviser"),
        decided_on=day_of(cast.ago(6)),
    )
    proposing.decide(
        cast.session,
        proposal,
        decision,
        sender=sender,
        actor_id=cast.people["beheerder"],
        now=cast.ago(6),
    )
