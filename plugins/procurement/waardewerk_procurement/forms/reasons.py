"""Forms for what is done rarely and cannot be undone: a reason, and who comes after whom."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk.people.queries import Account
from waardewerk_procurement.models import Dossier

LONGEST = 4000


class ReasonForm(Form):
    """Why something is done; ``seen`` is what it is done to."""

    seen = HiddenField()
    reason = TextAreaField(
        lazy("Why?"),
        [InputRequired(lazy("Fill this in.")), Length(max=LONGEST)],
        filters=[tidy],
    )


class HandOverForm(Form):
    """Who leads a dossier, and who looks after its promises."""

    officer = SelectField(lazy("Who leads the dossier?"))
    keeper = SelectField(
        lazy("Who looks after what is promised?"),
        description=lazy("Gets each promise when the decision is carried out."),
    )

    @property
    def officer_id(self) -> int | None:
        """Return who leads it."""
        return int(self.officer.data) if self.officer.data else None

    @property
    def keeper_id(self) -> int | None:
        """Return who looks after its promises; nothing: who leads it."""
        return int(self.keeper.data) if self.keeper.data else None


def hand_over_form(
    dossier: Dossier, officers: Sequence[Account], here: Sequence[Account]
) -> HandOverForm:
    """Return the form with who leads a dossier now; who left is not in the lists."""
    form = HandOverForm(
        data={"officer": str(dossier.officer_id or ""), "keeper": str(dossier.keeper_id or "")}
    )
    form.officer.choices = [
        ("", lazy("Choose somebody")),
        *((str(one.id), one.name) for one in officers),
    ]
    form.keeper.choices = [
        ("", lazy("Who leads the dossier")),
        *((str(one.id), one.name) for one in here),
    ]
    return form
