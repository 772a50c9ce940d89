from __future__ import annotations

from waardewerk import demo, plugins
from waardewerk_maturity.queries import comparisons, figures_of, scans, series_of

from .conftest import Province


def test_the_demo_shows_two_agreed_scans_and_a_running_one_and_loads_once(
    province: Province,
) -> None:
    for _time in range(2):
        list(demo.load(province.app))
    assert plugins.of(province.app).faults == []
    with province.work() as session:
        found = scans(session)
        assert [scan.inquiry.phase for scan in found] == ["alone", "agreed", "agreed"]
        newest = figures_of(session, found[1])
        assert newest.theme("governance").figures.flagged
        assert newest.theme("governance").figures.gap == 2
        assert len(series_of(session, found[1])) == 2
        assert len(comparisons(session)) == 2
