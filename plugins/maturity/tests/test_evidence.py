"""What the register of responsibilities says beside theme 1; it changes no level."""

from __future__ import annotations

from datetime import timedelta

from waardewerk.installation import Grant, changed
from waardewerk.responsibility.operations import placing
from waardewerk.testing import SignInAs
from waardewerk_maturity.queries import figures_for

from .conftest import NOW, TODAY, Province

MISSING = "Not placed yet: “Who drives it?”"


def place_a_driver(province: Province) -> None:
    with province.work() as session:
        holder = placing.Holder(kind="person", person_id=province.chair.id)
        placed = placing.Placed(
            title="",
            level="",
            role="",
            question="aanjager",
            holder=holder,
            since=TODAY - timedelta(days=1),
        )
        placing.place(session, placed, actor_id=None, now=NOW)


def test_theme_one_shows_what_the_register_lacks_and_no_other_theme_does(
    province: Province, sign_in_as: SignInAs
) -> None:
    scan = province.agreed()
    reader = sign_in_as("civil_servant")
    page = reader.get(f"/maturity/scans/{scan}/themes/governance").text
    assert MISSING in page
    assert "It does not change any level" in page
    assert 'href="/responsibility/"' in page.partition("What the register says")[2]
    assert MISSING not in reader.get(f"/maturity/scans/{scan}/themes/culture").text


def test_placing_a_responsibility_changes_the_evidence_and_no_level(
    province: Province, sign_in_as: SignInAs
) -> None:
    scan = province.agreed()
    before = levels(province, scan)
    place_a_driver(province)
    page = sign_in_as("civil_servant").get(f"/maturity/scans/{scan}/themes/governance").text
    assert MISSING not in page
    assert levels(province, scan) == before


def levels(province: Province, scan_id: int) -> list[object]:
    with province.work() as session:
        return [one.figures for one in figures_for(session, scan_id, None).themes]


def test_who_may_not_read_the_register_does_not_read_it_here(
    province: Province, sign_in_as: SignInAs
) -> None:
    scan = province.agreed()
    with province.work() as session:
        session.add(Grant(role="civil_servant", permission="responsibility.read", granted=False))
        changed(session)
    page = sign_in_as("civil_servant").get(f"/maturity/scans/{scan}/themes/governance").text
    assert "What the register says" not in page
