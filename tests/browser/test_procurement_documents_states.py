"""The page with documents of a dossier: before it is fixed, a tender, a scheme, a large one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

DOSSIERS = Path(__file__).parents[2] / "plugins/procurement/tests/setting_up.py"
LONG = "Verkeersstromenregistratiesystemen voor kruispunten langs provinciale wegen " * 2


def dossiers() -> ModuleType:
    """Load what puts a dossier at a point of its way."""
    spec = importlib.util.spec_from_file_location("procurement_setting_up", DOSSIERS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def officer(site: Site, screen: OpenScreen) -> Screen:
    """Give the browser of an officer."""
    return screen(site.person("Ina Inkoper", "civil_servant"))


def test_documents_of_dossiers(site: Site, officer: Screen) -> None:
    made = dossiers()
    with site.transaction() as session:
        concept = made.a_concept(session, title="Nog niet vastgesteld").id
        tender = made.fix(session, made.a_concept(session)).dossier_id
        scheme = made.fix(session, made.a_scheme(session)).dossier_id
        large = made.a_concept(session, title=LONG[:150])
        large.criteria += [
            made.a_criterion(f"more-{place}", "contract_condition", f"More {place}", position=place)
            for place in range(10, 60)
        ]
        session.flush()
        made.fix(session, large)
        row = made.fix(session, large, number=2)
        rectified = row.dossier_id
    officer.open(f"/procurement/{concept}/documents").look("procurement-documents-none")
    officer.open(f"/procurement/{tender}/documents").look("procurement-documents-tender")
    officer.open(f"/procurement/{scheme}/documents").look("procurement-documents-scheme")
    officer.open(f"/procurement/{rectified}/documents").look("procurement-documents-large")
    officer.open(f"/procurement/{tender}/documents/ocds.pdf", status=404)
    officer.open(f"/procurement/{tender}/documents/award-guide.html").look(
        "procurement-award-guide-web"
    )
