"""YAML in which every scalar is text: a strict reader and a canonical writer.

The reader uses only PyYAML's stream of events, so nothing is ever constructed from a file: the
YAML rules by which ``no`` becomes false and ``1.10`` becomes 1.1 do not apply, and an alias cannot
multiply. It keeps the line of every key and item, for the messages about what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn

import yaml

from waardewerk.notation.problems import MOST_PROBLEMS, DefinitionError, Problem, _, quoted
from waardewerk.wording import UNSTORABLE

LARGEST_BYTES = 1024 * 1024
DEEPEST = 12
MOST_NODES = 100_000

# The C parser is twenty times as fast; PyYAML may have been built without it. The other one refuses
# a few bare texts, such as `{nl: Wat?, en: What?}`; what stands between quotes reads alike in both.
_EVENT_SOURCE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping, with the line of each key."""

    entries: Mapping[str, Node]
    key_lines: Mapping[str, int]
    line: int


Node = TextNode | ListNode | MappingNode

#: A node without its lines.
Plain = str | list["Plain"] | dict[str, "Plain"]


def read_yaml(source: str | bytes) -> Node:
    """Read one document; raise ``DefinitionError`` for whatever is not plain, modest YAML."""
    return _Reader(_decoded(source)).document()


def plain(node: Node) -> Plain:
    """Give what ``node`` holds as dicts, lists and text."""
    match node:
        case TextNode():
            return node.text
        case ListNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key: plain(value) for key, value in node.entries.items()}


def line_at(root: Node, path: Sequence[str | int]) -> int:
    """Give the line of the deepest key or item on ``path`` that exists."""
    return _walk(root, path)[-1][0]


def node_at(root: Node, path: Sequence[str | int]) -> Node | None:
    """Give the node at the end of ``path``, if it is there."""
    walked = _walk(root, path)
    return walked[-1][1] if len(walked) == len(path) + 1 else None


def _walk(root: Node, path: Sequence[str | int]) -> list[tuple[int, Node]]:
    """Give the line and node of the root and of each step of ``path`` that exists."""
    walked = [(root.line, root)]
    for step in path:
        match walked[-1][1], step:
            case MappingNode() as node, str() if step in node.entries:
                walked.append((node.key_lines[step], node.entries[step]))
            case ListNode() as node, int() if step < len(node.items):
                walked.append((node.items[step].line, node.items[step]))
            case _:
                break
    return walked


def _decoded(source: str | bytes) -> str:
    # Before anything else, so that a huge file costs nothing.
    if len(source) > LARGEST_BYTES:
        _refuse_size()
    text = _from_utf8(source) if isinstance(source, bytes) else source
    text = text.removeprefix("\ufeff")
    if found := UNSTORABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DefinitionError([_unstorable(found.group(), line)])
    if len(text.encode()) > LARGEST_BYTES:
        _refuse_size()
    return text


def _from_utf8(source: bytes) -> str:
    try:
        return source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        message = _("The file is not text in UTF-8.")
        raise DefinitionError([Problem(line, None, message)]) from None


