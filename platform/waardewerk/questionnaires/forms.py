"""One form per screen of the chair."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from waardewerk.forms import Form
from waardewerk.i18n import lazy
from waardewerk.questionnaires.operations.agreeing import LONGEST_TEXT, Agreed
from waardewerk.questionnaires.showing import LENS_TITLES

#: What the form posts when people agree that something does not apply.
NOT_APPLICABLE = "na"


class AgreementForm(Form):
    """What was agreed about one question or section; a field per lens is added when it is made."""

    reason = TextAreaField(
        lazy("Why did you agree on this?"), [InputRequired(), Length(max=LONGEST_TEXT)]
    )
    present = TextAreaField(
        lazy("Who was there?"),
        [InputRequired(), Length(max=LONGEST_TEXT)],
        description=lazy("Names or functions, as the group likes it."),
    )
    dissent = TextAreaField(
        lazy("Who still sees it otherwise, and why?"), [Optional(), Length(max=LONGEST_TEXT)]
    )
    review_on = DateField(lazy("When do you look at it again?"), [Optional()])

    def agreed(self, target: str, lenses: tuple[str, ...]) -> Agreed:
        """Return what was filled in, for the operation."""
        return Agreed(
            target=target,
            values={lens: _level(self[_name(lens)].data) for lens in lenses},
            reason=self.reason.data or "",
            present=self.present.data or "",
            dissent=self.dissent.data or "",
            review_on=self.review_on.data,
        )


def agreement_form(
    lenses: tuple[str, ...], steps: list[tuple[str, str]], *, is_sent: bool
) -> AgreementForm:
    """Make the form for one question or section, with a level to choose per lens.

    It is filled from the request only when it ``is_sent``: the page holds another form too.
    """
    fields: dict[str, Any] = {
        _name(lens): RadioField(
            LENS_TITLES[lens],
            [InputRequired(lazy("Choose a level."))],
            choices=[*steps, (NOT_APPLICABLE, lazy("Does not apply to us"))],
        )
        for lens in lenses
    }
    kind: type[AgreementForm] = type("AgreementForm", (AgreementForm,), fields)
    return kind() if is_sent else kind(None)


def _name(lens: str) -> str:
    return f"level_{lens}" if lens else "level"


def level_fields(form: AgreementForm, lenses: tuple[str, ...]) -> list[Any]:
    """Return the fields in which a level is chosen."""
    return [form[_name(lens)] for lens in lenses]


def _level(data: str | None) -> int | None:
    return None if data is None or data == NOT_APPLICABLE else int(data)


class NoteForm(Form):
    """What is said in the conversation."""

    text = TextAreaField(lazy("Notes of the conversation"), [Length(max=LONGEST_TEXT)])
    revision = IntegerField(default=0)
