"""The fields of a criterion one by one, as a sheet and a screen show them.

A criterion is a tree; a row of a sheet and a form are flat. Both come from the one list here, so
that what can be written down in a file can be typed, and the other way round.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from waardewerk.notation.local_text import LANGUAGE, LocalText
from waardewerk.notation.yaml_text import Writable
from waardewerk.refusal import marked
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS, TECHNOLOGIES, Criterion, Kind

__all__ = [
    "FIELDS",
    "FIRST_LANGUAGE",
    "USUAL_LANGUAGES",
    "Field",
    "cells_of",
    "columns_for",
    "field_named",
    "in_order",
    "languages_in",
    "languages_of",
    "parse_column",
    "tree_of",
]

#: A criterion of a province is always there in Dutch: it ends in a Dutch document.
FIRST_LANGUAGE = "nl"
#: In which order texts stand; languages that are not named here follow by their code.
USUAL_LANGUAGES = (FIRST_LANGUAGE, "en")

#: ``words`` are keys with a comma between them; ``lines`` stand each on a line of their own.
Form = Literal["word", "words", "number", "text", "texts", "lines"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its fixed name, where it stands in a criterion, and what to say about it."""

    name: str
    path: tuple[str, ...]
    form: Form
    #: Both are translated where they are shown.
    title: str
    help: str = ""
    #: How to write it in a cell, where a form has something to choose from.
    in_a_cell: str = ""
    #: The closed list from which it comes.
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def has_languages(self) -> bool:
        """Tell whether it has a text per language."""
        return self.form in ("text", "texts")

    def fits(self, kind: Kind, type_: str) -> bool:
        """Tell whether a criterion of this type has the field."""
        if self.path[0] == "scale":
            return self.path[1] == kind.scale
        own = {
            "weight": kind.weighed,
            "question": kind.asks,
            "ground": type_ == "exclusion_ground",
            "duty_question": type_ == "subsidy_duty",
            "kept_by": bool(kind.kept_by),
        }
        return own.get(self.path[0], True)


#: In the order of the file format, so that a list reads alike in a sheet, a form and a file.
FIELDS: tuple[Field, ...] = (
    Field(
        "id",
        ("id",),
        "word",
        marked("Its fixed name"),
        in_a_cell=marked("Leave it empty for a new criterion: it is made from the title."),
    ),
    Field(
        "type",
        ("type",),
        "word",
        marked("Type"),
        in_a_cell=marked("One word from the list."),
        choices=tuple(KINDS),
        is_required=True,
    ),
    Field(
        "family",
        ("family",),
        "word",
        marked("Family"),
        marked("A short word that it shares with criteria that ask the same at another moment."),
    ),
    Field(
        "values",
        ("values",),
        "words",
        marked("Values that it serves"),
        in_a_cell=marked("The most important first, with a comma between them; five at most."),
        is_required=True,
    ),
    Field(
        "norms",
        ("norms",),
        "words",
        marked("Norms that it serves"),
        in_a_cell=marked("With a comma between them; five at most."),
    ),
    Field(
        "technologies",
        ("technologies",),
        "words",
        marked("Kinds of technology"),
        marked("Choose nothing when it suits every kind."),
        marked("With a comma between them."),
        tuple(TECHNOLOGIES),
    ),
    Field(
        "ambition",
        ("ambition",),
        "number",
        marked("Ambition"),
        in_a_cell=marked("1 is basic, 2 is significant, 3 is ambitious."),
        choices=("1", "2", "3"),
        is_required=True,
    ),
    Field("title", ("title",), "text", marked("Title"), is_required=True),
    Field(
        "summary",
        ("summary",),
        "text",
        marked("In one sentence"),
        is_required=True,
    ),
    Field(
        "text",
        ("text",),
        "text",
        marked("Text for the documents"),
        marked("As it can stand in the tender or the scheme."),
        is_required=True,
    ),
    Field(
        "question",
        ("question",),
        "text",
        marked("Question to the bidder or applicant"),
        marked("The answer to this question gets the score."),
        is_required=True,
    ),
    Field(
        "ground",
        ("ground",),
        "word",
        marked("Ground from the closed list of the law"),
        marked("The law has no other grounds than these."),
        choices=tuple(EXCLUSION_GROUNDS),
        is_required=True,
    ),
    Field(
        "duty_question",
        ("duty_question",),
        "text",
        marked("Question about the basis of the duty"),
        marked("Helps to choose between article 4:38 and 4:39 of the Awb."),
        is_required=True,
    ),
    Field(
        "prepare",
        ("prepare",),
        "text",
        marked("What the province prepares first"),
        marked("What has to be in the documents before this can be asked."),
    ),
    Field(
        "evidence",
        ("evidence",),
        "texts",
        marked("Evidence"),
        marked("What shows that it is met: one on each line, six at most."),
        is_required=True,
    ),
    *(
        Field(
            f"step_{points}",
            ("scale", "steps", str(points)),
            "text",
            title,
            is_required=True,
        )
        for points, title in (
            (0, marked("Scale: when is it 0?")),
            (2, marked("Scale: when is it 2?")),
            (4, marked("Scale: when is it 4?")),
            (6, marked("Scale: when is it 6?")),
            (8, marked("Scale: when is it 8?")),
            (10, marked("Scale: when is it 10?")),
        )
    ),
    *(
        Field(name, ("scale", form, name), "text", title, is_required=True)
        for form, name, title in (
            ("knock_out", "met", marked("Scale: when is it met?")),
            ("knock_out", "failed", marked("Scale: when is it not met?")),
            ("compliance", "full", marked("Scale: when is it kept?")),
            ("compliance", "partial", marked("Scale: when is it partly kept?")),
            ("compliance", "none", marked("Scale: when is it broken?")),
        )
    ),
    Field(
        "weight_least",
        ("weight", "least"),
        "number",
        marked("Sensible weight: from"),
        marked("A whole percentage, such as 10."),
        is_required=True,
    ),
    Field(
        "weight_most",
        ("weight", "most"),
        "number",
        marked("Sensible weight: to"),
        marked("A whole percentage, such as 20. It is a range; the dossier chooses the weight."),
        is_required=True,
    ),
    Field(
        "cost",
        ("proportionality", "cost"),
        "text",
        marked("What does it cost a small firm or association?"),
        is_required=True,
    ),
    Field(
        "avoid",
        ("proportionality", "avoid"),
        "text",
        marked("When is it better not to ask this?"),
        is_required=True,
    ),
    Field(
        "kept_by",
        ("kept_by",),
        "words",
        marked("Criteria that keep the promise afterwards"),
        in_a_cell=marked("Their keys, with a comma between them; five at most."),
    ),
    Field(
        "in_terms",
        ("in_terms",),
        "text",
        marked("What the law or your terms say already"),
    ),
    Field(
        "legal_sources",
        ("legal", "sources"),
        "lines",
        marked("Legal sources"),
        marked("An article on each line, ten at most."),
        is_required=True,
    ),
    Field(
        "legal_check",
        ("legal", "check"),
        "text",
        marked("What must a lawyer look at?"),
        is_required=True,
    ),
)

