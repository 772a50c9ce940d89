"""The pages of the value framework, each empty, filled, with mistakes and in conflict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from waardewerk.i18n import day_of
from waardewerk.values import queries, starting
from waardewerk.values.editing import fingerprint
from waardewerk.values.framework import Framework, load_framework, write_framework
from waardewerk.values.models import Review, Signal
from waardewerk.values.operations import adopting, drafting, listing, reviewing, writing
from waardewerk.values.operations.adopting import Adoption
from waardewerk.values.operations.reviewing import Held

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten"
NOW = datetime.now(UTC)
TODAY = day_of(NOW)
KADER = (Path(__file__).parent / "framework.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one set come along to begin with, whatever else does."""
    found = load_framework(KADER.replace(":kader:", ":set:"))
    monkeypatch.setattr(starting, "starting_points", lambda: (found,))


@pytest.fixture
def kader() -> Framework:
    return load_framework(KADER)


@pytest.fixture
def start(start_site: Callable[..., Site], screen_on: OpenScreen) -> Callable[..., Screen]:
    """Give what starts a site of its own and signs somebody in who writes and decides."""

    def open_site(prepare: Callable[[Site], None] = lambda _site: None) -> Screen:
        site = start_site()
        prepare(site)
        screen = screen_on(site.url)
        site.sign_in(screen.context, site.person("Ada Adviseur", "adviseur", "beheerder"))
        return screen

    return open_site


def draft(site: Site, framework: Framework, why: str = "") -> None:
    """Leave a version in the making."""
    with site.transaction() as session:
        drafting.start_version(session, framework, why=why, actor_id=None, now=NOW)


def adopt(site: Site, framework: Framework, why: str = "", valid_from: date = TODAY) -> None:
    """Bring a version into force."""
    with site.transaction() as session:
        version = drafting.start_version(session, framework, why=why, actor_id=None, now=NOW)
        adopting.propose(session, version, actor_id=None, now=NOW)
        adoption = Adoption(
            body="staten",
            decided_on=min(valid_from, TODAY),
            reference="PS 2026-112",
            valid_from=valid_from,
        )
        adopting.adopt(session, version, adoption, actor_id=None, now=NOW)


def changed(framework: Framework) -> Framework:
    """Say some of it otherwise."""
    text = write_framework(framework).replace("Iedereen kan zien", "Wie wil, kan zien")
    return load_framework(text.replace('source: "Gesprek', 'source: "Tweede gesprek'))


def test_before_there_is_anything(start: Callable[..., Screen], screen_on: OpenScreen) -> None:
    writer = start()
    screen_on(writer.base_url).open("/values/").look("values-none-public")
    writer.open("/values/").look("values-none")
    writer.open("/values/draft").look("values-draft-none")
    writer.open("/values/hierarchy").look("values-hierarchy-none")
    writer.open("/values/history").look("values-history-none")
    writer.open("/values/lists").look("values-lists-none")
    writer.open("/").look("values-dashboard-none")
    writer.open("/values/start").look("values-start")
    writer.open("/values/start/empty").look("values-start-empty")
    writer.fill(title="", owner="").press("Begin", status=422).look("values-start-empty-errors")
    writer.open("/values/start/set/provincie").look("values-start-set")
    writer.press("Begin with these values", status=422).look("values-start-set-errors")
    writer.choose("values", "privacy").choose("values", "openheid")
    writer.press("Begin with these values").look("values-draft-begun")


def test_a_draft_that_is_written(start: Callable[..., Screen], kader: Framework) -> None:
    writer = start(lambda site: draft(site, kader))
    writer.open("/values/draft").look("values-draft")
    writer.open("/values/draft/heading").look("values-heading")
    writer.fill(title_nl="").press("Save", status=422).look("values-heading-errors")
    writer.open("/values/draft/values/new").look("values-value-new")
    writer.press("Save", status=422).look("values-value-errors")
    writer.open("/values/draft/values/openheid").look("values-value")
    writer.open("/values/draft/foundations/democratie").look("values-foundation")
    writer.open("/values/draft/norms/uitleg-bij-besluit").look("values-norm")
    writer.open("/values/draft/openheid/remove").look("values-remove")
    writer.open("/values/draft/languages").look("values-languages")
    writer.open("/values/draft/languages/en/remove").look("values-languages-remove")
    writer.open("/values/hierarchy").look("values-hierarchy-draft")
    writer.open("/values/draft/drop").look("values-drop")


