"""From prices to letters: each page empty, filled, with mistakes, tied, decided and too late."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from waardewerk.i18n import day_of
from waardewerk_procurement.award import standstill
from waardewerk_procurement.models import AgreedScore, Dossier, KnockOutAnswer
from waardewerk_procurement.operations import deciding, pricing
from waardewerk_procurement.operations.deciding import Chosen, Drawn
from waardewerk_procurement.queries.decisions import bids_of, ranking_of
from waardewerk_procurement.queries.dossiers import get_dossier

from .conftest import OpenScreen
from .screen import Screen
from .site import ROOT, Site

LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten"
PRICES = {"A": 8_000_000, "B": 14_000_000, "C": 7_000_000}
TIED = {"A": 8_000_000, "B": 8_000_000, "C": 14_000_000}


def _setting_up() -> ModuleType:
    """Load what the plugin's own tests put dossiers in place with."""
    name = "procurement_setting_up"
    if name not in sys.modules:
        path = ROOT / "plugins" / "procurement" / "tests" / "setting_up.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


setting_up = _setting_up()


@dataclass
class Case:
    """A dossier whose quality is final."""

    site: Site
    number: int
    bids: dict[str, int]

    @property
    def path(self) -> str:
        """Where the pages of the dossier begin."""
        return f"/procurement/{self.number}"

    @property
    def lot(self) -> str:
        """Where the pages of its lot begin."""
        return f"{self.path}/lots/lot-1"

    def priced(self, prices: Mapping[str, int] = PRICES, *, even: bool = False) -> None:
        """Write the prices down; with ``even`` A and B have the same scores."""
        with self.site.transaction() as session:
            dossier = get_dossier(session, self.number)
            lot = dossier.lots[0]
            bids = bids_of(session, lot)
            if even:
                session.add_all(
                    agreed(bid.id, criterion, "8")
                    for bid in bids[:2]
                    for criterion in ("explain", "forget")
                )
            pricing.record_prices(
                session,
                dossier,
                lot,
                {bid.id: prices[bid.key] for bid in bids},
                seen=pricing.as_seen(bids),
                actor_id=None,
                now=setting_up.NOW,
            )

    def decided(self, **changes: Any) -> None:
        """Decide on it."""
        with self.site.transaction() as session:
            dossier = get_dossier(session, self.number)
            lot = dossier.lots[0]
            chosen: dict[str, Any] = {
                "awards": True,
                "reason": "De rangorde volgt uit de regels die vooraf bekend waren.",
                "standstill_until": standstill.last_day(dossier.kind, day_of(setting_up.NOW)),
                "seen": ranking_of(session, dossier, lot).sha256,
            }
            deciding.decide(
                session,
                dossier,
                lot,
                Chosen(**{**chosen, **changes}),
                actor_id=None,
                now=setting_up.NOW,
            )


def agreed(bid_id: int, criterion: str, score: str) -> AgreedScore:
    return AgreedScore(
        bid_id=bid_id,
        criterion=criterion,
        number=2,
        score=score,
        reason="De aanpak is volledig en aannemelijk, met een voorbeeld uit de praktijk.",
        agreed_at=setting_up.NOW,
    )


@pytest.fixture
def a_case(site: Site) -> Callable[..., Case]:
    """Give what brings a dossier as far as that its quality is final."""

    def make(
        *, is_final: bool = True, out: str = "", is_scheme: bool = False, **changes: Any
    ) -> Case:
        officer = site.person("Olga Officier", "civil_servant")
        with site.transaction() as session:
            concept = setting_up.a_scheme if is_scheme else setting_up.a_concept
            dossier = concept(
                session, officer.id, **{"title": "Verkeer tellen met camera’s", **changes}
            )
            dossier.lots[0].title = "De hele opdracht"
            setting_up.fix(session, dossier)
            _people, bids = setting_up.assess(session, dossier, [])
            if is_final:
                setting_up.finish_quality(session, dossier, bids)
            for bid in bids:
                if bid.key == out:
                    session.add(knocked_out(bid.id))
            return Case(site, dossier.id, {bid.key: bid.id for bid in bids})

    return make


def knocked_out(bid_id: int) -> KnockOutAnswer:
    return KnockOutAnswer(
        bid_id=bid_id,
        criterion="three-cases",
        is_met=False,
        reason="Er zijn twee testgevallen getoond in plaats van drie.",
        written_at=setting_up.NOW,
    )


