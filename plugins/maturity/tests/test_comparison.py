from __future__ import annotations

from datetime import date

from waardewerk_maturity.comparison import Neighbours, neighbours
from waardewerk_maturity.exchange import Now, Previous, Questionnaire, ScanResult, Theme

ASKED = ("urn:waardewerk:scan:data-ethics", "2026.1")


def result(
    name: str,
    now: int | None,
    *,
    wanted: int | None = None,
    before: int | None = None,
    year: int = 2026,
    version: str = "2026.1",
    theme: str = "culture",
) -> ScanResult:
    previous = (
        Previous(
            measured_on=date(year - 1, 1, 1), version=version, themes={theme: Now(practice=before)}
        )
        if before
        else None
    )
    return ScanResult(
        organisation=name,
        questionnaire=Questionnaire(urn=ASKED[0], version=version),
        measured_on=date(year, 1, 1),
        themes={theme: Theme(now=Now(practice=now), wanted=wanted)},
        previous=previous,
    )


def beside(*results: ScanResult) -> Neighbours:
    return neighbours(["culture"], results, ASKED)[0]


def names(found: tuple[object, ...]) -> list[str]:
    return [one.organisation for one in found]  # type: ignore[attr-defined]


def test_one_learns_from_who_was_at_the_same_level_and_moved_up() -> None:
    found = beside(
        result("Up", 3, before=2),
        result("Down", 1, before=2),
        result("Stayed", 2, before=2),
        result("Elsewhere", 5, before=4),
        result("Once", 3),
    )
    assert names(found.to_learn_from(2)) == ["Up"]
    assert names(found.to_learn_from(None)) == []


def test_organisations_stand_by_name_whatever_their_level() -> None:
    found = beside(result("Zeeland", 5), result("drenthe", 1), result("Limburg", 3))
    assert names(found.standings) == ["drenthe", "Limburg", "Zeeland"]


def test_an_earlier_file_of_the_same_organisation_shows_its_move() -> None:
    found = beside(result("Up", 4, year=2026), result("Up", 2, year=2024))
    assert len(found.standings) == 1
    assert names(found.to_learn_from(2)) == ["Up"]


def test_what_the_file_says_of_before_wins_over_an_older_file() -> None:
    found = beside(result("Up", 4, before=3, year=2026), result("Up", 1, year=2020))
    assert found.standings[0].move is not None
    assert found.standings[0].move.before == 3


def test_one_can_help_who_wants_to_be_where_one_is() -> None:
    found = beside(
        result("Wants", 1, wanted=3), result("Stays", 1, wanted=1), result("Higher", 4, wanted=5)
    )
    assert names(found.to_help(3)) == ["Wants"]
    assert names(found.to_help(None)) == []


def test_another_version_of_the_questions_is_marked() -> None:
    found = beside(result("Same", 2), result("Old", 2, version="2020.1"))
    assert {one.organisation: one.same_questions for one in found.standings} == {
        "Same": True,
        "Old": False,
    }


def test_a_theme_that_nobody_else_measured_has_no_neighbours() -> None:
    assert beside(result("Other", 2, theme="risk")).standings == ()
