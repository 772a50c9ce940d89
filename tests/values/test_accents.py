"""Accents: what they weigh, since when they hold, and that they order and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from waardewerk import audit, i18n
from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound, Refusal
from waardewerk.testing import SignInAs, UnitOfWork, submit
from waardewerk.values import queries
from waardewerk.values.accents import NEUTRAL, WEIGHTS, accented, weight_of
from waardewerk.values.framework import Framework
from waardewerk.values.models import Accent, FrameworkVersion
from waardewerk.values.operations.accenting import ChosenAccent, set_accent
from waardewerk.values.ordering import Ordering, ordering_on

from .conftest import NOW, Adopt

TODAY = day_of(NOW)
KEYS = st.sampled_from("abcdef")
BANDS = st.dictionaries(KEYS, st.sampled_from(sorted(WEIGHTS)))


@given(st.lists(KEYS), BANDS)
def test_a_weight_is_the_mean_over_the_touched_values(keys: list[str], bands: dict) -> None:
    touched = sorted(set(keys))
    naive = [WEIGHTS[bands.get(key, "ordinary")] for key in touched]
    expected = sum(naive) / len(naive) if naive else 0.5
    assert weight_of(keys, bands) == pytest.approx(expected)
    assert 0 <= weight_of(keys, bands) <= 1


@given(st.lists(KEYS))
def test_without_accents_everything_stands_in_the_middle(keys: list[str]) -> None:
    assert weight_of(keys, {}) == NEUTRAL
    assert accented(keys, {}, "extra") == ()


def test_it_is_said_which_accents_gave_something_its_place() -> None:
    ordering = Ordering({"a": "extra", "b": "background"}, {"a": "Privacy", "b": "Trust"})
    assert ordering.why(["a", "b", "c"]) == "extra accent: Privacy; in the background: Trust"
    assert ordering.why(["c"]) == ""


def give(session: Session, **changes: Any) -> Accent:
    filled: dict[str, Any] = {
        "value": "privacy",
        "band": "extra",
        "reason": "Sensors along our roads.",
        "from_date": TODAY,
    }
    now = changes.pop("now", NOW)
    return set_accent(session, ChosenAccent(**{**filled, **changes}), actor_id=None, now=now)


def test_of_the_accents_that_hold_the_newest_counts(
    session: Session, adopted: FrameworkVersion
) -> None:
    give(session)
    give(session, band="background", until_date=TODAY + timedelta(days=9))
    give(session, value="zeggenschap", from_date=TODAY + timedelta(days=5))
    assert queries.bands_on(session, TODAY) == {"privacy": "background"}
    later = queries.bands_on(session, TODAY + timedelta(days=10))
    assert later == {"privacy": "extra", "zeggenschap": "extra"}
    assert queries.bands_on(session, TODAY - timedelta(days=1)) == {}
    assert [one.band for one in queries.accent_history(session, "privacy")] == [
        "background",
        "extra",
    ]


def test_what_was_agreed_keeps_the_accents_of_its_moment(
    session: Session, adopted: FrameworkVersion
) -> None:
    give(session)
    agreed_at = NOW + timedelta(hours=1)
    give(session, band="background", now=NOW + timedelta(hours=2))
    before = ordering_on(session, TODAY, "nl", agreed_at=agreed_at)
    assert before.bands == {"privacy": "extra"}
    assert ordering_on(session, TODAY, "nl").bands == {"privacy": "background"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"band": "heavy"}, "Choose an accent"),
        ({"reason": "  "}, "Say why"),
        ({"from_date": TODAY - timedelta(days=1)}, "in the past"),
        ({"until_date": TODAY - timedelta(days=1)}, "before the first"),
        ({"reason": "x" * 2001}, "longer than"),
    ],
)
def test_an_accent_says_why_and_since_when(
    session: Session, adopted: FrameworkVersion, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        give(session, **changes)


def test_only_a_value_of_the_framework_in_force_gets_an_accent(
    session: Session, small: Framework, adopt_now: Adopt
) -> None:
    with pytest.raises(Refusal, match="before a framework is adopted"):
        give(session)
    adopt_now(session, small)
    with pytest.raises(NotFound):
        give(session, value="kort-bewaren")


def test_a_form_that_is_sent_twice_sets_one_accent(
    session: Session, adopted: FrameworkVersion
) -> None:
    assert give(session) is give(session)
    assert len(audit.entries_about(session, "value:privacy")) == 1


def test_an_accent_is_given_on_its_page(sign_in_as: SignInAs, in_force: int) -> None:
    adviseur = sign_in_as("adviseur")
    path = "/values/accents/privacy"
    today = adviseur.get(path).text.partition('name="from_date"')[2].partition('value="')[2][:10]
    fields = {"band": "extra", "reason": "Sensors.", "from_date": today}
    assert submit(adviseur, path, {**fields, "reason": ""}).status_code == 422
    assert submit(adviseur, path, {**fields, "from_date": "2020-01-01"}).status_code == 422
    assert submit(adviseur, path, fields).status_code == 303
    page = adviseur.get("/values/accents").text
    assert "Sensors." in page
    assert "An accent only orders what comes first." in page
    assert adviseur.get("/values/accents/unknown").status_code == 404


def test_everybody_can_read_which_values_come_to_the_front_and_why(
    app: Flask, session: Session, small: Framework, adopted: FrameworkVersion
) -> None:
    give(session)
    give(session, value="zeggenschap", band="ordinary", reason="As always.")
    with app.test_request_context():
        i18n.speak("en")
        shown = render_template(
            "values/_accents_public.html",
            framework=small,
            accents=queries.accents_on(session, TODAY),
        )
        none = render_template("values/_accents_public.html", framework=small, accents={})
    assert "Sensors along our roads." in shown
    assert "As always." not in shown
    assert "never changes a level" in shown
    assert "No value has an accent now" in none


def test_who_may_not_give_accents_reads_them(
    sign_in_as: SignInAs, in_force: int, unit_of_work: UnitOfWork
) -> None:
    reader = sign_in_as("civil_servant")
    assert "Set the accent" not in reader.get("/values/accents/privacy").text
    fields = {"band": "extra", "reason": "x", "from_date": "2099-01-01"}
    refused = submit(reader, "/values/accents/privacy", fields, on="/account")
    assert refused.status_code == 403
    with unit_of_work() as session:
        assert queries.accent_history(session, "privacy") == []
