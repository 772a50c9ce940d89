"""Setting up a round: empty, filled, with mistakes, open and closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from waardewerk.i18n import day_of
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import Reach, Statement
from waardewerk_participation.operations import dossier, phases, preparing, stakeholders
from waardewerk_participation.operations.dossier import Texts
from waardewerk_participation.operations.preparing import RoundSetUp
from waardewerk_participation.operations.stakeholders import Group, Reaching
from waardewerk_participation.queries.rounds import background_questions, get_own_round

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

NOW = datetime.now(UTC)
WORDS = {"actor_id": None, "now": NOW}
DOSSIER = {
    "introduction": "De provincie wil weten wat u vindt van camera’s bij de bushalte.",
    "which_data": "Beelden van mensen bij de halte. Ze gaan na een dag weg.",
    "which_technology": "Een camera die telt hoeveel mensen wachten.",
    "about_whom": "Iedereen die bij de halte staat.",
    "what_may_go_wrong": "Iemand kijkt beelden terug zonder reden.",
    "can_we": "Het werkt, maar een teller in de stoep kan ook.",
    "may_we": "Er is een DPIA gedaan.",
    "do_we_want_to": "Het scheelt wachten. Het kost een stukje vrijheid.",
}


@pytest.fixture
def holder(site: Site, screen: OpenScreen) -> Screen:
    """Give the browser of who holds rounds."""
    return screen(site.person("Ada Adviseur", "adviseur"))


def prepare(site: Site, slug: str, **changes: Any) -> str:
    """Prepare a round; return its short name."""
    given: dict[str, Any] = {
        "title": "Camera’s bij de bushalte",
        "question": "Wat vindt u van camera’s bij de bushalte?",
        "languages": ("nl", "en"),
        "opens_at": NOW + timedelta(1),
        "closes_at": NOW + timedelta(22),
        "answer_by": day_of(NOW + timedelta(60)),
    }
    keys = Keys(site.app.extensions["waardewerk.config"].key_folder)
    with site.transaction() as session:
        setup = RoundSetUp(slug=slug, **{**given, **changes})
        preparing.prepare_round(session, setup, keys, **WORDS)
    return slug


def fill(site: Site, slug: str) -> None:
    """Write the dossier, the map and two statements."""
    with site.transaction() as session:
        found = get_own_round(session, slug)
        for language in found.languages:
            texts = Texts(title=found.title, question="Wat vindt u ervan?", **DOSSIER)
            mark = dossier.mark_of_texts(found, language)
            dossier.write_texts(session, found, language, texts, mark=mark, **WORDS)
        dossier.add_link(
            session,
            found,
            title="Het algoritmeregister",
            language="nl",
            url="https://algoritmes.overheid.nl/",
            **WORDS,
        )
        dossier.add_file(
            session, found, title="IAMA", language="nl", content=b"%PDF-1.7 x", **WORDS
        )
        session.add_all(
            Statement(round_id=found.id, number=n, text=f"Stelling {n}", language="nl")
            for n in (1, 2)
        )


def map_people(site: Site, slug: str, owner_id: int) -> None:
    """Put three groups on the map and ask for age."""
    with site.transaction() as session:
        found = get_own_round(session, slug)
        question = stakeholders.ask_background(session, found, "age", **WORDS)
        groups = [
            Group(
                name="Jongeren die met de bus naar school gaan",
                touched=3,
                how_reached="Op school, met hun mentor.",
                is_vulnerable=True,
                expected_share=30,
                owner_id=owner_id,
                question_id=question.id,
                option="to-29",
            ),
            Group(
                name="Mensen van 70 jaar en ouder",
                touched=2,
                expected_share=20,
                question_id=question.id,
                option="from-70",
            ),
            Group(name="Buschauffeurs", touched=1),
        ]
        made = [stakeholders.add_group(session, found, one, **WORDS) for one in groups]
        plan = Reaching(
            what="Op het schoolplein staan met een tablet.", owner_id=owner_id, due=day_of(NOW)
        )
        stakeholders.plan_outreach(session, found, made[0], plan, **WORDS)


def reach(site: Site, slug: str) -> None:
    """Let two hundred people have taken part, few of them young."""
    with site.transaction() as session:
        found = get_own_round(session, slug)
        question = background_questions(session, found)[0]
        counts = {str(question.id): {"to-29": 3, "to-49": 60, "to-69": 80, "from-70": 40}}
        session.add(Reach(round_id=found.id, counted_at=NOW, people=200, counts=counts))


def test_rounds_when_there_are_none_and_the_form_with_mistakes(holder: Screen) -> None:
    holder.open("/participation/").look("participation-rounds-empty")
    holder.open("/participation/new").look("participation-prepare")
    holder.press("Prepare this round", status=422).look("participation-prepare-mistakes")


def test_a_round_that_is_prepared(site: Site, holder: Screen) -> None:
    slug = prepare(site, "voorbereiden")
    holder.open(f"/participation/{slug}/").look("participation-round-prepare")
    holder.open(f"/participation/{slug}/setup").look("participation-setup")
    holder.open(f"/participation/{slug}/dossier").look("participation-dossier-empty")
    holder.press("Add this link", status=422).look("participation-dossier-mistakes")
    holder.open(f"/participation/{slug}/texts/nl").look("participation-texts")
    holder.open(f"/participation/{slug}/groups").look("participation-groups-empty")
    holder.open(f"/participation/{slug}/groups/new").look("participation-group-new")
    holder.open(f"/participation/{slug}/inclusion").look("participation-inclusion-empty")
    holder.open(f"/r/{slug}/dossier").look("participation-public-dossier-empty")


def test_a_round_that_is_ready_opens(site: Site, holder: Screen) -> None:
    slug = prepare(site, "klaar")
    fill(site, slug)
    holder.open(f"/participation/{slug}/dossier").look("participation-dossier")
    holder.open(f"/r/{slug}/dossier").look("participation-public-dossier")
    holder.open(f"/participation/{slug}/next").look("participation-next-step")
    holder.press("Open the vote").look("participation-round-open")
    holder.open(f"/participation/{slug}/setup").look("participation-setup-open")
    holder.open("/participation/").look("participation-rounds")


def test_who_is_touched_and_who_takes_part(site: Site, holder: Screen) -> None:
    slug = prepare(site, "bereik")
    fill(site, slug)
    map_people(site, slug, site.person("Olaf Omgeving", "adviseur").id)
    holder.open(f"/participation/{slug}/groups").look("participation-groups")
    holder.follow("Hoe oud bent u?").look("participation-background")
    holder.open(f"/participation/{slug}/groups").follow("Jongeren").look("participation-group")
    with site.transaction() as session:
        phases.open_voting(session, get_own_round(session, slug), **WORDS)
    reach(site, slug)
    holder.open(f"/participation/{slug}/inclusion").look("participation-inclusion")
    holder.follow("Do something to reach them").look("participation-outreach")
