"""What a count shows: aggregates that passed `small_cells`, and nothing else. Pure.

``Result.shown`` holds it twice: for everybody and for those who hold the round. Pages, reports and
files read this alone. There is nobody's vote, number or group in it, and no text: statements are
known by their number, so that one that is hidden later is hidden here too.

While people vote, numbers of people are in tens and shares in steps of five; numbers that can be
counted on come with the last count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from waardewerk_participation.small_cells import HIDDEN, Share

HALF = 50

PointKind = Literal["consensus", "split", "objection"]


@dataclass(frozen=True)
class Figures:
    """What some people made of one statement."""

    #: How many reacted; none when they are too few to show.
    reactions: int | None = None
    agree: Share = HIDDEN
    disagree: Share = HIDDEN
    passed: Share = HIDDEN
    #: Numbers, with the last count alone; none where a number is small or would give one away.
    agrees: int | None = None
    disagrees: int | None = None
    passes: int | None = None

    @property
    def is_hidden(self) -> bool:
        """Tell whether too few reacted to show anything."""
        return self.agree.kind == "hidden" and self.disagree.kind == "hidden"


@dataclass(frozen=True)
class StatementFigures:
    """What everybody and each group made of one statement."""

    number: int
    everyone: Figures
    #: By letter; empty without groups.
    groups: Mapping[str, Figures]
    #: In whole percents; none without groups, or where one of them is hidden.
    mean_consensus: int | None = None
    lowest_agreement: int | None = None
    divisiveness: int | None = None


@dataclass(frozen=True)
class Characteristic:
    """A statement with which a group agrees, or disagrees, more than others do."""

    number: int
    side: Literal["agree", "disagree"]
    share: Share


@dataclass(frozen=True)
class Group:
    """People who voted alike."""

    letter: str
    #: None when they are too few to show.
    people: int | None
    characteristics: tuple[Characteristic, ...]


@dataclass(frozen=True)
class Objection:
    """What a group opposes while most of all people agree."""

    number: int
    group: str
    against: Share
    agreement_of_all: Share


@dataclass(frozen=True)
class Sentences:
    """Which statements come first, by number, the clearest one first."""

    agreed_with: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    dividing: tuple[int, ...] = ()
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True)
class ValueFigures:
    """How far people agree with the statements that touch one value."""

    key: str
    statements: tuple[int, ...]
    everyone: Share
    groups: Mapping[str, Share]


@dataclass(frozen=True)
class Part:
    """Some of the people: who came in one way, or gave one answer about themselves."""

    key: str
    people: int | None
    #: Of each group the share that is in this part, by letter.
    groups: Mapping[str, Share]


@dataclass(frozen=True)
class Contrast:
    """A statement on which those of one channel differ from all together."""

    channel: str
    number: int
    here: Share
    everyone: Share


@dataclass(frozen=True)
class Background:
    """How the answers to one question about people themselves are divided."""

    question_id: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Spot:
    """A square of the map with the people of one group in it; never fewer than are shown."""

    #: The middle of the square, from -1 to 1.
    x: float
    y: float
    size: float
    group: str
    people: int


@dataclass(frozen=True)
class OpinionMap:
    """Where people stand, counted per square."""

    spots: tuple[Spot, ...]
    #: How many stand where too few others do to show them.
    elsewhere: int


@dataclass(frozen=True)
class Moderation:
    """What became of the statements that were brought in."""

    by_state: Mapping[str, int]
    by_origin: Mapping[str, int]
    by_reason: Mapping[str, int]


@dataclass(frozen=True)
class Provenance:
    """How it was counted, so that it can be counted again."""

    engine: str
    engine_version: int
    seed: int
    made_with: str
    parameters: Mapping[str, Any]
    #: With the last count alone: a hash of few votes can be guessed.
    input_hash: str
    fingerprint: str
    stability: float | None
    silhouettes: Mapping[str, float]
    noise_draws: int | None
    noise_clearest: float | None


@dataclass(frozen=True)
class Comparison:
    """The same count by another engine, or with other people in it."""

    #: ``polis``: by the other engine. ``everybody``: with those who were left out. ``unflagged``:
    #: without all whose votes were flagged.
    which: Literal["polis", "everybody", "unflagged"]
    #: How many people more or fewer count; none when they are too few to lay two counts beside
    #: each other, and then nothing else is said either.
    difference: int | None
    outcome: str
    groups: int
    agreed_with: tuple[int, ...]
    rejected: tuple[int, ...]


@dataclass(frozen=True)
class Shown:
    """Everything that is shown of one count."""

    audience: Literal["public", "staff"]
    #: The smallest number of people that is shown.
    k: int
    is_final: bool
    #: None when there are too few.
    people: int | None
    votes: int | None
    #: ``groups``, ``no_clear_groups``, ``too_few_people``.
    outcome: str
    groups: tuple[Group, ...]
    statements: tuple[StatementFigures, ...]
    sentences: Sentences
    values: tuple[ValueFigures, ...]
    channels: tuple[Part, ...]
    contrasts: tuple[Contrast, ...]
    background: tuple[Background, ...]
    map: OpinionMap | None
    moderation: Moderation
    provenance: Provenance
    comparisons: tuple[Comparison, ...]
    #: How many people a moderator left out; none when nobody, or too few to say.
    left_out: int | None = None

    def of(self, number: int) -> StatementFigures | None:
        """Return the figures of a statement."""
        return next((one for one in self.statements if one.number == number), None)

    def only(self, numbers: Collection[int]) -> Shown:
        """Return the same without any statement but these: another may have been hidden since."""
        sentences = self.sentences

        def kept(some: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(number for number in some if number in numbers)

        return replace(
            self,
            statements=tuple(one for one in self.statements if one.number in numbers),
            sentences=Sentences(
                kept(sentences.agreed_with),
                kept(sentences.rejected),
                kept(sentences.dividing),
                tuple(one for one in sentences.objections if one.number in numbers),
            ),
            groups=tuple(
                replace(
                    group,
                    characteristics=tuple(
                        one for one in group.characteristics if one.number in numbers
                    ),
                )
                for group in self.groups
            ),
            values=tuple(replace(one, statements=kept(one.statements)) for one in self.values),
            contrasts=tuple(one for one in self.contrasts if one.number in numbers),
            comparisons=tuple(
                replace(one, agreed_with=kept(one.agreed_with), rejected=kept(one.rejected))
                for one in self.comparisons
            ),
        )

    @property
    def borne_out(self) -> Sentences:
        """The sentences that the figures bear out as they are shown.

        Somebody who reads that most people agree, and then 50 %, believes neither.
        """
        sentences = self.sentences
        return replace(
            sentences,
            agreed_with=tuple(
                one for one in sentences.agreed_with if self._all_mostly(one, "agree")
            ),
            rejected=tuple(one for one in sentences.rejected if self._all_mostly(one, "disagree")),
            objections=tuple(
                one
                for one in sentences.objections
                if is_most(one.against) and is_most(one.agreement_of_all)
            ),
        )

    def _all_mostly(self, number: int, side: Literal["agree", "disagree"]) -> bool:
        found = self.of(number)
        if found is None:
            return False
        figures = found.groups.values() or [found.everyone]
        return all(is_most(getattr(one, side)) for one in figures)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the groups; none when people do not fall apart in groups."""
        return tuple(one.letter for one in self.groups)


