"""Forms about what suppliers say: a link for one of them, and the page behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import SelectField
from wtforms.validators import InputRequired

from waardewerk.addresses import number_in
from waardewerk.forms import Form
from waardewerk.i18n import lazy
from waardewerk_procurement.asked import Question
from waardewerk_procurement.forms.days import DayField
from waardewerk_procurement.operations.asking import Filled


class OpenFormForm(Form):
    """A link for one bidder."""

    bid = SelectField(lazy("For whom?"), [InputRequired(lazy("Choose one."))])
    open_until = DayField(
        lazy("Open until"),
        [InputRequired(lazy("Choose a day."))],
        description=lazy("The last day on which it can be filled in."),
    )


def prefix_of(key: str) -> str:
    """Give what the names of the inputs of one question begin with."""
    return f"{key}:"


def filled_in(questions: Sequence[Question], posted: Mapping[str, str]) -> list[Filled]:
    """Read what was filled in for the questions that a page sent."""
    sent = (one for one in questions if f"{prefix_of(one.key)}revision" in posted)
    return [one_filled_in(one.key, posted) for one in sent]


def one_filled_in(key: str, posted: Mapping[str, str]) -> Filled:
    """Read what was filled in for one question; without a number it builds on nothing."""
    prefix = prefix_of(key)
    text, answer = posted.get(f"{prefix}reason", ""), posted.get(f"{prefix}value", "")
    return Filled(key, answer, text, number_in(posted.get(f"{prefix}revision", "")) or 0)
