"""Parts of a definition: read from YAML with every problem named, and written back in one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails

from waardewerk.notation.fields import Part
from waardewerk.notation.local_text import schema_error
from waardewerk.notation.problems import MOST_PROBLEMS, DefinitionError, Problem, _, quoted
from waardewerk.notation.yaml_text import (
    MappingNode,
    Node,
    Writable,
    line_at,
    plain,
    read_yaml,
    write_yaml,
)

P = TypeVar("P", bound=Part)
Place = tuple[str | int, ...]
#: Finds the question, value or other thing in which the place of a problem lies.
FindsSubject = Callable[[Place, Node], str | None]
#: Where something does not fit, the message about it, and what fills the message.
Misfit = tuple[Place, str, Mapping[str, object]]


def read_part(
    text: str | bytes, kind: type[P], context: object, subject_at: FindsSubject, otherwise: str
) -> P:
    """Read a definition; raise ``DefinitionError`` with all that is wrong with it.

    ``subject_at`` names the thing that a problem is about; ``otherwise`` is said of a file that
    holds no fields at all.
    """
    root = read_yaml(text)
    if not isinstance(root, MappingNode):
        raise DefinitionError([Problem(root.line, None, otherwise)])
    try:
        return kind.model_validate(plain(root), context=context)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[:MOST_PROBLEMS]
        raise DefinitionError([_problem(one, root, subject_at) for one in details]) from None


def write_part(part: Part) -> str:
    """Write a definition as YAML in the one form that it has."""
    return write_yaml(_fields(part))


def misfits(*errors: Misfit) -> ValidationError:
    """Make the error of things that each are right but do not fit together."""
    return ValidationError.from_exception_data(
        "definition",
        [
            InitErrorDetails(type=schema_error(message, **arguments), loc=place, input=None)
            for place, message, arguments in errors
        ],
    )


def _fields(part: BaseModel) -> dict[str, Writable]:
    held = {
        known.alias or name: getattr(part, name)
        for name, known in type(part).model_fields.items()
        if known.is_required() or getattr(part, name) != known.default
    }
    return {name: _writable(value) for name, value in held.items()}


def _writable(value: Any) -> Writable:
    if isinstance(value, BaseModel):
        return _fields(value)
    if isinstance(value, Mapping):
        return {key: _writable(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_writable(item) for item in value]
    assert isinstance(value, str | bool | int | Decimal | date)
    return value


_ONE_OF = _("“%(field)s” must be one of: %(expected)s.")
#: What the schema itself finds, by the kind of error that pydantic names.
_MESSAGES = {
    "missing": _("“%(field)s” is missing."),
    "extra_forbidden": _("“%(field)s” is not a field that belongs here."),
    "string_type": _("“%(field)s” must be text."),
    "tuple_type": _("“%(field)s” must be a list."),
    "mapping_type": _("“%(field)s” must be a mapping of fields."),
    "dict_type": _("“%(field)s” must be a mapping of fields."),
    "model_type": _("“%(field)s” must be a mapping of fields."),
    "greater_than_equal": _("“%(field)s” must be at least %(ge)s."),
    "less_than_equal": _("“%(field)s” must be at most %(le)s."),
}


def _problem(detail: ErrorDetails, root: Node, subject_at: FindsSubject) -> Problem:
    path = detail["loc"]
    message, arguments = _said(detail)
    return Problem(
        line=line_at(root, path),
        subject=subject_at(path, root),
        message=message,
        arguments={"field": _field_on(path), **arguments},
    )


def _said(detail: ErrorDetails) -> tuple[str, Mapping[str, object]]:
    context = detail.get("ctx", {})
    if detail["type"] == "refused":
        return context["message"], context["arguments"]
    if detail["type"] == "literal_error":
        return _ONE_OF, {"expected": re.sub("' or '|', '", ", ", context["expected"]).strip("'")}
    if detail["type"] in _MESSAGES:
        return _MESSAGES[detail["type"]], context
    # A plugin's schema may find what this one never does.
    return "%(detail)s", {"detail": detail["msg"]}


def _field_on(path: Sequence[str | int]) -> str:
    # pydantic marks an error in a key with this step; it is no field.
    names = [step for step in path if isinstance(step, str) and step != "[key]"]
    return quoted(names[-1]) if names else ""
