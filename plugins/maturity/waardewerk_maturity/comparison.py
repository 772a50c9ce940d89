"""Lays the results of other organisations beside one's own: direction, not rank. Pure.

Organisations stand in the order of their names. There is no score over all themes and no place in
a list: what counts is who was where we are, and moved up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from waardewerk_maturity.exchange import ScanResult
from waardewerk_maturity.scoring import Move


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one organisation is on one theme, in practice."""

    organisation: str
    now: int | None
    wanted: int | None
    #: Known when there are two measurements.
    move: Move | None
    measured_on: date
    #: The other organisation answered the same version of the same scan.
    same_questions: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """One theme: the others, and who among them one can learn from."""

    theme: str
    standings: tuple[Standing, ...]

    def to_learn_from(self, level: int | None) -> tuple[Standing, ...]:
        """Return who was at this level and moved up."""
        return tuple(
            one
            for one in self.standings
            if one.move is not None and one.move.before == level and one.move.steps > 0
        )

    def to_help(self, level: int | None) -> tuple[Standing, ...]:
        """Return who is lower than we are and wants to be where we are, or further."""
        if level is None:
            return ()
        return tuple(
            one
            for one in self.standings
            if one.now is not None
            and one.now < level
            and one.wanted is not None
            and one.wanted >= level
        )


def newest_of(results: Iterable[ScanResult]) -> list[tuple[ScanResult, ScanResult | None]]:
    """Return each organisation's newest result with the one before it, by name."""
    by_name: dict[str, list[ScanResult]] = {}
    for result in results:
        by_name.setdefault(result.organisation.casefold(), []).append(result)
    pairs = []
    for name in sorted(by_name):
        ordered = sorted(by_name[name], key=lambda one: one.measured_on, reverse=True)
        pairs.append((ordered[0], ordered[1] if len(ordered) > 1 else None))
    return pairs


def neighbours(
    themes: Sequence[str], results: Iterable[ScanResult], questionnaire: tuple[str, str]
) -> list[Neighbours]:
    """Lay all results beside each other, theme by theme; ``questionnaire`` is URN and version."""
    pairs = newest_of(results)
    return [
        Neighbours(
            theme,
            tuple(
                _standing(theme, newest, before, questionnaire)
                for newest, before in pairs
                if theme in newest.themes
            ),
        )
        for theme in themes
    ]


def _standing(
    theme: str, newest: ScanResult, before: ScanResult | None, questionnaire: tuple[str, str]
) -> Standing:
    own = newest.themes[theme]
    earlier = _earlier_levels(newest, before).get(theme)
    move = None
    if own.now.practice is not None and earlier is not None:
        move = Move(theme, earlier, own.now.practice)
    asked = (newest.questionnaire.urn, newest.questionnaire.version)
    return Standing(
        newest.organisation,
        own.now.practice,
        own.wanted,
        move,
        newest.measured_on,
        asked == questionnaire,
    )


def _earlier_levels(newest: ScanResult, before: ScanResult | None) -> Mapping[str, int | None]:
    if newest.previous is not None:
        return {theme: now.practice for theme, now in newest.previous.themes.items()}
    if before is not None:
        return {theme: one.now.practice for theme, one in before.themes.items()}
    return {}
