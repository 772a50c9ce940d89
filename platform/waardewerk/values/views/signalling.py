"""Send a signal from practice, with or without a name, and read the answer."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from flask import session as cookie
from werkzeug import Response

from waardewerk import access, db, i18n, throttle
from waardewerk.access import public, requires
from waardewerk.i18n import gettext as _
from waardewerk.notation.codes import printed
from waardewerk.refusal import NotFound, Refusal, TooMany
from waardewerk.templating import form_page, page
from waardewerk.values import queries, sources, words
from waardewerk.values.forms.practice import NO_VALUE, SignalForm, signal_form
from waardewerk.values.models import Signal
from waardewerk.values.operations import signalling
from waardewerk.values.sources import Named
from waardewerk.values.views.blueprint import actor_id, now, pages, today

#: Where a code waits, in the sender's own browser, between sending and showing it once.
CODE_KEY = "signal_code"


@pages.get("/signal")
@requires(access.ANSWER)
def signal() -> Response:
    """Ask what somebody wants to tell."""
    return page("values/signal.html", source=_source(), words=words, value=_value_asked())


@pages.route("/signal/<kind>", methods=["GET", "POST"])
@requires(access.ANSWER)
def send_signal(kind: str) -> Response:
    """Take a signal of one kind."""
    if kind not in words.SIGNAL_TITLES:
        raise NotFound("There is no such kind of signal.")
    source = _source()
    form = _form(kind)
    if form.validate_on_submit():
        try:
            return _sent(_send(form, kind, source))
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "values/send_signal.html",
        form,
        kind=kind,
        source=source,
        words=words,
        has_name=actor_id() is not None,
        has_values=bool(queries.framework_in_force(db.session(), today())),
    )


def _form(kind: str) -> SignalForm:
    framework = queries.framework_in_force(db.session(), today())
    names = words.names_of(framework, i18n.language())
    none = _("None, or I do not know") if kind == "unwanted_result" else _("Choose a value")
    choices = [(NO_VALUE, none), *names.items()]
    form = signal_form(kind, choices, has_name=actor_id() is not None)
    asked = _value_asked()
    if not form.is_submitted() and "value" in form and asked in names:
        form.value.data = asked
    return form


def _value_asked() -> str | None:
    return request.args.get("value")


def _source() -> Named | None:
    name = request.args.get("from", "")
    return sources.find(db.session(), name, access.viewer()) if name else None


def _send(form: SignalForm, kind: str, source: Named | None) -> signalling.Receipt:
    from_where = (
        {
            "source_kind": source.kind,
            "source_id": source.number,
            "source_title": source.title,
            "source_url": source.url,
        }
        if source
        else {}
    )
    nameless = "nameless" not in form or form.nameless.data
    with db.write() as session:
        return signalling.send_signal(
            session,
            form.said(kind, **from_where),
            sender_id=None if nameless else actor_id(),
            secret=str(current_app.secret_key),
            request_key=form.key,
            now=now(),
        )


def _sent(receipt: signalling.Receipt) -> Response:
    if receipt.code is not None:
        cookie[CODE_KEY] = receipt.code
    return redirect(url_for("values.signal_sent"), 303)


@pages.get("/signal/sent")
@requires(access.ANSWER)
def signal_sent() -> Response:
    """Thank the sender; show the code of a signal without a name, once."""
    code = cookie.pop(CODE_KEY, None)
    response = page("values/signal_sent.html", code=printed(code) if code else None)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.route("/signals/answer", methods=["GET", "POST"])
@public
def signal_answer() -> Response:
    """Show what came of a signal, to who has its code. The code stands in no address."""
    if request.method == "GET":
        return page("values/signal_answer.html", signal=None, message=None, form={"errors": None})
    try:
        found = _by_receipt(request.form.get("code", ""))
    except signalling.UnknownReceipt as refusal:
        message = _(refusal.message)
        return page(
            "values/signal_answer.html",
            status=refusal.status,
            signal=None,
            message=message,
            form={"errors": message},
        )
    response = page(
        "values/signal_answer.html", signal=found, message=None, words=words, form={"errors": None}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _by_receipt(typed: str) -> Signal:
    """Find a signal by its code; guessing is slowed down per address."""
    secret = str(current_app.secret_key)
    key = throttle.key_of(secret, "receipt", request.remote_addr or "")
    throttle.check(db.session(), throttle.LINKS_PER_ADDRESS, key)
    try:
        return signalling.find_by_receipt(db.session(), typed, secret=secret)
    except signalling.UnknownReceipt:
        with db.write() as session:
            throttle.hit(session, throttle.LINKS_PER_ADDRESS, key)
        raise
