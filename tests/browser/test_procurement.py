"""A tender and a subsidy scheme from concept to follow-up, in browsers without scripts.

An officer, a second pair of eyes, three assessors who score alone, and a supplier who has a link
and no account.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import docx
import odfdo
import openpyxl
import pypdf
import pytest
from playwright.sync_api import Locator

from waardewerk.i18n import day_of

from .conftest import OpenScreen
from .screen import PHOTOGRAPHS, Screen, photographing
from .site import Site
from .test_values import adopt, choose_seven_values

PHONE = {"viewport": {"width": 320, "height": 720}, "java_script_enabled": False}
DESK_WITHOUT_SCRIPTS = {"java_script_enabled": False}
NARROW = (320,)
TENDER = "Verkeer tellen met camera’s"
SCHEME = "Meten met bewoners"
ASSESSORS = ("Bea Beoordelaar", "Cor Beoordelaar", "Dia Beoordelaar")
FORGET, SAY, KPI = "minder-dan-de-wet-toestaat", "momenten-van-invloed", "verwijderd-op-tijd"
OWN = {
    "title": "Leg een telling uit",
    "text": "Laat zien hoe u aan een bewoner uitlegt wat een camera telt.",
    "question": "Hoe legt u een telling uit aan iemand die voor de camera staat?",
    "reason": "Bewoners vroegen in de ronde over camera’s wat er met hun beeld gebeurt.",
    "risk": "Mensen weten niet dat zij worden geteld.",
    "small_firms": "Een halve dag schrijven.",
    "link": "Het gaat over de camera’s die wij kopen.",
    "evidence": "Eén pagina tekst",
}
REFUSAL = {
    "title": "Wie mensen volgt",
    "text": "Wij weigeren een aanvraag waarin bewoners herkenbaar in beeld komen.",
    "legal_sources": "Subsidieverordening 2027, artikel 5",
}
DUTY = {
    "title": "Leg bewoners uit wat u mat",
    "duty_reason": "Bewoners beslissen mee. Daarvoor is de subsidie.",
}
STEPS = (
    "Geen antwoord.",
    "Alleen algemene woorden.",
    "Een deel van de uitleg, zonder voorbeeld.",
    "Hele uitleg met een voorbeeld.",
    "Ook beproefd bij bewoners.",
    "Ook beproefd, en beloofd hoe vaak het lukt.",
)
INTEREST = "Mijn broer werkt er."
NOTE = "Ik vind de uitleg van Noot BV te mager voor een zes."
BETTER = "De winnaar beproefde dit bij bewoners. Dat staat niet in uw inschrijving."
LESSON = "Vraag de volgende keer ook wie de uitleg bijhoudt."


@dataclass(frozen=True)
class Bids:
    """What becomes of bids; the first wins."""

    #: What each assessor gives each bidder on everything; who has an interest gives nothing.
    given: Mapping[str, Mapping[str, str]]
    agreed: Mapping[str, str]
    prices: Mapping[str, str]
    #: Of the dossier, and the word with which its photographs begin.
    title: str
    name: str
    #: The words of the buttons: a scheme knows no prices.
    fill_in: str = "Fill in prices"
    keep: str = "Keep the prices"
    file: str = "Save the award file"

    @property
    def bidders(self) -> tuple[str, ...]:
        """The names in the order of the list."""
        return tuple(self.agreed)


BIDS = Bids(
    given={
        ASSESSORS[0]: {"Aap BV": "8", "Noot BV": "6", "Mies BV": "4"},
        ASSESSORS[1]: {"Aap BV": "8", "Noot BV": "2", "Mies BV": "4"},
        ASSESSORS[2]: {"Aap BV": "6", "Noot BV": "6"},
    },
    agreed={"Aap BV": "8", "Noot BV": "6", "Mies BV": "4"},
    prices={"Aap BV": "110.000,00", "Noot BV": "95.000,00", "Mies BV": "80.000,00"},
    title=TENDER,
    name="tender",
)
SCORES_OF_APPLICATIONS = {"Buurt aan de dijk": "8", "Wijkfonds": "6", "Dorpsraad": "4"}
#: There is € 90,000: the first two fit under it, and the third does not.
APPLICATIONS = Bids(
    given=dict.fromkeys(ASSESSORS, SCORES_OF_APPLICATIONS),
    agreed=SCORES_OF_APPLICATIONS,
    prices={"Buurt aan de dijk": "40.000", "Wijkfonds": "45.000", "Dorpsraad": "30.000"},
    title=SCHEME,
    name="scheme",
    fill_in="Fill in amounts",
    keep="Keep the amounts",
    file="Save the calculation file",
)


@dataclass
class Clock:
    """The clock of the pages of dossiers, which a test puts forward."""

    ahead: timedelta = timedelta(0)

    def now(self, zone: tzinfo | None = None) -> datetime:
        """Tell what it says."""
        return datetime.now(zone) + self.ahead

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**by)

    def day(self, days: int) -> str:
        """Give a day from the day that it says, as a form has it."""
        return day_of(self.now(UTC) + timedelta(days)).isoformat()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock by which dossiers close and decisions stand still."""
    from waardewerk_procurement.views import blueprint

    given = Clock()
    monkeypatch.setattr(blueprint, "datetime", given)
    return given


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give the site of a province."""
    return start_site()


@dataclass(frozen=True)
class People:
    """A browser for each who takes part in a dossier."""

    officer: Screen
    second: Screen
    assessors: Mapping[str, Screen]
    supplier: Screen


@pytest.fixture
def people(province: Site, screen_on: OpenScreen) -> People:
    """Let everybody be signed in who has an account; values were adopted before."""

    def signed_in(name: str, role: str, options: Mapping[str, object]) -> Screen:
        screen = screen_on(province.url, **options)
        province.sign_in(screen.context, province.person(name, role))
        return screen

    writer = screen_on(province.url, **DESK_WITHOUT_SCRIPTS)
    roles = ("adviseur", "beheerder", "aanjager")
    province.sign_in(writer.context, province.person("Ada Adviseur", *roles))
    if writer.open("/values/").link("Begin with a first version").count():
        choose_seven_values(writer)
        adopt(writer, "PS 2026-11")
    return People(
        officer=signed_in("Ina Inkoper", "adviseur", DESK_WITHOUT_SCRIPTS),
        second=signed_in("Tess Tweede", "beheerder", DESK_WITHOUT_SCRIPTS),
        assessors={one: signed_in(one, "civil_servant", PHONE) for one in ASSESSORS},
        supplier=screen_on(province.url, **PHONE),
    )


def test_a_tender_from_concept_to_what_was_learned(people: People, clock: Clock) -> None:
    officer, second = people.officer, people.second
    home = begin(officer, clock, "european", TENDER)
    look_wider(officer, home)
    own = ask(officer, home)
    weigh_wrongly_and_mend(officer, home, own)
    choose_rules(officer, home)
    try_rules(officer, home, own)
    fix(officer, second, home)
    documents = take_documents(officer, home)
    assert {name.rsplit(".", 1)[-1] for name in documents} == set(READERS)
    rectify(officer, second, home, own)

    clock.forward(days=61)
    stands_still(officer, home, own)
    list_bids_and_appoint(officer, home, BIDS)
    score_blindly(people, home, BIDS)
    agree(people, home, BIDS)
    rank(officer, home, BIDS)
    decide(second, home)
    write_letters(officer, home, BIDS)

    officer.open(f"{home}/promises")
    said = officer.say(
        "Bidders can still go to court: the standstill lasts up to and including %(day)s."
    )
    assert said.partition("%")[0] in officer.text
    clock.forward(days=30)
    carry_out(officer, home)
    officer.look("tender-promises", widths=(320, 1280))
    supplier_says(people, clock, home, BIDS)
    end_promises(officer, clock, home, BIDS)
    learn(officer, home, BIDS)


def test_a_subsidy_scheme_from_concept_to_what_was_learned(people: People, clock: Clock) -> None:
    officer, second = people.officer, people.second
    home = begin(officer, clock, "subsidy", SCHEME)
    look_wider(officer, home)
    plan = write_scheme(officer, home)
    fix(officer, second, home)
    documents = take_documents(officer, home)
    articles = " ".join(read_pdf(documents["scheme.pdf"]).split())
    assert "4:38" in articles
    assert DUTY["duty_reason"] in articles
    rectify(officer, second, home, plan)

    clock.forward(days=61)
    stands_still(officer, home, plan)
    list_bids_and_appoint(officer, home, APPLICATIONS)
    meets_all(officer, home, APPLICATIONS)
    score_blindly(people, home, APPLICATIONS)
    agree(people, home, APPLICATIONS)
    rank(officer, home, APPLICATIONS)
    decide(second, home)
    second.open(f"{home}/lots/lot-1/decision").look("scheme-granted", widths=(320, 1280))
    refused = write_letters(officer, home, APPLICATIONS)
    assert "plafondvan€90.000,00isbereiktopplaats3" in re.sub(r"[\s\u200b]", "", refused)
    clock.forward(days=50)
    carry_out(officer, home)
    officer.look("scheme-duties", widths=(320, 1280))
    followed = officer.page.locator("#content table").first.inner_text()
    assert "Buurt aan de dijk" in followed
    assert "Wijkfonds" in followed
    assert "Dorpsraad" not in followed
    supplier_says(people, clock, home, APPLICATIONS)
    end_promises(officer, clock, home, APPLICATIONS)
    learn(officer, home, APPLICATIONS)


def test_a_page_with_nothing_on_it_is_seen_to_be_blank() -> None:
    white, written = bytes([255]) * 1000, bytes([255] * 990 + [0] * 10)
    assert ink_on(b"P5\n10 100\n255\n" + white) < LEAST_INK
    assert ink_on(b"P5\n10 100\n255\n" + written) > LEAST_INK


# Concept ---------------------------------------------------------------------------------------


def begin(officer: Screen, clock: Clock, kind: str, title: str) -> str:
    """Begin a dossier on one screen; return its address."""
    officer.open("/procurement/")
    is_first = officer.link("Begin the first dossier").count()
    officer.follow("Begin the first dossier" if is_first else "Begin a dossier")
    officer.choose("kind", kind).choose("technologies", "camera").choose("ai", "later")
    officer.fill(
        title=title,
        subject="Camera’s die op twaalf kruispunten auto’s en fietsers tellen.",
        legal_basis="Subsidieverordening 2027, artikel 3" if kind == "subsidy" else "",
        publish_on=clock.day(10),
        closes_at=f"{clock.day(60)}T12:00",
    )
    officer.press("Begin this dossier")
    return officer.path.rstrip("/")


def look_wider(officer: Screen, home: str) -> None:
    """Look through the values of the province, and say why there is nothing else."""
    officer.open(f"{home}/").press("Look at this dossier through our values")
    officer.follow("Draw cards")
    officer.fill(reason="Wij lazen alle kaarten. Geen ervan raakt deze camera’s.")
    officer.press("There is nothing else")
    officer.follow("To the page of this project")
    assert officer.path == f"{home}/"
    assert officer.shows("People looked wider than the core values.")


def ask(officer: Screen, home: str) -> str:
    """Take two criteria and an indicator from the library, write one; return the key of that."""
    for key, why in ((FORGET, "Wie langsfietst wil vergeten worden."), (SAY, "Zij wonen er.")):
        officer.open(f"{home}/criteria").follow("Take one from the library")
        take(officer, key, why)
        complete(officer, key)
    take(officer.open(f"{home}/criteria/{FORGET}"), KPI, "Anders weten wij het na een jaar niet.")
    complete(officer, KPI)
    own = write(officer, home, "Award criterion", "transparantie")
    officer.look("tender-own-criterion", widths=NARROW)
    officer.open(f"{home}/criteria/{FORGET}")
    officer.page.get_by_label("Gegevens").first.check()
    officer.press("Save what keeps it alive")
    officer.open(f"{home}/criteria").look("tender-criteria", widths=(320, 1280))
    return own


def click(screen: Screen, link: Locator) -> Screen:
    """Follow a link."""
    with screen.page.expect_navigation():
        link.first.click()
    return screen


def to(screen: Screen, end: str) -> Screen:
    """Follow the link whose address ends so."""
    return click(screen, screen.page.locator(f'#content a[href$="{end}"]'))


def to_bid(screen: Screen, bidder: str) -> Screen:
    """Follow the link to a bid."""
    return click(screen, screen.page.get_by_role("link", name=bidder))


def to_first_row(screen: Screen) -> Screen:
    """Follow the first link in a table."""
    return click(screen, screen.page.locator("#content table a"))


def take(officer: Screen, key: str, why: str) -> None:
    """Take one criterion from the library, with a reason of one's own."""
    to(officer, f"/criteria/library/{key}").look(f"tender-take-{key}", widths=NARROW)
    officer.fill(reason=why).press("Take this criterion")


