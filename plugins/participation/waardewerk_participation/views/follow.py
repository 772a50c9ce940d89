"""Hear what was done with a round: ask, confirm, stop. No page of this knows a participant."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug import Response

from waardewerk import db
from waardewerk.access import public
from waardewerk.forms import cookieless
from waardewerk.i18n import language
from waardewerk.refusal import Conflict, NotNow, Refusal, TooMany
from waardewerk.templating import form_page, page
from waardewerk_participation import keeping
from waardewerk_participation.forms.answers import FollowForm
from waardewerk_participation.models import Round
from waardewerk_participation.operations import following as follows
from waardewerk_participation.pestering import Pestering
from waardewerk_participation.telling import sender
from waardewerk_participation.views.blueprint import following, now, today
from waardewerk_participation.views.public import public_round, sends_mail

#: What was asked today, in this process.
PESTERING = "participation.pestering"


@following.route("/<slug>", methods=["GET", "POST"])
@public
@cookieless
def ask(slug: str) -> Response:
    """Take an address; what follows is the same whether it was known or not."""
    found, form = public_round(slug), FollowForm()
    if request.method == "POST" and not sends_mail():
        raise NotNow("This site cannot send mail, so it keeps no addresses.")
    if form.validate_on_submit() and _is_asked(found, form):
        return redirect(url_for("participation_follow.asked", slug=slug), 303)
    return form_page(
        "participation/round/follow.html", form, found=found, days=keeping.follower_days()
    )


def _is_asked(found: Round, form: FollowForm) -> bool:
    pestering: Pestering = current_app.extensions.setdefault(PESTERING, Pestering())
    try:
        pestering.count(form.email.data or "", request.remote_addr or "", today())
        with db.write() as session:
            follows.ask(
                session,
                public_round(found.slug),
                form.email.data or "",
                language=language(),
                sender=sender(),
                now=now(),
            )
    except (Conflict, TooMany):
        raise
    except Refusal as refusal:
        form.refuse(refusal, form.email)
        return False
    return True


@following.get("/<slug>/asked")
@public
def asked(slug: str) -> Response:
    """Say that a mail is on its way, to whoever asked."""
    found = public_round(slug)
    if not sends_mail():
        return redirect(url_for("participation_follow.ask", slug=slug), 303)
    return page("participation/round/follow_asked.html", found=found)


@following.get("/<slug>/<token>")
@public
def confirm(slug: str, token: str) -> Response:
    """Show what the owner of an address can do: confirm it, or have it removed."""
    found = public_round(slug)
    follower = follows.get_follower(db.session(), found, token)
    return page("participation/round/followed.html", found=found, follower=follower, token=token)


@following.post("/<slug>/<token>")
@public
@cookieless
def confirmed(slug: str, token: str) -> Response:
    """Let an address count: opening a link is not enough, for mail programs open links too."""
    with db.write() as session:
        follows.confirm(session, public_round(slug), token, now=now())
    return redirect(url_for("participation_follow.confirm", slug=slug, token=token), 303)


@following.post("/<slug>/<token>/stop")
@public
@cookieless
def stop(slug: str, token: str) -> Response:
    """Remove an address at once."""
    with db.write() as session:
        follows.stop(session, public_round(slug), token)
    return redirect(url_for("participation_follow.stopped", slug=slug), 303)


@following.get("/<slug>/stopped")
@public
def stopped(slug: str) -> Response:
    """Say that the address is gone."""
    return page("participation/round/follow_stopped.html", found=public_round(slug))
