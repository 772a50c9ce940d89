"""Letters with a code each, and a poster: made, given once, revoked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, make_response, redirect, request, url_for
from werkzeug import Response

from waardewerk import db, i18n, settings
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation import letters as printing
from waardewerk_participation.address_list import (
    MOST_MEGABYTES,
    Address,
    AddressList,
    read_addresses,
)
from waardewerk_participation.forms.letters import LettersForm
from waardewerk_participation.letters import Addressed, Sender
from waardewerk_participation.models import Round
from waardewerk_participation.operations import inviting
from waardewerk_participation.queries.letters import batches
from waardewerk_participation.texts import text_in
from waardewerk_participation.views.blueprint import (
    actor_id,
    config,
    keys,
    now,
    own_round,
    staff,
    today,
)
from waardewerk_participation.views.crumbs import crumbs

#: A thousand pages take some seconds and 400 MB; more go to a print shop as a list.
MOST_PAGES = 1000
MEDIA_TYPES = {"pdf": "application/pdf", "csv": "text/csv"}


@dataclass(frozen=True)
class Wanted:
    """The letters that were asked for: an address each, or so many without."""

    addresses: tuple[Address, ...]
    found: AddressList | None = None

    @property
    def size(self) -> int:
        """How many letters that are."""
        return len(self.addresses)


@staff.route("/<slug>/letters", methods=["GET", "POST"])
@requires("participation.hold")
def letters(slug: str) -> Response:
    """Show the batches of letters; make one and give its file, once."""
    found = own_round(slug)
    form = LettersForm()
    wanted = None
    if form.validate_on_submit():
        try:
            wanted = _wanted(form)
            inviting.check_size(wanted.size)
            if "check" not in request.form:
                return _made(found, form, wanted)
        except Conflict as conflict:
            form.refuse(conflict)
            # What cannot be made now is not said to be possible beside it.
            wanted = None
        except Refusal as refusal:
            form.refuse(refusal, form.addresses if form.addresses.data else form.size)
            wanted = None
    return _letters_page(slug, form, wanted)


def _letters_page(slug: str, form: LettersForm, wanted: Wanted | None) -> Response:
    found = own_round(slug)
    return form_page(
        "participation/letters.html",
        form,
        found=found,
        crumbs=crumbs(found, (_("Letters"), "")),
        refused=_refused(found),
        batches=batches(db.session(), found),
        wanted=wanted,
        problems=wanted.found.problems if wanted and wanted.found else (),
        most_pages=MOST_PAGES,
        fewest=inviting.FEWEST,
        most=inviting.MOST,
    )


def _refused(found: Round) -> Conflict | None:
    try:
        inviting.check_takes_letters(found)
    except Conflict as conflict:
        return conflict
    return None


def _wanted(form: LettersForm) -> Wanted:
    if form.addresses.data:
        data = form.addresses.data.read(MOST_MEGABYTES * 2**20 + 1)
        read = read_addresses(data, form.columns.data or "")
        return Wanted(read.addresses, read)
    if form.size.data is None:
        raise Refusal("Choose a list of addresses, or say how many letters you want.")
    return Wanted(((),) * form.size.data)


def _made(found: Round, form: LettersForm, wanted: Wanted) -> Response:
    inviting.check_takes_letters(found)
    if wanted.found and wanted.found.problems and not form.skips_wrong_rows.data:
        form.skips_wrong_rows.errors = [_("Mend these rows, or choose to leave them out.")]
        return _letters_page(found.slug, form, wanted)
    made = inviting.new_codes(wanted.size)
    # Made before anything is stored: what fails here leaves no codes for letters that are not.
    file = _file(found, form.kind.data, made, wanted)
    with db.write() as session:
        inviting.keep_codes(
            session,
            own_round(found.slug),
            made,
            label=form.label.data or "",
            nonce=form.nonce.data or "",
            keys=keys(),
            actor_id=actor_id(),
            now=now(),
        )
    return given(file, f"{found.slug}-{_('letters')}", form.kind.data)


def _file(found: Round, kind: str, made: list[str], wanted: Wanted) -> bytes:
    text = text_in(found, (*found.languages, "nl")[0])
    to = [Addressed(code, lines) for code, lines in zip(made, wanted.addresses, strict=True)]
    if kind == "csv":
        return printing.letters_csv(found, text, to, sender())
    if wanted.size > MOST_PAGES:
        raise Refusal(
            "A PDF holds at most %(most)s letters. Take the list for the print shop, or cut your "
            "list in parts.",
            most=MOST_PAGES,
        )
    return printing.letters_pdf(found, text, to, sender(), today=today())


def sender() -> Sender:
    """Return who writes."""
    who = settings.identity()
    return Sender(organisation=who.name, contact=who.contact, base_url=config().base_url)


def given(content: bytes, name: str, kind: str) -> Response:
    """Give a file that nobody else may keep."""
    response = make_response(content)
    response.mimetype = MEDIA_TYPES[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@staff.get("/<slug>/poster.pdf")
@requires("participation.hold")
def poster(slug: str) -> Response:
    """Give a poster with the link and QR code of a round that is open to everybody."""
    found = own_round(slug)
    if found.joining != "open":
        raise NotNow("This round is not open to everybody with the link: a poster does not help.")
    text = text_in(found, i18n.language())
    return given(printing.poster_pdf(found, text, sender(), today=today()), f"{slug}-poster", "pdf")


@staff.route("/<slug>/letters/<int:batch_id>/revoke", methods=["GET", "POST"])
@requires("participation.hold")
def revoke_letters(slug: str, batch_id: int) -> Response:
    """Say what revoking a batch of letters does, and do it."""
    if request.method == "GET":
        found = own_round(slug)
        batch = inviting.batch_of(db.session(), found, batch_id)
        above = (_("Letters"), url_for("participation.letters", slug=slug))
        path = crumbs(found, above, (_("Revoke"), ""))
        return page("participation/revoke_letters.html", found=found, batch=batch, crumbs=path)
    with db.write() as session:
        found = own_round(slug)
        batch = inviting.batch_of(session, found, batch_id)
        inviting.revoke(session, found, batch, actor_id=actor_id(), now=now())
        label = batch.label
    flash(_("Letters “%(label)s” that nobody had used no longer work.", label=label), "success")
    return redirect(url_for("participation.letters", slug=slug), 303)
