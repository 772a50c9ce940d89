"""The base of every form: what no database can hold is refused, in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from waardewerk import i18n
from waardewerk.forms import Form, is_storable, tidy
from waardewerk.people.models import Person
from waardewerk.refusal import Refusal
from waardewerk.testing import UnitOfWork

MOMENT = datetime(2026, 11, 24, tzinfo=UTC)
UNSTORABLE = ["\x00", "a\x00b", "\x07", "\x1b[31m", "\x7f", "a\x85b", "\ud800", "a\udfffb"]


class Sample(Form):
    """One field of every kind of text."""

    name = StringField("Name", [InputRequired()], filters=[tidy])
    hidden = HiddenField()
    tags = FieldList(StringField("Tag"), min_entries=1)
    kind = RadioField("Kind", choices=[("a", "One"), ("b", "Other")], default="a")
    several = SelectMultipleField("Several", choices=[("a", "One"), ("b", "Other")])


@pytest.fixture
def cluster(sqlite):
    """What is tested here does not depend on the database, but for one test that says so."""
    return sqlite


def filled(app: Flask, **fields: str) -> Form:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        form = Sample(
            formdata=MultiDict({"name": "x", "kind": "a", **fields}), meta={"csrf": False}
        )
        form.validate()
        return form


@pytest.mark.parametrize("text", UNSTORABLE, ids=repr)
@pytest.mark.parametrize("field", ["name", "hidden", "tags-0"])
def test_text_that_no_database_can_hold_is_refused_in_every_kind_of_field(
    app: Flask, field: str, text: str
) -> None:
    form = filled(app, **{field: text})
    assert list(form.errors) == [field.removesuffix("-0")]
    assert "cannot be stored" in str(form.errors)


@pytest.mark.parametrize("field", ["kind", "several"])
def test_a_choice_that_was_not_offered_is_refused(app: Flask, field: str) -> None:
    assert list(filled(app, **{field: "c"}).errors) == [field]
    assert list(filled(app, **{field: "a\x00"}).errors) == [field]


def test_what_was_offered_is_accepted(app: Flask) -> None:
    form = filled(app, kind="b", several="a", name="é 漢字 👩‍👩‍👧 ع\n\ttwo")
    assert form.errors == {}


class TestWhatIsStorable:
    """What the form lets through, both databases can hold."""

    @pytest.fixture
    def cluster(self, request: pytest.FixtureRequest):
        return request.getfixturevalue("postgresql")

    def test_the_strictest_database_holds_it(self, unit_of_work: UnitOfWork) -> None:
        every = "".join(chr(code) for code in range(0x3000) if is_storable(chr(code)))
        texts = [every[i : i + 200] for i in range(0, len(every), 200)]
        with unit_of_work() as session:
            for number, text in enumerate(texts):
                session.add(Person(name=text, email=f"{number}@x.nl", created_at=MOMENT))
        with unit_of_work() as session:
            stored = session.scalars(select(Person.name).order_by(Person.id)).all()
        assert stored == texts


@given(st.text())
def test_storable_text_can_be_written_as_utf_8(text: str) -> None:
    if is_storable(text):
        assert "\x00" not in text
        text.encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_ordinary_text_is_storable(text: str) -> None:
    assert is_storable(text)


def test_tidying_keeps_the_lines_and_strips_the_ends() -> None:
    assert tidy("  one\r\ntwo \n") == "one\ntwo"
    assert tidy(None) is None


def test_a_refusal_stands_beside_its_field_in_the_language_of_the_reader(app: Flask) -> None:
    with app.test_request_context():
        i18n.speak("nl")
        form = Sample(formdata=MultiDict({"name": "", "kind": "a"}), meta={"csrf": False})
        form.validate()
        form.refuse(Refusal("Nothing called %(what)s.", what="x"), form.name)
        form.refuse(Refusal("Not today."))
        assert form.name.errors == ["Vul dit in.", "Nothing called x."]
        assert form.form_errors == ["Not today."]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Fill this in."), ("nl", "Vul dit in."), ("fy", "Folje dit yn.")],
)
def test_a_field_that_must_be_filled_in_says_so_in_one_way(
    app: Flask, language: str, words: str
) -> None:
    with app.test_request_context(method="POST", data={"kind": "a"}):
        i18n.speak(language)
        form = Sample()
        form.validate()
        assert form.name.errors == [words]


def test_without_a_token_a_form_is_not_valid(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "x"}):
        form = Sample()
        assert not form.validate_on_submit()
        assert "csrf_token" in form.errors
