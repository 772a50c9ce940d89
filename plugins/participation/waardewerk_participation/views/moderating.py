"""The queue of moderators, and what everybody may know about it: the rules and the log."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import db, i18n
from waardewerk.access import public, requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import NotFound
from waardewerk.templating import page
from waardewerk_participation.forms.statements import JudgeForm
from waardewerk_participation.models import BackgroundQuestion, Round, Statement
from waardewerk_participation.moderation import (
    ACT_TITLES,
    ACTS,
    REASON_OF,
    REASONS,
    is_late,
)
from waardewerk_participation.operations import moderating
from waardewerk_participation.queries import moderation as queries
from waardewerk_participation.result_words import CHANNEL_TITLES
from waardewerk_participation.small_cells import INTERNAL, PUBLIC
from waardewerk_participation.texts import label_in
from waardewerk_participation.views.blueprint import (
    actor_id,
    now,
    own_round,
    staff,
    taking_part,
    today,
)
from waardewerk_participation.views.crumbs import crumbs
from waardewerk_participation.views.public import public_round
from waardewerk_participation.views.statements import MODERATE, Deed, Sent, act_on

#: What a moderator is told after each act.
DONE = {
    "accept": i18n.lazy("Accepted: others see the statement."),
    "doubt": i18n.lazy("A second reader is asked. Until then nobody else sees the statement."),
    "reject": i18n.lazy("Rejected. Its author can read why."),
    "restore": i18n.lazy("Put back: others see the statement again."),
}


@staff.get("/<slug>/moderation")
@requires(MODERATE)
def moderation(slug: str) -> Response:
    """Show what waits for a moderator."""
    found = own_round(slug)
    waiting = queries.queue(db.session(), found)
    return page(
        "participation/moderation/queue.html",
        found=found,
        crumbs=crumbs(found, (_("Moderation"), "")),
        queue=waiting,
        late=[one for one in waiting if is_late(one.statement.received_on or today(), today())],
        me=actor_id(),
        reason_of=REASON_OF,
        effect=queries.effect_of(db.session(), found, INTERNAL),
        kind_title=kind_title,
        label_in=label_in,
    )


@staff.post("/<slug>/statements/<int:number>/judge/<act>")
@requires(MODERATE)
def judge(slug: str, number: int, act: str) -> Response:
    """Accept a statement, doubt it, reject it as a second reader, or put it back."""
    if act not in ACTS:
        raise NotFound("This page does not exist.")
    form = JudgeForm(prefix="judge-")
    queue = url_for("participation.moderation", slug=slug)
    return act_on(slug, number, Sent(judge=form), _deed(act, form), str(DONE[act]), then=queue)


def _deed(act: str, form: JudgeForm) -> Deed:
    def do(session: Session, found: Round, one: Statement) -> None:
        seen, who, when = form.builds_on(), actor_id(), now()
        match act:
            case "accept":
                moderating.accept(session, found, one, seen=seen, actor_id=who, now=when)
            case "restore":
                moderating.restore(session, found, one, seen=seen, actor_id=who, now=when)
            case "doubt":
                grounds = form.grounds()
                moderating.doubt(session, found, one, grounds, seen=seen, actor_id=who, now=when)
            case "reject":
                grounds = form.grounds()
                moderating.reject(session, found, one, grounds, seen=seen, actor_id=who, now=when)

    return do


@taking_part.get("/<slug>/policy")
@public
def policy(slug: str) -> Response:
    """Tell by which rules statements are judged."""
    return page("participation/round/policy.html", found=public_round(slug), reasons=REASONS)


@taking_part.get("/<slug>/moderation")
@public
def moderation_log(slug: str) -> Response:
    """Tell what moderators did: days, reasons and counts; no text and nobody's name."""
    found = public_round(slug)
    effect = queries.effect_of(db.session(), found, PUBLIC)
    return page(
        "participation/round/moderation_log.html",
        found=found,
        log=queries.log_of(db.session(), found),
        effect=effect,
        touched=effect.touched,
        acts=ACT_TITLES,
        reason_of=REASON_OF,
        kind_title=kind_title,
        label_in=label_in,
    )


def kind_title(about: str | BackgroundQuestion, kind: str) -> str:
    """Name a channel, or an answer to a background question, in the reader's language."""
    if isinstance(about, str) or not kind:
        return str(CHANNEL_TITLES.get(kind, i18n.gettext("not said")))
    option = next((one for one in about.options if one["key"] == kind), None)
    return label_in(option["label"], i18n.language()) if option else kind