@pytest.fixture
def officer(site: Site, screen: OpenScreen) -> Screen:
    return screen(site.person("Olga Officier", "civil_servant"))


@pytest.fixture
def decider(site: Site, screen: OpenScreen) -> Screen:
    return screen(site.person("Dirk Bestuurder", "executive_member"))


def test_prices(a_case: Callable[..., Case], officer: Screen) -> None:
    early = a_case(is_final=False)
    officer.open(f"{early.lot}/prices", status=409).look("procurement-prices-too-early")
    case = a_case()
    officer.open(f"{case.lot}/decision").look("procurement-ranking-none")
    officer.follow("Fill in prices").look("procurement-prices-empty")
    officer.fill(
        **{
            f"price_{case.bids['A']}": "80.000,00",
            f"price_{case.bids['B']}": "0",
            f"price_{case.bids['C']}": "zeventig",
        }
    )
    officer.press("Keep the prices", status=422).look("procurement-prices-errors")
    officer.fill(**{f"price_{case.bids['B']}": "140000", f"price_{case.bids['C']}": "70.000"})
    officer.press("Keep the prices").look("procurement-ranking")
    officer.follow("Change prices").look("procurement-prices-filled")


def test_the_ranking(a_case: Callable[..., Case], officer: Screen) -> None:
    case = a_case(out="C", title=LONG)
    case.priced()
    officer.open(f"{case.lot}/decision").look("procurement-ranking-set-aside")
    officer.follow("Show figures that are not rounded").look("procurement-ranking-whole")
    officer.follow("Aap BV").look("procurement-ranked-bid")
    officer.follow("This bid drops out").look("procurement-drop-out")
    officer.press("This bid drops out", status=422).look("procurement-drop-out-errors")
    officer.fill(reason="De inschrijver trok zich terug in een bericht van gisteren.")
    officer.press("This bid drops out").look("procurement-ranking-dropped-out")
    officer.open(f"{case.lot}/ranking/C").look("procurement-ranked-bid-set-aside")


def test_a_tie(a_case: Callable[..., Case], officer: Screen, decider: Screen) -> None:
    case = a_case()
    case.priced(TIED, even=True)
    officer.open(f"{case.lot}/decision").look("procurement-tie")
    officer.press("Keep this order", status=422).look("procurement-tie-errors")
    decider.open(f"{case.lot}/decision").look("procurement-tie-decider")
    decider.open(f"{case.lot}/decide").look("procurement-decide-nobody")
    with case.site.transaction() as session:
        dossier = get_dossier(session, case.number)
        deciding.draw_lots(
            session,
            dossier,
            dossier.lots[0],
            Drawn(order=["B", "A"], before="notaris en teamleider"),
            actor_id=None,
            now=setting_up.NOW,
        )
    officer.open(f"{case.lot}/decision").look("procurement-tie-drawn")


def test_the_decision(a_case: Callable[..., Case], officer: Screen, decider: Screen) -> None:
    case = a_case()
    case.priced()
    decider.open(f"{case.lot}/decision").look("procurement-ranking-decider")
    decider.follow("Decide about this").look("procurement-decide")
    decider.press("Decide", status=422).look("procurement-decide-errors")
    decider.choose("awards", "yes").fill(reason="De rangorde volgt uit de vastgestelde regels.")
    decider.fill(standstill_until=str(day_of(setting_up.NOW) + timedelta(3)))
    decider.press("Decide", status=422).look("procurement-decide-too-short")
    decider.fill(standstill_until=str(standstill.last_day("european", day_of(setting_up.NOW))))
    decider.press("Decide").look("procurement-decided")
    decider.open(f"{case.lot}/decide", status=409).look("procurement-decided-already")
    officer.open(f"{case.lot}/decision").look("procurement-decided-officer")
    officer.open(f"{case.path}/report").look("procurement-report")
    decider.open(f"{case.lot}/withdraw").look("procurement-withdraw")
    decider.fill(reason="The winner withdrew on 3 May.").press("Withdraw the decision")
    decider.look("procurement-withdrawn")


def test_letters(a_case: Callable[..., Case], officer: Screen) -> None:
    case = a_case()
    officer.open(f"{case.path}/letters").look("procurement-letters-none")
    case.priced()
    case.decided()
    officer.open(f"{case.path}/letters").look("procurement-letters")
    officer.follow("Mies BV").look("procurement-letter-rejection")
    officer.fill(advantage_0="De winnaar laat inwoners de uitleg eerst zelf proberen.")
    officer.press("This letter is whole", status=422).look("procurement-letter-errors")
    officer.fill(advantage_1="De winnaar wist beelden eerder en laat dat elk kwartaal zien.")
    officer.press("Keep for later").look("procurement-letter-kept")
    officer.press("This letter is whole").look("procurement-letters-one-ready")
    officer.follow("Mies BV").look("procurement-letter-ready")
    officer.open(f"{case.path}/letters/{case.bids['A']}").look("procurement-letter-award")
    officer.press("This letter is whole")


