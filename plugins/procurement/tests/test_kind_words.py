"""A scheme speaks of applications, a tender of bids; who writes a page writes it once."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from waardewerk import i18n
from waardewerk.testing import SignInAs, UnitOfWork
from waardewerk_procurement.award.formulas import FORMULAS, FixedPrice, formulas_for
from waardewerk_procurement.kind_words import worded_for

from .setting_up import a_concept, a_scheme, fix


def test_only_a_scheme_gets_its_own_words(app: Flask) -> None:
    with app.app_context():
        i18n.speak("nl")
        assert i18n.gettext("Forms for suppliers") == "Formulieren voor leveranciers"
        with worded_for(is_subsidy=True):
            assert i18n.gettext("Forms for suppliers") == "Formulieren voor ontvangers"
            assert i18n.gettext("Lot: %(title)s", title="Noord") == "Onderdeel: Noord"
            assert i18n.gettext("Save") == "Opslaan", "what is the same is written once"
        with worded_for(is_subsidy=False):
            assert i18n.gettext("Lot: %(title)s", title="Noord") == "Perceel: Noord"


def test_the_pages_of_a_scheme_speak_of_applications(
    sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        scheme, tender = a_scheme(session), a_concept(session)
        fix(session, scheme)
        fix(session, tender)
        numbers = scheme.id, tender.id
    reader: FlaskClient = sign_in_as("civil_servant")
    of_scheme, of_tender = (reader.get(f"/procurement/{number}/").text for number in numbers)
    assert "Articles for the scheme, assessment guide and application form" in of_scheme
    assert "Programme of requirements, award guide and answer form" in of_tender
    assert "How is the money divided?" in reader.get(f"/procurement/{numbers[0]}/fixed/1").text
    assert "How is it awarded?" in reader.get(f"/procurement/{numbers[1]}/fixed/1").text


def test_a_scheme_is_offered_a_set_amount_first_and_nothing_that_buys_points() -> None:
    offered = formulas_for(is_subsidy=True)
    assert offered[0] is FixedPrice
    assert {one.name for one in FORMULAS} - {one.name for one in offered} == {
        "award-on-value",
        "price-per-point",
    }
    assert formulas_for(is_subsidy=False) == FORMULAS
