"""One form per screen of the framework; a form for a part has a field per language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, cast

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from waardewerk.forms import Form, tidy
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.notation.local_text import LONGEST_TEXT, LocalText
from waardewerk.refusal import Refusal
from waardewerk.values import editing
from waardewerk.values.editing import Heading, Room, as_lines, lines_together
from waardewerk.values.forms import day_in
from waardewerk.values.framework import (
    LONGEST_SOURCE,
    Element,
    Foundation,
    Framework,
    Likeness,
    Norm,
    Principle,
    Serves,
    Value,
)
from waardewerk.values.operations.adopting import LONGEST_REFERENCE, Adoption
from waardewerk.values.operations.drafting import LONGEST_WHY
from waardewerk.values.operations.reviewing import LONGEST_TEXT as LONGEST_OUTCOME
from waardewerk.values.operations.reviewing import Held
from waardewerk.values.words import BODY_TITLES, RELATION_TITLES, ROOM_TITLES, language_name, said

FILL_IN = lazy("Fill this in.")
CHOOSE_DAY = lazy("Choose a day.")
LONGEST_LINES = 20_000
MOST_EDGES = 20


class CheckboxesField(SelectMultipleField):
    """Several choices, each with a checkbox."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def _required(needed: bool) -> Any:
    return DataRequired(FILL_IN) if needed else Optional()


@dataclass(frozen=True)
class Wording:
    """One text of a part: its name, what it is called, and how much room it gets."""

    name: str
    label: str
    help: str = ""
    is_required: bool = True
    #: None for one line.
    rows: int | None = None
    #: Several texts, one per line.
    is_list: bool = False

    def field(self, language: str, languages: Sequence[str]) -> Field:
        """Make the field for one language; only the first has to be filled in."""
        label = str(self.label)
        if len(languages) > 1:
            label = f"{label} ({language_name(language)})"
        longest = LONGEST_LINES if self.is_list else LONGEST_TEXT
        needed = self.is_required and language == languages[0]
        kind = TextAreaField if self.rows else StringField
        # An empty line of a list says that a language lacks that text.
        filters = [] if self.is_list else [tidy]
        return kind(label, [_required(needed), Length(max=longest)], filters=filters)


NAME = Wording("name", lazy("Name"))
TEXT = Wording("text", lazy("What is meant by it"), is_required=False, rows=4)
WORDINGS: Mapping[Room, tuple[Wording, ...]] = {
    "foundations": (NAME, TEXT),
    "principles": (NAME, TEXT),
    "values": (
        NAME,
        Wording(
            "definition",
            lazy("Definition"),
            lazy("What you mean by it, in words that everybody understands."),
            rows=4,
        ),
        Wording(
            "fits",
            lazy("This fits"),
            lazy("What people see when you live up to it. One example per line, ten at most."),
            is_required=False,
            rows=4,
            is_list=True,
        ),
        Wording(
            "misses",
            lazy("This does not fit"),
            lazy("What people see when you do not. One example per line, ten at most."),
            is_required=False,
            rows=4,
            is_list=True,
        ),
    ),
    "norms": (
        Wording("situation", lazy("Situation"), lazy("For example: when we keep data.")),
        Wording("text", lazy("What we do then"), rows=4),
    ),
}
HEADING = (
    Wording("title", lazy("Title")),
    Wording(
        "intro",
        lazy("Introduction"),
        lazy("Stands above the values on the public page."),
        is_required=False,
        rows=4,
    ),
)
BECAUSE = lazy("Because")