def test_somebody_else_was_first(
    start: Callable[..., Screen], start_site: Callable[..., Site], kader: Framework
) -> None:
    sites: list[Site] = []

    def prepare(site: Site) -> None:
        sites.append(site)
        draft(site, kader)

    writer = start(prepare)
    writer.open("/values/draft/values/openheid")
    with sites[0].transaction() as session:
        version = queries.get_draft(session)
        stored = kader.value("openheid")
        assert stored is not None
        other = stored.model_copy(update={"source": "De ander"})
        writing.change_element(
            session, version, other, seen=fingerprint(stored), actor_id=None, now=NOW
        )
    writer.fill(definition_nl="Wat ik ervan maakte.").press("Save", status=409)
    writer.look("values-value-conflict")
    with sites[0].transaction() as session:
        version = queries.get_draft(session)
        writing.remove_element(
            session, version, "openheid", knows=version.revision, actor_id=None, now=NOW
        )
    writer.press("Save", status=409).look("values-value-gone")


def test_from_proposal_to_everybody(
    start: Callable[..., Screen], screen_on: OpenScreen, kader: Framework
) -> None:
    def prepare(site: Site) -> None:
        adopt(site, kader, valid_from=TODAY - timedelta(days=300))
        draft(site, changed(kader), why="De praktijk las openheid anders.")

    writer = start(prepare)
    writer.open("/values/draft").press("Propose this version").look("values-draft-proposed")
    writer.open("/").look("values-dashboard-proposed")
    writer.open("/values/draft/adopt").look("values-adopt")
    writer.press("Write down that it was adopted", status=422).look("values-adopt-errors")
    writer.choose("body", "gedeputeerden").fill(reference="GS 2026-31")
    writer.press("Write down that it was adopted").look("values-version-new")
    public = screen_on(writer.base_url)
    public.open("/values/").look("values-public")
    public.open("/values/versions/1").look("values-version-replaced")
    public.open("/values/changes?before=1&after=2").look("values-changes")
    public.open("/values/changes?before=2&after=2").look("values-changes-none")
    public.open("/values/hierarchy").look("values-hierarchy-down")
    public.open("/values/hierarchy?read=up").look("values-hierarchy-up")
    english = screen_on(writer.base_url, locale="en-GB")
    english.language = "en"
    english.open("/values/").look("values-public-english")
    bare = screen_on(writer.base_url, java_script_enabled=False)
    bare.open("/values/hierarchy").look("values-hierarchy-bare")


def test_history_and_reviews(start: Callable[..., Screen], kader: Framework) -> None:
    def prepare(site: Site) -> None:
        adopt(site, kader, valid_from=TODAY - timedelta(days=300))
        adopt(site, changed(kader), why="De praktijk las openheid anders.")
        with site.transaction() as session:
            for text in ("Rust ontbreekt in het kader.", f"{LONG} " * 6):
                session.add(Signal(kind="missing", text=text, sent_on=TODAY))
            version = queries.get_adopted(session, 1)
            late = Review(version_id=version.id, planned_on=TODAY - timedelta(9), written_at=NOW)
            held = Review(version_id=version.id, planned_on=TODAY - timedelta(90), written_at=NOW)
            session.add_all([late, held])
            session.flush()
            came = Held(held_on=TODAY - timedelta(88), present="De werkgroep", outcome=LONG)
            reviewing.hold_review(session, held, came, actor_id=None, now=NOW)

    writer = start(prepare)
    writer.open("/values/history").look("values-history")
    writer.open("/").look("values-dashboard-review")
    writer.open("/values/reviews/new").look("values-review-plan")
    writer.press("Plan", status=422).look("values-review-plan-errors")
    writer.open("/values/reviews/1").look("values-review-late")
    writer.open("/values/reviews/1/hold").look("values-review-hold")
    writer.press("Write down", status=422).look("values-review-hold-errors")
    writer.open("/values/reviews/2").look("values-review-held")


def upload(screen: Screen, text: str) -> None:
    """Choose a file."""
    screen.page.locator('[name="file"]').set_input_files(
        {"name": "kader.yaml", "mimeType": "text/plain", "buffer": text.encode()}
    )


def test_files_and_lists(start: Callable[..., Screen], kader: Framework) -> None:
    def prepare(site: Site) -> None:
        adopt(site, kader)
        with site.transaction() as session:
            theirs = load_framework(KADER.replace(":kader:", ":buren:"))
            listing.keep_list(session, theirs, actor_id=None, now=NOW)

    writer = start(prepare)
    writer.open("/values/lists").look("values-lists")
    writer.open("/values/lists/1").look("values-list")
    writer.open("/values/lists/1/remove").look("values-list-remove")
    writer.open("/values/import").look("values-import")
    upload(writer, KADER.replace("key:", "sleutel:"))
    writer.press("Look at what is in it", status=422).look("values-import-problems")
    upload(writer, write_framework(changed(kader)).replace(":kader:", ":ander:"))
    writer.press("Look at what is in it").look("values-preview")
    writer.press("Do this", status=422).look("values-preview-errors")
    writer.open("/values/start").look("values-start-again")
    writer.open("/values/start/next").look("values-start-next")
