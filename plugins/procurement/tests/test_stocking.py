"""The province adds to the library, changes what it added, and overwrites nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.audit import AuditEntry
from waardewerk.notation.local_text import LocalText
from waardewerk.notation.problems import DefinitionError
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import UnitOfWork, at_once
from waardewerk.values.ordering import Ordering
from waardewerk_procurement.criteria import Criterion, shipped_criteria
from waardewerk_procurement.library import intake
from waardewerk_procurement.library.intake import Offer
from waardewerk_procurement.models import OwnCriterion
from waardewerk_procurement.operations import stocking
from waardewerk_procurement.queries import library
from waardewerk_procurement.queries.library import Filters

from .setting_up import NOW, a_concept

SHIPPED = shipped_criteria()
KEPT = next(one for one in SHIPPED if one.kept_by)
ALONE = next(one for one in SHIPPED if one.type == "kpi")
DONE = {"actor_id": None, "now": NOW}


def ours(key: str = "van-ons", base: Criterion = ALONE, **changes: Any) -> Criterion:
    """Make a criterion of the province."""
    urn = f"urn:waardewerk:criterion:ons:{key}"
    return base.model_copy(update={"id": urn, "title": LocalText({"nl": key}), **changes})


def add(session: Session, criterion: Criterion | None = None) -> OwnCriterion:
    return stocking.add_criterion(session, criterion or ours(), **DONE)


def trail(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    """Give what the audit trail says about the library."""
    found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(one.action, one.subject, one.details) for one in found if "criteri" in one.action]


class TestAdding:
    """What is added is there for everybody, once."""

    def test_it_stands_in_front_of_what_is_shipped(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            own = add(session)
            items = library.offered(session)
            assert [one.own for one in items[:2]] == [own, None]
            assert len(items) == len(SHIPPED) + 1
            assert library.criterion_of(own) == ours()
            assert trail(session) == [
                ("procurement.criterion_added", f"own_criterion:{own.id}", {"revision": 1})
            ]

    def test_a_form_that_is_sent_twice_adds_it_once(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            assert add(session).id == add(session).id
            assert len(library.own_criteria(session)) == 1

    def test_two_at_one_moment_add_it_once(self, unit_of_work: UnitOfWork) -> None:
        def add_one(criterion: Criterion) -> int:
            with unit_of_work() as session:
                return add(session, criterion).id

        came = at_once(add_one, [ours(), ours(ambition=ALONE.ambition % 3 + 1)])
        with unit_of_work() as session:
            keys = {one.urn for one in library.own_criteria(session)}
        refused = sum(isinstance(one, Conflict) for one in came)
        assert len(keys) == len(came) - refused

    def test_a_key_that_is_taken_gets_a_number(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            add(session)
            second = add(session, ours(ambition=ALONE.ambition % 3 + 1))
            shipped = add(session, ours(KEPT.key))
            assert library.criterion_of(second).key == "van-ons-2"
            assert library.criterion_of(shipped).key == f"{KEPT.key}-2"

    def test_what_keeps_its_promise_has_to_be_in_the_library(
        self, unit_of_work: UnitOfWork
    ) -> None:
        with unit_of_work() as session, pytest.raises(DefinitionError) as refused:
            add(session, ours(base=KEPT, kept_by=("nergens",)))
        assert refused.value.problems[0].arguments["field"] == "kept_by"
        with unit_of_work() as session:
            assert library.criterion_of(add(session, ours(base=KEPT))).kept_by == KEPT.kept_by

    def test_the_library_of_a_province_has_an_end(
        self, unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stocking, "MOST_OWN", 1)
        with unit_of_work() as session:
            first = add(session)
            with pytest.raises(Refusal, match="1 criteria of your own at most"):
                add(session, ours("tweede"))
            stocking.retire_criterion(session, first, revision=1, **DONE)
            add(session, ours("tweede"))
            with pytest.raises(Refusal, match="at most"):
                stocking.offer_again(session, first, revision=2, **DONE)


class TestChanging:
    """A change is known as one, and never lands on a newer text."""

    def test_it_says_who_was_there_last(self, unit_of_work: UnitOfWork) -> None:
        later = NOW + timedelta(1)
        with unit_of_work() as session:
            own = add(session)
            changed = ours(title=LocalText({"nl": "Anders"}))
            stocking.change_criterion(session, own, changed, revision=1, actor_id=None, now=later)
            assert library.criterion_of(own).title["nl"] == "Anders"
            assert (own.revision, own.changed_at) == (2, later)
            assert trail(session)[-1][0] == "procurement.criterion_changed"

    def test_an_older_page_is_a_conflict_and_changes_nothing(
        self, unit_of_work: UnitOfWork
    ) -> None:
        with unit_of_work() as session:
            own = add(session)
            before = own.content
            with pytest.raises(Conflict):
                stocking.change_criterion(session, own, ours(), revision=0, **DONE)
            with pytest.raises(Conflict):
                stocking.retire_criterion(session, own, revision=2, **DONE)
            assert (own.content, own.revision, own.retired_at) == (before, 1, None)

    def test_the_same_text_is_no_change(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            own = add(session)
            stocking.change_criterion(session, own, ours(), revision=1, **DONE)
            assert own.revision == 1

    def test_name_and_type_stay(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            own = add(session)
            for other in (ours("anders"), ours(base=KEPT)):
                with pytest.raises(Refusal, match="name and the type"):
                    stocking.change_criterion(session, own, other, revision=1, **DONE)

    def test_what_comes_with_the_product_stays(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session, pytest.raises(NotFound):
            library.get_own(session, ALONE.key)

    def test_what_was_taken_stays_when_it_is_retired(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            own = add(session)
            dossier = a_concept(session)
            dossier.criteria[0].source = own.urn
            session.flush()
            stocking.retire_criterion(session, own, revision=1, **DONE)
            item = library.find_item(session, "van-ons")
            assert not item.is_offered
            assert "van-ons" not in library.by_key(library.offered(session))
            assert library.dossiers_with(session, item.criterion) == [dossier]
            stocking.offer_again(session, own, revision=2, **DONE)
            assert library.find_item(session, "van-ons").is_offered

    def test_retiring_twice_is_done_once(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            own = add(session)
            stocking.offer_again(session, own, revision=1, **DONE)
            stocking.retire_criterion(session, own, revision=1, **DONE)
            stocking.retire_criterion(session, own, revision=2, **DONE)
            assert [one[0].partition("_")[2] for one in trail(session)] == ["added", "retired"]

    def test_a_promise_kept_by_something_retired_can_still_be_read_and_carried_out(
        self, unit_of_work: UnitOfWork
    ) -> None:
        with unit_of_work() as session:
            keeper = add(session, ours("houdt-vast", base=ALONE))
            condition = next(one for one in SHIPPED if one.type == "contract_condition")
            mine = add(session, ours("belofte", base=condition, kept_by=("houdt-vast",)))
            stocking.retire_criterion(session, keeper, revision=1, **DONE)
            known = library.by_key(library.whole_library(session))
            whole = intake.standing_alone([library.criterion_of(mine)], known)
            assert [one.key for one in whole] == ["belofte", "houdt-vast"]


class TestTakingIn:
    """A file adds what is new, in one go, and says of the rest why not."""

    def test_only_what_is_new_is_added(self, unit_of_work: UnitOfWork) -> None:
        good, other = ours("goed"), ours("anders")
        with unit_of_work() as session:
            add(session, other)
            there = ours("anders", ambition=ALONE.ambition % 3 + 1)
            offers = [offer(good), offer(ALONE), offer(there), Offer(9, {"title": {"nl": "x"}})]
            judged = stocking.take_in(session, offers, owner="ons", **DONE)
            assert [one.verdict for one in judged] == ["taken", "same", "differs", "refused"]
            kept = [library.criterion_of(one) for one in library.own_criteria(session)]
            assert kept == [other, good]
            assert trail(session)[-1] == (
                "procurement.criteria_taken_in",
                "library:own",
                {"taken": 1},
            )

    def test_looking_adds_nothing(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            judged = stocking.judge_offers(session, [offer(ours())], owner="ons")
            assert [one.verdict for one in judged] == ["taken"]
            assert library.own_criteria(session) == []
            assert trail(session) == []

    def test_what_was_sent_twice_is_taken_once(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            stocking.take_in(session, [offer(ours())], owner="ons", **DONE)
            again = stocking.take_in(session, [offer(ours())], owner="ons", **DONE)
            assert [one.verdict for one in again] == ["same"]
            assert [one[0] for one in trail(session)].count("procurement.criteria_taken_in") == 1

    def test_something_retired_is_there_and_does_not_come_back_by_itself(
        self, unit_of_work: UnitOfWork
    ) -> None:
        with unit_of_work() as session:
            own = add(session)
            stocking.retire_criterion(session, own, revision=1, **DONE)
            judged = stocking.take_in(session, [offer(ours())], owner="ons", **DONE)
            assert [one.verdict for one in judged] == ["same"]
            assert own.retired_at is not None


def offer(criterion: Criterion, place: int = 2) -> Offer:
    """Offer a criterion as a list does."""
    text = intake.write_one(criterion)
    return Offer(place, intake.offers_in_yaml(text)[0].tree)


class TestSearching:
    """What touches an accent comes first, and nothing is left out by it."""

    def test_accents_put_things_in_order_and_say_why(self, unit_of_work: UnitOfWork) -> None:
        ordering = Ordering({"privacy": "extra", "inclusie": "background"}, {"privacy": "Privacy"})
        with unit_of_work() as session:
            items = library.offered(session)
            found = library.search(items, Filters(), ordering)
        assert sorted(one.key for one in found) == sorted(one.key for one in items)
        weights = [ordering.weight(one.criterion.values) for one in found]
        assert weights == sorted(weights, reverse=True)
        assert "privacy" in found[0].criterion.values
        assert "Privacy" in ordering.why(found[0].criterion.values)

    def test_without_accents_the_order_stays(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            items = library.offered(session)
        assert library.search(items, Filters(), Ordering()) == items

    def test_each_question_leaves_out_what_does_not_fit(self, unit_of_work: UnitOfWork) -> None:
        asked = Filters(value="privacy", kind="kpi", technology="camera", ambition=2)
        with unit_of_work() as session:
            found = library.search(library.offered(session), asked, Ordering())
        assert found
        for one in (item.criterion for item in found):
            assert "privacy" in one.values
            assert (one.type, one.ambition) == ("kpi", 2)
            assert one.suits("camera")

    def test_where_it_comes_from(self, unit_of_work: UnitOfWork) -> None:
        with unit_of_work() as session:
            add(session)
            items = library.offered(session)
        own = library.search(items, Filters(origin="own"), Ordering())
        shipped = library.search(items, Filters(origin="shipped"), Ordering())
        assert [one.key for one in own] == ["van-ons"]
        assert len(shipped) == len(SHIPPED)

    def test_neighbours_are_what_keeps_what_is_kept_and_what_is_related(
        self, unit_of_work: UnitOfWork
    ) -> None:
        with unit_of_work() as session:
            items = library.whole_library(session)
        found = library.neighbours_of(KEPT, items)
        assert tuple(one.key for one in found.keepers) == KEPT.kept_by
        keeper = found.keepers[0].criterion
        assert KEPT.key in {one.key for one in library.neighbours_of(keeper, items).keeps}
        assert all(one.criterion.type != KEPT.type for one in found.related)
        assert not set(found.related) & {*found.keepers, *found.keeps}
