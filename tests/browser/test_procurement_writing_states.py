"""Beginning a dossier, setting it up and writing its criteria, on each screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from waardewerk.i18n import day_of

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

NOW = datetime.now(UTC)
WORDS: dict[str, Any] = {"actor_id": None, "now": NOW}
LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten"
TAKEN = (
    ("wcag-alle-schermen", "toegankelijkheid"),
    ("herstel-van-drempels", "toegankelijkheid"),
    ("geen-oordeel-over-gevoel", "menselijke-waardigheid"),
    ("geen-nieuw-soort-herkenning", "menselijke-waardigheid"),
    ("waardig-werk-achter-de-gegevens", "menselijke-waardigheid"),
)


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give a site of a province that buys and subsidises."""
    return start_site()


@pytest.fixture
def officer(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of who leads dossiers."""
    shown = screen_on(province.url)
    province.sign_in(shown.context, province.person("Ina Koper", "adviseur"))
    return shown


def begun(site: Site, kind: str = "european", **changes: Any) -> int:
    """Begin a dossier; return its number."""
    from waardewerk_procurement.operations import preparing

    officer = site.person("Ina Koper", "adviseur")
    setup = preparing.SetUp(
        kind=kind,
        title="Verkeer tellen met camera’s",
        subject="Camera’s die op twaalf kruispunten auto’s en fietsers tellen.",
        technologies=("camera", "ai"),
        ai="yes",
        publish_on=day_of(NOW + timedelta(10)),
        closes_at=NOW + timedelta(60),
        officer_id=officer.id,
    )
    with site.transaction() as session:
        made = preparing.make_dossier(
            session, setup, request_key=f"{kind}-{changes}", actor_id=officer.id, now=NOW
        )
        for name, value in changes.items():
            setattr(made, name, value)
        return made.id


def filled(site: Site) -> int:
    """Begin a dossier with criteria of several types, parts, a formula and two lots."""
    from waardewerk_procurement.models import Dossier
    from waardewerk_procurement.operations import preparing, writing
    from waardewerk_procurement.queries import criteria as asked

    number = begun(site, assessors=4)
    with site.transaction() as session:
        dossier = session.get_one(Dossier, number)
        if asked.criteria_of(session, dossier):
            return number
        preparing.add_lot(session, dossier, LONG, **WORDS)
        for key, value in TAKEN:
            found = asked.get_from_library(session, dossier, key)
            reason = "Langs deze kruispunten wonen mensen die niet gevolgd willen worden."
            taking = writing.Taking(value=value, reason=reason)
            writing.take(session, dossier, found, taking, **WORDS)
        own = writing.Wording(title=LONG, value="privacy", weight=3333)
        divided = writing.write_own(session, dossier, "award_criterion", own, **WORDS)
        for title in ("In gewone woorden", "Met voorbeelden", "Op tijd"):
            part = writing.Wording(title=title, value="privacy", weight=3333)
            writing.divide(session, dossier, divided, part, **WORDS)
        scored = asked.get_criterion(session, dossier, TAKEN[4][0])
        keeper = asked.get_criterion(session, dossier, TAKEN[3][0])
        writing.hand_over(session, dossier, scored, [keeper.id], **WORDS)
        weighing = writing.Weighing(weights={scored.key: 3333})
        writing.weigh(session, dossier, weighing, revision=dossier.revision, **WORDS)
        band = {
            "name": "price-band",
            "price_weight": 3333,
            "floor": "50000.00",
            "ceiling": "150000.00",
        }
        lot = preparing.lots_of(session, dossier)[0]
        preparing.choose_formula(
            session, dossier, lot, band, "", revision=dossier.revision, **WORDS
        )
    return number


def test_beginning_a_dossier(officer: Screen) -> None:
    officer.open("/procurement/").look("procurement-none")
    officer.follow("Begin the first dossier").look("procurement-prepare")
    officer.press("Begin this dossier", status=422).look("procurement-prepare-errors")
    officer.choose("kind", "subsidy").choose("ai", "later")
    officer.fill(title=LONG, legal_basis="Subsidieverordening 2027", closes_at="2099-03-01T17:00")
    officer.press("Begin this dossier").look("procurement-dossier-new")
    officer.open("/procurement/").look("procurement-dossiers")


def test_a_dossier_with_its_set_up_and_lots(province: Site, officer: Screen) -> None:
    home = f"/procurement/{filled(province)}"
    officer.open(f"{home}/").look("procurement-dossier")
    officer.open(f"{home}/setup").look("procurement-setup")
    officer.fill(assessors="99").press("Save", status=422).look("procurement-setup-errors")
    officer.open(f"{home}/lots").look("procurement-lots")
    officer.press("Add this lot", status=422).look("procurement-lots-errors")
    officer.open(f"{home}/lots/lot-1").look("procurement-lot")
    officer.fill(expected_lowest="1,000,00").press("Save", status=422)
    officer.look("procurement-lot-errors")
    officer.open(f"{home}/lots/lot-2/remove").look("procurement-lot-remove")
    officer.open(f"{home}/lots/lot-1/formula").look("procurement-formulas")
    officer.open(f"{home}/lots/lot-1/formula/logarithmic").look("procurement-formula")
    officer.press("Choose this formula", status=422).look("procurement-formula-errors")
    officer.open(f"{home}/lots/lot-1/formula/award-on-value").look("procurement-formula-euros")


def test_the_criteria_of_a_dossier(province: Site, officer: Screen) -> None:
    home = f"/procurement/{filled(province)}/criteria"
    officer.open(f"/procurement/{begun(province)}/criteria").look("procurement-criteria-none")
    officer.open(home).look("procurement-criteria")
    scored = TAKEN[4][0]
    officer.open(f"{home}/{scored}").look("procurement-criterion")
    officer.open(f"{home}/{scored}/change").look("procurement-criterion-change")
    officer.fill(title="", weight="veel").press("Save", status=422)
    officer.look("procurement-criterion-errors")
    officer.open(f"{home}/{scored}/divide").look("procurement-criterion-divide")
    officer.open(f"{home}/{scored}/remove").look("procurement-criterion-remove")
    officer.open(f"{home}/new").look("procurement-choose-type")
    officer.open(f"{home}/new/exclusion_ground").look("procurement-exclusion")
    officer.open(f"{home}/new/kpi").look("procurement-kpi")


def test_the_library(province: Site, officer: Screen) -> None:
    home = f"/procurement/{filled(province)}/criteria/library"
    officer.open(f"{home}?value=toegankelijkheid").look("procurement-library")
    officer.open(f"{home}?words=zzzz").look("procurement-library-nothing")
    officer.open(f"{home}/uitleg-begrepen").look("procurement-take")
    officer.press("Take this criterion", status=422).look("procurement-take-errors")


def test_the_weights(province: Site, officer: Screen) -> None:
    path = f"/procurement/{filled(province)}/weights"
    officer.open(f"/procurement/{begun(province)}/weights").look("procurement-weights-none")
    officer.open(path).look("procurement-weights")
    officer.press("Save the weights").press("Fill this in").look("procurement-weights-filled-in")


def test_a_subsidy_duty_and_a_dossier_that_stands_still(province: Site, officer: Screen) -> None:
    scheme = begun(province, "subsidy")
    officer.open(f"/procurement/{scheme}/criteria/new/subsidy_duty").look("procurement-duty")
    fixed = begun(province, "request", state="fixed")
    officer.open(f"/procurement/{fixed}/").look("procurement-dossier-fixed")
    officer.open(f"/procurement/{fixed}/setup", status=409).look("procurement-stands-still")


def test_without_scripts_a_criterion_is_taken(province: Site, screen_on: OpenScreen) -> None:
    shown = screen_on(province.url, java_script_enabled=False)
    province.sign_in(shown.context, province.person("Ina Koper", "adviseur"))
    home = f"/procurement/{begun(province, 'national')}/criteria"
    shown.open(f"{home}/library/{TAKEN[0][0]}")
    shown.fill(reason="Inwoners lezen de tellingen zelf.").press("Take this criterion")
    assert shown.path == f"{home}/{TAKEN[0][0]}"
