from collections import Counter, defaultdict
from itertools import combinations, product
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.questionnaires.spread import (
    AgendaItem,
    PerceptionGap,
    SpreadAnswer,
    agenda,
    perception_gap,
    spread_of,
)

GROUPS = ("political", "executive", "civil_servant")
STEPS = (1, 2, 3, 4, 5)

some_answers = st.lists(
    st.builds(SpreadAnswer, st.sampled_from(GROUPS), st.sampled_from(STEPS)), max_size=30
)
some_k = st.none() | st.integers(2, 6)


def answers(**steps_by_group):
    return [SpreadAnswer(group, step) for group, steps in steps_by_group.items() for step in steps]


def spread(k=None, **steps_by_group):
    return spread_of(answers(**steps_by_group), GROUPS, STEPS, k)


def overall(*steps):
    return spread(political=steps).overall


def naive_disagreement(chosen, ladder):
    """All pairs of people, beside all pairs of two camps at both ends."""

    def distance(people):
        return sum(abs(one - other) for one, other in combinations(people, 2))

    camps = [ladder[0] if place % 2 else ladder[-1] for place in range(len(chosen))]
    return distance(chosen) / distance(camps) if distance(camps) else 0.0


@settings(deadline=None)
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=40))
def test_a_distribution_is_what_counting_by_hand_gives(chosen):
    found = overall(*chosen)
    assert dict(zip(found.steps, found.counts, strict=True)) == {
        step: chosen.count(step) for step in STEPS
    }
    assert found.n == len(chosen)
    assert found.median == median(chosen)
    assert (found.lowest, found.highest) == (min(chosen), max(chosen))
    assert found.range == max(chosen) - min(chosen)
    assert found.disagreement == pytest.approx(naive_disagreement(chosen, STEPS))
    assert 0 <= found.disagreement <= 1


@settings(deadline=None)
@given(st.sets(st.integers(-10, 20), min_size=1, max_size=8).flatmap(
    lambda ladder: st.tuples(
        st.permutations(sorted(ladder)),
        st.lists(st.sampled_from(sorted(ladder)), min_size=1, max_size=20),
    )
))  # fmt: skip
def test_steps_may_lie_anywhere_and_come_in_any_order(drawn):
    ladder, chosen = drawn
    found = spread_of(answers(all=chosen), ["all"], ladder, None).overall
    assert found.steps == tuple(sorted(ladder))
    assert found.median == median(chosen)
    assert found.disagreement == pytest.approx(naive_disagreement(chosen, sorted(ladder)))


@pytest.mark.parametrize(
    ("chosen", "disagreement"),
    [
        ([3], 0),
        ([4, 4, 4], 0),
        ([1, 5], 1),
        ([1, 1, 5], 1),
        ([1, 1, 5, 5], 1),
        ([1, 3], 0.5),
        ([1, 2, 3, 4, 5], 20 / 24),
    ],
)
def test_disagreement_runs_from_one_voice_to_two_equal_camps(chosen, disagreement):
    assert overall(*chosen).disagreement == pytest.approx(disagreement)


def test_a_median_is_a_step_or_halfway_between_two():
    assert overall(2, 3).median == 2.5
    assert overall(1, 3).median == 2
    assert overall(1, 1, 4).median == 1


@settings(deadline=None)
@given(some_answers, st.randoms(), some_k)
def test_the_order_of_answers_does_not_matter(given_answers, chance, k):
    shuffled = list(given_answers)
    chance.shuffle(shuffled)
    assert spread_of(given_answers, GROUPS, STEPS, k) == spread_of(shuffled, GROUPS, STEPS, k)


@settings(deadline=None)
@given(some_answers)
def test_without_k_every_group_that_answered_is_shown(given_answers):
    found = spread_of(given_answers, GROUPS, STEPS, None)
    sizes = Counter(answer.group for answer in given_answers)
    assert not any(row.hidden for row in found.groups)
    assert {row.group: row.distribution.n for row in found.groups if row.distribution} == sizes
    assert (found.overall.n if found.overall else 0) == len(given_answers)


