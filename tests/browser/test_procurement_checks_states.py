"""Checks, trial and ladder of a dossier, each empty, with something wrong, and filled."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.values.framework import load_framework
from waardewerk.values.operations import adopting, drafting, looking
from waardewerk_procurement.models import Decision, Dossier, Finding, FollowUp
from waardewerk_procurement.queries.checking import LENS

from .conftest import OpenScreen
from .screen import Screen
from .site import ROOT, Site

KADER = (Path(__file__).parent / "framework.yaml").read_bytes()
LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten " * 2


def _setting_up() -> Any:
    """Give what tests of dossiers share; it lies beside those of the plugin."""
    path = ROOT / "plugins" / "procurement" / "tests" / "setting_up.py"
    spec = importlib.util.spec_from_file_location("setting_up_dossiers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


made = _setting_up()


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Site:
    """Give a site with this plugin, and a framework that holds."""
    found = start_site()
    with found.transaction() as session:
        then = made.NOW - timedelta(2)
        version = drafting.start_version(
            session, load_framework(KADER), why="", actor_id=None, now=then
        )
        adopting.propose(session, version, actor_id=None, now=then)
        adopting.adopt(
            session,
            version,
            adopting.Adoption(
                body="staten", decided_on=day_of(then), reference="PS", valid_from=day_of(then)
            ),
            actor_id=None,
            now=then,
        )
    return found


@pytest.fixture
def officer(site: Site, screen: OpenScreen) -> Screen:
    """Give the browser of who leads the dossiers."""
    return screen(site.person("Ilse Inkoper", "beheerder"))


def a_dossier(site: Site, change: Callable[[Session, Dossier], object] = lambda *_: None) -> int:
    """Add a dossier with a lens, changed as a test needs it."""
    leads = site.person("Ilse Inkoper", "beheerder").id
    with site.transaction() as session:
        dossier: Dossier = made.a_concept(session, leads)
        dossier.title = "Verkeer tellen met camera’s"
        dossier.values_version = 1
        looking.open_lens(
            session,
            kind=LENS,
            subject_id=dossier.id,
            title=dossier.title,
            actor_id=None,
            now=made.NOW,
        )
        change(session, dossier)
        session.flush()
        return dossier.id


def make_right(session: Session, dossier: Dossier) -> None:
    """Say that nobody found anything outside the core."""
    lens = looking.lens_of(session, LENS, dossier.id)
    assert lens is not None
    looking.say_nothing_else(
        session, lens, "Wij keken en vonden niets.", actor_id=None, now=made.NOW
    )


def make_wrong(_session: Session, dossier: Dossier) -> None:
    """Leave much undone."""
    dossier.ai, dossier.closes_at = "later", None
    dossier.lots[0].drop_out = ""
    first, second, third, *_rest = dossier.criteria
    first.text = "De leverancier voldoet aan ISO 27001 en wordt anders uitgesloten."
    second.weight, second.title = 3333, LONG
    second.question = "Wat is uw omzet?"
    third.anchors = {}
    third.value = ""


def empty(_session: Session, dossier: Dossier) -> None:
    """Leave everything undone."""
    dossier.criteria = []
    dossier.lots[0].formula = None
    dossier.lots[0].expected_lowest = None


def make_light(_session: Session, dossier: Dossier) -> None:
    """Let the price weigh most, by the lowest price."""
    lot = dossier.lots[0]
    lot.formula = {"name": "relative-inverse", "price_weight": 5000}
    lot.formula_reason = "De markt is onbekend."
    for one in dossier.criteria[1:3]:
        one.weight, one.minimum = 2500, "6"


def carry_out(site: Site) -> Callable[[Session, Dossier], None]:
    """Give what brings a dossier to where results come in."""
    people = [site.person(f"Bea Oordelaar {n}").id for n in range(3)]

    def act(session: Session, dossier: Dossier) -> None:
        made.fix(session, dossier)
        assessors, bids = made.assess(session, dossier, people)
        made.score_all(session, assessors, bids)
        made.finish_quality(session, dossier, bids)
        dossier.state = "execution"
        session.add(
            Decision(
                lot_id=dossier.lots[0].id,
                award_file="{}",
                award_sha256="0" * 64,
                snapshot_number=1,
                winner="B",
                decided_at=made.NOW,
            )
        )
        for criterion, kind, colour in (
            ("explained", "kpi", "red"),
            ("register", "condition", "green"),
            ("explain", "promise", ""),
        ):
            row = FollowUp(
                dossier_id=dossier.id,
                bid_id=bids[1].id,
                criterion=criterion,
                kind=kind,
                title=f"Afspraak over {criterion}",
                promise="Negen van de tien bewoners begrijpen het.",
                due=day_of(made.NOW + timedelta(90)),
            )
            session.add(row)
            session.flush()
            if colour:
                reason = "Zes van de tien begrepen het."
                session.add(
                    Finding(follow_up_id=row.id, colour=colour, reason=reason, found_at=made.NOW)
                )

    return act


def test_checks(site: Site, officer: Screen) -> None:
    right, wrong = a_dossier(site, make_right), a_dossier(site, make_wrong)
    nothing = a_dossier(site, empty)
    officer.open(f"/procurement/{right}/checks").look("procurement-checks-right")
    assert officer.shows("Nothing stops this dossier.")
    officer.open(f"/procurement/{wrong}/checks").look("procurement-checks-wrong")
    assert "“omzet”" in officer.text
    officer.open(f"/procurement/{nothing}/checks").look("procurement-checks-empty")


def test_checks_of_a_dossier_that_stands_still(site: Site, officer: Screen) -> None:
    fixed = a_dossier(site, made.fix)
    officer.open(f"/procurement/{fixed}/checks").look("procurement-checks-fixed")
    assert officer.shows(
        "The texts of this dossier stand still. You see what the checks say of them today."
    )


def test_trial(site: Site, officer: Screen) -> None:
    right, light, nothing = (a_dossier(site, one) for one in (make_right, make_light, empty))
    officer.open(f"/procurement/{right}/trial").look("procurement-trial-right")
    officer.open(f"/procurement/{light}/trial")
    officer.fill(lowest="50.000", highest="150.000", bids="100000 32\n125000 40\n60000 5")
    officer.page.locator("#content form button").last.click()
    officer.page.wait_for_load_state()
    officer.look("procurement-trial-turned")
    assert officer.shows("The order turns around")
    officer.expected.add(422)
    officer.fill(bids="honderd")
    officer.page.locator("#content form button").last.click()
    officer.page.wait_for_load_state()
    officer.look("procurement-trial-errors")
    officer.open(f"/procurement/{nothing}/trial").look("procurement-trial-empty")


def test_ladder(site: Site, officer: Screen) -> None:
    concept, nothing = a_dossier(site, make_wrong), a_dossier(site, empty)
    officer.open(f"/procurement/{concept}/ladder").look("procurement-ladder-concept")
    officer.open(f"/procurement/{nothing}/ladder").look("procurement-ladder-empty")
    officer.open(f"/procurement/{nothing}/ladder?from=result").look("procurement-ladder-no-results")
    carried = a_dossier(site, carry_out(site))
    officer.open(f"/procurement/{carried}/ladder").look("procurement-ladder-results")
    assert officer.shows("Score of who won: %(score)s", score="10")
    officer.follow("Read it from result to value").look("procurement-ladder-from-result")
    assert officer.page.locator("h2").first.inner_text() == "Afspraak over explained"


def test_a_criterion_is_checked_while_it_is_typed(
    site: Site, officer: Screen, screen: OpenScreen
) -> None:
    form = f"/procurement/{a_dossier(site, make_right)}/criteria/explain/change"
    officer.open(form)
    said = officer.page.locator("#findings")
    said.locator("li").first.wait_for()
    assert "omzet" not in said.inner_text()
    officer.fill(question="Wat is uw omzet?")
    officer.page.locator("[name=question]").blur()
    said.get_by_text("omzet").wait_for()
    officer.look("procurement-typing")

    plain = screen(site.person("Ilse Inkoper", "beheerder"), java_script_enabled=False)
    plain.open(form).fill(question="Wat is uw omzet?")
    plain.press("Check what is here now").look("procurement-typing-without-scripts")
    assert "omzet" in plain.text
    # Nothing was kept.
    assert "omzet" not in plain.open(form).page.input_value("[name=question]")