_BY_NAME: Mapping[str, Field] = {one.name: one for one in FIELDS}
#: The last step of a path is unique: by it the notation names what is wrong.
_BY_LAST_STEP: Mapping[str, Field] = {one.path[-1]: one for one in FIELDS}


def field_named(name: object) -> Field | None:
    """Find the field that a problem of the notation is about."""
    known = str(name)
    return _BY_LAST_STEP.get(known) or _BY_LAST_STEP.get({"weight": "least"}.get(known, ""))


def in_order(languages: Iterable[str]) -> tuple[str, ...]:
    """Put languages in the order in which texts stand, the first language in front."""
    given = set(languages)
    return (
        *(one for one in USUAL_LANGUAGES if one in given),
        *sorted(given.difference(USUAL_LANGUAGES)),
    )


def languages_of(criterion: Criterion) -> tuple[str, ...]:
    """Return every language in which something of a criterion is written."""
    texts = (text for one in FIELDS if one.has_languages for text in _texts_at(criterion, one))
    return in_order(language for text in texts for language in text)


def _texts_at(criterion: Criterion, field: Field) -> Iterator[LocalText]:
    match _value_at(criterion, field.path):
        case LocalText() as text:
            yield text
        case tuple() as texts:
            yield from texts


def _value_at(part: object, path: Sequence[str]) -> Any:
    for step in path:
        if part is None:
            return None
        assert isinstance(part, BaseModel)
        part = getattr(part, _names_in(type(part))[step])
    return part


@functools.cache
def _names_in(model: type[BaseModel]) -> Mapping[str, str]:
    """Tell by which name a model keeps what the notation calls something."""
    return {known.alias or name: name for name, known in model.model_fields.items()}


# From a criterion to cells ---------------------------------------------------------------------


def cells_of(criterion: Criterion) -> dict[str, str]:
    """Write a criterion as flat cells, by the name of their column; what is empty is left out."""
    languages = languages_of(criterion)
    return {
        name: text
        for field in FIELDS
        for name, text in _cells(field, _value_at(criterion, field.path), languages)
        if text
    }


