"""A subsidy scheme as its officer sees it while it is written, in the words of a scheme."""

from __future__ import annotations

from .conftest import OpenScreen
from .site import Site
from .test_procurement_documents_states import dossiers


def test_a_scheme_that_is_written(site: Site, screen: OpenScreen) -> None:
    person = site.person("Sam Subsidie", "civil_servant")
    with site.transaction() as session:
        made = dossiers().a_scheme(session, person.id)
        made.lots[0].title = "De hele regeling"
        scheme = made.id
    officer, root = screen(person), f"/procurement/{scheme}"
    officer.open(f"{root}/").look("procurement-scheme")
    officer.open(f"{root}/setup").look("procurement-scheme-setup")
    officer.open(f"{root}/lots").look("procurement-scheme-lots")
    officer.open(f"{root}/lots/lot-1/formula").look("procurement-scheme-formulas")
    officer.open(f"{root}/lots/lot-1/formula/award-on-value", status=404)
    officer.look("procurement-scheme-no-such-formula")
    officer.open(f"{root}/trial").look("procurement-scheme-trial")