def complete(officer: Screen, key: str) -> None:
    """Write down of what was taken what only the officer knows."""
    officer.follow("Change")
    officer.fill(risk=OWN["risk"], link=OWN["link"]).press("Save")
    assert officer.path.endswith(f"/criteria/{key}")


def write(officer: Screen, home: str, type_: str, value: str, **changes: str) -> str:
    """Write a criterion of one's own; return its key."""
    officer.open(f"{home}/criteria").follow("Write one yourself").follow(type_)
    for name, text in {**OWN, **changes}.items():
        if officer.page.locator(f'#content [name="{name}"]').count():
            officer.fill(**{name: text})
    officer.page.select_option('#content [name="value"]', value)
    for place, field in enumerate(officer.page.locator('#content [name^="anchor_"]').all()):
        field.fill(STEPS[place])
    officer.press("Save")
    return officer.path.rsplit("/", 1)[-1]


def write_scheme(officer: Screen, home: str) -> str:
    """Write a ground for refusal, a question and a duty; the duty is refused without a reason.

    Return the key of the question.
    """
    write(officer, home, "Ground for refusal", "privacy", **REFUSAL)
    plan = write(officer, home, "Assessment criterion", "zeggenschap", weight="100")
    duty = write(officer, home, "Subsidy duty", "transparantie", title=DUTY["title"])
    officer.follow("Change").choose("duty_basis", "4:38").press("Save")
    officer.open(f"{home}/criteria/{plan}").page.get_by_label(DUTY["title"]).check()
    officer.press("Save what keeps it alive")
    to(officer.open(f"{home}/lots"), "/formula")
    to(officer, "/formula/fixed-price").fill(ceiling="50.000").press("Choose this formula")
    decide_between_equals(officer, home)
    officer.open(f"{home}/checks").look("scheme-checks", widths=(320, 1280))
    assert "4:38" in officer.text
    officer.open(f"{home}/review").look("scheme-review-stopped", widths=NARROW)
    assert not officer.button("Lay before the second person").count()
    officer.open(f"{home}/criteria/{duty}/change")
    officer.fill(duty_reason=DUTY["duty_reason"]).press("Save")
    officer.open(f"{home}/checks")
    assert officer.shows("Nothing stops this dossier.")
    return plan


