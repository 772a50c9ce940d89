"""Four eyes, the freeze and a rectification, on each screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from waardewerk_procurement.models import Dossier

NOW = datetime.now(UTC)
BAND = {"name": "price-band", "price_weight": 4000, "floor": "50000.00", "ceiling": "150000.00"}
STEPS = {
    "0": "Geen antwoord.",
    "5": "Volledig en aannemelijk.",
    "10": "Ook beproefd in de praktijk en beloofd in cijfers.",
}

SCORED: dict[str, Any] = {
    "weight": 3000,
    "question": "Hoe doet u dit, en waaraan zien wij dat later?",
}


def a_criterion(key: str, type_: str, title: str, **changes: Any) -> dict[str, Any]:
    """Write a criterion as an officer does."""
    given = {
        "key": key,
        "type": type_,
        "title": title,
        "value": "privacy",
        "text": f"{title}. Beschrijf hoe u dit doet, en waaraan wij dat later kunnen zien.",
        "reason": "Bewoners vroegen hierom in de ronde over camera’s.",
        "risk": "Mensen worden gevolgd zonder dat zij het weten.",
        "small_firms": "Een halve dag werk.",
        "link": "Het gaat over de camera’s die wij kopen.",
        "evidence": ["Eén pagina tekst", "Een gegevensbeschermingseffectbeoordeling"],
        "anchors": STEPS,
        "changed_at": NOW,
    }
    return {**given, **changes}


def add_dossier(session: Session, officer_id: int, title: str, **changes: Any) -> Dossier:
    """Make a dossier in which all is filled in."""
    from waardewerk.values.operations import looking
    from waardewerk_procurement.fixed.fixing_content import LENS
    from waardewerk_procurement.models import Dossier, DossierCriterion, Lot

    given: dict[str, Any] = {
        "kind": "european",
        "title": title,
        "subject": "Camera’s die auto’s en fietsen tellen op twaalf kruispunten.",
        "technologies": ["camera"],
        "ai": "yes",
        "scale": {"kind": "linear", "lowest": "0", "highest": "10", "step": "5"},
        "closes_at": NOW + timedelta(60),
        "officer_id": officer_id,
        "made_at": NOW,
        "made_by": officer_id,
    }
    dossier = Dossier(**{**given, **changes})
    lots = {"formula": BAND, "tie_rule": [{"by": "quality"}, {"by": "lots"}]}
    dossier.lots = [
        Lot(key="lot-1", position=1, title="De hele opdracht", drop_out="keep-totals", **lots)
    ]
    met = {"met": "Drie van de drie.", "failed": "Minder dan drie."}
    written = (
        a_criterion("drie", "minimum_requirement", "Laat drie opdrachten zien", anchors=met),
        a_criterion("uitleg", "award_criterion", "Leg een telling uit", **SCORED),
        a_criterion("vergeten", "award_criterion", "Vergeet wat is gezien", **SCORED),
    )
    dossier.criteria = [
        DossierCriterion(position=place, **one) for place, one in enumerate(written, 1)
    ]
    session.add(dossier)
    session.flush()
    lens = looking.open_lens(
        session,
        kind=LENS,
        subject_id=dossier.id,
        title=title,
        url=f"/procurement/{dossier.id}/",
        actor_id=None,
        now=NOW,
    )
    reason = "Wij keken naar de rechten van anderen en vonden er geen die hier spelen."
    looking.say_nothing_else(session, lens, reason, actor_id=None, now=NOW)
    return dossier


def fix(session: Session, dossier: Dossier) -> None:
    """Fix a dossier as it stands."""
    from waardewerk_procurement.fixed.fixing_content import snapshot_of
    from waardewerk_procurement.fixed.snapshot import sha256_of, write_snapshot
    from waardewerk_procurement.models import Snapshot

    content = write_snapshot(snapshot_of(session, dossier, 1))
    sha256 = sha256_of(content)
    session.add(
        Snapshot(dossier_id=dossier.id, number=1, content=content, sha256=sha256, made_at=NOW)
    )
    dossier.state = "fixed"


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give a site with a dossier to lay before somebody, one that lacks much, and a fixed one."""
    site = start_site()
    officer = site.person("Ollie Officier", "beheerder").id
    with site.transaction() as session:
        whole = add_dossier(session, officer, "Verkeer tellen met camera’s")
        lacking = add_dossier(session, officer, "Nog lang niet af", closes_at=None)
        lacking.lots[0].formula = None
        lacking.criteria[1].value = ""
        fixed = add_dossier(session, officer, "Fietspaden meten met sensoren")
        fix(session, fixed)
        late = add_dossier(session, officer, "Gesloten", closes_at=NOW - timedelta(1))
        fix(session, late)
        assert [one.id for one in (whole, lacking, fixed, late)] == [1, 2, 3, 4]
    return site


