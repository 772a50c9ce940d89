"""From a count to what is shown of it: every figure passes `small_cells` here. Pure.

While people vote, numbers go in tens and shares in steps of five, and the figures of a statement
stand still until enough others reacted to it: two published counts laid beside each other tell of
nobody what they voted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from waardewerk_participation.figures.minority import objections
from waardewerk_participation.figures.overview import AcrossGroups, Overview
from waardewerk_participation.figures.proportions import SURE, sureness
from waardewerk_participation.grouping.counting import Tallies, count_by_group
from waardewerk_participation.grouping.result import NO_GROUP, Grouping
from waardewerk_participation.grouping.votes import Ints, Votes
from waardewerk_participation.opinion_map import map_of
from waardewerk_participation.showing import (
    Background,
    Characteristic,
    Comparison,
    Contrast,
    Figures,
    Group,
    Moderation,
    Objection,
    OpinionMap,
    Part,
    Provenance,
    Sentences,
    Shown,
    StatementFigures,
    ValueFigures,
)
from waardewerk_participation.small_cells import (
    HIDDEN,
    INTERNAL,
    PUBLIC,
    STEP,
    Share,
    hide_small,
    shown_share,
)

Audience = Literal["public", "staff"]
SMALLEST: Mapping[Audience, int] = {"public": PUBLIC, "staff": INTERNAL}
#: So many statements are named of a kind.
MOST_NAMED = 5
#: Groups that differ less in their agreement do not divide over a statement.
DIVIDES_FROM = 0.3
#: Without groups a statement divides when at least this share of people is on either side.
EITHER_SIDE = 0.35
#: A channel differs when its agreement is so many percents from that of all.
DIFFERS_FROM = 15
_TENS = 10


@dataclass(frozen=True, eq=False)
class Other:
    """The same count by another engine, or with other people in it."""

    which: Literal["polis", "everybody", "unflagged"]
    grouping: Grouping
    overview: Overview
    people: int


@dataclass(frozen=True, eq=False)
class Material:
    """All that a count found, with everything that is shown beside it."""

    votes: Votes
    grouping: Grouping
    overview: Overview
    is_final: bool
    #: The numbers of the statements that touch each value.
    values: Mapping[str, Sequence[int]]
    #: The channel of everybody, by row.
    channels: Sequence[str]
    #: By question: its options in order, and by row the one that was chosen.
    answers: Mapping[int, tuple[Sequence[str], Sequence[str]]]
    moderation: Moderation
    others: Sequence[Other] = ()
    left_out: int = 0
    #: What was published before, by audience; and by statement how many had reacted when its
    #: figures moved last.
    before: Mapping[str, Shown] = field(default_factory=dict)
    reactions_before: Mapping[Audience, Mapping[int, int]] = field(default_factory=dict)


def shown_of(material: Material, audience: Audience) -> Shown:
    """Return what one audience sees of a count."""
    return _Summary(material, audience, SMALLEST[audience]).shown()


def reactions_told(material: Material, audience: Audience) -> dict[int, int]:
    """Return per statement how many had reacted when the figures that are shown were counted.

    Figures that stand still keep the number they rest on, so that few and again few add up.
    """
    return _Summary(material, audience, SMALLEST[audience]).reactions()


def reactions_of(overview: Overview) -> dict[int, int]:
    """Return how many reacted to each statement, by its number."""
    seen = overview.everybody.seen[0].tolist()
    return dict(zip(overview.statements.tolist(), seen, strict=True))


@dataclass(frozen=True, eq=False)
class _Summary:
    material: Material
    audience: Audience
    k: int

    def shown(self) -> Shown:
        material = self.material
        people = len(material.votes.participants)
        statements = tuple(self._statements())
        figures = {one.number: one for one in statements}
        groups = self._groups()
        return Shown(
            audience=self.audience,
            k=self.k,
            is_final=material.is_final,
            people=self._number(people),
            votes=self._number(len(material.votes.values)) if people >= self.k else None,
            outcome=material.grouping.outcome if self._is_enough else "too_few_people",
            groups=groups,
            statements=statements,
            sentences=self._sentences(figures),
            values=tuple(self._values()),
            channels=self._parts(material.channels, sorted(set(material.channels))),
            contrasts=tuple(self._contrasts()),
            background=tuple(
                Background(question, self._parts(chosen, [*options, ""]))
                for question, (options, chosen) in material.answers.items()
            ),
            map=self._map(),
            moderation=material.moderation,
            provenance=self._provenance(),
            comparisons=tuple(self._compared(other, figures) for other in material.others),
            left_out=material.left_out if material.left_out >= self.k else None,
        )

    @property
    def _is_enough(self) -> bool:
        """Tell whether anything is said of all these people; of fewer no share is ever shown."""
        return len(self.material.votes.participants) >= 2 * self.k

    # Statements ----------------------------------------------------------------------------

    def _statements(self) -> Iterator[StatementFigures]:
        seen = reactions_of(self.material.overview)
        for place, number in enumerate(seen):
            fresh, held = self._statement(place, number), self._held(number, seen[number])
            if held is None:
                yield fresh
            elif set(held.groups) == set(fresh.groups):
                yield held
            else:
                hidden = {letter: Figures() for letter in fresh.groups}
                yield StatementFigures(number, held.everyone, hidden)

    def reactions(self) -> dict[int, int]:
        before = self._reactions_before
        seen = reactions_of(self.material.overview)
        return {
            number: now if self._held(number, now) is None else before.get(number, 0)
            for number, now in seen.items()
        }

    def _held(self, number: int, seen: int) -> StatementFigures | None:
        """Return the figures published before, while too few others reacted since."""
        earlier = self.material.before.get(self.audience)
        if self.material.is_final or earlier is None:
            return None
        moved = abs(seen - self._reactions_before.get(number, 0))
        return earlier.of(number) if moved < self.k else None

    @property
    def _reactions_before(self) -> Mapping[int, int]:
        return self.material.reactions_before.get(self.audience, {})

    def _statement(self, place: int, number: int) -> StatementFigures:
        overview, across = self.material.overview, self.material.overview.groups
        letters = self._letters
        table = [_row(overview.everybody, 0, place)]
        if across is not None and letters:
            table = [_row(across.tallies, group, place) for group in range(len(letters))]
            # Who is in no group is a row too: otherwise they follow from the total.
            rest = np.array(_row(overview.everybody, 0, place)) - np.sum(table, axis=0)
            table.append([int(part) for part in rest])
        counts = hide_small(table, self.k)
        coarse = not self.material.is_final or any(None in row for row in counts.cells[:-1])
        everyone = _row(overview.everybody, 0, place)
        totals = (*counts.column_totals, counts.total)
        groups = {
            letter: self._figures(
                table[group], (*counts.cells[group], counts.row_totals[group]), coarse=coarse
            )
            for group, letter in enumerate(letters)
        }
        found = StatementFigures(
            number, self._figures(everyone, totals, coarse=not self.material.is_final), groups
        )
        if across is None or not letters or any(one.is_hidden for one in groups.values()):
            return found
        return replace(
            found,
            mean_consensus=_percent(float(across.mean_consensus[place])),
            lowest_agreement=_percent(float(across.lowest_agreement[place])),
            divisiveness=_percent(float(across.divisiveness[place])),
        )

    def _figures(
        self, row: Sequence[int], counts: Sequence[int | None], *, coarse: bool
    ) -> Figures:
        whole = sum(row)
        if whole < 2 * self.k:
            return Figures()
        coarse = coarse or min(row) < self.k
        agree, disagree, passed = (self._share(part, whole, coarse=coarse) for part in row)
        known = counts if self.material.is_final else (None, None, None, None)
        return Figures(
            reactions=self._number(whole) if not self.material.is_final else known[3],
            agree=agree,
            disagree=disagree,
            passed=passed,
            agrees=known[0],
            disagrees=known[1],
            passes=known[2],
        )

    def _share(self, part: int, whole: int, *, coarse: bool = True) -> Share:
        """Return a share; in steps of five where a finer one would let a small number be found."""
        share = shown_share(part, whole, self.k)
        if not coarse or share.kind != "about" or share.percent is None:
            return share
        nearest = STEP * ((2 * share.percent + STEP) // (2 * STEP))
        return replace(share, percent=min(max(nearest, STEP), 100 - STEP))

    def _number(self, count: int) -> int | None:
        if count < self.k:
            return None
        return count if self.material.is_final else count // _TENS * _TENS or None

    # Groups --------------------------------------------------------------------------------

    @property
    def _letters(self) -> tuple[str, ...]:
        """The letters of groups; one group of all is none."""
        grouping = self.material.grouping
        has_groups = grouping.outcome == "groups" and self._is_enough
        return grouping.letters if has_groups else ()

    def _groups(self) -> tuple[Group, ...]:
        across = self.material.overview.groups
        if across is None:
            return ()
        sizes = self.material.grouping.sizes
        return tuple(
            Group(letter, self._number(sizes[letter]), tuple(self._characteristics(across, letter)))
            for letter in self._letters
        )

    def _characteristics(self, across: AcrossGroups, letter: str) -> Iterator[Characteristic]:
        group = self._letters.index(letter)
        for one in across.representatives[letter]:
            agrees, disagrees, passes = _row(across.tallies, group, one.statement)
            part = agrees if one.side == "agree" else disagrees
            share = self._share(part, agrees + disagrees + passes)
            if share.kind != "hidden":
                number = int(self.material.overview.statements[one.statement])
                yield Characteristic(number, one.side, share)

    # Sentences -----------------------------------------------------------------------------

    def _sentences(self, figures: Mapping[int, StatementFigures]) -> Sentences:
        overview, across = self.material.overview, self.material.overview.groups
        numbers = overview.statements.tolist()

        def named(places: Sequence[int]) -> tuple[int, ...]:
            found = [numbers[place] for place in places if _can_show(figures[numbers[place]])]
            return tuple(found[:MOST_NAMED])

        if across is None or not self._letters:
            shared = overview.shared
            return Sentences(
                agreed_with=named(shared.agreed_with),
                rejected=named(shared.rejected),
                dividing=named(_either_side(overview.everybody)),
            )
        return Sentences(
            agreed_with=named(_by_all(across.tallies.agrees, across.tallies.seen)),
            rejected=named(_by_all(across.tallies.disagrees, across.tallies.seen)),
            dividing=named(_dividing(across)),
            objections=tuple(self._objections(across, figures))[:MOST_NAMED],
        )

    def _objections(
        self, across: AcrossGroups, figures: Mapping[int, StatementFigures]
    ) -> Iterator[Objection]:
        """Give what groups oppose, the smallest group first; the largest shows in every total."""
        sizes = self.material.grouping.sizes
        by_size = sorted(self._letters, key=lambda letter: (sizes[letter], letter))
        for letter in by_size[:-1]:
            for one in objections(across.tallies, self._letters.index(letter)):
                number = int(self.material.overview.statements[one.statement])
                found = figures[number]
                against, agreement = found.groups[letter].disagree, found.everyone.agree
                if "hidden" not in (against.kind, agreement.kind):
                    yield Objection(number, letter, against, agreement)

    # Beside it -----------------------------------------------------------------------------

    def _values(self) -> Iterator[ValueFigures]:
        overview, across = self.material.overview, self.material.overview.groups
        place_of = {number: place for place, number in enumerate(overview.statements.tolist())}
        for key, numbers in self.material.values.items():
            known = [number for number in numbers if number in place_of]
            places = [place_of[number] for number in known]
            if not places:
                continue
            groups = {}
            if across is not None:
                groups = {
                    letter: self._agreement(across.tallies, group, places)
                    for group, letter in enumerate(self._letters)
                }
            everyone = self._agreement(overview.everybody, 0, places)
            yield ValueFigures(key, tuple(known), everyone, groups)

    def _agreement(self, tallies: Tallies, group: int, places: Sequence[int]) -> Share:
        """Return which share of reactions to some statements agrees.

        One person reacts to several, so every statement must have been seen by enough people.
        """
        seen = tallies.seen[group, places]
        if int(seen.min()) < 2 * self.k:
            return HIDDEN
        agrees, whole = int(tallies.agrees[group, places].sum()), int(seen.sum())
        share = shown_share(agrees, whole, self.k * len(places))
        return share if share.percent is None else self._stepped(share)

    @staticmethod
    def _stepped(share: Share) -> Share:
        percent = share.percent or 0
        return replace(share, percent=STEP * ((2 * percent + STEP) // (2 * STEP)) or STEP)

    def _parts(self, chosen: Sequence[str], options: Sequence[str]) -> tuple[Part, ...]:
        """Count people per part, and of each group the share that is in it."""
        if not len(chosen) or not options:
            return ()
        group_of = self.material.grouping.group_of
        letters = self._letters
        here = np.array([options.index(one) for one in chosen], dtype=np.int64)
        groups = group_of if letters else np.full(len(here), NO_GROUP, dtype=np.int8)
        table = np.zeros((len(options), len(letters) + 1), dtype=np.int64)
        np.add.at(table, (here, groups), 1)
        counts = hide_small(table.tolist(), self.k)
        sizes = table.sum(axis=0).tolist()
        return tuple(
            Part(
                option,
                self._rounded(counts.row_totals[row]),
                {
                    letter: HIDDEN
                    if counts.cells[row][column] is None
                    else self._share(int(table[row, column]), sizes[column])
                    for column, letter in enumerate(letters)
                },
            )
            for row, option in enumerate(options)
        )

    def _rounded(self, count: int | None) -> int | None:
        return None if count is None else self._number(count)

    def _contrasts(self) -> Iterator[Contrast]:
        """Find where those of one channel agree clearly more or less than all together."""
        material = self.material
        names = sorted(set(material.channels))
        if len(names) < 2:
            return
        live = material.votes.live()
        of = np.array([names.index(one) for one in material.channels], dtype=np.int8)
        tallies = count_by_group(live, of, len(names))
        for place, number in enumerate(live.statements.tolist()):
            all_of_them = _row(material.overview.everybody, 0, place)
            everyone = self._share(all_of_them[0], sum(all_of_them))
            for channel, name in enumerate(names):
                row = _row(tallies, channel, place)
                here = self._share(row[0], sum(row))
                if _differ(here, everyone):
                    yield Contrast(name, number, here, everyone)

    def _map(self) -> OpinionMap | None:
        grouping = self.material.grouping
        if grouping.outcome == "too_few_people" or not self._is_enough:
            return None
        found = map_of(grouping, self.k)
        if found is None or self.material.is_final:
            return found
        spots = tuple(
            replace(spot, people=self._number(spot.people) or self.k) for spot in found.spots
        )
        return OpinionMap(spots, found.elsewhere // _TENS * _TENS)

    def _compared(self, other: Other, figures: Mapping[int, StatementFigures]) -> Comparison:
        """Lay another count beside this one, when so many people differ that none is found."""
        difference = other.people - len(self.material.votes.participants)
        is_same = other.which == "polis"
        is_enough = self._is_enough and other.people >= 2 * self.k
        if not is_enough or (not is_same and abs(difference) < self.k):
            return Comparison(other.which, None, "", 0, (), ())
        numbers = other.overview.statements.tolist()
        seen = reactions_of(other.overview)

        def shown(places: Sequence[int]) -> tuple[int, ...]:
            # That a statement is agreed with tells of its figures: not where these are hidden.
            named = (numbers[place] for place in places)
            return tuple(
                one for one in named if _can_show(figures[one]) and seen[one] >= 2 * self.k
            )

        shared = other.overview.shared
        return Comparison(
            which=other.which,
            difference=difference,
            outcome=other.grouping.outcome,
            groups=len(other.grouping.letters),
            agreed_with=shown(shared.agreed_with),
            rejected=shown(shared.rejected),
        )

    def _provenance(self) -> Provenance:
        """Say how it was counted; nothing that few votes could be guessed from."""
        grouping, is_told = self.material.grouping, self._is_enough
        told, noise = grouping.provenance(), grouping.noise if is_told else None
        can_be_checked = is_told and self.material.is_final
        return Provenance(
            engine=told["engine"],
            engine_version=told["engine_version"],
            seed=grouping.seed,
            made_with=grouping.made_with,
            parameters=told["parameters"],
            input_hash=grouping.input_hash if can_be_checked else "",
            fingerprint=grouping.fingerprint if can_be_checked else "",
            stability=grouping.stability if is_told else None,
            silhouettes=told["silhouettes"] if is_told else {},
            noise_draws=noise.draws if noise else None,
            noise_clearest=noise.clearest if noise else None,
        )


def _row(tallies: Tallies, group: int, place: int) -> list[int]:
    parts = (tallies.agrees, tallies.disagrees, tallies.passes)
    return [int(part[group, place]) for part in parts]


def _percent(share: float) -> int:
    """Return a share in steps of five percents: it comes from numbers that are not all shown."""
    return STEP * round(100 * share / STEP)


def _can_show(figures: StatementFigures) -> bool:
    return not figures.everyone.is_hidden and not any(
        one.is_hidden for one in figures.groups.values()
    )


def _by_all(hits: Ints, seen: Ints) -> list[int]:
    """List what more than half of every group clearly does, the most common one first."""
    clear = np.flatnonzero((sureness(hits, seen) > SURE).all(axis=0))
    together = np.prod((hits + 1) / (seen + 2), axis=0)
    ranked = clear[np.argsort(-together[clear], kind="stable")]
    return [int(place) for place in ranked]


def _dividing(across: AcrossGroups) -> list[int]:
    """List what one group mostly agrees with and another does not, furthest apart first."""
    highest, lowest = across.agreement.max(axis=0), across.agreement.min(axis=0)
    apart = across.divisiveness
    found = np.flatnonzero((highest > 0.5) & (lowest < 0.5) & (apart >= DIVIDES_FROM))
    return [int(place) for place in found[np.argsort(-apart[found], kind="stable")]]


def _either_side(everybody: Tallies) -> list[int]:
    """List what a good part of people agrees with and as good a part does not."""
    seen = np.maximum(everybody.seen[0], 1)
    agree, disagree = everybody.agrees[0] / seen, everybody.disagrees[0] / seen
    found = np.flatnonzero((agree >= EITHER_SIDE) & (disagree >= EITHER_SIDE))
    gap = np.abs(agree - disagree)[found]
    return [int(place) for place in found[np.argsort(gap, kind="stable")]]


def _differ(one: Share, other: Share) -> bool:
    if one.kind != "about" or other.kind != "about":
        return False
    return abs((one.percent or 0) - (other.percent or 0)) >= DIFFERS_FROM