def weigh_wrongly_and_mend(officer: Screen, home: str, own: str) -> None:
    """Three times a third is no hundred; take the division that is nearest."""
    keys = (FORGET, SAY, own)
    officer.open(f"{home}/weights").fill(**{f"weight-{key}": "33,33" for key in keys})
    officer.press("Save the weights").look("tender-weights-wrong", widths=(320, 1280))
    assert "99,99" in officer.text
    officer.press("Fill this in")
    found = [officer.page.locator(f'[name="weight-{key}"]').input_value() for key in keys]
    assert found == ["33,34", "33,33", "33,33"]


def choose_rules(officer: Screen, home: str) -> None:
    """Choose a formula, what decides between equals, and what happens when somebody drops out."""
    to(officer.open(f"{home}/lots"), "/formula").look("tender-formulas", widths=NARROW)
    to(officer, "/formula/price-band")
    officer.fill(price_weight="70", floor="50000", ceiling="150000")
    officer.press("Choose this formula")
    decide_between_equals(officer, home)
    officer.look("tender-lots", widths=NARROW)


def decide_between_equals(officer: Screen, home: str) -> None:
    """Say what is looked at when totals are equal, and what happens when somebody drops out."""
    to(officer.open(f"{home}/lots"), "/lots/lot-1")
    officer.page.select_option("[name=tie_0]", "quality")
    officer.page.select_option("[name=tie_1]", "lots")
    officer.choose("drop_out", "keep-totals")
    if officer.page.locator("[name=ceiling]").count():
        officer.choose("beyond", "stop").fill(ceiling="90.000")
        officer.look("scheme-ceiling", widths=(320, 1280))
    officer.fill(expected_lowest="60.000", expected_highest="140.000")
    officer.press("Save")