def _cells(field: Field, value: Any, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    match field.form:
        case "text":
            yield from ((f"{field.name}_{code}", text) for code, text in value.items())
        case "texts":
            for code in languages:
                yield f"{field.name}_{code}", _as_lines(one.get(code, "") for one in value)
        case "words":
            yield field.name, ", ".join(value)
        case "lines":
            yield field.name, _as_lines(value)
        case _:
            yield field.name, str(value)


def _as_lines(texts: Iterable[str]) -> str:
    """Put each text on a line; an empty line at the end says nothing."""
    return "\n".join(" ".join(text.split("\n")) for text in texts).rstrip("\n")


# And back --------------------------------------------------------------------------------------


def tree_of(cells: Mapping[str, str], languages: Sequence[str]) -> dict[str, Writable]:
    """Make the tree of a criterion out of cells; the notation says what is wrong with it."""
    tree: dict[str, Any] = {"proportionality": {}, "legal": {}}
    for field in FIELDS:
        value = _value_in(field, cells, languages)
        if value:
            _put(tree, field.path, value)
    # As the notation orders them: a file that is written from it reads as every other.
    return {name: tree[name] for name in Criterion.model_fields if name in tree}


def _value_in(field: Field, cells: Mapping[str, str], languages: Sequence[str]) -> Any:
    match field.form:
        case "text":
            return _texts(cells, field.name, languages)
        case "texts":
            return _texts_per_line(cells, field.name, languages)
        case "words":
            words = cells.get(field.name, "").replace("\n", ",").split(",")
            return [word.strip() for word in words if word.strip()]
        case "lines":
            lines = (line.strip() for line in cells.get(field.name, "").splitlines())
            return [line for line in lines if line]
        case _:
            return cells.get(field.name, "").strip()


def _texts(cells: Mapping[str, str], name: str, languages: Sequence[str]) -> dict[str, str]:
    typed = {code: cells.get(f"{name}_{code}", "").strip() for code in languages}
    return {code: text for code, text in typed.items() if text}


def _texts_per_line(
    cells: Mapping[str, str], name: str, languages: Sequence[str]
) -> list[dict[str, str]]:
    """Lay lines side by side: the third line in English says what the third in Dutch says."""
    lines = {code: cells.get(f"{name}_{code}", "").split("\n") for code in languages}
    most = max(map(len, lines.values()))
    together = (
        {code: there[place].strip() for code, there in lines.items() if place < len(there)}
        for place in range(most)
    )
    items = ({code: text for code, text in item.items() if text} for item in together)
    return [item for item in items if item]


def _put(tree: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *above, last = path
    for step in above:
        tree = tree.setdefault(step, {})
    tree[last] = value


def languages_in(tree: Mapping[str, Writable]) -> frozenset[str]:
    """Return every language in which something is written in a tree that was not checked yet."""
    return frozenset(
        code
        for field in FIELDS
        if field.has_languages
        for texts in _mappings_at(tree, field.path)
        for code, text in texts.items()
        if text and LANGUAGE.fullmatch(str(code))
    )


def _mappings_at(part: Any, path: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for step in path:
        part = part.get(step) if isinstance(part, Mapping) else None
    found = part if isinstance(part, list) else [part]
    return (one for one in found if isinstance(one, Mapping))


# Columns ---------------------------------------------------------------------------------------


def columns_for(criteria: Iterable[Criterion]) -> tuple[tuple[str, Field, str | None], ...]:
    """Give the columns that a sheet of these criteria needs: name, field, and language if any.

    Dutch is always there, with the English of title and summary; other languages only where
    something is written in them.
    """
    used = {name for one in criteria for name in cells_of(one)} | {"title_en", "summary_en"}
    parsed = [column for name in used if (column := parse_column(name))]
    languages = in_order({FIRST_LANGUAGE, *(code for _field, code in parsed if code)})
    found: list[tuple[str, Field, str | None]] = []
    for field in FIELDS:
        if not field.has_languages:
            found.append((field.name, field, None))
            continue
        for code in languages:
            name = f"{field.name}_{code}"
            if code == FIRST_LANGUAGE or name in used:
                found.append((name, field, code))
    return tuple(found)


def parse_column(name: str) -> tuple[Field, str | None] | None:
    """Tell which field, and in which language, a column of this name holds; None when unknown."""
    if (plain := _BY_NAME.get(name)) is not None and not plain.has_languages:
        return plain, None
    field, _, language = name.rpartition("_")
    known = _BY_NAME.get(field)
    return (known, language) if known and known.has_languages and language else None
