"""The library of criteria: searching, one's own, files, mistakes, and somebody who was first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from waardewerk.documents.sheets import Sheet, Workbook, to_xlsx
from waardewerk.values import demo
from waardewerk_procurement.criteria import Criterion, shipped_criteria
from waardewerk_procurement.library import sheet as library_sheet
from waardewerk_procurement.operations import stocking
from waardewerk_procurement.queries import library

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

NOW = datetime.now(UTC)
LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten " * 2
ROLES = ("administrator", "adviseur", "aanjager", "beheerder", "executive_member", "civil_servant")
MADE_FROM = "/procurement/library/new/award_criterion?based_on="


def one_of(type_: str) -> Criterion:
    """Give the first shipped criterion of a type."""
    return next(one for one in shipped_criteria() if one.type == type_)


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give a site with the values and accents of the demo."""
    site = start_site()
    people = {role: site.person(f"Persoon {role}", role).id for role in ROLES}
    with site.transaction() as session:
        demo.load(session, people, NOW)
    return site


@pytest.fixture
def keeper(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of who keeps the library."""
    shown = screen_on(province.url)
    province.sign_in(shown.context, province.person("Kees Keeper", "adviseur"))
    return shown


@pytest.fixture
def own(province: Site) -> str:
    """Add a criterion of the province; return its key."""
    shipped = one_of("award_criterion")
    named = shipped.model_copy(update={"id": "urn:waardewerk:criterion:ons:uitleg-bij-ons"})
    with province.transaction() as session:
        return library.criterion_of(
            stocking.add_criterion(session, named, actor_id=None, now=NOW)
        ).key


def upload(screen: Screen, name: str, content: bytes) -> None:
    """Choose a file."""
    screen.page.locator('[name="file"]').set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_searching(province: Site, keeper: Screen, screen_on: OpenScreen) -> None:
    keeper.open("/procurement/library").look("library")
    keeper.open("/procurement/library?page=7").look("library-last")
    keeper.fill(words="uitleg").press("Search").look("library-words")
    keeper.open("/procurement/library?technology=camera&ambition=3&kind=kpi").look("library-narrow")
    keeper.open("/procurement/library?words=zebrapad").look("library-none")
    reader = screen_on(province.url, locale="en-GB")
    province.sign_in(reader.context, province.person("Lies Lezer", "civil_servant"))
    reader.open("/procurement/library").look("library-english", language="en")


@pytest.mark.parametrize(
    "type_", ["award_criterion", "exclusion_ground", "contract_condition", "subsidy_duty", "kpi"]
)
def test_one_criterion(keeper: Screen, type_: str) -> None:
    keeper.open(f"/procurement/library/criteria/{one_of(type_).key}").look(f"library-{type_}")


def test_writing_one(keeper: Screen) -> None:
    keeper.open("/procurement/library/new").look("library-type")
    keeper.press("Go on").look("library-form-ground")
    keeper.open("/procurement/library/new/award_criterion").look("library-form")
    for summary in keeper.page.locator("#content summary").all():
        summary.click()
    keeper.look("library-form-open")
    keeper.press("Save", status=422).look("library-form-errors")
    shipped = one_of("award_criterion")
    keeper.open(f"{MADE_FROM}{shipped.key}").look("library-form-copy")
    keeper.fill(title_nl=LONG, weight_least="30", weight_most="20")
    keeper.press("Save", status=422).look("library-form-range")
    keeper.fill(weight_most="40").press("Save").look("library-own")


def test_changing_one(province: Site, keeper: Screen, own: str) -> None:
    keeper.open(f"/procurement/library/criteria/{own}/change").look("library-change")
    with province.transaction() as session:
        row = library.get_own(session, own)
        other = library.criterion_of(row).model_copy(update={"ambition": 3})
        stocking.change_criterion(
            session, row, other, revision=row.revision, actor_id=None, now=NOW
        )
    keeper.fill(title_nl="Uitleg zoals wij die willen")
    keeper.press("Save", status=409).look("library-conflict")
    keeper.press("Save")
    keeper.follow("Offer it no longer").look("library-retire")
    keeper.press("Offer it no longer").look("library-retired")
    keeper.press("Offer it again").look("library-again")


def test_files(keeper: Screen) -> None:
    keeper.open("/procurement/library/import").look("library-import")
    keeper.press("Look at what is in it", status=422).look("library-import-errors")
    upload(keeper, "criteria.xlsx", b"titel;type\n")
    keeper.press("Look at what is in it", status=422).look("library-import-csv")
    upload(keeper, "criteria.yaml", b"criteria:\n  - id: x\n    id: y\n")
    keeper.press("Look at what is in it", status=422).look("library-import-yaml")
    upload(keeper, "criteria.xlsx", a_mixed_sheet())
    keeper.press("Look at what is in it").look("library-preview")
    keeper.submit().look("library-added")
    upload_same(keeper)


def upload_same(keeper: Screen) -> None:
    """Bring in what is there already."""
    keeper.open("/procurement/library/import")
    upload(keeper, "criteria.xlsx", to_xlsx(library_sheet.workbook(shipped_criteria()[:2], str)))
    keeper.press("Look at what is in it").look("library-preview-same")


def a_mixed_sheet() -> bytes:
    """Make a sheet with a row of each kind: new, the same, different, and wrong in two ways."""
    shipped = shipped_criteria()[:2]
    sheet = library_sheet.workbook(shipped, str).sheets[0]
    same, other = (dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows)
    rows = [
        {**same, "id": None, "title_nl": "Een nieuwe grond"},
        same,
        {**other, "title_nl": LONG},
        {
            **same,
            "id": None,
            "title_nl": "Zonder waarden en zonder bewijs",
            "values": None,
            "evidence_nl": None,
            "ambition": "heel veel",
        },
        {},
    ]
    rows[4] = {"title_nl": "Alleen een titel"}
    cells = [[row.get(name) for name in sheet.columns] for row in rows]
    return to_xlsx(Workbook("Criteria", [Sheet("Criteria", sheet.columns, cells)]))
