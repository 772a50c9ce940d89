"""After the award: promises, findings and lessons, and the page behind a supplier's link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from waardewerk.i18n import day_of
from waardewerk.values import demo as values
from waardewerk_procurement import demo
from waardewerk_procurement.models import Decision, Dossier, FollowUp, SupplierForm
from waardewerk_procurement.operations import asking
from waardewerk_procurement.queries import following

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

NOW = datetime.now(UTC)
ROLES = (
    "administrator",
    "adviseur",
    "aanjager",
    "beheerder",
    "executive_member",
    "civil_servant",
)
NOT_SAVED = "[data-state=typing], [data-state=sending]"
LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijvingsdocument " * 3


@dataclass(frozen=True)
class Province:
    """A site with the dossiers of the demo, and who leads them."""

    site: Site
    officer: str = "Ina Inkoper"

    def dossier(self, state: str) -> int:
        """Give the number of the dossier in a state."""
        with self.site.transaction() as session:
            return session.query(Dossier.id).filter(Dossier.state == state).scalar()

    def promise(self, criterion: str) -> str:
        """Give the address of one promise."""
        with self.site.transaction() as session:
            row = session.query(FollowUp).filter(FollowUp.criterion == criterion).first()
            return f"/procurement/{row.dossier_id}/promises/{row.id}"

    def link(self, state: str) -> str:
        """Make a link for the first bidder, and give its path."""
        secret = str(self.site.app.secret_key)
        with self.site.transaction() as session:
            dossier = session.get_one(Dossier, self.dossier_in(session, state))
            bid = following.bids_of(session, dossier)[1]
            until = day_of(NOW + timedelta(20))
            form = asking.open_form(
                session, dossier, bid, until, secret=secret, actor_id=None, now=NOW
            )
            return f"/leverancier/{asking.link_token(form, secret)}"

    @staticmethod
    def dossier_in(session: object, state: str) -> int:
        """Give the number of the dossier in a state, within a transaction."""
        return session.query(Dossier.id).filter(Dossier.state == state).scalar()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Site:
    """Give a site with this plugin and the dossiers of the demo."""
    made = start_site()
    people = {role: made.person(f"Rol {role}", role).id for role in ROLES}
    people["civil_servant"] = made.person("Ina Inkoper", "civil_servant").id
    with made.transaction() as session:
        values.load(session, people, NOW)
        demo.load(session, people, secret=str(made.app.secret_key), now=NOW)
    return made


@pytest.fixture
def province(site: Site) -> Province:
    """Give the site with words for what is on it."""
    return Province(site)


@pytest.fixture
def officer(site: Site, screen: OpenScreen) -> Screen:
    """Give the browser of who leads the dossiers."""
    return screen(site.person("Ina Inkoper", "civil_servant"))


def test_promises_from_the_list_to_their_end(
    province: Province, officer: Screen, screen: OpenScreen
) -> None:
    number = province.dossier("execution")
    officer.open(f"/procurement/{number}/promises").look("promises")
    reader = screen(province.site.person("Gerda Gedeputeerde", "executive_member"))
    reader.open(f"/procurement/{number}/promises").look("promises-reader")
    one = province.promise("onderzoek-mag")
    reader.open(one).look("promise-reader")
    officer.open(one).look("promise")
    officer.press("Write down", status=422).look("promise-errors")
    officer.choose("colour", "green").fill(reason=LONG)
    officer.press("Write down").look("promise-found")
    officer.follow("Change").look("promise-change")
    officer.fill(due="").press("Save", status=422).look("promise-change-errors")
    officer.follow("Back").follow("Change the words").look("promise-reword")
    officer.fill(norm="").press("Save", status=422).look("promise-reword-errors")
    officer.open(f"{province.promise('verwijderd-op-tijd')}/end").look("promise-end")
    officer.press("Write down", status=422).look("promise-end-errors")
    officer.choose("verdict", "kept").fill(reason="Twee keer gemeten.")
    officer.press("Write down").look("promise-next-period")
    officer.open(province.promise("momenten-van-invloed")).look("promise-ended")
    officer.open("/").look("dashboard-promises")


def test_before_anything_runs(province: Province, officer: Screen) -> None:
    concept = province.dossier("concept")
    officer.open(f"/procurement/{concept}/promises").look("promises-not-yet")
    officer.open(f"/procurement/{concept}/learned").look("learned-not-yet")
    officer.open(f"/procurement/{concept}/forms").look("supplier-forms-none")


def test_a_decision_that_cannot_be_carried_out_yet_and_one_that_can(
    province: Province, officer: Screen, screen: OpenScreen
) -> None:
    number = province.dossier("execution")
    with province.site.transaction() as session:
        dossier = session.get_one(Dossier, number)
        dossier.state = "decision"
        decisions = following.decisions_of(session, dossier)
        lots = list(decisions)
        session.get_one(Decision, lots[0]).standstill_until = day_of(NOW + timedelta(3))
    officer.open(f"/procurement/{number}/promises").look("promises-cannot-begin")
    with province.site.transaction() as session:
        session.get_one(Decision, lots[0]).standstill_until = day_of(NOW - timedelta(3))
    officer.open(f"/procurement/{number}/promises").look("promises-can-begin")
    reader = screen(province.site.person("Gerda Gedeputeerde", "executive_member"))
    reader.open(f"/procurement/{number}/promises").look("promises-can-begin-reader")
    with province.site.transaction() as session:
        session.get_one(Dossier, number).state = "execution"


def test_a_link_is_made_read_and_ended(province: Province, officer: Screen) -> None:
    number = province.dossier("execution")
    forms = f"/procurement/{number}/forms"
    officer.open(forms).look("supplier-forms")
    officer.press("Make the link", status=422).look("supplier-forms-errors")
    officer.fill(open_until=str(day_of(NOW + timedelta(14))))
    officer.press("Make the link").look("supplier-form-open")
    officer.press("End this link").look("supplier-form-ended")
    with province.site.transaction() as session:
        done = session.query(SupplierForm.id).filter(SupplierForm.handed_in_at.is_not(None))
        handed_in = done.first()[0]
    officer.open(f"{forms}/{handed_in}").look("supplier-form-handed-in")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_supplier_fills_in_on_a_phone(
    province: Province, screen: OpenScreen, scripts: bool
) -> None:
    if not scripts:
        with province.site.transaction() as session:
            for form in session.query(SupplierForm).filter(SupplierForm.purpose == "requirements"):
                form.open_until = day_of(NOW - timedelta(1))
    name = "supplier" if scripts else "supplier-plain"
    link = province.link("assessment")
    phone = screen(java_script_enabled=scripts, viewport={"width": 320, "height": 640})
    phone.open(link).look(name)
    phone.press("Hand in", status=422).look(f"{name}-too-early")
    for answers in phone.page.locator("#content fieldset").all():
        answers.locator("input[type=radio]").first.check()
    phone.page.locator("textarea").first.fill(LONG)
    if scripts:
        phone.page.locator(NOT_SAVED).first.wait_for(state="detached")
        phone.open(link)
        assert phone.page.locator("textarea").first.input_value() == LONG.strip()
        phone.look(f"{name}-saved")
    phone.press("Save")
    phone.press("Hand in").look(f"{name}-handed-in")
    assert not phone.context.cookies()


def test_an_answer_that_was_changed_on_another_device(
    province: Province, screen: OpenScreen
) -> None:
    link = conflict_link(province)
    phone, desk = screen(), screen()
    phone.open(link)
    desk.open(link)
    phone.page.locator("textarea").first.fill("Getypt op de telefoon.")
    phone.page.get_by_text(phone.say("Saved at %(time)s").partition("%")[0]).first.wait_for()
    desk.expected.add(409)
    desk.page.locator("textarea").first.fill("Getypt aan het bureau.")
    desk.page.locator(".ww-conflict").wait_for()
    desk.look("supplier-conflict")
    desk.press("Keep what I have here")
    assert desk.page.locator("textarea").first.input_value() == "Getypt aan het bureau."
    phone.page.locator("textarea").first.fill("Toch anders.")
    phone.expected.add(409)
    phone.page.locator(".ww-conflict").wait_for()
    with phone.page.expect_navigation():
        phone.page.locator("[name=go][value=save]").click()
    phone.look("supplier-conflict-kept")


def conflict_link(province: Province) -> str:
    """Make a link for another bidder than the other tests use."""
    secret = str(province.site.app.secret_key)
    with province.site.transaction() as session:
        dossier = session.get_one(Dossier, province.dossier_in(session, "assessment"))
        bid = following.bids_of(session, dossier)[2]
        until = day_of(NOW + timedelta(9))
        form = asking.open_form(session, dossier, bid, until, secret=secret, actor_id=None, now=NOW)
        return f"/leverancier/{asking.link_token(form, secret)}"


def test_a_link_that_ended_or_never_was(province: Province, screen: OpenScreen) -> None:
    guest = screen()
    guest.open("/leverancier/geen-link", status=404).look("supplier-unknown")
    link = conflict_link(province)
    with province.site.transaction() as session:
        for form in session.query(SupplierForm).filter(SupplierForm.handed_in_at.is_(None)):
            form.open_until = day_of(NOW - timedelta(1))
    guest.open(link).look("supplier-closed")


def test_what_was_learned_and_the_end(province: Province, officer: Screen) -> None:
    number = province.dossier("execution")
    learned = f"/procurement/{number}/learned"
    officer.open(learned).look("learned")
    officer.press("Write down", status=422).look("learned-errors")
    officer.page.select_option("[name=value]", "privacy")
    officer.choose("signal", "wrongly_interpreted").fill(text="Vraag ook naar de camera zelf.")
    officer.press("Write down").look("learned-sent-on")
    with province.site.transaction() as session:
        for row in session.query(FollowUp).filter(FollowUp.dossier_id == number):
            row.ended = row.ended or "kept"
    officer.open(learned).look("learned-can-close")
    officer.press("Close the dossier").look("learned-closed")
    officer.open(f"/procurement/{number}/promises").look("promises-closed")
