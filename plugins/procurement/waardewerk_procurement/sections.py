"""The pages of a dossier, in the order in which they are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.i18n import gettext as _
from waardewerk.refusal import marked
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.models.dossiers import AFTER, STATES
from waardewerk_procurement.operations.leading import OPEN
from waardewerk_procurement.operations.stopping import STOPPABLE, objection_to_stopping
from waardewerk_procurement.queries.decisions import is_assessor, sees_ranking
from waardewerk_procurement.queries.dossiers import sees_estimates, works_on

READ, PREPARE = "procurement.read", "procurement.prepare"
FOLLOW = "procurement.follow"
BEFORE = ("concept", "review")
SINCE_FIXED = STATES[STATES.index("fixed") :]
SINCE_DECISION = STATES[STATES.index("decision") :]


#: Tells whether this viewer can use a page of this dossier.
Opens = Callable[[Session, Dossier, Viewer], bool]


def _always(_session: Session, _dossier: Dossier, _viewer: Viewer) -> bool:
    return True


def _who_leads(_session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    return works_on(dossier, viewer)


def _who_writes(_session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    return dossier.can_be_written and works_on(dossier, viewer)


def _who_sees_estimates(_session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    return sees_estimates(dossier, viewer)


def _who_may_stop(session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    return works_on(dossier, viewer) and objection_to_stopping(session, dossier) is None


def _who_assesses(session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    return is_assessor(session, dossier, viewer.person_id)


def _who_talks(session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    leads = viewer.person_id == dossier.officer_id and viewer.may(PREPARE)
    return leads or is_assessor(session, dossier, viewer.person_id)


def _who_sees_the_ranking(_session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    return sees_ranking(dossier, viewer)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of a dossier, who may open it, and in which states it is of use."""

    endpoint: str
    title: str
    sentence: str
    permission: str = READ
    states: tuple[str, ...] = STATES
    opens: Opens = _always


SECTIONS = (
    Section(
        endpoint="procurement.setup",
        title=marked("Set-up"),
        sentence=marked("What it is about, when it closes, the scale and the assessors."),
        permission=PREPARE,
        opens=_who_writes,
    ),
    Section(
        endpoint="procurement.who_leads",
        title=marked("Who leads it"),
        sentence=marked("Give the dossier, or its promises, to somebody else."),
        permission=PREPARE,
        states=OPEN,
        opens=_who_leads,
    ),
    Section(
        endpoint="procurement.lots",
        title=marked("Lots and formulas"),
        sentence=marked(
            "How price and quality become one figure, and what decides between equals."
        ),
        permission=PREPARE,
        opens=_who_writes,
    ),
    Section(
        endpoint="procurement.criteria",
        title=marked("Criteria"),
        sentence=marked("What you ask, for the sake of which value."),
    ),
    Section(
        endpoint="procurement.weights",
        title=marked("Weights"),
        sentence=marked("What weighs how much, and whether it is 100 percent together."),
        permission=PREPARE,
        opens=_who_writes,
    ),
    Section(
        endpoint="procurement.ladder",
        title=marked("Value ladder"),
        sentence=marked("From each value to its norm, criterion, score, promise and result."),
    ),
    Section(
        endpoint="procurement.checks",
        title=marked("Checks"),
        sentence=marked("What is missing or asks attention, with the article of law."),
        states=("concept", "review", "fixed"),
    ),
    Section(
        endpoint="procurement.trial",
        title=marked("Try the formula"),
        sentence=marked("Which made-up bid wins, and whether the least ethical one still could."),
        states=("concept", "review", "fixed"),
        opens=_who_sees_estimates,
    ),
    Section(
        endpoint="procurement.review",
        title=marked("Second pair of eyes"),
        sentence=marked("Somebody else reads the dossier before it is fixed."),
        states=BEFORE,
    ),
    Section(
        endpoint="procurement.fixed",
        title=marked("What was fixed"),
        sentence=marked("Each version with its fingerprint, and rectifications."),
        states=SINCE_FIXED,
    ),
    Section(
        endpoint="procurement.documents",
        title=marked("Documents"),
        sentence=marked("Programme of requirements, award guide and answer form to download."),
    ),
    Section(
        endpoint="procurement.forms",
        title=marked("Forms for suppliers"),
        sentence=marked("One page behind a link, on which suppliers say what they meet or keep."),
        permission=PREPARE,
        states=SINCE_FIXED,
        opens=_who_leads,
    ),
    Section(
        endpoint="procurement.bids",
        title=marked("Bids"),
        sentence=marked("Who sent in a bid or application. Prices come after quality is final."),
        permission=PREPARE,
        states=("fixed", "assessment", "decision"),
        opens=_who_leads,
    ),
    Section(
        endpoint="procurement.assessors",
        title=marked("Assessors"),
        sentence=marked("Who scores, and what they declared about each bidder."),
        permission=PREPARE,
        states=("fixed", "assessment", "decision"),
        opens=_who_leads,
    ),
    Section(
        endpoint="procurement.assess",
        title=marked("Assess"),
        sentence=marked("Your own declarations and scores. Nobody else sees them yet."),
        permission="procurement.assess",
        states=("assessment",),
        opens=_who_assesses,
    ),
    Section(
        endpoint="procurement.talk",
        title=marked("Conversation"),
        sentence=marked("Where scores differ, and the one score that you agree on."),
        states=("assessment", "decision"),
        opens=_who_talks,
    ),
    Section(
        endpoint="procurement.decision",
        title=marked("Decision"),
        sentence=marked("The ranking from what was fixed, and who decided what."),
        states=SINCE_DECISION,
        opens=_who_sees_the_ranking,
    ),
    Section(
        endpoint="procurement.letters",
        title=marked("Letters"),
        sentence=marked("To each bidder: score, reason, and what the winner did better."),
        permission=PREPARE,
        states=SINCE_DECISION,
        opens=_who_leads,
    ),
    Section(
        endpoint="procurement.stop",
        title=marked("Stop the procedure"),
        sentence=marked("Before anything is decided: nobody applied, or it cannot go on."),
        permission=PREPARE,
        states=STOPPABLE,
        opens=_who_may_stop,
    ),
    Section(
        endpoint="procurement.promises",
        title=marked("Promises"),
        sentence=marked("What was promised, by when, and what was found."),
        permission=FOLLOW,
        states=SINCE_DECISION,
    ),
    Section(
        endpoint="procurement.learned",
        title=marked("What was learned"),
        sentence=marked("What this says about our values, and what to do differently."),
        permission=FOLLOW,
        states=AFTER,
    ),
)


@dataclass(frozen=True)
class SectionLink:
    """A page that this viewer may open."""

    endpoint: str
    title: str
    sentence: str
    url: str


def sections_for(session: Session, dossier: Dossier, viewer: Viewer) -> list[SectionLink]:
    """List the pages of a dossier that this viewer may open in the state that it is in."""
    return [
        SectionLink(
            one.endpoint,
            _(one.title),
            _(one.sentence),
            url_for(one.endpoint, dossier_id=dossier.id),
        )
        for one in SECTIONS
        if _is_of_use(one, dossier)
        and viewer.may(one.permission)
        and one.opens(session, dossier, viewer)
    ]


def _is_of_use(one: Section, dossier: Dossier) -> bool:
    """Tell whether a page says something: of what was stopped, nothing that came after fixing."""
    reached = {dossier.state, "fixed"} if dossier.stopped_why else {dossier.state}
    return reached <= set(one.states)