def try_rules(officer: Screen, home: str, own: str) -> None:
    """Find out that a bid without ethics could win, and weigh so that it cannot."""
    weigh(officer, home, own, price="70", each="10")
    officer.open(f"{home}/trial").look("tender-trial-yes", widths=NARROW)
    assert verdict(officer) == officer.say("Yes")
    weigh(officer, home, own, price="40", each="20")
    officer.open(f"{home}/trial").look("tender-trial-no", widths=(320, 1280))
    assert verdict(officer) == officer.say("No")
    officer.open(f"{home}/checks").look("tender-checks", widths=NARROW)
    assert officer.shows("Nothing stops this dossier.")


def weigh(officer: Screen, home: str, own: str, *, price: str, each: str) -> None:
    """Weigh price and criteria."""
    officer.open(f"{home}/weights").fill(**{"price-lot-1": price})
    officer.fill(**{f"weight-{key}": each for key in (FORGET, SAY, own)})
    officer.press("Save the weights")
    assert not officer.shows("not 100 percent")


def verdict(officer: Screen) -> str:
    """Read whether the least ethical valid bid could still win."""
    words = officer.say("Could the least ethical valid bid still win?")
    section = officer.page.locator("section", has=officer.page.get_by_role("heading", name=words))
    return section.locator(".ww-alert__title").inner_text().strip()