def is_most(share: Share) -> bool:
    """Tell whether a share is more than half as it is shown."""
    if share.percent is None:
        return False
    if share.kind == "above":
        return share.percent >= HALF
    return share.kind == "about" and share.percent > HALF


@dataclass(frozen=True)
class FoundPoint:
    """Something people said that wants an answer."""

    kind: PointKind
    statement_number: int
    #: The letter of the group that objects; empty otherwise.
    group: str
    #: As everybody was shown them; hidden where they are too small for that.
    figures: Mapping[str, Any]


def points_of(staff: Shown, public: Shown) -> list[FoundPoint]:
    """List what wants an answer: what people share, what divides them, what a minority opposes.

    What those who hold the round can see is what they answer; what a point says of it are the
    figures that everybody may see.
    """
    sentences = staff.borne_out
    together = (*sentences.agreed_with, *sentences.rejected)
    points = [_point(public, "consensus", number) for number in together]
    points += [_point(public, "split", number) for number in sentences.dividing]
    points += [_point(public, "objection", one.number, one.group) for one in sentences.objections]
    return points


def _point(shown: Shown, kind: PointKind, number: int, group: str = "") -> FoundPoint:
    found = shown.of(number)
    figures = _as_json().dump_python(found, mode="json") if found else {}
    return FoundPoint(kind, number, group, figures)


@cache
def _as_json() -> TypeAdapter[StatementFigures]:
    return TypeAdapter(StatementFigures)


@cache
def _adapter() -> TypeAdapter[Shown]:
    return TypeAdapter(Shown)


def to_json(shown: Shown) -> dict[str, Any]:
    """Return it as JSON can hold it."""
    told: dict[str, Any] = _adapter().dump_python(shown, mode="json")
    return told


def from_json(told: Mapping[str, Any]) -> Shown:
    """Read it back; raise ``ValueError`` when it is something else."""
    return _adapter().validate_python(dict(told))


def for_audience(kept: Mapping[str, Any] | None, audience: str) -> Shown | None:
    """Read from ``Result.shown`` what is for everybody, or for those who hold the round."""
    told = (kept or {}).get(audience)
    return None if told is None else from_json(told)