def test_many_letters_say_how_long_they_take(site: Site, officer: Screen) -> None:
    person = site.person("Olga Officier", "civil_servant")
    with site.transaction() as session:
        number = setting_up.with_letters(session, person.id, 800).id
    officer.open(f"/procurement/{number}/letters").look("procurement-letters-many")
    assert "duurt ongeveer 2 seconden" in officer.text


def test_letters_of_a_subsidy_scheme(a_case: Callable[..., Case], officer: Screen) -> None:
    case = a_case(kind="subsidy", legal_basis="Subsidieverordening, artikel 3", out="C")
    case.priced()
    officer.open(f"{case.lot}/decision").look("procurement-subsidy-ranking")
    case.decided()
    officer.open(f"{case.path}/letters").look("procurement-subsidy-letters")
    officer.open(f"{case.path}/letters/{case.bids['C']}").look("procurement-subsidy-set-aside")
    officer.open(f"{case.path}/report").look("procurement-subsidy-memo")


#: B is first, then A, then C; there is € 80,000.
UNDER_THE_CEILING = {"A": 4_000_000, "B": 3_000_000, "C": 2_000_000}
EQUAL_AT_THE_CEILING = {"A": 4_500_000, "B": 4_500_000, "C": 2_000_000}


def test_a_scheme_under_its_ceiling(
    a_case: Callable[..., Case], site: Site, screen: OpenScreen, officer: Screen
) -> None:
    case = a_case(is_scheme=True, title="Samen verkeer tellen")
    case.priced(UNDER_THE_CEILING)
    decider = screen(site.person("Dirk Besluiter", "executive_member"))
    decider.open(f"{case.lot}/decision").look("procurement-ceiling-ranking")
    decider.open(f"{case.lot}/decide").look("procurement-ceiling-decide")
    officer.open(f"{case.path}/bids/{case.bids['B']}/leave-ranking")
    officer.look("procurement-ceiling-drop-out")
    case.decided()
    decider.open(f"{case.lot}/decision").look("procurement-ceiling-decided")
    officer.open(f"{case.path}/letters").look("procurement-ceiling-letters")
    officer.open(f"{case.path}/letters/{case.bids['C']}").look("procurement-ceiling-letter-partial")
    officer.open(f"{case.path}/report").look("procurement-ceiling-memo")


def test_a_scheme_whose_applications_tie_at_the_ceiling(
    a_case: Callable[..., Case], site: Site, screen: OpenScreen, officer: Screen
) -> None:
    case = a_case(is_scheme=True, title="Samen verkeer tellen")
    case.priced(EQUAL_AT_THE_CEILING, even=True)
    officer.open(f"{case.lot}/decision").look("procurement-ceiling-tie")
    decider = screen(site.person("Dirk Besluiter", "executive_member"))
    decider.open(f"{case.lot}/decide").look("procurement-ceiling-tie-decide")
    with case.site.transaction() as session:
        dossier = get_dossier(session, case.number)
        drawn = deciding.Drawn(order=("B", "A"), before="notaris en teamleider")
        deciding.draw_lots(
            session, dossier, dossier.lots[0], drawn, actor_id=None, now=setting_up.NOW
        )
    case.decided()
    officer.open(f"{case.path}/letters/{case.bids['C']}").look("procurement-ceiling-letter-refused")


def test_who_only_reads(a_case: Callable[..., Case], site: Site, screen: OpenScreen) -> None:
    case = a_case()
    reader = screen(site.person("Lies Lezer", "civil_servant"))
    reader.open(f"{case.path}/decision", status=403).look("procurement-decision-not-yours")


def test_several_lots(a_case: Callable[..., Case], officer: Screen) -> None:
    case = a_case()
    with case.site.transaction() as session:
        dossier: Dossier = get_dossier(session, case.number)
        other = type(dossier.lots[0])(
            dossier_id=dossier.id, key="lot-2", position=2, title=LONG, tie_rule=[]
        )
        session.add(other)
    officer.open(f"{case.path}/decision").look("procurement-decision-lots")
