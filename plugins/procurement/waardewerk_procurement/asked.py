"""What a form asks a supplier or recipient: pure, and nothing of anybody else.

Before the award it asks whether what must be met is met; while a contract runs, how it goes with
each promise. No price, no score and no other bidder is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from waardewerk_procurement.anchor_words import shuts_out
from waardewerk_procurement.fixed.snapshot import Criterion, Snapshot
from waardewerk_procurement.promised import parts_of

Answer = Literal["yes", "partly", "no"]
#: How an answer is asked: whether it is so, whether one does it, how far it is.
Way = Literal["applies", "meets", "keeps"]

CHOICES: Mapping[Way, tuple[Answer, ...]] = {
    "applies": ("no", "yes"),
    "meets": ("yes", "no"),
    "keeps": ("yes", "partly", "no"),
}
#: With these a supplier says in words what is the matter.
ASKS_WORDS: Mapping[Way, frozenset[Answer]] = {
    "applies": frozenset({"yes"}),
    "meets": frozenset({"no"}),
    "keeps": frozenset({"partly", "no"}),
}


class AFollowUp(Protocol):
    """What a form needs of a follow-up."""

    criterion: str
    kind: str
    title: str
    promise: str
    norm: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form, known by the key of its criterion."""

    key: str
    title: str
    text: str
    evidence: tuple[str, ...]
    way: Way
    norm: str = ""
    #: What the supplier offered, as people agreed on it.
    offered: str = ""

    @property
    def anchor(self) -> str:
        """The name of its place on a page; a key can hold points, which mean something there."""
        return "about-" + self.key.replace(".", "-")

    @property
    def choices(self) -> tuple[Answer, ...]:
        """The answers that can be chosen."""
        return CHOICES[self.way]

    def asks_words(self, answer: str) -> bool:
        """Tell whether this answer needs an explanation."""
        return answer in ASKS_WORDS[self.way]


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to one question; revision 0: nothing yet."""

    answer: str = ""
    text: str = ""
    revision: int = 0
    at: datetime | None = None

    def is_whole(self, question: Question) -> bool:
        """Tell whether this answers the question."""
        if self.answer not in question.choices:
            return False
        return bool(self.text) or not question.asks_words(self.answer)


def about_requirements(snapshot: Snapshot, lot: str) -> tuple[Question, ...]:
    """Ask whether a bid meets what it must meet, and whether its bidder will do what is asked."""
    return tuple(_about_requirements(snapshot, lot))


def _about_requirements(snapshot: Snapshot, lot: str) -> Iterator[Question]:
    for one in snapshot.knock_outs_in(lot):
        # What shuts somebody out is asked the other way around: does it apply?
        way: Way = "applies" if shuts_out(one.type) else "meets"
        yield _of_criterion(one, way, one.anchors.get("met", ""))
    for one in snapshot.kept_after(lot):
        if one.type != "kpi":
            yield _of_criterion(one, "meets", one.anchors.get("full", ""))


def _of_criterion(criterion: Criterion, way: Way, norm: str) -> Question:
    return Question(criterion.key, criterion.title, criterion.text, criterion.evidence, way, norm)


def about_promises(
    follow_ups: Iterable[AFollowUp], required: Mapping[str, str]
) -> tuple[Question, ...]:
    """Ask how it goes with each promise; ``required``: what criteria ask, by their key."""
    return tuple(_about_promise(one, required.get(one.criterion, "")) for one in follow_ups)


def _about_promise(one: AFollowUp, required: str) -> Question:
    text, offered = parts_of(one.promise, one.kind, required)
    return Question(
        key=one.criterion,
        title=one.title,
        text=text,
        evidence=tuple(one.evidence.splitlines()),
        way="keeps",
        norm=one.norm,
        offered=offered,
    )
