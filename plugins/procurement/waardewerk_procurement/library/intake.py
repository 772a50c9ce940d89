"""What a file offers to the library, row by row, beside what is there: nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from waardewerk.notation.local_text import LocalText
from waardewerk.notation.problems import DefinitionError, Problem, _, quoted
from waardewerk.notation.yaml_text import (
    LARGEST_BYTES,
    ListNode,
    MappingNode,
    Plain,
    Writable,
    node_at,
    plain,
    read_yaml,
    write_yaml,
)
from waardewerk.refusal import Refusal
from waardewerk.values.editing import slug
from waardewerk.values.framework import key_in
from waardewerk_procurement.criteria import (
    FORMAT,
    LONGEST_SOURCE,
    MOST_CRITERIA,
    NO_FIELDS,
    CriteriaList,
    Criterion,
    load_criteria,
    unkept,
    write_criteria,
)
from waardewerk_procurement.library.fields import (
    FIRST_LANGUAGE,
    in_order,
    languages_in,
    languages_of,
)

#: With those that come with the product they still fit in one file.
MOST_OWN = 300
#: ``taken``: new here. ``same``: there already. ``differs``: there, and otherwise; that stays.
Verdict = Literal["taken", "same", "differs", "refused"]
VERDICTS: tuple[Verdict, ...] = ("taken", "refused", "differs", "same")


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands in one place of a file: a row of a sheet, or the line on which it begins."""

    place: int
    tree: Mapping[str, Writable]
    #: What was wrong before it could be read as a criterion.
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of one offer, and why."""

    place: int
    #: By which it can be recognised: its title, or what stands there instead.
    name: str
    verdict: Verdict
    criterion: Criterion | None = None
    problems: tuple[Problem, ...] = field(default=())


def offers_in_yaml(text: str | bytes) -> tuple[Offer, ...]:
    """Read the criteria of a list one by one, so that a wrong one does not hold up the rest."""
    root = read_yaml(text)
    if not isinstance(root, MappingNode):
        raise DefinitionError([Problem(root.line, None, NO_FIELDS)])
    found = node_at(root, ("criteria",))
    if not isinstance(found, ListNode) or not found.items:
        raise DefinitionError([Problem(root.line, None, _("There are no criteria in this file."))])
    if len(found.items) > MOST_CRITERIA:
        message = _("There are more than %(most)s criteria in this file.")
        raise DefinitionError([Problem(found.line, None, message, {"most": MOST_CRITERIA})])
    return tuple(_offer(item.line, plain(item)) for item in found.items)


def _offer(line: int, item: Plain) -> Offer:
    if isinstance(item, dict):
        return Offer(line, item)
    return Offer(line, {}, (Problem(None, None, _("A criterion is a mapping of fields.")),))


def judge(
    offers: Iterable[Offer], known: Mapping[str, Criterion], *, owner: str, room: int
) -> tuple[Judged, ...]:
    """Say of each offer what becomes of it.

    ``known`` holds what is in the library, by key; ``owner`` names what has no name of its own
    yet; ``room`` is how many more the library can hold.
    """
    judged: list[Judged] = []
    taken: dict[str, Criterion] = {}
    for offer in offers:
        one = _beside(_read(offer, owner), known, taken)
        if one.verdict == "taken" and one.criterion:
            taken[one.criterion.key] = one.criterion
        judged.append(one)
    return tuple(_within(_kept(judged, known), room))


def _read(offer: Offer, owner: str) -> Judged:
    name = _name_in(offer.tree)
    if offer.problems:
        return Judged(offer.place, name, "refused", problems=offer.problems)
    try:
        criterion = read_tree(offer.tree, owner=owner)
    except DefinitionError as fault:
        problems = tuple(replace(one, line=None, subject=None) for one in fault.problems)
        return Judged(offer.place, name, "refused", problems=problems)
    return Judged(offer.place, name, "taken", criterion)


def _name_in(tree: Mapping[str, Writable]) -> str:
    urn = tree.get("id")
    return quoted(_title_in(tree) or (key_in(urn) if isinstance(urn, str) else ""))


def _title_in(tree: Mapping[str, Writable]) -> str:
    title = tree.get("title")
    text = title.get(FIRST_LANGUAGE) if isinstance(title, Mapping) else None
    return text if isinstance(text, str) else ""


def _beside(one: Judged, known: Mapping[str, Criterion], taken: Mapping[str, Criterion]) -> Judged:
    criterion = one.criterion
    if criterion is None:
        return one
    if criterion.key in taken:
        return _refused(one, _("The key “%(text)s” is used twice."), text=criterion.key)
    there = known.get(criterion.key)
    if there is None:
        return one
    if there.id != criterion.id:
        return _refused(
            one, _("The key “%(text)s” belongs to another criterion here."), text=criterion.key
        )
    return replace(one, verdict="same" if there == criterion else "differs")


def _kept(judged: Sequence[Judged], known: Mapping[str, Criterion]) -> Sequence[Judged]:
    """Refuse what hands its promise to something that will not be there, until nothing does."""
    while True:
        there = {**known, **{one.key: one for one in taken_from(judged)}}
        checked = [_with_keepers(one, there) for one in judged]
        if checked == list(judged):
            return judged
        judged = checked


def _with_keepers(one: Judged, there: Mapping[str, Criterion]) -> Judged:
    if one.verdict != "taken" or one.criterion is None:
        return one
    found = [
        Problem(None, None, message, {"field": "kept_by", **arguments})
        for _place, message, arguments in unkept(one.criterion, there)
    ]
    return replace(one, verdict="refused", problems=tuple(found)) if found else one


def _within(judged: Sequence[Judged], room: int) -> Iterator[Judged]:
    """Refuse what no longer fits; what an earlier one leans on comes before it or not at all."""
    if len(taken_from(judged)) <= room:
        yield from judged
        return
    full = _("The library can hold %(room)s more criteria. Split the file.")
    for one in judged:
        yield _refused(one, full, room=max(room, 0)) if one.verdict == "taken" else one


def _refused(one: Judged, message: str, **arguments: object) -> Judged:
    return replace(one, verdict="refused", problems=(Problem(None, None, message, arguments),))


def taken_from(judged: Iterable[Judged]) -> tuple[Criterion, ...]:
    """Return what would be added."""
    return tuple(one.criterion for one in judged if one.verdict == "taken" and one.criterion)


# One criterion ---------------------------------------------------------------------------------


def urn_for(title: str, owner: str) -> str:
    """Name a criterion after its title and after the organisation that made it."""
    return f"urn:waardewerk:criterion:{slug(owner, 60) or 'own'}:{slug(title) or 'criterion'}"


def read_tree(tree: Mapping[str, Writable], *, owner: str = "") -> Criterion:
    """Read one criterion; one without a name gets it from its title.

    Raises ``DefinitionError`` with all that is wrong. What keeps its promise is checked where the
    other criteria are known.
    """
    named = {**tree, "id": tree.get("id") or urn_for(_title_in(tree), owner)}
    whole: dict[str, Writable] = {
        "format": FORMAT,
        "id": f"urn:waardewerk:criteria:{slug(owner, 60) or 'own'}",
        "languages": list(in_order({FIRST_LANGUAGE, *languages_in(named)})),
        "title": {FIRST_LANGUAGE: "…"},
        "criteria": [named],
    }
    return load_criteria(write_yaml(whole)).criteria[0]


def write_one(criterion: Criterion) -> str:
    """Write one criterion as the list that the database keeps."""
    return write_criteria(list_of((criterion,), urn=criterion.id, title=criterion.title["nl"]))


def read_one(content: str) -> Criterion:
    """Read what ``write_one`` wrote."""
    return load_criteria(content).criteria[0]


def list_of(
    criteria: Sequence[Criterion], *, urn: str, title: str, owner: str | None = None
) -> CriteriaList:
    """Put criteria together in a list, with the languages that they need."""
    languages = in_order({code for one in criteria for code in languages_of(one)})
    return CriteriaList(
        format=FORMAT,
        id=urn,
        languages=languages,
        title=LocalText({FIRST_LANGUAGE: title}),
        owner=owner,
        criteria=tuple(criteria),
    )


def standing_alone(
    chosen: Sequence[Criterion], known: Mapping[str, Criterion]
) -> tuple[Criterion, ...]:
    """Add whatever keeps a promise of what was chosen, so that a file stands on its own."""
    found = {one.key: one for one in chosen}
    waiting = list(chosen)
    while waiting:
        for key in waiting.pop().kept_by:
            if key not in found and key in known:
                found[key] = known[key]
                waiting.append(known[key])
    return tuple(found.values())


def written(criteria: Sequence[Criterion], *, owner: str) -> str:
    """Write criteria as one file that can be read back, or refuse what does not fit in one."""
    whose = owner[:LONGEST_SOURCE].strip()
    text = ""
    if len(criteria) <= MOST_CRITERIA:
        urn = f"urn:waardewerk:criteria:{slug(owner, 60) or 'own'}"
        title = f"Criteria: {whose}" if whose else "Criteria"
        text = write_criteria(list_of(criteria, urn=urn, title=title, owner=whose or None))
    if not text or len(text.encode()) > LARGEST_BYTES:
        raise Refusal("This is too much for one file. Choose fewer criteria.")
    return text
