"""The dossier: written by those who hold the round, read by everybody."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, send_file, url_for
from flask_wtf import FlaskForm
from werkzeug import Response

from waardewerk import db, i18n
from waardewerk.access import public, requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation.forms.dossier import FileForm, LinkForm, texts_form
from waardewerk_participation.models import Attachment, Round
from waardewerk_participation.operations import dossier as writing
from waardewerk_participation.queries.dossier import attachments_of, get_file
from waardewerk_participation.queries.rounds import get_own_round
from waardewerk_participation.round_words import PART_TITLES
from waardewerk_participation.views.blueprint import actor_id, now, own_round, staff, taking_part
from waardewerk_participation.views.crumbs import crumbs
from waardewerk_participation.views.public import public_round, text_of


@staff.route("/<slug>/texts/<language>", methods=["GET", "POST"])
@requires("participation.hold")
def texts(slug: str, language: str) -> Response:
    """Write what people read in one language."""
    found = own_round(slug)
    if language not in found.languages:
        raise NotFound("People cannot take part in this language.")
    form = texts_form(found, language)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                writing.write_texts(
                    session,
                    get_own_round(session, slug),
                    language,
                    form.texts(),
                    mark=form.mark.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The texts are saved."), "success")
            return redirect(url_for("participation.dossier", slug=slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    name = i18n.own_name(language)
    return form_page(
        "participation/texts.html",
        form,
        found=found,
        language=language,
        name=name,
        crumbs=crumbs(found, (_("Texts and dossier"), _page_of(slug)), (name, "")),
        parts=PART_TITLES,
    )


@staff.get("/<slug>/dossier")
@requires("participation.hold")
def dossier(slug: str) -> Response:
    """Show what is written in each language, and the files and links."""
    return _dossier_page(own_round(slug), LinkForm(prefix="link-"), FileForm(prefix="file-"))


@staff.post("/<slug>/dossier/link")
@requires("participation.hold")
def add_link(slug: str) -> Response:
    """Add a link."""
    found = own_round(slug)
    form, other = LinkForm(prefix="link-"), FileForm(None, prefix="file-")
    _offer_languages(found, form)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                writing.add_link(
                    session,
                    get_own_round(session, slug),
                    title=form.title.data or "",
                    language=form.language.data,
                    url=form.url.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            return _added(slug)
        except Refusal as refusal:
            form.refuse(refusal)
    return _dossier_page(found, form, other)


@staff.post("/<slug>/dossier/file")
@requires("participation.hold")
def add_file(slug: str) -> Response:
    """Add a file, when it is what it says it is."""
    found = own_round(slug)
    form, other = FileForm(prefix="file-"), LinkForm(None, prefix="link-")
    _offer_languages(found, form)
    if form.validate_on_submit():
        try:
            content = form.file.data.read()
            with db.write() as session:
                writing.add_file(
                    session,
                    get_own_round(session, slug),
                    title=form.title.data or "",
                    language=form.language.data,
                    content=content,
                    actor_id=actor_id(),
                    now=now(),
                )
            return _added(slug)
        except Refusal as refusal:
            form.refuse(refusal, form.file)
    return _dossier_page(found, other, form)


@staff.post("/<slug>/dossier/<int:attachment_id>/remove")
@requires("participation.hold")
def remove_attachment(slug: str, attachment_id: int) -> Response:
    """Take a file or link out."""
    with db.write() as session:
        found = get_own_round(session, slug)
        writing.remove_attachment(session, found, attachment_id, actor_id=actor_id(), now=now())
    flash(_("It is out of the dossier."), "success")
    return redirect(_page_of(slug), 303)


@taking_part.get("/<slug>/dossier", endpoint="dossier")
@public
def read_dossier(slug: str) -> Response:
    """Show everybody what a round is about: which data, which technology, what may go wrong."""
    found = public_round(slug)
    return page(
        "participation/round/dossier.html",
        found=found,
        text=text_of(found),
        parts=PART_TITLES,
        attachments=_own_language_first(attachments_of(db.session(), found)),
        own_name=i18n.own_name,
    )


@taking_part.get("/<slug>/attachment/<int:attachment_id>")
@public
def attachment(slug: str, attachment_id: int) -> Response:
    """Send a file of the dossier: to save, never to run in this site."""
    row = get_file(db.session(), public_round(slug), attachment_id)
    response = send_file(
        BytesIO(row.content or b""),
        mimetype=row.media_type,
        as_attachment=True,
        download_name=row.file_name,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _dossier_page(found: Round, link: LinkForm, file: FileForm) -> Response:
    _offer_languages(found, link, file)
    wrong = next((form for form in (link, file) if form.errors), link)
    return form_page(
        "participation/dossier.html",
        wrong,
        found=found,
        link=link,
        file=file,
        attachments=attachments_of(db.session(), found),
        names={language: i18n.own_name(language) for language in found.languages},
        written={text.language: text for text in found.texts},
        parts=PART_TITLES,
        crumbs=crumbs(found, (_("Texts and dossier"), "")),
    )


def _offer_languages(found: Round, *forms: FlaskForm) -> None:
    for form in forms:
        form.language.choices = [(one, i18n.own_name(one)) for one in found.languages]


def _own_language_first(attachments: list[Attachment]) -> list[Attachment]:
    own = i18n.language()
    return sorted(attachments, key=lambda one: one.language != own)


def _page_of(slug: str) -> str:
    return url_for("participation.dossier", slug=slug)


def _added(slug: str) -> Response:
    flash(_("It is in the dossier."), "success")
    return redirect(_page_of(slug), 303)