def test_a_group_with_too_few_answers_is_hidden():
    found = spread(k=3, political=[1, 2], executive=[2, 2], civil_servant=[3, 4, 5])
    assert [(row.group, row.hidden) for row in found.groups] == [
        ("political", True),
        ("executive", True),
        ("civil_servant", False),
    ]
    assert found.overall.n == 7
    assert found.shown() == (("civil_servant", found.groups[2].distribution),)


def test_the_smallest_shown_group_guards_a_lone_small_one():
    found = spread(k=3, political=[1, 2], executive=[2, 2, 2], civil_servant=[3, 4, 5, 5])
    assert [row.hidden for row in found.groups] == [True, True, False]


def test_with_too_few_answers_in_all_nothing_is_shown():
    found = spread(k=5, political=[1, 2], executive=[3, 4])
    assert found.overall is None
    assert all(row.hidden and row.distribution is None for row in found.groups)


def test_a_group_without_answers_looks_like_a_small_one():
    none_at_all = spread(k=3, political=[], executive=[1, 1], civil_servant=[1, 2, 3, 4])
    assert [row.hidden for row in none_at_all.groups] == [True, True, True]
    nobody_small = spread(k=3, political=[], executive=[1, 1, 1], civil_servant=[1, 2, 3, 4])
    assert [row.hidden for row in nobody_small.groups] == [True, False, False]


def test_the_size_of_a_hidden_group_is_nowhere_in_the_result():
    two_and_two = spread(k=3, political=[1, 1], executive=[1, 1], civil_servant=[4, 4, 4])
    one_and_three_less = spread(k=3, political=[1], executive=[1, 1, 1], civil_servant=[4, 4, 4])
    assert two_and_two.groups[:2] == one_and_three_less.groups[:2]


def test_a_group_of_one_cannot_be_asked_for():
    with pytest.raises(ValueError, match="at least 2"):
        spread(k=1, political=[1])


def test_an_answer_that_does_not_belong_here_is_an_error():
    with pytest.raises(ValueError, match="unknown groups: citizens"):
        spread_of(answers(citizens=[1]), GROUPS, STEPS, None)
    with pytest.raises(ValueError, match="unknown steps: 6"):
        spread_of(answers(political=[6]), GROUPS, STEPS, None)


def test_no_sum_or_difference_of_published_figures_is_about_a_small_group():
    """Try every way to add and subtract the published figures, for all sizes of four groups."""
    names = "abcd"
    for k, sizes in product((2, 3, 5), product(range(7), repeat=4)):
        population = [
            SpreadAnswer(g, 1) for g, n in zip(names, sizes, strict=True) for _ in range(n)
        ]
        found = spread_of(population, names, (1, 2), k)
        published = [frozenset(group) for group, _distribution in found.shown()]
        if found.overall:
            published.append(frozenset(names))
        for signs in product((-1, 0, 1), repeat=len(published)):
            about = [
                sum(sign for sign, part in zip(signs, published, strict=True) if name in part)
                for name in names
            ]
            if set(about) <= {0, 1}:
                heads = sum(n for n, one in zip(sizes, about, strict=True) if one)
                assert not 0 < heads < k, (k, sizes, about)


@pytest.mark.parametrize("k", [2, 3])
def test_who_knows_the_rule_and_every_figure_cannot_tell_what_a_small_group_said(k):
    """Lay all small worlds side by side: what is published leaves more than one possible.

    Unless all who are hidden say the same: then the total says it of each, as of any group.
    """
    names = "abc"
    most = 5
    group_worlds = [(low, high) for low in range(most + 1) for high in range(most + 1 - low)]
    seen = defaultdict(lambda: [set() for _name in names])
    for world in product(group_worlds, repeat=3):
        population = [
            SpreadAnswer(name, step)
            for name, counts in zip(names, world, strict=True)
            for step, count in zip((1, 2), counts, strict=True)
            for _ in range(count)
        ]
        possible = seen[spread_of(population, names, (1, 2), k)]
        for place, counts in enumerate(world):
            possible[place].add(counts)
    for found, possible in seen.items():
        for row, counts in zip(found.groups, possible, strict=True):
            if any(0 < sum(pair) < k for pair in counts):
                assert row.hidden
                assert len(counts) > 1 or 0 in pool_of(found)