# Fixed -----------------------------------------------------------------------------------------


def fix(officer: Screen, second: Screen, home: str) -> None:
    """Lay it before somebody else: who wrote it cannot approve it."""
    name = home.rsplit("/", 1)[-1]
    officer.open(f"{home}/review").press("Lay before the second person")
    officer.look(f"review-of-officer-{name}", widths=NARROW)
    assert officer.shows(
        "You wrote at this dossier yourself. Somebody else has to be the second pair of eyes."
    )
    assert not officer.button("Approve and fix").count()
    second.open(f"{home}/review").look(f"review-of-second-{name}", widths=NARROW)
    second.press("Approve and fix").look(f"fixed-{name}", widths=(320, 1280))


def hash_of(officer: Screen, home: str) -> str:
    """Read the hash of what holds now, and compute it from the bytes that are sent."""
    officer.open(f"{home}/fixed")
    written = officer.page.locator("code.ww-secret").first.text_content() or ""
    content = download(officer, officer.page.locator('#content a[href$=".json"]').first)
    assert hashlib.sha256(content).hexdigest() == written.strip()
    return written.strip()


def download(screen: Screen, link: Locator) -> bytes:
    """Save what is behind a link, as "save as" does: a web page would be shown instead."""
    given = screen.context.request.get(f"{screen.base_url}{link.get_attribute('href')}")
    assert given.ok, given.url
    return given.body()


def take_documents(officer: Screen, home: str) -> dict[str, bytes]:
    """Save every document in every format, open each, and find the hash of what was fixed in it."""
    sha256 = hash_of(officer, home)
    officer.open(f"{home}/documents").look("documents-to-take", widths=NARROW)
    links = officer.page.locator('#content a[href*="/documents/"]')
    found = {}
    for link in links.all():
        name = str(link.get_attribute("href")).rsplit("/", 1)[-1]
        found[name] = download(officer, link)
        kind = name.rsplit(".", 1)[-1]
        assert sha256 in re.sub(r"\s+", "", READERS[kind](found[name])), name
    for name in (one for one in found if one.endswith(".pdf")):
        look_at_pdf(f"document-{home.rsplit('/', 1)[-1]}-{name}", found[name])
    return found


def read_pdf(content: bytes) -> str:
    """Read the text of a PDF."""
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def read_docx(content: bytes) -> str:
    """Read all text of a Word file, that in tables and in the foot of a page too."""
    found = docx.Document(io.BytesIO(content))
    parts = [found.element, *(one.footer._element for one in found.sections)]
    return "".join("".join(part.itertext()) for part in parts)


def read_odt(content: bytes) -> str:
    """Read all text of an OpenDocument text."""
    return str(odfdo.Document(io.BytesIO(content)).body.inner_text)


