"""Bodies: what each is for, and who sits in it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug import Response

from waardewerk import db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, Refusal
from waardewerk.responsibility import words
from waardewerk.responsibility.forms import BodyForm, EndForm, MemberForm
from waardewerk.responsibility.operations import bodies
from waardewerk.responsibility.queries import people
from waardewerk.responsibility.queries.bodies import gathering, get_body
from waardewerk.responsibility.queries.register import register
from waardewerk.responsibility.views import actor_id, now, today
from waardewerk.templating import form_page, page

pages = Blueprint("bodies", __name__, url_prefix="/responsibility/bodies")


@pages.route("/new", methods=["GET", "POST"])
@requires("responsibility.keep")
def found() -> Response:
    """Add a body."""
    form = BodyForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                body = bodies.found(
                    session,
                    form.described(),
                    request_key=form.chosen_key,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The body stands in the register. Now add who takes part."), "success")
            return redirect(url_for("bodies.show", body_id=body.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/body_form.html", form, body=None)


@pages.get("/<int:body_id>")
@requires("responsibility.read")
def show(body_id: int) -> Response:
    """Show what a body is for, who sits in it, and what it carries."""
    session = db.session()
    standing = register(session, today()).places
    return page(
        "responsibility/body.html",
        body=gathering(session, body_id, today()),
        texts=get_body(session, body_id).texts,
        carries=[one for one in standing if one.body_id == body_id],
        words=words,
    )


@pages.route("/<int:body_id>/change", methods=["GET", "POST"])
@requires("responsibility.keep")
def change(body_id: int) -> Response:
    """Say anew what a body is for."""
    body = gathering(db.session(), body_id, today())
    form = BodyForm(obj=body.text, data={"builds_on": body.text.id})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                bodies.describe(
                    session,
                    body_id,
                    form.described(),
                    builds_on=form.text_read,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("Changed. How it was stays in the history."), "success")
            return redirect(url_for("bodies.show", body_id=body_id), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/body_form.html", form, body=body)


@pages.route("/<int:body_id>/end", methods=["GET", "POST"])
@requires("responsibility.keep")
def end(body_id: int) -> Response:
    """End a body."""
    body = gathering(db.session(), body_id, today())
    form = EndForm(data={"last_day": today()})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                bodies.end_body(
                    session,
                    body_id,
                    last_day=form.chosen_day,
                    why=form.why.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The body ends on that day. It stays in the history."), "success")
            return redirect(url_for("bodies.show", body_id=body_id), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/end_body.html", form, body=body)


@pages.route("/<int:body_id>/members", methods=["GET", "POST"])
@requires("responsibility.keep")
def add_member(body_id: int) -> Response:
    """Let somebody take part in a body."""
    body = gathering(db.session(), body_id, today())
    form = MemberForm(data={"since": today()})
    form.offer(people.people_here(db.session()))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                bodies.add_member(session, body_id, form.seated(), actor_id=actor_id(), now=now())
            flash(_("Added."), "success")
            return redirect(url_for("bodies.show", body_id=body_id), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/member_form.html", form, body=body)


@pages.post("/members/<int:member_id>/end")
@requires("responsibility.keep")
def end_member(member_id: int) -> Response:
    """Let somebody leave a body, from today."""
    with db.write() as session:
        member = bodies.end_member(session, member_id, on=today(), actor_id=actor_id(), now=now())
    flash(_("This person is no member any more."), "success")
    return redirect(url_for("bodies.show", body_id=member.body_id), 303)


@pages.post("/members/<int:member_id>/chair")
@requires("responsibility.keep")
def name_chair(member_id: int) -> Response:
    """Make a member the chair."""
    with db.write() as session:
        member = bodies.name_chair(session, member_id, actor_id=actor_id(), now=now())
    flash(_("This body has another chair."), "success")
    return redirect(url_for("bodies.show", body_id=member.body_id), 303)


@pages.post("/members/<int:member_id>/forget")
@requires("responsibility.keep")
def forget_member(member_id: int) -> Response:
    """Forget the name of somebody without an account."""
    with db.write() as session:
        member = bodies.forget_member(session, member_id, actor_id=actor_id(), now=now())
    flash(_("The name is forgotten."), "success")
    return redirect(url_for("bodies.show", body_id=member.body_id), 303)
