"""The pattern page: every macro with sample data, for development and for the browser tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, get_template_attribute, render_template, request
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from waardewerk.access import public
from waardewerk.documents.charts import DotRow, Point, Words, dot_plot
from waardewerk.forms import Form

pages = Blueprint("patterns", __name__)
MOMENT = datetime(2026, 11, 24, 13, 3, tzinfo=UTC)

LEVELS = [
    {
        "number": number,
        "name": name,
        "descriptor": descriptor,
    }
    for number, name, descriptor in (
        (1, "Loose", "It depends on who happens to do the purchase."),
        (2, "Repeatable", "Some buyers ask about values, each in their own words."),
        (3, "Agreed", "We have one adopted set of requirements and we use it in every tender."),
        (4, "Steered", "During the contract we check whether the supplier keeps the promise."),
        (5, "Learning", "What we learn from contracts changes our requirements and our values."),
    )
]


class PatternForm(Form):
    """One field of every kind."""

    title = StringField("Title", [InputRequired("Give the scan a title."), Length(max=120)])
    address = EmailField("E-mail address", description="We only use it for this scan.")
    password = PasswordField("Password", [InputRequired()])
    note = TextAreaField("What should people know beforehand?")
    number = IntegerField("How many people take part?", [InputRequired("Fill in a number.")])
    closes = DateField("Closes on", [InputRequired()])
    department = SelectField("Department", choices=[("it", "Information"), ("buy", "Purchasing")])
    privacy = RadioField(
        "Who sees who gave which answer?",
        [InputRequired("Choose what you promise the people who answer.")],
        choices=[("grouped", "Only groups"), ("confidential", "Names, in confidence")],
    )
    levels = SelectMultipleField(
        "Who is asked?",
        [InputRequired()],
        choices=[
            ("political", "Politicians"),
            ("executive", "Executives"),
            ("civil", "Civil servants"),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    people = FileField("A list of people", description="A spreadsheet or a text file, up to 1 MB.")
    remind = BooleanField("Send a reminder after a week")


def _answer(value: object = None, reason: str = "", example: str = "") -> dict[str, Any]:
    return {
        "value": value,
        "reason": reason,
        "example": example,
        "revision": 3,
        "saved_at": MOMENT,
    }


def _chart(prefix: str, width: int) -> Markup:
    return dot_plot(
        [
            DotRow("Purchasing and subsidies", [Point("Now", 2), Point("Wanted", 4)]),
            DotRow("Knowledge and skills", [Point("Now", 3), Point("Wanted", 4)]),
        ],
        series=["Now", "Wanted"],
        words=Words(prefix, "Levels now and wanted", "Two themes, two marks each."),
        width=width,
    )


def samples() -> dict[str, Any]:
    """Return everything that the pattern page shows."""
    lenses = [
        {
            "key": key,
            "label": label,
            "help": help_text,
            "prefix": f"t4.{key}.",
            "save_url": "/_patterns/save",
            "answer": answer,
            "errors": {},
        }
        for key, label, help_text, answer in (
            ("policy", "On paper", "What did we agree?", _answer(4, "It is in our terms.")),
            ("practice", "In practice", "What do we do on an ordinary day?", _answer(2)),
            ("result", "In the result", "What do people notice of it?", None),
        )
    ]
    return {
        "levels": LEVELS,
        "lenses": lenses,
        "other_lenses": [{**lens, "prefix": f"t8.{lens['key']}."} for lens in lenses],
        "one_answer": _answer(3, "Purchasing uses the same list since last year."),
        "wrong": {"reason": ["Say in one sentence why."], "value": ["Choose a level."]},
        "now": MOMENT,
        "earlier": MOMENT - timedelta(days=9),
        "due": date(2026, 12, 18),
        "chart": _chart("wide", 640),
        "compact_chart": _chart("compact", 320),
    }


@pages.get("/_patterns")
@public
def patterns() -> str:
    """Show every pattern; `?errors` shows the form as it comes back."""
    form = PatternForm(formdata=None, title="Data ethics in 2027")
    if "errors" in request.args:
        form = PatternForm(formdata=request.args, meta={"csrf": False})
        form.validate()
    return render_template("_patterns.html", form=form, **samples())


@pages.post("/_patterns/save")
@public
def pretend_to_save() -> str:
    """Answer as a saved answer does, and keep nothing."""
    name, revision = next(
        (item for item in request.form.items() if item[0].endswith("revision")), ("revision", "0")
    )
    saved = get_template_attribute("_macros/states.html", "saved")
    text: str = saved(datetime.now(UTC), int(revision) + 1, name.removesuffix("revision"))
    return text


def init_app(app: Flask) -> None:
    """Add the pattern page; called in development only."""
    app.register_blueprint(pages)
