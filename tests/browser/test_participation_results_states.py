"""What a round found, for everybody and for its holders: with groups, without, with nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from .conftest import OpenScreen
from .site import Site

TEXTS = (
    "De provincie zegt op elk bord langs de weg welke camera er hangt, en waarvoor.",
    "Beelden van reizigers worden na 24 uur gewist.",
    "Een computer mag nooit alleen beslissen of iemand een boete krijgt.",
    "Ik wil op één plek kunnen zien wat de provincie van mij weet.",
    "Camera’s bij haltes maken dat ik me ’s avonds veiliger voel.",
    "Met sensoren weten we eerder waar het druk wordt. Dat is het waard.",
    "Gezichtsherkenning hoort niet thuis bij een bushalte.",
    "Bedrijven mogen de gegevens gebruiken als er geen naam bij staat.",
    "Wie geen telefoon heeft, moet net zo goed kunnen reizen.",
    "Eerst een proef van een jaar, dan pas besluiten.",
    "De provincie moet meer geld uitgeven aan toezicht door mensen.",
    "Ik vertrouw erop dat de provincie zorgvuldig met mijn gegevens omgaat.",
)
SHARED = {1, 3, 4, 9}


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Site:
    """Give a site with three rounds: two camps, one crowd, and one in which two people voted."""
    from waardewerk_participation import plugin

    site = start_site(extra={"participation": plugin})
    hold(site, "camera", [(70, 1), (34, 2)], phase="analyse")
    hold(site, "samen", [(45, 3)], phase="vote")
    hold(site, "stil", [(2, 4)], phase="vote")
    hold(site, "vreemd", [(60, 1), (30, 2)], phase="vote", odd=12, statements=24)
    return site


def hold(
    site: Site,
    slug: str,
    camps: list[tuple[int, int]],
    *,
    phase: str,
    odd: int = 0,
    statements: int = 12,
) -> None:
    """Put a round in the database in which camps voted, and count it."""
    from waardewerk import db
    from waardewerk_participation import counting_job
    from waardewerk_participation.models import Round

    with site.transaction() as session:
        fill(session, slug, camps, phase=phase, odd=odd, statements=statements)
    with site.app.app_context(), db.current().reading() as session:
        found = session.query(Round).filter_by(slug=slug).one()
        counting_job.count_if_changed(session, found)


def fill(
    session: Any,
    slug: str,
    camps: list[tuple[int, int]],
    *,
    phase: str,
    odd: int,
    statements: int,
) -> None:
    from waardewerk_participation.models import Participant, Round, RoundText, Statement, Vote

    now, chance = datetime.now(UTC), Random(slug)
    made = Round(
        slug=slug,
        title="Camera’s bij de bushalte",
        is_imported=False,
        made_at=now,
        phase=phase,
        opens_at=now - timedelta(3),
        closes_at=now + timedelta(9),
        languages=["nl"],
    )
    made.texts = [
        RoundText(
            language="nl",
            title="Camera’s bij de bushalte",
            question="Hoe houden we haltes veilig zonder iedereen te volgen?",
        )
    ]
    session.add(made)
    session.flush()
    kept = [
        Statement(round_id=made.id, number=n, text=TEXTS[(n - 1) % len(TEXTS)], language="nl")
        for n in range(1, statements + 1)
    ]
    kept[1].origin = "participant"
    session.add_all(kept)
    session.add(
        Statement(
            round_id=made.id,
            number=statements + 1,
            text="Afgewezen",
            language="nl",
            origin="participant",
            state="rejected",
        )
    )
    session.flush()
    for camp, (size, seed) in enumerate(camps):
        opinion = {n: Random(seed * 100 + n).choice((-1, 1)) for n in range(1, statements + 1)}
        for person in range(size):
            pid = hashlib.sha256(f"{slug} {camp} {person}".encode()).digest()[:16]
            channel = "paper" if person % 3 == 0 else "link"
            session.add(Participant(pid=pid, round_id=made.id, channel=channel))
            session.flush()
            for one in kept:
                if chance.random() < 0.85:
                    own = 1 if one.number in SHARED else opinion[one.number]
                    value = chance.choices((own, 0, -own), (8, 1, 1))[0]
                    session.add(Vote(pid=pid, statement_id=one.id, value=value))
    for person in range(odd):
        pid = hashlib.sha256(f"{slug} odd {person}".encode()).digest()[:16]
        session.add(Participant(pid=pid, round_id=made.id, channel="link"))
        session.flush()
        session.add_all(Vote(pid=pid, statement_id=one.id, value=1) for one in kept)


def test_what_everybody_reads(site: Site, screen_on: OpenScreen) -> None:
    reader = screen_on(site.url)
    reader.open("/r/camera/results").look("participation-results")
    for summary in reader.page.locator("summary").all():
        summary.click()
    reader.look("participation-results-open")
    reader.open("/r/samen/results").look("participation-results-no-groups")
    reader.open("/r/stil/results").look("participation-results-nothing")


def test_what_those_who_hold_the_round_see(site: Site, screen: OpenScreen) -> None:
    holder = screen(site.person("Aad Aanjager", "aanjager"))
    holder.open("/participation/camera/results").look("participation-results-staff")
    holder.open("/participation/stil/results").look("participation-results-staff-nothing")
    holder.open("/participation/vreemd/flags").look("participation-flags")
    holder.open("/participation/vreemd/flags/straight_line").look("participation-leave-out")
    holder.press("Deze stemmen weglaten", status=422).look("participation-leave-out-empty")
    holder.page.fill(
        "textarea", "Deze mensen gaven op alles hetzelfde antwoord, binnen een minuut."
    )
    holder.press("Deze stemmen weglaten").look("participation-flags-left-out")
