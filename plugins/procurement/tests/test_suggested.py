"""Which weight makes sense: a range, whose it is, and to which end the accents point."""

from __future__ import annotations

from dataclasses import replace

import pytest

from waardewerk.i18n import day_of
from waardewerk.testing import AddPerson, Cluster, SignIn, UnitOfWork
from waardewerk.values.operations import accenting
from waardewerk.values.ordering import Ordering, ordering_on
from waardewerk_procurement.criteria import Criterion, shipped_criteria
from waardewerk_procurement.models import DossierCriterion
from waardewerk_procurement.queries.checking import draft_of
from waardewerk_procurement.queries.criteria import suggested_weights
from waardewerk_procurement.suggested import Suggestion, for_offered, for_written

from .setting_up import NOW, a_concept, a_criterion, counted
from .test_dossier_pages import Officer
from .test_writing import WORDS, adopt

LIBRARY = shipped_criteria()
WEIGHED = next(one for one in LIBRARY if one.weight and "privacy" in one.values)
RAISED = Ordering({"privacy": "extra"}, {"privacy": "Privacy"})
LOWERED = Ordering({"privacy": "background"}, {"privacy": "Privacy"})


@pytest.fixture(scope="module")
def cluster(sqlite: Cluster) -> Cluster:
    """Use one database: what is suggested does not depend on it."""
    return sqlite


@pytest.fixture
def officer(a_person: AddPerson, sign_in: SignIn, unit_of_work: UnitOfWork) -> Officer:
    """Give somebody who leads dossiers."""
    person = a_person({"civil_servant"})
    return Officer(sign_in(person), person.id, unit_of_work)


def written(one: Criterion, **changes: object) -> DossierCriterion:
    given = {"value": "privacy", **changes}
    return a_criterion("own", one.type, "Written here", **given)  # type: ignore[no-any-return]


def ranges_like(one: Criterion) -> list[tuple[int, int]]:
    return [
        (each.weight.least, each.weight.most)
        for each in LIBRARY
        if each.weight and each.type == one.type and "privacy" in each.values
    ]


def test_what_was_taken_gets_the_suggestion_that_stood_beside_it_in_the_library() -> None:
    taken = written(WEIGHED, source=WEIGHED.id)
    for ordering in (Ordering(), RAISED, LOWERED):
        assert for_written(taken, LIBRARY, ordering) == for_offered(WEIGHED, ordering)


def test_accents_point_to_an_end_of_the_range_and_change_neither() -> None:
    plain, raised, lowered = (
        for_written(written(WEIGHED), LIBRARY, ordering)
        for ordering in (Ordering(), RAISED, LOWERED)
    )
    assert plain is not None
    assert raised == replace(plain, why="extra accent: Privacy", is_upward=True)
    assert lowered == replace(plain, why="in the background: Privacy")
    assert plain.why == ""


def test_what_was_written_here_gets_the_range_of_what_is_like_it_and_says_so() -> None:
    found = for_written(written(WEIGHED), LIBRARY, Ordering())
    ranges = ranges_like(WEIGHED)
    least, most = min(one for one, _most in ranges), max(one for _least, one in ranges)
    assert found == Suggestion(least, most, is_of_others=True)


@pytest.mark.parametrize(
    "changes",
    [{"value": "nowhere-in-the-library"}, {"value": ""}, {"parent_id": 1}],
    ids=["nothing like it", "no value yet", "a part"],
)
def test_where_nothing_can_be_said_nothing_is_suggested(changes: dict[str, object]) -> None:
    assert for_written(written(WEIGHED, **changes), LIBRARY, RAISED) is None


def test_what_is_not_weighed_gets_no_suggestion() -> None:
    asked = next(one for one in LIBRARY if one.type == "minimum_requirement")
    assert for_offered(asked, RAISED) is None
    assert for_written(written(asked, value=asked.values[0]), LIBRARY, RAISED) is None


def test_the_checks_know_the_ranges_that_stand_beside_the_weights(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        taken = written(WEIGHED, source=WEIGHED.id, weight=9000)
        dossier = a_concept(session)
        dossier.criteria.append(taken)
        session.flush()
        assert WEIGHED.weight
        given = draft_of(session, dossier).ranges
        assert given[taken.key] == (WEIGHED.weight.least, WEIGHED.weight.most)
        assert set(given) == set(suggested_weights(session, dossier.criteria, Ordering()))


def test_many_criteria_take_one_question(unit_of_work: UnitOfWork) -> None:
    rows = [written(WEIGHED) for _number in range(200)]
    for number, row in enumerate(rows):
        row.key = f"own-{number}"
    with unit_of_work() as session, counted(session) as asked:
        found = suggested_weights(session, rows, Ordering())
    assert len(found) == 200
    assert len(asked) == 1


def test_the_suggestion_stands_wherever_a_weight_is_chosen(officer: Officer) -> None:
    with officer.work() as session:
        dossier = a_concept(session, officer.id)
        adopt(session, dossier)
        chosen = accenting.ChosenAccent(
            value="privacy", band="extra", reason="Cameras.", from_date=day_of(NOW)
        )
        accenting.set_accent(session, chosen, **WORDS)
        dossier.criteria[1].value, dossier.criteria[1].type = "privacy", WEIGHED.type
        key, number = dossier.criteria[1].key, dossier.id
        ordering = ordering_on(session, day_of(NOW), "en")
        found = for_written(dossier.criteria[1], LIBRARY, ordering)
    assert found is not None
    said = f"between {found.least} and {found.most} percent"
    for path in ("weights", f"criteria/{key}", f"criteria/{key}/change"):
        shown = officer.page(f"/procurement/{number}/{path}")
        assert said in shown, path
        assert f"· {found.why} · rather at the upper end" in shown, path
        assert "as criteria of the library" in shown, path


def test_accents_of_today_are_not_said_of_what_was_sent_to_a_second_person(
    officer: Officer,
) -> None:
    with officer.work() as session:
        dossier = a_concept(session, officer.id)
        adopt(session, dossier)
        chosen = accenting.ChosenAccent(
            value="privacy", band="extra", reason="Cameras.", from_date=day_of(NOW)
        )
        accenting.set_accent(session, chosen, **WORDS)
        one = dossier.criteria[1]
        one.value, one.type, dossier.state = "privacy", WEIGHED.type, "review"
        address = f"/procurement/{dossier.id}/criteria/{one.key}"
    shown = officer.page(address)
    assert "A weight that makes sense" in shown
    assert "rather at the upper end" not in shown
