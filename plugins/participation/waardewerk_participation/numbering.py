"""Numbers of statements as they are printed at the foot of a booklet: *1-19, 21-31*. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from waardewerk.refusal import Refusal

#: More statements than this are in no booklet.
MOST = 100
_RANGE = re.compile(r"([0-9]{1,5})(?:\s*[-–]\s*([0-9]{1,5}))?")


def written(numbers: Iterable[int]) -> str:
    """Write numbers as ranges."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1] = [ranges[-1][0], number]
        else:
            ranges.append([number])
    return ", ".join("-".join(map(str, one)) for one in ranges)


def read(text: str) -> list[int]:
    """Read ranges back, in order."""
    numbers: set[int] = set()
    for part in filter(None, (one.strip() for one in re.split("[,;\n]", text))):
        found = _RANGE.fullmatch(part)
        if found is None:
            raise Refusal("“%(text)s” is no number of a statement.", text=part[:40])
        begin, end = int(found[1]), int(found[2] or found[1])
        if end < begin or end - begin >= MOST:
            raise Refusal("“%(text)s” is no number of a statement.", text=part[:40])
        numbers.update(range(begin, end + 1))
    if not 0 < len(numbers) <= MOST:
        raise Refusal("Give 1 to %(most)s numbers of statements.", most=MOST)
    return sorted(numbers)
