"""One form per screen of the library; a criterion has a field per text and language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from waardewerk.forms import Form, PlainForm, tidy
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.notation.local_text import LONGEST_TEXT
from waardewerk.notation.problems import DefinitionError, Problem
from waardewerk.values.words import language_name
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS, TECHNOLOGIES, Type
from waardewerk_procurement.forms.figures import SeenField
from waardewerk_procurement.library import fields as library_fields
from waardewerk_procurement.library.fields import FIELDS, FIRST_LANGUAGE
from waardewerk_procurement.queries.library import Filters
from waardewerk_procurement.words import AMBITION_TITLES

FILL_IN = lazy("Fill this in.")
EVERYTHING = lazy("All")
NOTHING = lazy("Nothing chosen")
#: A list of texts, each as long as one may be.
LONGEST_LINES = 24_000
AMBITIONS: Mapping[str, str] = {str(one): title for one, title in AMBITION_TITLES.items()}
Pairs = Sequence[tuple[str, str]]


class CheckboxesField(SelectMultipleField):
    """Several choices, each with a checkbox."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


# Searching -------------------------------------------------------------------------------------


class LibraryFilterForm(PlainForm):
    """What somebody looks for in the library; it comes with the address."""

    words = SearchField(lazy("Words"), [Optional(), Length(max=200)], filters=[tidy])
    value = SelectField(lazy("Value"), default="")
    kind = SelectField(lazy("Type"), default="")
    technology = SelectField(lazy("Kind of technology"), default="")
    ambition = SelectField(lazy("Ambition"), default="")
    origin = SelectField(lazy("Where it comes from"), default="")

    @property
    def narrows(self) -> bool:
        """Tell whether anything beside the words is chosen."""
        chosen = (self.value, self.kind, self.technology, self.ambition, self.origin)
        return any(one.data for one in chosen)

    def filters(self) -> Filters:
        """Return what is asked; what is no choice of ours asks nothing."""
        self.validate()
        for one in self:
            if one.errors:
                one.data, one.errors = "", ()
        given = {one.name: one.data or "" for one in self}
        return Filters(
            value=given["value"] or None,
            kind=given["kind"] or None,
            technology=given["technology"] or None,
            ambition=int(given["ambition"]) if given["ambition"] else None,
            words=given["words"],
            origin=given["origin"],
        )


def filter_form(values: Pairs, asked: Any) -> LibraryFilterForm:
    """Make the form to search with, filled with what the address asks."""
    form = LibraryFilterForm(formdata=asked)
    form.value.choices = [("", EVERYTHING), *values]
    form.kind.choices = [("", EVERYTHING), *((key, _(one.title)) for key, one in KINDS.items())]
    form.technology.choices = [
        ("", EVERYTHING),
        *((key, _(title)) for key, title in TECHNOLOGIES.items()),
    ]
    form.ambition.choices = [("", EVERYTHING), *AMBITIONS.items()]
    form.origin.choices = [
        ("", EVERYTHING),
        ("own", lazy("Our own criteria")),
        ("shipped", lazy("Criteria that come with Waardewerk")),
    ]
    return form


class TypeForm(PlainForm):
    """Of which type a new criterion is; the rest of the form follows from it."""

    type = SelectField(lazy("Type"))


# Writing one -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choices:
    """What can be chosen on the form: values, norms and what keeps a promise, key and title."""

    values: Pairs
    norms: Pairs
    keepers: Pairs


class CriterionForm(Form):
    """A criterion of the province's own."""

    #: Of an extra language: the fields that have it.
    languages: ClassVar[tuple[str, ...]] = ()
    shown: ClassVar[tuple[library_fields.Field, ...]] = ()

    #: Which one somebody saw when the form was opened.
    revision = SeenField()

    @property
    def has(self) -> frozenset[str]:
        """Return the names of the fields that this type has."""
        return frozenset(one.name for one in self.shown)

    def plain_fields(self, *names: str) -> list[Field]:
        """Give the fields of these names that this type has, in Dutch."""
        return [self[name] for one in names for name in self._names(one) if name in self._fields]

    def _names(self, name: str) -> tuple[str, ...]:
        return (name, f"{name}_{FIRST_LANGUAGE}")

    def fields_in(self, language: str) -> list[Field]:
        """Give the fields for texts in another language."""
        return [self[f"{one.name}_{language}"] for one in self.shown if one.has_languages]

    def has_mistakes_in(self, language: str) -> bool:
        """Tell whether anything in another language has to be looked at."""
        return any(one.errors for one in self.fields_in(language))

    def cells(self) -> dict[str, str]:
        """Return what was filled in as flat cells, as a sheet has them."""
        found = {
            name: field.data if isinstance(field.data, str) else str(field.data or "")
            for name, field in self._fields.items()
            if name not in ("csrf_token", "revision", "also", *_SEVERAL)
        }
        chosen = [self["values"].data or "", *_as_before(self["also"])]
        found["values"] = ", ".join(dict.fromkeys(key for key in chosen if key))
        for name in _SEVERAL:
            if name in self._fields:
                found[name] = ", ".join(_as_before(self[name]))
        return found

    def in_words(self, name: str, cell: str) -> str:
        """Say what a cell holds; keys that can be chosen by their title."""
        offered = getattr(self._fields.get(name), "choices", None) or ()
        titles = {str(one.value): str(one.label) for one in offered}
        return ", ".join(titles.get(word, word) for word in _words(cell)) if titles else cell

    def refuse_all(self, fault: DefinitionError) -> None:
        """Show everything that is wrong, each beside the field that it is about."""
        for problem in fault.problems:
            known = library_fields.field_named(problem.arguments.get("field"))
            text = said(problem)
            field = self._field_for(known)
            if field is None:
                self.form_errors.append(text)
            else:
                field.errors = [*field.errors, text]

    def _field_for(self, known: library_fields.Field | None) -> Field | None:
        names = self._names(known.name) if known else ()
        return next((self[name] for name in names if name in self._fields), None)


