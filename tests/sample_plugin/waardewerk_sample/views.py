"""The page with the notes."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from waardewerk import access, db, exports, settings
from waardewerk.access import requires
from waardewerk.people.operations.accounts import get_person
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page
from waardewerk_sample import operations
from waardewerk_sample.forms import NoteForm

pages = Blueprint("sample", __name__)


@pages.route("/", methods=["GET", "POST"])
@requires("sample.read")
def index() -> Response:
    """Show the notes and let somebody add one."""
    form = NoteForm()
    if form.validate_on_submit():
        access.demand("sample.write")
        try:
            _write(form.text.data or "")
        except Refusal as refusal:
            form.refuse(refusal, form.text)
        else:
            return redirect(url_for("sample.index"), 303)
    heading = settings.of("sample").get("heading")
    return form_page(
        "sample/notes.html", form, notes=operations.notes(db.session()), heading=heading
    )


def _write(text: str) -> None:
    who = access.viewer().person_id or 0
    with db.write() as session:
        email = get_person(session, who).email
        operations.write_note(session, text, email=email, actor_id=who, now=datetime.now(UTC))


@pages.get("/<int:note_id>.<form>")
@requires("sample.read")
def download(note_id: int, form: str) -> Response:
    """Give a note as a file."""
    return exports.send_file("sample.note", note_id, form, f"note-{note_id}")
