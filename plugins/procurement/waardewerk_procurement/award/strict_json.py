"""JSON that others wrote, read strictly: modest in size and depth, nothing twice or absurd."""

from __future__ import annotations

import json
from collections import Counter
from itertools import accumulate
from typing import Any, ClassVar

from waardewerk.refusal import Refusal, marked

MOST_BYTES = 5 * 1024 * 1024
MOST_DEPTH = 20
#: A whole number with more digits than this is nonsense here, and slow to read.
_MOST_DIGITS = 12
_LONGEST_NAME = 60


class WrongJson(Refusal):
    """What was sent is no JSON that can be used."""

    code: ClassVar[str] = "wrong-json"


def read_json(data: bytes) -> Any:
    """Read one value; raise ``WrongJson`` for what is no plain, modest JSON."""
    if len(data) > MOST_BYTES:
        raise WrongJson(marked("is larger than %(most)s MB"), most=MOST_BYTES // 1024**2)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongJson(marked("is not text (UTF-8)")) from None
    if _depth(text) > MOST_DEPTH:
        raise WrongJson(marked("is nested too deeply"))
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise WrongJson(marked("is not JSON; see line %(line)s"), line=error.lineno) from None


def _depth(text: str) -> int:
    """Count the deepest nesting; brackets in texts count too, which only refuses more."""
    steps = (1 if c in "[{" else -1 for c in text if c in "[]{}")
    return max(accumulate(steps), default=0)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(name for name, _value in pairs)
        twice = counted.most_common(1)[0][0]
        raise WrongJson(marked("holds “%(key)s” twice in one object"), key=printable(twice))
    return found


def _whole(digits: str) -> int | float:
    """Read a whole number; one that is absurd becomes a float, which no field takes."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def printable(name: str) -> str:
    """Make a name from a file fit for a message: not too long, and unable to steer a terminal."""
    return "".join(c if c.isprintable() else "�" for c in name[:_LONGEST_NAME])
