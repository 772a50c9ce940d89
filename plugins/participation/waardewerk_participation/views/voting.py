"""Vote: a card, three buttons, the next card. With htmx the card is swapped, without it a page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug import Response
from werkzeug.utils import redirect

from waardewerk import db
from waardewerk.access import public
from waardewerk.addresses import number_asked, number_in
from waardewerk.forms import cookieless
from waardewerk.i18n import language, lazy
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import htmx, page
from waardewerk_participation import routing
from waardewerk_participation.models import Round
from waardewerk_participation.operations import phases, speaking, voting
from waardewerk_participation.progress import Progress
from waardewerk_participation.queries import taking_part as queries
from waardewerk_participation.queries.rounds import background_questions
from waardewerk_participation.texts import statement_in
from waardewerk_participation.views import cookie
from waardewerk_participation.views.blueprint import now, taking_part
from waardewerk_participation.views.memory import memory, moment
from waardewerk_participation.views.participants import Me, me_in, sender_of_form, to_landing
from waardewerk_participation.views.public import public_round

VALUES = {"agree": voting.AGREE, "disagree": voting.DISAGREE, "pass": voting.PASS}
NAMES = {value: name for name, value in VALUES.items()}
TAKE_BACK = "take_back"
#: What the end of a set is told in its address, so that it can say so.
SAVED = "saved"
#: Where the statement stands on its page: on a small screen the buttons are below what precedes it.
CARD = "card"
#: How each vote is called.
TITLES = {
    voting.AGREE: lazy("Agree"),
    voting.DISAGREE: lazy("Disagree"),
    voting.PASS: lazy("I don't know"),
}


@dataclass(frozen=True)
class Card:
    """One statement to react to, in the reader's language."""

    number: int
    text: str
    language: str
    #: What they chose before, by the name of the button.
    chosen: str | None


@dataclass(frozen=True)
class LastVote:
    """What somebody just did, and can undo."""

    number: int
    #: Nothing when they took their vote back.
    title: str | None


@taking_part.get("/<slug>/vote")
@public
def vote(slug: str) -> Response:
    """Show the next statement, or the one that is asked for."""
    found = public_round(slug)
    me = me_in(found)
    if me is None or not phases.takes_votes(found, now()):
        return to_landing(found)
    standing = queries.standing_of(db.session(), found, me.pid)
    asked = number_asked("at")
    if asked is None and not standing.unseen:
        return _to(found, "done")
    card = _card_of(found, me, asked) if asked is not None else _next_card(found, standing)
    last = _last_vote(found, me) or last_taken_back(found, me, number_asked("taken_back"))
    return _show(found, me, standing.progress, card, last)


@taking_part.post("/<slug>/vote")
@public
@cookieless
def cast(slug: str) -> Response:
    """Keep a vote, or take one back, and go on."""
    found = public_round(slug)
    me = sender_of_form(found)
    number = number_in(request.form.get("statement", ""))
    if number is None:
        raise NotFound("This statement is not there any more.")
    value = _value_sent()
    _keep(found, me, number, value)
    if request.form.get("back") == "mine":
        if value is None:
            return _to(found, "mine", taken_back=number)
        return redirect(url_for(".mine", slug=slug) + f"#statement-{number}", 303)
    if value is None:
        return _after_taking_back(found, me, number)
    return _go_on(found, me, LastVote(number, str(TITLES[value])))


@taking_part.get("/<slug>/done")
@public
def done(slug: str) -> Response:
    """Thank who voted, and ask what next: this is where somebody can stop."""
    found = public_round(slug)
    me = me_in(found)
    if me is None:
        return to_landing(found)
    session = db.session()
    response = page(
        "participation/round/done.html",
        found=found,
        me=me,
        last=_last_vote(found, me),
        is_saved=request.args.get("state") == SAVED,
        progress=queries.progress_of(session, found, me.pid),
        takes_votes=phases.takes_votes(found, now()),
        may_say=_may_say(found, me),
        is_asked_about_oneself=bool(background_questions(session, found)),
        told_about_oneself=bool(queries.background_of(session, me.pid)),
    )
    cookie.renew(response, found, now())
    return response


def _value_sent() -> int | None:
    """Return the vote that was sent; nothing when it is taken back."""
    name = request.form.get("vote", "")
    if name == TAKE_BACK:
        return None
    if name not in VALUES:
        raise Refusal("Choose agree, disagree or I don’t know.")
    return VALUES[name]


def _keep(found: Round, me: Me, number: int, value: int | None) -> None:
    with db.write() as session:
        if value is None:
            voting.take_back(session, found, me.pid, number, now=now())
            return
        voting.vote(session, found, me.pid, number, value, now=now())
        if memory().pace.is_hasty(me.pid, moment()):
            voting.note_haste(session, me.pid)


def _go_on(found: Round, me: Me, last: LastVote) -> Response:
    """Go to the next card, or to the end of a set of ten."""
    standing = queries.standing_of(db.session(), found, me.pid)
    if standing.progress.ends_a_set:
        return _to(found, "done", after=last.number)
    if not htmx:
        return _to(found, "vote", after=last.number, _anchor=CARD)
    return _show(found, me, standing.progress, _next_card(found, standing), last)


def _after_taking_back(found: Round, me: Me, number: int) -> Response:
    if not htmx:
        return _to(found, "vote", at=number, taken_back=number, _anchor=CARD)
    progress = queries.progress_of(db.session(), found, me.pid)
    return _show(found, me, progress, _card_of(found, me, number), LastVote(number, None))


def _to(found: Round, name: str, **asked: Any) -> Response:
    """Go to another page of the round, also when only a part of this one was asked for."""
    target = url_for(f".{name}", slug=found.slug, **asked)
    if htmx and request.method == "POST":
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)


def _show(found: Round, me: Me, progress: Progress, card: Card, last: LastVote | None) -> Response:
    return page(
        "participation/round/vote.html",
        "participation/round/_next_card.html",
        found=found,
        me=me,
        progress=progress,
        card=card,
        last=last,
        back="mine" if request.args.get("back") == "mine" else "",
    )


def _next_card(found: Round, standing: queries.Standing) -> Card:
    """Draw the next statement, with better chances for what others value and for what is new."""
    session = db.session()
    tallies = memory().tallies.of(found.id, lambda: queries.tallies_of(session, found))
    chances = routing.weights(standing.unseen, tallies, meta=standing.meta)
    statement_id = routing.drawn(standing.unseen, chances, secrets.SystemRandom().random())
    return Card(*queries.words_of(session, statement_id, language()), chosen=None)


def _card_of(found: Round, me: Me, number: int) -> Card:
    said = queries.said_about(db.session(), found, me.pid, number)
    chosen = NAMES[said.value] if said.value is not None else None
    return Card(number, *statement_in(said.statement, language()), chosen=chosen)


def _last_vote(found: Round, me: Me) -> LastVote | None:
    """Return the vote that this page comes after, when there is one."""
    number = number_asked("after")
    if number is None:
        return None
    value = queries.value_of(db.session(), found, me.pid, number)
    return LastVote(number, str(TITLES[value])) if value is not None else None


def last_taken_back(found: Round, me: Me, number: int | None) -> LastVote | None:
    """Return the vote that was taken back before this page, unless there is one again."""
    if number is None or queries.value_of(db.session(), found, me.pid, number) is not None:
        return None
    return LastVote(number, None)


def _may_say(found: Round, me: Me) -> bool:
    """Tell whether to offer a statement of one's own."""
    try:
        speaking.check_may_say(db.session(), found, me.pid)
    except Refusal:
        return False
    return phases.takes_votes(found, now())
