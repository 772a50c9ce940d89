"""Lenses: what is in view, how wide it is, what was weighed, and what gave way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.testing import SignInAs, UnitOfWork, at_once, csrf_token, every_row, submit
from waardewerk.values import lenses
from waardewerk.values.framework import Framework
from waardewerk.values.models import FrameworkVersion, ProjectLens
from waardewerk.values.operations import looking

from .conftest import NOW, Adopt

PRIVACY = "urn:waardewerk:value:privacy"
HAVING_A_SAY = "urn:waardewerk:value:zeggenschap"


@pytest.fixture
def lens(session: Session, adopted: FrameworkVersion) -> ProjectLens:
    return looking.open_lens(session, title="Sensors", actor_id=None, now=NOW)


def choose(session: Session, lens: ProjectLens, place: int = 0, way: str = "positive"):
    urn = lenses.cards_for(session, lens)[place].urn
    touched = looking.Touched(urn=urn, direction=way, reason="It helps them all.")
    return looking.choose_card(session, lens, touched, actor_id=None, now=NOW)


def weigh(session: Session, lens: ProjectLens, **changes: Any):
    filled = {
        "urn": PRIVACY,
        "effect": "negative",
        "for_whom": "cyclists",
        "reason": "It was seen.",
    }
    weighed = looking.Weighed(**{**filled, **changes})
    return looking.consider(session, lens, weighed, actor_id=None, now=NOW)


def settle(session: Session, lens: ProjectLens, **changes: Any):
    filled: dict[str, Any] = {
        "urn": PRIVACY,
        "against": HAVING_A_SAY,
        "choice": "We count and forget.",
        "gives_up": "Nobody can check.",
        "decided_by": "The programme manager",
        "decided_on": day_of(NOW),
    }
    chosen = looking.Chosen(**{**filled, **changes})
    return looking.settle_tension(session, lens, chosen, actor_id=None, now=NOW)


def test_core_values_come_in_by_themselves_and_of_the_pinned_version(
    session: Session, lens: ProjectLens, small: Framework, adopt_now: Adopt
) -> None:
    shorter = small.model_copy(update={"values": small.values[:1], "norms": ()})
    adopt_now(session, shorter, why="Less.", now=NOW + timedelta(days=1))
    in_view = lenses.values_in_view(session, lens, "en")
    assert [(one.name, one.is_core) for one in in_view] == [
        ("Having a say", True),
        ("Privacy", True),
    ]


def test_a_record_has_one_lens_and_a_project_has_its_own(session: Session) -> None:
    def of_record() -> ProjectLens:
        return looking.open_lens(
            session, kind="maturity.scan", subject_id=3, title="Scan", actor_id=None, now=NOW
        )

    assert of_record() is of_record()
    assert looking.lens_of(session, "maturity.scan", 3) is of_record()
    assert looking.lens_of(session, "maturity.scan", 4) is None
    one = looking.open_lens(session, title="A", request_key="k", actor_id=None, now=NOW)
    twice = looking.open_lens(session, title="A", request_key="k", actor_id=None, now=NOW)
    other = looking.open_lens(session, title="A", request_key="m", actor_id=None, now=NOW)
    assert one is twice
    assert one is not other


def test_it_is_wide_enough_with_a_card_or_a_reason_why_not(
    session: Session, lens: ProjectLens
) -> None:
    assert not looking.is_wide_enough(lens)
    for too_short in (" ", "No.", "Nothing else."):
        with pytest.raises(Refusal, match="in a sentence why"):
            looking.say_nothing_else(session, lens, too_short, actor_id=None, now=NOW)
    looking.say_nothing_else(session, lens, "A small repair.", actor_id=None, now=NOW)
    assert looking.is_wide_enough(lens)
    choose(session, lens)
    assert lens.nothing_else == ""
    assert looking.is_wide_enough(lens)
    with pytest.raises(Conflict):
        looking.say_nothing_else(session, lens, "Nothing.", actor_id=None, now=NOW)


def test_at_most_six_in_each_direction(session: Session, lens: ProjectLens) -> None:
    for place in range(6):
        choose(session, lens, place)
    with pytest.raises(Refusal, match="6 already"):
        choose(session, lens, 6)
    choose(session, lens, 6, "negative")
    with pytest.raises(Conflict):
        choose(session, lens, 0, "negative")


def test_a_card_is_one_that_lies_outside_the_core(session: Session, lens: ProjectLens) -> None:
    for urn in (PRIVACY, "urn:nowhere"):
        touched = looking.Touched(urn=urn, direction="positive", reason="x")
        with pytest.raises(NotFound):
            looking.choose_card(session, lens, touched, actor_id=None, now=NOW)


def test_a_card_is_chosen_for_a_reason_that_is_a_sentence(
    session: Session, lens: ProjectLens
) -> None:
    card = lenses.cards_for(session, lens)[0]
    touched = looking.Touched(urn=card.urn, direction="positive", reason="Good.")
    with pytest.raises(Refusal, match="in a sentence how"):
        looking.choose_card(session, lens, touched, actor_id=None, now=NOW)
    assert not looking.is_wide_enough(lens)


def test_a_card_on_which_something_rests_stays(session: Session, lens: ProjectLens) -> None:
    chosen = choose(session, lens)
    weigh(session, lens, urn=chosen.urn)
    with pytest.raises(Conflict):
        looking.take_card_away(session, lens, chosen.urn, actor_id=None, now=NOW)
    other = choose(session, lens, 1)
    looking.take_card_away(session, lens, other.urn, actor_id=None, now=NOW)
    assert [one.urn for one in lens.wider] == [chosen.urn]
    with pytest.raises(NotFound):
        looking.take_card_away(session, lens, other.urn, actor_id=None, now=NOW)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"urn": "urn:nowhere"}, "not in view"),
        ({"effect": "both"}, "what the project does"),
        ({"for_whom": " "}, "for whom"),
        ({"reason": "Yes."}, "in a sentence why"),
    ],
)
def test_a_consideration_says_what_for_whom_and_why(
    session: Session, lens: ProjectLens, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        weigh(session, lens, **changes)


def test_what_is_not_touched_is_so_for_nobody_in_particular(
    session: Session, lens: ProjectLens
) -> None:
    assert weigh(session, lens, effect="none", for_whom="").for_whom == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"against": PRIVACY}, "from itself"),
        ({"against": "urn:nowhere"}, "not in view"),
        ({"choice": ""}, "what you choose"),
        ({"gives_up": " "}, "given up"),
        ({"decided_by": ""}, "who decided"),
        ({"decided_on": day_of(NOW) + timedelta(days=1)}, "of the future"),
    ],
)
def test_a_tension_says_what_is_given_up_and_who_decided(
    session: Session, lens: ProjectLens, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        settle(session, lens, **changes)


def test_what_was_weighed_is_added_and_a_form_sent_twice_adds_it_once(
    session: Session, lens: ProjectLens
) -> None:
    weigh(session, lens)
    weigh(session, lens)
    weigh(session, lens, effect="none")
    settle(session, lens)
    settle(session, lens)
    session.expire_all()
    assert [one.effect for one in lens.considerations] == ["negative", "none"]
    assert len(lens.tensions) == 1
    actions = {one.action for one in audit.entries_about(session, f"lens:{lens.id}")}
    assert actions == {"values.lens_opened", "values.considered", "values.tension_settled"}


# Standing still --------------------------------------------------------------------------------


def say_nothing_else(session: Session, lens: ProjectLens) -> None:
    looking.say_nothing_else(session, lens, "A small repair.", actor_id=None, now=NOW)


def take_away(session: Session, lens: ProjectLens) -> None:
    looking.take_card_away(session, lens, lens.wider[0].urn, actor_id=None, now=NOW)


WRITING: dict[str, Callable[[Session, ProjectLens], Any]] = {
    "choose a card": lambda session, lens: choose(session, lens, 1),
    "take a card away": take_away,
    "nothing else": say_nothing_else,
    "consider": weigh,
    "choose between values": settle,
}


@pytest.mark.parametrize("what", WRITING)
def test_in_a_closed_lens_nothing_is_written(
    session: Session, lens: ProjectLens, what: str
) -> None:
    if what != "nothing else":
        choose(session, lens)
    looking.close_lens(session, lens, actor_id=None, now=NOW)
    before = every_row(session)
    with pytest.raises(NotNow, match="Nothing is written here any more"):
        WRITING[what](session, lens)
    assert every_row(session) == before
    looking.reopen_lens(session, lens, actor_id=None, now=NOW)
    WRITING[what](session, lens)
    assert every_row(session) != before


def test_a_lens_is_closed_and_opened_again_once(session: Session, lens: ProjectLens) -> None:
    later = NOW + timedelta(days=1)
    looking.reopen_lens(session, lens, actor_id=None, now=NOW)
    looking.close_lens(session, lens, actor_id=None, now=NOW)
    looking.close_lens(session, lens, actor_id=None, now=later)
    assert lens.closed_at == NOW
    looking.reopen_lens(session, lens, actor_id=None, now=later)
    assert lens.is_open
    actions = [one.action for one in audit.entries_about(session, f"lens:{lens.id}")]
    assert actions == ["values.lens_reopened", "values.lens_closed", "values.lens_opened"]


def test_of_two_at_once_one_closes_a_lens_and_nothing_is_written_after_that(
    unit_of_work: UnitOfWork, in_force: int
) -> None:
    with unit_of_work() as session:
        opened = looking.open_lens(session, title="Sensors", actor_id=None, now=datetime.now(UTC))
        lens_id = opened.id

    def close(session: Session, lens: ProjectLens) -> None:
        looking.close_lens(session, lens, actor_id=None, now=NOW)

    def act(write: Callable[[Session, ProjectLens], Any]) -> None:
        with unit_of_work() as session:
            write(session, lenses.get_lens(session, lens_id))

    came = at_once(act, [weigh, close])
    assert came[1] is None
    assert came[0] is None or isinstance(came[0], NotNow)
    with unit_of_work() as session:
        newest = audit.entries_about(session, f"lens:{lens_id}")[0].action
        assert newest == "values.lens_closed"


#: Every way in which a page writes in a lens, with what it is sent.
SENT: dict[str, dict[str, str]] = {
    "wider/card?value={card}": {"direction": "positive", "reason": "It helps them all."},
    "wider/away": {"value": "{chosen}"},
    "wider/nothing-else": {"reason": "A small repair."},
    f"consider?value={PRIVACY}": {"effect": "negative", "for_whom": "us", "reason": "It was seen."},
    "tension": {
        "urn": PRIVACY,
        "against": HAVING_A_SAY,
        "choice": "Count and forget.",
        "gives_up": "Nobody can check.",
        "decided_by": "The programme manager",
        "decided_on": "2020-01-01",
    },
}


def test_pages_of_a_closed_lens_ask_for_nothing_and_say_why(
    sign_in_as: SignInAs, unit_of_work: UnitOfWork, in_force: int
) -> None:
    with unit_of_work() as session:
        lens = looking.open_lens(
            session, kind="a", subject_id=1, title="Bus", url="/a/1", actor_id=None, now=NOW
        )
        chosen = choose(session, lens).urn
        card = lenses.cards_for(session, lens)[1].urn
        path = f"/values/lenses/{lens.id}"
        looking.close_lens(session, lens, actor_id=None, now=NOW)
    officer = sign_in_as("civil_servant")
    page = officer.get(path).text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "nothing is written here any more" in main
    assert '<a href="/a/1">To the page of this project</a>' in main
    assert "<form" not in main
    for address in ("/wider", "/consider", "/tension"):
        assert f"{path}{address}" not in main
    assert "stands still" in officer.get("/values/lenses").text
    token = csrf_token(officer, "/account")
    with unit_of_work() as session:
        before = every_row(session)
    for address, fields in SENT.items():
        target = f"{path}/{address.format(card=card)}"
        data = {name: value.format(chosen=chosen) for name, value in fields.items()}
        sent = officer.post(target, data={**data, "csrf_token": token})
        assert sent.status_code == 409, target
        assert "Nothing is written here any more" in sent.text
        asked = officer.get(target)
        assert asked.status_code in {405, 409}, target
    assert officer.get(f"{path}/wider").status_code == 409
    assert officer.post(f"{path}/wider/nothing-else", data={"csrf_token": token}).status_code == 409
    with unit_of_work() as session:
        assert every_row(session) == before


def test_somebody_looks_at_a_project_without_a_script(sign_in_as: SignInAs, in_force: int) -> None:
    officer = sign_in_as("civil_servant")
    begun = submit(officer, "/values/lenses/new", {"title": "Sensors", "request_key": "a"})
    again = submit(officer, "/values/lenses/new", {"title": "Sensors", "request_key": "a"})
    path = begun.location
    assert again.location == path
    missing = "Nobody has looked beyond the values of the province yet"
    assert missing in officer.get(path).text
    assert officer.get(f"{path}/wider").text.count('class="ww-card"') == 6
    assert officer.get(f"{path}/wider?turn=2").text != officer.get(f"{path}/wider?turn=1").text
    assert officer.get(f"{path}/wider?turn=99&q=").status_code == 200
    assert officer.get(f"{path}/wider?turn=x").status_code == 200
    refused = submit(officer, f"{path}/wider/nothing-else", {"reason": "No."}, on=f"{path}/wider")
    assert refused.status_code == 422
    assert "Say in a sentence why there is nothing else." in refused.text
    assert ">No.</textarea>" in refused.text.replace("\n", "").replace("\r", "")
    found = officer.get(f"{path}/wider?q=judge").text
    assert found.count('class="ww-card"') == 1
    card = found.partition('class="ww-card__title"><a href="')[2].partition('"')[0]
    assert submit(officer, card, {"direction": "negative"}).status_code == 422
    fields = {"direction": "negative", "reason": "There is no appeal."}
    assert submit(officer, card, fields).status_code == 303
    assert missing not in officer.get(path).text
    assert officer.get(f"{path}/wider/card?value=urn:nowhere").status_code == 404
    consider = f"{path}/consider?value={PRIVACY}"
    weighed = {"effect": "negative", "for_whom": "", "reason": "It was seen."}
    assert submit(officer, consider, weighed).status_code == 422
    assert submit(officer, consider, {**weighed, "for_whom": "cyclists"}).status_code == 303
    tension = {
        "urn": PRIVACY,
        "against": HAVING_A_SAY,
        "choice": "Count and forget.",
        "gives_up": "Nobody can check.",
        "decided_by": "The programme manager",
        "decided_on": "2020-01-01",
    }
    assert submit(officer, f"{path}/tension", {**tension, "against": ""}).status_code == 422
    assert submit(officer, f"{path}/tension", tension).status_code == 303
    page = officer.get(path).text
    for text in ("for cyclists", "Nobody can check.", "Privacy weighed heavier than Having a say"):
        assert text in page


def test_a_lens_says_that_the_framework_changed_since(
    sign_in_as: SignInAs, unit_of_work: UnitOfWork, in_force: int, small: Framework, adopt_now
) -> None:
    officer = sign_in_as("civil_servant")
    path = submit(officer, "/values/lenses/new", {"title": "Sensors"}).location
    assert "Since then" not in officer.get(path).text
    with unit_of_work() as session:
        adopt_now(session, small, why="Clearer.", now=datetime.now(UTC) - timedelta(days=1))
    page = officer.get(path).text
    assert "Since then the value framework changed" in page
    assert f"/values/changes?before={in_force}&amp;after={in_force + 1}" in page


def test_a_project_of_long_ago_is_found_page_by_page(
    unit_of_work: UnitOfWork, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lenses, "PER_PAGE", 2)
    with unit_of_work() as session:
        for days, title in enumerate(("Newest", "Middle", "Oldest")):
            then = NOW - timedelta(days=days)
            looking.open_lens(session, title=title, actor_id=None, now=then)
    browser = sign_in_as("civil_servant")
    first = browser.get("/values/lenses").text
    assert "Newest" in first
    assert "Oldest" not in first
    assert 'href="/values/lenses?page=2"' in first
    for number in ("2", "99"):
        last = browser.get(f"/values/lenses?page={number}").text
        assert "Oldest" in last
        assert "Newest" not in last
