"""What became of my statement: for who has a receipt code, without an account."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, request
from werkzeug import Response

from waardewerk import db
from waardewerk.access import public
from waardewerk.forms import cookieless
from waardewerk.notation import codes
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page
from waardewerk_participation import pseudonyms
from waardewerk_participation.forms.statements import ReceiptForm
from waardewerk_participation.models import Round
from waardewerk_participation.moderation import REASON_OF, STATE_TITLES
from waardewerk_participation.queries.receipts import Receipt, receipts
from waardewerk_participation.texts import statement_in
from waardewerk_participation.views.blueprint import taking_part, today
from waardewerk_participation.views.memory import memory, moment
from waardewerk_participation.views.public import public_round


@taking_part.route("/<slug>/receipt", methods=["GET", "POST"])
@public
@cookieless
def receipt(slug: str) -> Response:
    """Tell an author what became of every statement. The code stands in no address."""
    found = public_round(slug)
    form = ReceiptForm()
    told: Sequence[Receipt] = ()
    if form.validate_on_submit():
        try:
            told = _told(found, form.code.data or "")
        except UnknownReceipt as refusal:
            form.refuse(refusal, form.code)
    response = form_page(
        "participation/round/receipt.html",
        form,
        found=found,
        told=told,
        reason_of=REASON_OF,
        states=STATE_TITLES,
        statement_in=statement_in,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


class UnknownReceipt(Refusal):
    """There is no such receipt in this round."""

    code = "unknown-receipt"


def _told(found: Round, typed: str) -> Sequence[Receipt]:
    """Find statements by their code; guessing is slowed down as it is with codes from letters."""
    guesses, address = memory().guesses, request.remote_addr or ""
    guesses.check(address, today(), moment())
    code = codes.as_typed(typed)
    secret = str(current_app.secret_key)
    hashed = pseudonyms.receipt_hash(secret, code) if code else b""
    told = receipts(db.session(), found, hashed)
    if not told:
        guesses.missed(address, today(), moment())
        raise UnknownReceipt(
            "We do not know this code in this round. Look whether you typed it as it stands "
            "on your receipt."
        )
    return told