def _refuse_size() -> NoReturn:
    message = _("The file is larger than %(kilobytes)s kB.")
    arguments = {"kilobytes": LARGEST_BYTES // 1024}
    raise DefinitionError([Problem(None, None, message, arguments)])


def _unstorable(character: str, line: int) -> Problem:
    message = _("There is a character here that cannot be stored (%(code)s).")
    return Problem(line, None, message, {"code": f"U+{ord(character):04X}"})


class _Reader:
    """Builds the nodes of one document out of the events, and collects what is wrong."""

    def __init__(self, text: str) -> None:
        self._events = yaml.parse(text, Loader=_EVENT_SOURCE)
        self._problems: list[Problem] = []
        self._nodes = 0

    def document(self) -> Node:
        """Read the only document."""
        self._next()  # the stream starts
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            self._fail(None, _("The file is empty."))
        root = self._node(self._next(), depth=1)
        self._next()  # the document ends
        if isinstance(event := self._next(), yaml.DocumentStartEvent):
            self._fail(event, _("The file holds more than one document."))
        if self._problems:
            raise DefinitionError(self._problems)
        return root

    def _next(self) -> yaml.Event:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self._fail_at(mark.line + 1 if mark else None, str(error.problem))
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # PyYAML's own parser lets through what int() and chr() think of absurd numbers.
            self._fail_at(None, quoted(str(error)))

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._check(event, depth)
        line = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            return TextNode(self._storable(event), line)
        if isinstance(event, yaml.SequenceStartEvent):
            return ListNode(tuple(self._items(depth)), line)
        return self._mapping(depth, line)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int, line: int) -> MappingNode:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, TextNode):
                self._fail(event, _("The name of a field must be text."))
            value = self._node(self._next(), depth + 1)
            if key.text in entries:
                message = _("“%(field)s” is here twice; it was on line %(first)s too.")
                self._add(key.line, message, field=quoted(key.text), first=lines[key.text])
                continue
            entries[key.text] = value
            lines[key.text] = key.line
        return MappingNode(entries, lines, line)

    def _check(self, event: yaml.Event, depth: int) -> None:
        self._nodes += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self._fail(event, _("Anchors and aliases (“&” and “*”) are not allowed."))
        if getattr(event, "tag", None) is not None:
            self._fail(event, _("Tags (“!”) are not allowed."))
        if depth > DEEPEST:
            self._fail(event, _("This is nested too deeply."))
        if self._nodes > MOST_NODES:
            self._fail(event, _("The file holds too many fields and items."))

    def _storable(self, event: yaml.ScalarEvent) -> str:
        text = str(event.value)
        if not (found := UNSTORABLE.search(text)):
            return text
        # An escape such as "\0" hides from the check of the whole file.
        self._append(_unstorable(found.group(), _line(event)))
        return UNSTORABLE.sub("", text)

    def _add(self, line: int, message: str, **arguments: object) -> None:
        self._append(Problem(line, None, message, arguments))

    def _append(self, problem: Problem) -> None:
        self._problems.append(problem)
        if len(self._problems) >= MOST_PROBLEMS:
            raise DefinitionError(self._problems)

    def _fail_at(self, line: int | None, detail: str) -> NoReturn:
        message = _(
            "The file cannot be read beyond this point (%(detail)s). "
            "Put a text with a colon, a comma or a quotation mark in it between double quotes."
        )
        self._problems.append(Problem(line, None, message, {"detail": detail}))
        raise DefinitionError(self._problems)

    def _fail(self, event: yaml.Event | None, message: str) -> NoReturn:
        self._problems.append(Problem(_line(event) if event else None, None, message))
        raise DefinitionError(self._problems)


def _line(event: yaml.Event) -> int:
    # Both parsers mark every event; only the type says that they may not.
    return event.start_mark.line + 1 if event.start_mark else 1


#: What the canonical writer can write.
Writable = str | bool | int | Decimal | date | Sequence["Writable"] | Mapping[str, "Writable"]

_PLAIN_KEY = re.compile("[a-z][a-z_]*")
# YAML 1.1 readers other than ours take these for true, false or nothing.
_NOT_TEXT_ELSEWHERE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

_ESCAPED = re.compile('["\\\\\t\n\r\x85\xa0\u2028\u2029\ufeff]')
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
    "\ufeff": "\\uFEFF",
}


def write_yaml(content: Mapping[str, Writable]) -> str:
    """Write ``content`` in the one form that it has: text always quoted, two spaces, ``\\n``."""
    return "".join(f"{line}\n" for line in _lines(content))


def _lines(value: Writable) -> Iterator[str]:
    if _fits_on_a_line(value):
        yield _inline(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _entry_lines(key, inner)
    else:
        assert isinstance(value, Sequence)
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


def _entry_lines(key: str, value: Writable) -> Iterator[str]:
    name = _key(key)
    if _fits_on_a_line(value):
        yield f"{name}: {_inline(value)}"
        return
    yield f"{name}:"
    yield from (f"  {line}" for line in _lines(value))


def _fits_on_a_line(value: Writable) -> bool:
    if isinstance(value, Mapping):
        return not value
    if isinstance(value, str) or not isinstance(value, Sequence):
        return True
    return all(isinstance(item, str) or not isinstance(item, Mapping | Sequence) for item in value)


def _inline(value: Writable) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case date():
            return _double_quoted(value.isoformat())
        case str():
            return _double_quoted(value)
        case Sequence():
            return f"[{', '.join(_inline(item) for item in value)}]"
        case _:
            return "{}"


def _key(key: str) -> str:
    if _PLAIN_KEY.fullmatch(key) and key not in _NOT_TEXT_ELSEWHERE:
        return key
    return _double_quoted(key)


def _double_quoted(text: str) -> str:
    escaped = _ESCAPED.sub(lambda found: _ESCAPES[found.group()], text)
    return f'"{escaped}"'