def _as_before(field: Field) -> list[str]:
    """Return what is ticked, in the order in which it stood: boxes cannot be put in order."""
    ticked = list(field.data or ())
    before = [key for key in field.object_data or () if key in ticked]
    return list(dict.fromkeys([*before, *ticked]))


#: Fields with checkboxes.
_SEVERAL = ("norms", "technologies", "kept_by")


#: What groups of fields are called, of which the notation speaks as one.
GROUPS = {"scale": lazy("Scale"), "weight": lazy("Sensible weight")}


def said(problem: Problem, *, with_name: bool = False) -> str:
    """Say what is wrong, with the field called as on screen; ``with_name`` as in a file too."""
    name = str(problem.arguments.get("field", ""))
    known = library_fields.field_named(name)
    if name in GROUPS:
        title = str(GROUPS[name])
    elif known is None:
        return problem.text(_)
    else:
        title = f"{_(known.title)} ({known.name})" if with_name else _(known.title)
    return replace(problem, arguments={**problem.arguments, "field": title}).text(_)


def criterion_form(
    type_: Type, languages: Iterable[str], choices: Choices, cells: Mapping[str, str]
) -> CriterionForm:
    """Make the form for a criterion of a type, filled with ``cells`` until something is sent."""
    known = library_fields.in_order({*library_fields.USUAL_LANGUAGES, *languages})
    shown = tuple(one for one in FIELDS if one.fits(KINDS[type_], type_) and one.name not in FIXED)
    fields: dict[str, Any] = {"languages": known[1:], "shown": shown}
    for one in shown:
        fields |= _fields_for(one, known, choices)
    made = type("CriterionForm", (CriterionForm,), fields)
    return cast("CriterionForm", made(data=_data(cells)))


#: Chosen before, and made from the title.
FIXED = ("id", "type")


def _fields_for(
    one: library_fields.Field, languages: Sequence[str], choices: Choices
) -> dict[str, Field]:
    match one.name:
        case "values":
            return {
                "values": SelectField(
                    lazy("Value that it serves most"),
                    [InputRequired(lazy("Choose a value."))],
                    choices=[("", NOTHING), *choices.values],
                ),
                "also": CheckboxesField(
                    lazy("Other values that it serves"), [Optional()], choices=list(choices.values)
                ),
            }
        case "norms":
            return {"norms": _checkboxes(one, choices.norms)}
        case "kept_by":
            return {"kept_by": _checkboxes(one, choices.keepers)}
        case "technologies":
            titles = [(str(key), _(title)) for key, title in TECHNOLOGIES.items()]
            return {"technologies": _checkboxes(one, titles)}
        case "ground":
            grounds = [(str(key), f"{key}: {_(title)}") for key, title in EXCLUSION_GROUNDS.items()]
            return {"ground": _select(one, [("", str(NOTHING)), *grounds])}
        case "ambition":
            return {"ambition": _select(one, [("", str(NOTHING)), *AMBITIONS.items()])}
    return {
        f"{one.name}_{code}" if one.has_languages else one.name: _typed(one, code, languages)
        for code in (languages if one.has_languages else languages[:1])
    }


def _checkboxes(one: library_fields.Field, offered: Pairs) -> Field:
    return CheckboxesField(
        _(one.title), [Optional()], choices=list(offered), description=_help(one)
    )


def _select(one: library_fields.Field, offered: Pairs) -> Field:
    return SelectField(
        _(one.title), [InputRequired(FILL_IN)], choices=list(offered), description=_help(one)
    )


def _help(one: library_fields.Field) -> str:
    return _(one.help) if one.help else ""


def _typed(one: library_fields.Field, code: str, languages: Sequence[str]) -> Field:
    needed = one.is_required and code == languages[0]
    label = _(one.title)
    if code != languages[0]:
        label = f"{label} ({language_name(code)})"
    if one.form == "number":
        bounds = [InputRequired(FILL_IN), NumberRange(1, 100)]
        return IntegerField(label, bounds, description=_help(one))
    rules: list[Any] = [DataRequired(FILL_IN) if needed else Optional()]
    if one.form in ("texts", "lines"):
        # An empty line says that a language lacks that text, so the ends are not stripped.
        rules.append(Length(max=LONGEST_LINES))
        return TextAreaField(label, rules, filters=[_line_ends], description=_help(one))
    kind = StringField if one.name in SHORT else TextAreaField
    rules.append(Length(max=LONGEST_TEXT))
    return kind(label, rules, filters=[tidy], description=_help(one))


#: On one line.
SHORT = ("title", "family")


def _line_ends(text: str | None) -> str | None:
    return text.replace("\r\n", "\n") if text is not None else None


def _data(cells: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = dict(cells)
    for name in _SEVERAL:
        data[name] = _words(cells.get(name, ""))
    first, *also = _words(cells.get("values", "")) or [""]
    data |= {"values": first, "also": also}
    for name in ("weight_least", "weight_most"):
        data[name] = int(cells[name]) if name in cells else None
    return data


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


# Files -----------------------------------------------------------------------------------------


class LibraryFileForm(Form):
    """Criteria as a file."""

    file = FileField(
        lazy("File"),
        [FileRequired(lazy("Choose a file."))],
        description=lazy(
            "An Excel file (.xlsx) of 2 MB at most, made with the template, or a YAML file of "
            "1 MB at most."
        ),
    )


class TakeInForm(Form):
    """What becomes of a file that was looked at."""

    #: What can be added, as it was read; it is read and checked again.
    content = HiddenField(validators=[InputRequired()])