def read_xlsx(content: bytes) -> str:
    """Read every cell of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
    return " ".join(str(cell) for row in rows for cell in row if cell is not None)


def read_release(content: bytes) -> str:
    """Read open contracting data, held against the schema of the standard."""
    from waardewerk_procurement.documents import ocds_checking

    assert ocds_checking.problems(json.loads(content)) == []
    return content.decode()


READERS: Mapping[str, Callable[[bytes], str]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "odt": read_odt,
    "html": bytes.decode,
    "xlsx": read_xlsx,
    "json": read_release,
}


def look_at_pdf(name: str, content: bytes) -> None:
    """Draw the first page, where something is that draws: it is not blank.

    With the photographs of screens it is put beside them, for a person to judge.
    """
    drawer = shutil.which("pdftoppm")
    if not drawer:
        return
    command = [drawer, "-r", "70", "-gray", "-l", "1", "-"]
    drawn = subprocess.run(command, input=content, capture_output=True, check=True)
    assert ink_on(drawn.stdout) > LEAST_INK, f"The first page of {name} is blank."
    if photographing():
        place = PHOTOGRAPHS / name.removesuffix(".pdf")
        command = [drawer, "-png", "-r", "70", "-l", "3", "-", str(place)]
        subprocess.run(command, input=content, check=True)


#: Which part of a page is dark at least when there are words on it: a line or two.
LEAST_INK = 0.002


def ink_on(image: bytes) -> float:
    """Tell which part of a drawn page (PGM, a byte for each point) is darker than half grey."""
    kind, width, height, brightest, points = image.split(maxsplit=4)
    assert (kind, brightest, len(points)) == (b"P5", b"255", int(width) * int(height))
    return sum(point < 128 for point in points) / len(points)


def rectify(officer: Screen, second: Screen, home: str, own: str) -> None:
    """Change a text that was fixed, with a reason, and tell bidders."""
    before = hash_of(officer, home)
    officer.open(f"{home}/fixed").follow("Write a rectification")
    officer.fill(reason="Er stond niet bij hoe lang de uitleg mag zijn.").press("Begin")
    officer.open(f"{home}/criteria/{own}/change")
    officer.fill(text=f"{OWN['text']} Gebruik hooguit één pagina.").press("Save")
    officer.open(f"{home}/rectify").look("tender-rectifying", widths=(320, 1280))
    notice = officer.page.locator("[name=notice]").input_value()
    assert "hooguit één pagina" in notice
    officer.fill(notice=f"{notice}\n\nVragen? Bel de inkoper.")
    officer.press("Lay before the second person")
    second.open(f"{home}/review").look("tender-rectified", widths=NARROW)
    assert "Bel de inkoper" in second.text
    second.press("Approve and fix")
    assert hash_of(officer, home) != before
    assert len(officer.page.locator("code.ww-secret").all()) == 2


def stands_still(officer: Screen, home: str, own: str) -> None:
    """After the closing date nothing changes, not even by a rectification."""
    officer.open(f"{home}/rectify").look("tender-closed", widths=NARROW)
    assert officer.shows("The closing date has passed: nothing changes any more.")
    officer.open(f"{home}/criteria/{own}/change", status=409)


# Assessment ------------------------------------------------------------------------------------


def list_bids_and_appoint(officer: Screen, home: str, bids: Bids) -> None:
    """Put names on the list, appoint three people, and begin."""
    for bidder in bids.bidders:
        officer.open(f"{home}/bids").fill(bidder=bidder).press("Put on the list")
    for person in ASSESSORS:
        officer.open(f"{home}/assessors").page.select_option("[name=person]", label=person)
        officer.press("Appoint")
    officer.look("tender-assessors", widths=NARROW)
    officer.open(f"{home}/bids").press("Begin the assessment")
    officer.look("tender-bids", widths=NARROW)


def meets_all(officer: Screen, home: str, bids: Bids) -> None:
    """Say of every bid that nothing shuts it out."""
    for bidder in bids.bidders:
        to_bid(officer.open(f"{home}/bids"), bidder)
        for choice in officer.page.locator('[name$="-met"][value="yes"]').all():
            choice.check()
        officer.press("Save").look("scheme-not-refused", widths=NARROW)


def reason_of(person: str, bidder: str) -> str:
    """Give the words with which somebody scores a bidder."""
    return f"{person} over {bidder}: de uitleg haalt deze stap."


def score_blindly(people: People, home: str, bids: Bids) -> None:
    """Let three people declare and score alone; nobody sees anything of the others."""
    told: dict[str, list[str]] = {}
    for person, screen in people.assessors.items():
        declare(screen, home, bids, bids.given[person])
        for bidder, given in bids.given[person].items():
            score(screen, home, person, bidder, given)
        told[person] = [reason_of(person, bidder) for bidder in bids.given[person]]
    one = people.assessors[ASSESSORS[0]]
    one.open(f"{home}/talk").look("tender-not-revealed", widths=NARROW)
    for person, screen in (*people.assessors.items(), ("", people.officer)):
        others = [words for who, said in told.items() if who != person for words in said]
        own = screen.open(f"{home}/").page.locator("#content a").all()
        sees_nothing(screen, [str(link.get_attribute("href")) for link in own], others)
        if person:
            links = screen.open(f"{home}/assess").page.locator(".ww-sections__link").all()
            sees_nothing(screen, [str(link.get_attribute("href")) for link in links], others)


def sees_nothing(screen: Screen, paths: list[str], others: list[str]) -> None:
    """Find no word of somebody else on these pages."""
    assert paths
    for path in paths:
        text = screen.context.request.get(f"{screen.base_url}{path}").text()
        assert not [words for words in others if words in text], path


def declare(screen: Screen, home: str, bids: Bids, free: Collection[str]) -> None:
    """Say of every bidder whether one has an interest."""
    screen.open(f"{home}/assess").follow("Declare your interests")
    for box in screen.page.locator(".ww-edge").all():
        bidder = next(one for one in bids.bidders if one in box.inner_text())
        has_one = bidder not in free
        box.locator(f"[value={'yes' if has_one else 'no'}]").check()
        if has_one:
            box.locator("textarea").fill(INTEREST)
    if len(free) < len(bids.bidders):
        screen.look("tender-interests", widths=NARROW)
    screen.press("Declare")


def score(screen: Screen, home: str, person: str, bidder: str, given: str) -> None:
    """Score every criterion of one bid, page by page, with a reason."""
    to_bid(screen.open(f"{home}/assess"), bidder)
    while True:
        for field in screen.page.locator(f'[name$="-score"][value="{given}"]').all():
            field.check()
        for field in screen.page.locator('textarea[name$="-reason"]').all():
            field.fill(reason_of(person, bidder))
        if not screen.button("Save and go on").count():
            break
        screen.press("Save and go on")
    if (person, bidder) == (ASSESSORS[0], "Aap BV"):
        screen.look("tender-score", widths=NARROW)
    screen.press("Save")
    assert screen.path == f"{home}/assess"


def agree(people: People, home: str, bids: Bids) -> None:
    """Reveal in one act, talk about every bid, leave one sealed note, make the quality final."""
    officer = people.officer
    officer.open(f"{home}/bids").press("Reveal the scores")
    for bidder, agreed in bids.agreed.items():
        talk_about(officer, home, bidder, agreed)
    for person, screen in people.assessors.items():
        names = screen.open(f"{home}/talk").page.locator(".ww-sections__link").all_inner_texts()
        assert [one.partition(": ")[2] for one in names] == list(bids.given[person])
    seal_a_note(people.assessors[ASSESSORS[1]], home, bids.bidders[1])
    officer.open(f"{home}/notes").look("tender-notes", widths=NARROW)
    assert NOTE not in officer.page.content()
    officer.open(f"{home}/bids").press("Make the quality final")


def talk_about(officer: Screen, home: str, bidder: str, agreed: str) -> None:
    """Agree on every criterion of one bid."""
    to_bid(officer.open(f"{home}/talk"), bidder)
    criteria = officer.page.locator("#content table a")
    paths = [str(one.get_attribute("href")) for one in criteria.all()]
    for path in paths:
        officer.open(path).choose("score", agreed)
        officer.fill(reason=f"{bidder} legt uit wat de camera telt, met een voorbeeld.")
        if (bidder, path) == ("Noot BV", paths[0]):
            officer.look("tender-talk", widths=(320, 1280))
        officer.press("Write down what we agreed")


def seal_a_note(screen: Screen, home: str, bidder: str) -> None:
    """Leave a note about a score with which one does not agree."""
    to_first_row(to_bid(screen.open(f"{home}/talk"), bidder))
    screen.fill(text=NOTE).press("Seal this note")


# Decision --------------------------------------------------------------------------------------


def rank(officer: Screen, home: str, bids: Bids) -> None:
    """Fill in prices, and compute the same ranking again with the command."""
    officer.open(f"{home}/decision").follow(bids.fill_in)
    for bidder, price in bids.prices.items():
        officer.page.get_by_label(bidder).fill(price)
    officer.press(bids.keep).look("tender-ranking", widths=(320, 1280))
    file = download(officer, officer.link(bids.file))
    assert hashlib.sha256(file).hexdigest() in officer.text
    award = ["-m", "waardewerk", "procurement", "award", "-", "--format", "json"]
    command = [sys.executable, *award]
    given = subprocess.run(command, input=file, capture_output=True, check=True)
    computed = json.loads(given.stdout)
    [lot] = computed["lots"]
    again = [(one["bid"], str(one["rank"]), one["total"]["rounded"]) for one in lot["ranking"]]
    assert again == places(officer)
    if "winner" in lot:
        assert lot["winner"] == "A"
    else:
        granted = {one["bid"]: one["granted"]["rounded"] for one in lot["granted"]}
        assert granted == {"A": "40000.00", "B": "45000.00", "C": "0.00"}


def places(officer: Screen) -> list[tuple[str, str, str]]:
    """Read the key, the place and the total of each bid, as a file has them."""
    table, found = officer.page.locator("#content table").first, []
    titles = [one.strip() for one in table.locator("thead th").all_inner_texts()]
    total = titles.index(officer.say("Total (points)"))
    for row in table.locator("tbody tr").all():
        cells = [cell.strip() for cell in row.locator("th, td").all_inner_texts()]
        key = re.search(r"\((\w+)\)", cells[0])
        assert key is not None
        found.append((key[1], cells[1], cells[total].replace(",", ".")))
    return found


def decide(second: Screen, home: str) -> None:
    """Follow the ranking; who decides did not assess."""
    second.open(f"{home}/decision").follow("Decide about this").look("tender-decide", widths=NARROW)
    second.choose("awards", "yes").fill(reason="De rangorde volgt uit wat vaststond.")
    second.press("Decide").look("tender-decided", widths=NARROW)


def write_letters(officer: Screen, home: str, bids: Bids) -> str:
    """Write to every bidder; scores alone are refused. Return what all letters say."""
    refused = 0
    for bidder in bids.bidders:
        officer.open(f"{home}/letters").follow(bidder)
        better = officer.page.locator('[name^="advantage_"]')
        if better.count() and not refused:
            officer.press("This letter is whole", status=422)
            officer.look("tender-bare-matrix", widths=NARROW)
            refused += 1
        for field in better.all():
            field.fill(BETTER)
        officer.press("This letter is whole")
    assert refused == 1
    officer.look("tender-letters", widths=NARROW)
    letters = download(officer, officer.link("One PDF"))
    said = read_pdf(letters)
    assert re.sub(r"\s", "", BETTER) in re.sub(r"\s", "", said)
    look_at_pdf(f"document-letters-{home.rsplit('/', 1)[-1]}.pdf", letters)
    return " ".join(said.split())


# After the award -------------------------------------------------------------------------------


def carry_out(officer: Screen, home: str) -> None:
    """Let what was promised become something to look after."""
    officer.open(f"{home}/promises").press("Begin: carry out the decision")


def supplier_says(people: People, clock: Clock, home: str, bids: Bids) -> None:
    """Make a link; who supplies, or received, fills the form in, goes on later, and hands it in."""
    officer, supplier = people.officer, people.supplier
    officer.open(f"{home}/forms").fill(open_until=clock.day(14))
    officer.page.select_option("[name=bid]", label=bids.bidders[0])
    officer.press("Make the link").look(f"{bids.name}-form-link", widths=NARROW)
    link = officer.page.locator("#link").input_value()
    supplier.open(link).look(f"{bids.name}-supplier", widths=NARROW)
    supplier.page.locator("textarea").first.fill("Wij maten het elke maand.")
    supplier.press("Save").open(link)
    assert supplier.page.locator("textarea").first.input_value() == "Wij maten het elke maand."
    for question in supplier.page.locator("#content fieldset").all():
        question.locator("input[type=radio]").first.check()
    for field in supplier.page.locator("textarea").all():
        field.fill("Zie het verslag van dit jaar.")
    supplier.fill(filled_in_by="projectleider").press("Hand in")
    supplier.look(f"{bids.name}-supplier-handed-in", widths=NARROW)
    assert not supplier.context.cookies()
    to_first_row(officer.open(f"{home}/forms"))
    assert "Zie het verslag van dit jaar." in officer.text


def end_promises(officer: Screen, clock: Clock, home: str, bids: Bids) -> None:
    """Find one green, break one, keep the rest."""
    officer.open(f"{home}/promises")
    links = officer.page.locator("#content table a").all()
    paths = [str(one.get_attribute("href")) for one in links]
    assert len(paths) >= 2
    officer.open(paths[0]).choose("colour", "green").fill(reason="Gezien op locatie.")
    officer.press("Write down").look(f"{bids.name}-promise-green", widths=NARROW)
    for path in paths:
        is_broken = path == paths[1]
        officer.open(f"{path}/end").choose("verdict", "broken" if is_broken else "kept")
        officer.fill(reason="Gemeten in het jaarverslag.")
        if is_broken:
            officer.fill(follows="De leverancier herstelt het.", follows_by=clock.day(30))
            officer.look(f"{bids.name}-promise-broken", widths=NARROW)
        if (last := officer.page.locator("[name=is_last]")).count():
            last.check()
        officer.press("Write down")
    # What follows from the broken one is looked after too.
    remedy = officer.open(paths[1]).page.locator("[aria-labelledby=remedies-title] a")
    officer.open(f"{remedy.get_attribute('href')}/end").choose("verdict", "kept")
    officer.fill(reason="Hersteld, en nagemeten.").press("Write down")


def learn(officer: Screen, home: str, bids: Bids) -> None:
    """Write down what was learned, send it on, close; the page of the value knows the dossier."""
    officer.open(f"{home}/learned")
    officer.page.select_option("[name=value]", "transparantie")
    officer.choose("signal", "wrongly_interpreted").fill(text=LESSON).press("Write down")
    officer.look(f"{bids.name}-learned", widths=NARROW).press("Close the dossier")
    officer.open(f"{home}/").look(f"{bids.name}-at-the-end", widths=(320, 1280))
    officer.open("/values/practice/transparantie").look(f"{bids.name}-in-the-value", widths=NARROW)
    assert bids.title in officer.text
    officer.open("/values/signals")
    assert bids.title in officer.text