@pytest.fixture
def officer(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of whoever leads the dossiers."""
    shown = screen_on(province.url)
    province.sign_in(shown.context, province.person("Ollie Officier", "beheerder"))
    return shown


@pytest.fixture
def second(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of the second pair of eyes."""
    shown = screen_on(province.url)
    province.sign_in(shown.context, province.person("Tess Tweede", "adviseur"))
    return shown


def test_four_eyes(officer: Screen, second: Screen) -> None:
    officer.open("/procurement/2/review").look("procurement-review-missing")
    officer.open("/procurement/1/review").look("procurement-review-concept")
    officer.press("Lay before the second person").look("procurement-review-waiting")
    officer.open("/procurement/1/").look("procurement-dossier-lens-closed")
    officer.follow("To the values of this dossier").look("values-lens-closed")
    closed = officer.path
    officer.open("/values/lenses").look("values-lenses-closed")
    officer.open(f"{closed}/wider", status=409).look("values-lens-closed-refused")
    second.open("/procurement/1/review").look("procurement-review")
    second.press("Send back", status=422).look("procurement-review-errors")
    second.fill(reason="De schaal van ‘Leg een telling uit’ heeft te grote stappen.")
    second.press("Send back").look("procurement-review-sent-back")
    officer.open("/procurement/1/review").press("Lay before the second person")
    second.open("/procurement/1/fixed").look("procurement-fixed-nothing")
    second.open("/procurement/1/review").press("Approve and fix").look("procurement-fixed")
    second.open("/procurement/1/fixed/1").look("procurement-fixed-version")


def test_rectification(province: Site, officer: Screen, second: Screen) -> None:
    from waardewerk_procurement.models import Dossier

    officer.open("/procurement/4/rectify").look("procurement-rectify-too-late")
    officer.open("/procurement/3/fixed").follow("Write a rectification")
    officer.press("Begin", status=422).look("procurement-rectify-errors")
    officer.fill(reason="De gewichten waren verwisseld.").press("Begin")
    officer.look("procurement-rectifying-nothing")
    with province.transaction() as session:
        dossier = session.get_one(Dossier, 3)
        dossier.criteria[1].weight, dossier.criteria[2].weight = 4000, 2000
        dossier.criteria[0].text = "Laat drie vergelijkbare opdrachten zien, niet ouder dan 3 jaar."
        dossier.revision += 1
    officer.open("/procurement/3/rectify").look("procurement-rectifying")
    officer.fill(closes_at="2020-01-01T12:00").press("Choose this closing date", status=422)
    officer.look("procurement-rectifying-errors")
    officer.open("/procurement/3/rectify/drop").look("procurement-rectify-drop")
    officer.open("/procurement/3/rectify").press("Lay before the second person")
    second.open("/procurement/3/review").look("procurement-rectification-review")
    second.press("Approve and fix").look("procurement-fixed-twice")
    second.open("/procurement/3/fixed/changes").look("procurement-fixed-changes")