class WordedForm(Form):
    """A form with texts that each have a field per language of the framework."""

    wordings: ClassVar[tuple[Wording, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ()
    #: Which text somebody saw when the form was opened.
    seen = HiddenField()

    def fields_of(self, wording: Wording) -> list[tuple[str, Field]]:
        """Give the fields of one text, each with its language."""
        return [(code, self[f"{wording.name}_{code}"]) for code in self.languages]

    def text(self, name: str) -> LocalText | None:
        """Return one text in every language in which it was filled in; nothing when empty."""
        return self._joined(f"{name}_")

    def _joined(self, prefix: str) -> LocalText | None:
        filled = {code: self[f"{prefix}{code}"].data or "" for code in self.languages}
        texts = {code: text for code, text in filled.items() if text.strip()}
        if texts and self.languages[0] not in texts:
            field = self[f"{prefix}{self.languages[0]}"]
            first = language_name(self.languages[0])
            refusal = Refusal("Write this in %(language)s too.", language=first)
            raise FieldRefused(field, refusal)
        return LocalText(texts) if texts else None

    def lines(self, name: str) -> tuple[LocalText, ...]:
        """Return texts that were written one per line."""
        typed = {code: self[f"{name}_{code}"].data or "" for code in self.languages}
        try:
            return lines_together(typed)
        except Refusal as refusal:
            raise FieldRefused(self[f"{name}_{self.languages[0]}"], refusal) from None


class FieldRefused(Exception):
    """What was typed in one field cannot be used; the page shows why beside it."""

    def __init__(self, field: Field, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.field = field
        self.refusal = refusal


class ElementForm(WordedForm):
    """A foundation, principle, value or norm."""

    room: ClassVar[Room] = "values"
    edge_rows: ClassVar[int] = 0
    likeness_rows: ClassVar[int] = 0

    def edges(self) -> Iterator[tuple[Field, list[tuple[str, Field]]]]:
        """Give the rows for the sake of what it is there: the choice, and why per language."""
        for row in range(self.edge_rows):
            because = [(code, self[f"serves-{row}-because_{code}"]) for code in self.languages]
            yield self[f"serves-{row}-key"], because

    def likenesses(self) -> Iterator[tuple[Field, Field]]:
        """Give the rows about lists of others: how it relates, and to which value there."""
        for row in range(self.likeness_rows):
            yield self[f"likeness-{row}-relation"], self[f"likeness-{row}-item"]

    def element(self, stored: Element | None) -> Element:
        """Return what was filled in; what is new gets its key when it is written down."""
        name = stored.key if stored else ""
        if self.room == "foundations":
            return Foundation.model_construct(
                key=name, name=self.text("name"), text=self.text("text")
            )
        serves = tuple(self._serves())
        if self.room == "principles":
            return Principle.model_construct(
                key=name, name=self.text("name"), text=self.text("text"), serves=serves
            )
        if self.room == "norms":
            if not serves:
                raise FieldRefused(
                    self["serves-0-key"], Refusal("Choose for the sake of what you do this.")
                )
            return Norm.model_construct(
                key=name, situation=self.text("situation"), text=self.text("text"), serves=serves
            )
        return Value.model_construct(
            id=stored.id if isinstance(stored, Value) else "",
            name=self.text("name"),
            definition=self.text("definition"),
            fits=self.lines("fits"),
            misses=self.lines("misses"),
            source=self["source"].data or "",
            serves=serves,
            likenesses=tuple(self._likenesses()),
        )

    def _serves(self) -> Iterator[Serves]:
        found: set[str] = set()
        for row, (choice, because) in enumerate(self.edges()):
            if not choice.data:
                continue
            if choice.data in found:
                raise FieldRefused(choice, Refusal("This was chosen above already."))
            found.add(choice.data)
            reason = self._joined(f"serves-{row}-because_")
            if reason is None:
                raise FieldRefused(because[0][1], Refusal("Say why."))
            yield Serves.model_construct(key=choice.data, because=reason)

    def _likenesses(self) -> Iterator[Likeness]:
        found = []
        for relation, choice in self.likenesses():
            if not choice.data:
                continue
            urn, _space, item = choice.data.partition(" ")
            likeness = Likeness.model_construct(relation=relation.data, list=urn, item=item)
            if likeness not in found:
                found.append(likeness)
                yield likeness


@dataclass(frozen=True)
class ListItem:
    """A value on a list of others that one of ours can be likened to."""

    list_urn: str
    list_title: str
    key: str
    name: str

    @property
    def code(self) -> str:
        """Name it in a form."""
        return f"{self.list_urn} {self.key}"


def element_form(
    framework: Framework,
    room: Room,
    stored: Element | None,
    listed: Iterable[ListItem],
    posted: Mapping[str, str],
) -> ElementForm:
    """Make the form for a part: filled with ``stored``, or with what was posted."""
    languages = framework.languages
    edges = () if room == "foundations" else getattr(stored, "serves", ())
    likenesses = stored.likenesses if isinstance(stored, Value) else ()
    edge_rows = 0 if room == "foundations" else _rows(len(edges), "serves", "key", posted)
    like_rows = 0 if room != "values" else _rows(len(likenesses), "likeness", "item", posted)
    fields: dict[str, Any] = {
        "room": room,
        "languages": languages,
        "wordings": WORDINGS[room],
        "edge_rows": edge_rows,
        "likeness_rows": like_rows,
    }
    for wording in WORDINGS[room]:
        fields |= {f"{wording.name}_{code}": wording.field(code, languages) for code in languages}
    if room == "values":
        fields["source"] = StringField(
            lazy("Source"), [Optional(), Length(max=LONGEST_SOURCE)], filters=[tidy]
        )
    targets = _targets(framework, room, stored)
    for row in range(edge_rows):
        fields |= _edge_fields(row, targets, languages)
    options = _list_options(listed, likenesses)
    for row in range(like_rows):
        fields |= _likeness_fields(row, options)
    made = type("ElementForm", (ElementForm,), fields)
    return cast("ElementForm", made(data=_data(stored, languages)))


def _rows(there: int, group: str, field: str, posted: Mapping[str, str]) -> int:
    """Count the rows: those that were sent, or those that are there and an empty one."""
    sent = sum(name.startswith(f"{group}-") and name.endswith(f"-{field}") for name in posted)
    return min(max(sent, there + 1), MOST_EDGES)


def _targets(framework: Framework, room: Room, stored: Element | None) -> list[SelectChoice]:
    """List what a thing can be there for, by kind; only a norm can serve a norm."""
    choices = [SelectChoice("", _("Nothing chosen"))]
    for key, one in framework.elements.items():
        kind = editing.room_of(one)
        if (kind == "norms" and room != "norms") or (stored is not None and key == stored.key):
            continue
        name = said(editing.name_of(one))
        choices.append(SelectChoice(key, name, optgroup=str(ROOM_TITLES[kind])))
    return choices


def _edge_fields(
    row: int, targets: Sequence[SelectChoice], languages: Sequence[str]
) -> dict[str, Any]:
    fields: dict[str, Any] = {
        f"serves-{row}-key": SelectField(lazy("For the sake of"), choices=list(targets))
    }
    because = Wording("because", BECAUSE, is_required=False, rows=2)
    for code in languages:
        fields[f"serves-{row}-because_{code}"] = because.field(code, languages)
    return fields


def _likeness_fields(row: int, options: Sequence[SelectChoice]) -> dict[str, Any]:
    return {
        f"likeness-{row}-relation": SelectField(
            lazy("This value"), choices=list(RELATION_TITLES.items())
        ),
        f"likeness-{row}-item": SelectField(
            lazy("Value on a list of others"), choices=list(options)
        ),
    }


def _list_options(listed: Iterable[ListItem], kept: Iterable[Likeness]) -> list[SelectChoice]:
    options = {
        one.code: SelectChoice(one.code, one.name, optgroup=one.list_title) for one in listed
    }
    for one in kept:
        # It points at a list that is not here (any more); that is no reason to lose it.
        code = f"{one.list} {one.item}"
        options.setdefault(code, SelectChoice(code, one.item, optgroup=one.list))
    return [SelectChoice("", _("Nothing chosen")), *options.values()]


def _data(stored: Element | None, languages: Sequence[str]) -> dict[str, Any]:
    if stored is None:
        return {}
    data: dict[str, Any] = {"seen": editing.fingerprint(stored)}
    for wording in WORDINGS[editing.room_of(stored)]:
        text = getattr(stored, wording.name)
        for code in languages:
            data[f"{wording.name}_{code}"] = (
                as_lines(text, code) if wording.is_list else (text or {}).get(code, "")
            )
    for row, edge in enumerate(getattr(stored, "serves", ())):
        data[f"serves-{row}-key"] = edge.key
        data |= {f"serves-{row}-because_{code}": edge.because.get(code, "") for code in languages}
    if isinstance(stored, Value):
        data["source"] = stored.source
        for row, likeness in enumerate(stored.likenesses):
            data[f"likeness-{row}-relation"] = likeness.relation
            data[f"likeness-{row}-item"] = f"{likeness.list} {likeness.item}"
    return data


def _why_field() -> TextAreaField:
    return TextAreaField(
        lazy("Why is there a new version?"),
        [DataRequired(FILL_IN), Length(max=LONGEST_WHY)],
        filters=[tidy],
        description=lazy("Everybody can read this when the version is adopted."),
    )


def _owner_field() -> StringField:
    return StringField(
        lazy("Whose framework is it?"),
        [DataRequired(FILL_IN), Length(max=LONGEST_SOURCE)],
        filters=[tidy],
        description=lazy("For example the name of your province."),
    )


class HeadingForm(WordedForm):
    """What the framework says of itself."""

    owner = _owner_field()
    peg = StringField(
        lazy("On what does it hang?"),
        [Optional(), Length(max=LONGEST_SOURCE)],
        filters=[tidy],
        description=lazy("A code or list that you build on, such as CODIO."),
    )
    why = _why_field()

    def heading(self) -> Heading:
        """Return what was filled in."""
        title = self.text("title")
        assert title is not None
        return Heading(
            title=title,
            intro=self.text("intro"),
            owner=self.owner.data or "",
            peg=self.peg.data or "",
        )


def heading_form(framework: Framework, *, is_first: bool, why: str) -> HeadingForm:
    """Make the form for the heading; the first version needs no reason."""
    languages = framework.languages
    fields: dict[str, Any] = {"languages": languages, "wordings": HEADING}
    data: dict[str, Any] = {
        "seen": editing.heading_fingerprint(framework),
        "owner": framework.owner,
        "peg": framework.peg,
        "why": why,
    }
    for wording in HEADING:
        text = getattr(framework, wording.name) or {}
        for code in languages:
            fields[f"{wording.name}_{code}"] = wording.field(code, languages)
            data[f"{wording.name}_{code}"] = text.get(code, "")
    form = type("HeadingForm", (HeadingForm,), fields)(data=data)
    if is_first:
        del form.why
    return cast("HeadingForm", form)


class EmptyStartForm(Form):
    """What an empty framework needs: a title, an owner, and the language it is written in."""

    title = StringField(
        lazy("Title"), [DataRequired(FILL_IN), Length(max=LONGEST_TEXT)], filters=[tidy]
    )
    owner = _owner_field()
    languages = CheckboxesField(
        lazy("In which languages?"), [InputRequired(lazy("Choose at least one language."))]
    )


class SetStartForm(Form):
    """What is taken over from a set: which values, under which title, for whom."""

    title = StringField(
        lazy("Title of your framework"),
        [DataRequired(FILL_IN), Length(max=LONGEST_TEXT)],
        filters=[tidy],
    )
    owner = _owner_field()
    values = CheckboxesField(
        lazy("Which values do you keep?"),
        [InputRequired(lazy("Choose at least one value."))],
        validate_choice=True,
    )
    why = _why_field()


class WhyForm(Form):
    """Why there is a next version."""

    why = _why_field()


class AdoptionForm(Form):
    """Who adopted a version, when, and where the decision can be read back."""

    body = RadioField(
        lazy("Who adopted it?"),
        [InputRequired(lazy("Choose who adopted it."))],
        choices=list(BODY_TITLES.items()),
    )
    decided_on = DateField(lazy("When was it decided?"), [InputRequired(CHOOSE_DAY)])
    reference = StringField(
        lazy("Reference of the decision"),
        [DataRequired(FILL_IN), Length(max=LONGEST_REFERENCE)],
        filters=[tidy],
        description=lazy("A number or address by which everybody can read it back."),
    )
    valid_from = DateField(lazy("From which day does it hold?"), [InputRequired(CHOOSE_DAY)])

    def adoption(self) -> Adoption:
        """Return what was decided."""
        return Adoption(
            body=self.body.data,
            decided_on=day_in(self.decided_on),
            reference=self.reference.data or "",
            valid_from=day_in(self.valid_from),
        )


class LanguageForm(Form):
    """A language to write in as well."""

    language = SelectField(lazy("Language"))


class ReviewForm(Form):
    """When people look at the framework again."""

    planned_on = DateField(lazy("On which day?"), [InputRequired(CHOOSE_DAY)])

    def day(self) -> date:
        """Return the day that was chosen."""
        return day_in(self.planned_on)


class HeldForm(Form):
    """What came of a review."""

    held_on = DateField(lazy("When was it?"), [InputRequired(CHOOSE_DAY)])
    present = TextAreaField(
        lazy("Who was there?"),
        [DataRequired(FILL_IN), Length(max=LONGEST_OUTCOME)],
        filters=[tidy],
        description=lazy("Functions are enough; names are not needed."),
    )
    signals = CheckboxesField(
        lazy("Which signals from practice were on the table?"), [Optional()], coerce=int
    )
    outcome = TextAreaField(
        lazy("What did people conclude, and what changes?"),
        [DataRequired(FILL_IN), Length(max=LONGEST_OUTCOME)],
        filters=[tidy],
    )

    def held(self) -> Held:
        """Return what came of it."""
        return Held(
            held_on=day_in(self.held_on),
            present=self.present.data or "",
            outcome=self.outcome.data or "",
            signal_ids=frozenset(self.signals.data or ()),
        )


class FileForm(Form):
    """A framework as a file."""

    file = FileField(
        lazy("File"),
        [FileRequired(lazy("Choose a file."))],
        description=lazy("A YAML file of 1 MB at most, such as the one you can download here."),
    )


class UseFileForm(Form):
    """What becomes of a file that was looked at."""

    #: The file itself, as it was read; it is read and checked again.
    content = HiddenField(validators=[InputRequired()])
    use = RadioField(
        lazy("What do you do with it?"),
        [InputRequired(lazy("Choose what you do with it."))],
    )
    why = TextAreaField(
        lazy("Why is there a new version?"),
        [Optional(), Length(max=LONGEST_WHY)],
        filters=[tidy],
        description=lazy("Only when it becomes your next version. Everybody can read it later."),
    )