def pool_of(found):
    """Subtract what is shown of the groups from what is shown of all."""
    shown = [distribution.counts for _group, distribution in found.shown()]
    return [
        total - sum(column) for total, *column in zip(found.overall.counts, *shown, strict=True)
    ]


@settings(deadline=None)
@given(some_answers, st.integers(2, 6))
def test_what_is_shown_is_true_and_never_small(given_answers, k):
    found = spread_of(given_answers, GROUPS, STEPS, k)
    everything = spread_of(given_answers, GROUPS, STEPS, None)
    if found.overall:
        assert found.overall == everything.overall
        assert found.overall.n >= k
    for row, true in zip(found.groups, everything.groups, strict=True):
        assert row.hidden == (row.distribution is None)
        if row.distribution:
            assert row.distribution == true.distribution
            assert row.distribution.n >= k


def test_the_perception_gap_is_between_the_two_medians_furthest_apart():
    found = spread(political=[3, 4], executive=[4, 4], civil_servant=[1, 2])
    assert perception_gap(found) == PerceptionGap(2.5, higher="executive", lower="civil_servant")


def test_there_is_no_perception_gap_with_fewer_than_two_groups_shown():
    assert perception_gap(spread(political=[3, 4])) is None
    assert perception_gap(spread(k=3, political=[1, 1, 1], executive=[5])) is None


@settings(deadline=None)
@given(some_answers, some_k)
def test_the_perception_gap_is_the_largest_of_all_pairs(given_answers, k):
    found = spread_of(given_answers, GROUPS, STEPS, k)
    medians = {group: shown.median for group, shown in found.shown()}
    gap = perception_gap(found)
    if len(medians) < 2:
        assert gap is None
    else:
        assert gap.size == max(medians.values()) - min(medians.values())
        assert gap.size == medians[gap.higher] - medians[gap.lower]


def keys(items):
    return [item.key for item in agenda(items)]


def test_the_agenda_starts_with_most_disagreement_whatever_the_gap():
    assert keys([AgendaItem("calm", 0.2, gap=4, accent=1), AgendaItem("split", 0.9)]) == [
        "split",
        "calm",
    ]


def test_equal_disagreement_is_ordered_by_gap_and_accent_and_then_by_key():
    items = [
        AgendaItem("b", 0.5, gap=1),
        AgendaItem("a", 0.5, gap=1),
        AgendaItem("far", 0.5, gap=2),
        AgendaItem("accented", 0.5, gap=1.5, accent=0.5),
        AgendaItem("ahead", 0.5, gap=-1, accent=1),
    ]
    assert keys(items) == ["accented", "far", "a", "b", "ahead"]


def test_an_accent_decides_where_nothing_else_differs_even_without_a_gap():
    items = [AgendaItem("a", 0.5), AgendaItem("b", 0.5, accent=1), AgendaItem("c", 0.6)]
    assert keys(items) == ["c", "b", "a"]


def test_the_unanimous_stand_last_and_are_marked_even_with_a_large_gap():
    items = [AgendaItem("same", 0.0, gap=4), AgendaItem("few", None), AgendaItem("apart", 0.1)]
    assert keys(items) == ["apart", "few", "same"]
    assert [item.unanimous for item in agenda(items)] == [False, False, True]


@settings(deadline=None)
@given(st.lists(
    st.builds(
        AgendaItem,
        key=st.text("abc", min_size=1, max_size=3),
        disagreement=st.none() | st.floats(0, 1),
        gap=st.sampled_from([-1.0, 0.0, 0.5, 2.0]),
        accent=st.floats(0, 1),
    ),
    unique_by=lambda item: item.key,
), st.randoms())  # fmt: skip
def test_the_agenda_holds_everything_once_in_an_order_that_does_not_depend_on_the_input(
    items, chance
):
    shuffled = list(items)
    chance.shuffle(shuffled)
    ordered = agenda(shuffled)
    assert ordered == agenda(items)
    assert sorted(item.key for item in ordered) == sorted(item.key for item in items)
    known = [item.disagreement for item in ordered if item.disagreement is not None]
    assert known == sorted(known, reverse=True)
