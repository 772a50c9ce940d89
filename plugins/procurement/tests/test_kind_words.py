"""A scheme speaks of applications, a tender of bids; who writes a page writes it once."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

import waardewerk_procurement
from waardewerk import i18n
from waardewerk.testing import SignInAs, UnitOfWork, submit
from waardewerk_procurement.award.formulas import FORMULAS, FixedPrice, formulas_for
from waardewerk_procurement.checking.rules import Rule, shipped_rules
from waardewerk_procurement.criteria import KINDS
from waardewerk_procurement.kind_words import IN_A_SCHEME, PLURALS_IN_A_SCHEME, worded_for

from .setting_up import a_concept, a_scheme, fix
from .tender_words import NOT_IN_A_SCHEME, TENDER_WORDS, tender_words

PLACES = re.compile(r"%\(\w+\)s")
CATALOGUE = (
    Path(waardewerk_procurement.__file__).parent / "translations/nl/LC_MESSAGES/procurement.po"
)


def _catalogue() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Give every text of the plugin by its first form: in English, and in Dutch."""
    with CATALOGUE.open("rb") as file:
        held = [one for one in read_po(file) if one.id]
    return {_forms(one.id)[0]: (_forms(one.id), _forms(one.string)) for one in held}


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


TEXTS = _catalogue()
SAID_OF_TENDERS_ALONE = tuple(itertools.chain.from_iterable(NOT_IN_A_SCHEME.values()))
OF_A_SCHEME = {*IN_A_SCHEME.values(), *(one for one, _many in PLURALS_IN_A_SCHEME.values())}


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


def test_forms_and_refusals_of_a_scheme_speak_of_applications_too(
    sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        scheme, tender = a_scheme(session).id, a_concept(session).id
    officer = sign_in_as("administrator")
    officer.set_cookie("language", "nl")
    said = {}
    for number in (scheme, tender):
        form = officer.get(f"/procurement/{number}/lots/lot-1").text
        refused = submit(officer, f"/procurement/{number}/lots/lot-1/remove", {})
        gone = officer.get(f"/procurement/{number}/lots/lot-9")
        said[number] = [form, refused.text, gone.text]
    for text, words in zip(
        said[scheme],
        ("Titel van het onderdeel", "Een regeling houdt altijd", "Dit onderdeel bestaat niet"),
        strict=True,
    ):
        assert words in text
    for text, words in zip(
        said[tender],
        ("Titel van het perceel", "Een dossier houdt altijd", "Dit perceel bestaat niet"),
        strict=True,
    ):
        assert words in text


def test_a_formula_that_a_scheme_does_not_have_is_not_reached_by_its_address(
    sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        numbers = a_scheme(session).id, a_concept(session).id
    officer = sign_in_as("administrator")
    answers = [
        officer.get(f"/procurement/{number}/lots/lot-1/formula/award-on-value").status_code
        for number in numbers
    ]
    assert answers == [404, 200]


def test_a_scheme_is_not_tried_by_a_formula_that_it_does_not_have(
    sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        numbers = a_scheme(session).id, a_concept(session).id
    officer = sign_in_as("administrator")
    scheme, tender = (officer.get(f"/procurement/{number}/trial").text for number in numbers)
    assert "Award on value" in tender
    assert "Award on value" not in scheme
    assert "Straight line from the lowest to the highest amount" in scheme


def test_a_scheme_is_offered_a_set_amount_first_and_nothing_that_buys_points() -> None:
    offered = formulas_for(is_subsidy=True)
    assert offered[0] is FixedPrice
    assert {one.name for one in FORMULAS} - {one.name for one in offered} == {
        "award-on-value",
        "price-per-point",
    }
    assert formulas_for(is_subsidy=False) == FORMULAS


# Every text -------------------------------------------------------------------------------------


def said_of_tenders(text: str) -> list[str]:
    """Give the words of a tender in a text and its Dutch; the places in it are no words."""
    english, dutch = TEXTS[text]
    return [
        *itertools.chain.from_iterable(tender_words(PLACES.sub("", one), "en") for one in english),
        *itertools.chain.from_iterable(tender_words(PLACES.sub("", one), "nl") for one in dutch),
    ]


def test_every_text_with_a_word_of_a_tender_says_what_a_scheme_says_or_why_not() -> None:
    known = {*IN_A_SCHEME, *PLURALS_IN_A_SCHEME, *SAID_OF_TENDERS_ALONE}
    assert [text for text in TEXTS if said_of_tenders(text) and text not in known] == []


def test_no_text_is_kept_that_nothing_says_any_more() -> None:
    kept = itertools.chain(IN_A_SCHEME, PLURALS_IN_A_SCHEME, SAID_OF_TENDERS_ALONE)
    assert [text for text in kept if text not in TEXTS] == []
    assert [text for text in SAID_OF_TENDERS_ALONE if not said_of_tenders(text)] == []


def test_what_a_scheme_says_holds_no_word_of_a_tender() -> None:
    assert [text for text in OF_A_SCHEME if said_of_tenders(text)] == []


def test_what_a_scheme_says_asks_for_nothing_that_is_not_given() -> None:
    pairs = [
        *IN_A_SCHEME.items(),
        *((one, scheme) for one, forms in PLURALS_IN_A_SCHEME.items() for scheme in forms),
    ]
    asked = {said: set(PLACES.findall(said)) - set(PLACES.findall(of)) for of, said in pairs}
    assert [said for said, more in asked.items() if more] == []


def test_no_finding_on_a_scheme_says_a_word_of_a_tender() -> None:
    told = [
        (rule.key, said, language)
        for rule in shipped_rules()
        if "subsidy" in rule.kinds and is_about_schemes(rule)
        for language in TENDER_WORDS
        for said in texts_of(rule.told_for("subsidy"), language)
    ]
    assert [one for one in told if tender_words(one[1], one[2])] == []


def is_about_schemes(rule: Rule) -> bool:
    """Tell whether a rule looks at a type of criterion that a scheme has."""
    return not rule.types or any(KINDS[type_].used_in == "subsidy" for type_ in rule.types)


def texts_of(rule: Rule, language: str) -> list[str]:
    """Give all that is read of a finding."""
    return [rule.message.for_language(language), rule.advice.for_language(language), *rule.sources]


#: A promise is a *toezegging*, and a lens is that of a scan (translations/glossary.md).
OTHER_WORDS = re.compile(r"\bbelo(fte|ften|ofd|ofde)\b|\b(waarden)?lens\b", re.IGNORECASE)


def test_dutch_has_one_word_for_one_thing() -> None:
    said = [text for _english, dutch in TEXTS.values() for text in dutch]
    for rule in shipped_rules():
        for kind in rule.kinds:
            said += texts_of(rule.told_for(kind), "nl")
    assert [text for text in said if OTHER_WORDS.search(text)] == []
