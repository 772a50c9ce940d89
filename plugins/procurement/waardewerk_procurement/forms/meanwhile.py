"""A form that was open while what it changes was changed: nothing typed is lost, nothing hidden."""

from __future__ import annotations

from typing import Any

from wtforms import Field, SelectField, SelectMultipleField

from waardewerk.forms import Form
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotNow, Refusal

_MEANWHILE = Conflict(
    "Something was changed meanwhile, by somebody else or in another window. What you typed is "
    "still here, and beside it what is saved now. Save again to keep what you typed."
)


def refuse(form: Form, refusal: Refusal, revision: int) -> None:
    """Show a refusal; of a stale form also what is saved now, so that a second save goes through.

    ``revision`` is the one that the form asks to have seen from here on.
    """
    if not isinstance(refusal, Conflict) or isinstance(refusal, NotNow):
        form.refuse(refusal)
        return
    form.refuse(_MEANWHILE)
    for field in form:
        if _is_typed_otherwise(field):
            field.errors = [*field.errors, _("Saved now: %(text)s", text=_saved(field) or "–")]
    form["revision"].data = str(revision)


def _is_typed_otherwise(field: Field) -> bool:
    if field.name in {"revision", "seen", "csrf_token"} or isinstance(field, SelectMultipleField):
        return False
    return bool((field.data or "") != (_kept(field) or ""))


def _kept(field: Field) -> Any:
    """Give what a field held before somebody typed in it, as it would hold it."""
    typed = field.data
    field.process_data(field.object_data)
    kept, field.data = field.data, typed
    return kept


def _saved(field: Field) -> str:
    kept = _kept(field)
    if isinstance(field, SelectField):
        titles = {str(value): str(title) for value, title, *_rest in field.iter_choices()}
        return titles.get(str(kept), str(kept or ""))
    return str(kept or "")
