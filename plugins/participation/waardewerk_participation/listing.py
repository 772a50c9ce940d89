"""Who is in which group of imported open data, as CSV or JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from waardewerk_participation.figures.overview import AcrossGroups, Overview, overview_of
from waardewerk_participation.grouping.likeness import likeness
from waardewerk_participation.grouping.result import Grouping
from waardewerk_participation.grouping.votes import Votes

if TYPE_CHECKING:
    from waardewerk_participation.models import Round, Statement

FORMAT = "waardewerk/opinion-groups@1"
_DECIMALS = 9


def as_csv(people: Mapping[int, int | None], grouping: Grouping) -> str:
    """Write a row for each participant; who is in no group has an empty one."""
    letters = grouping.letters_by_person()
    rows = [f"{person},{letters.get(person, '')}" for person in people]
    return "\n".join(["participant_id,group_id", *rows]) + "\n"


def as_json(
    found: Round,
    statements: Sequence[Statement],
    people: Mapping[int, int | None],
    votes: Votes,
    grouping: Grouping,
) -> str:
    """Write everything: how it was found, who is where, and what each statement came to."""
    letters = grouping.letters_by_person()
    content = {
        "format": FORMAT,
        "round": {"slug": found.slug, "title": found.title, "source": found.source},
        **grouping.provenance(),
        "fingerprint": grouping.fingerprint,
        "likeness_to_published_groups": _likeness(people, letters),
        "participants": [
            {"participant_id": person, "group_id": letters.get(person, "")} for person in people
        ],
        **_figures(statements, overview_of(votes, grouping), grouping),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _likeness(people: Mapping[int, int | None], letters: Mapping[int, str]) -> float | None:
    """Compare with the groups that were published, among who is in both."""
    both = [
        (group, ord(letters[person]))
        for person, group in people.items()
        if group is not None and person in letters
    ]
    if not both:
        return None
    theirs, ours = zip(*both, strict=True)
    return round(likeness(theirs, ours), _DECIMALS)


def _figures(
    statements: Sequence[Statement], overview: Overview, grouping: Grouping
) -> dict[str, Any]:
    numbers = overview.statements.tolist()
    texts = {one.number: one.text for one in statements}
    everybody, across = overview.everybody, overview.groups
    told: dict[str, Any] = {
        "statements": [
            {
                "statement_id": number,
                "text": texts[number],
                "agrees": int(everybody.agrees[0, place]),
                "disagrees": int(everybody.disagrees[0, place]),
                "passes": int(everybody.passes[0, place]),
                **(_across(across, place, grouping.letters) if across else {}),
            }
            for place, number in enumerate(numbers)
        ],
        "shared": {
            "agreed_with": [numbers[place] for place in overview.shared.agreed_with],
            "rejected": [numbers[place] for place in overview.shared.rejected],
        },
    }
    return {**told, **(_of_groups(across, numbers) if across else {})}


def _across(across: AcrossGroups, place: int, letters: Sequence[str]) -> dict[str, Any]:
    tallies = across.tallies
    return {
        "consensus": float(across.consensus[place]),
        "mean_consensus": float(across.mean_consensus[place]),
        "lowest_agreement": float(across.lowest_agreement[place]),
        "divisiveness": float(across.divisiveness[place]),
        "groups": {
            letter: {
                "agrees": int(tallies.agrees[group, place]),
                "disagrees": int(tallies.disagrees[group, place]),
                "passes": int(tallies.passes[group, place]),
                "agreement": float(across.agreement[group, place]),
            }
            for group, letter in enumerate(letters)
        },
    }


def _of_groups(across: AcrossGroups, numbers: Sequence[int]) -> dict[str, Any]:
    return {
        "representative": {
            letter: [
                {
                    "statement_id": numbers[one.statement],
                    "side": one.side,
                    "share": one.share,
                    "times_others": one.times_others,
                }
                for one in chosen
            ]
            for letter, chosen in across.representatives.items()
        },
        "smallest_group": across.smallest,
        "objections_of_smallest_group": [
            {
                "statement_id": numbers[one.statement],
                "share": one.share,
                "agreement_of_all": one.agreement_of_all,
            }
            for one in across.objections
        ],
    }
