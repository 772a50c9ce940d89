"""Whatever leaves of a fixed dossier says which version it was made from.

The routes come from the URL map, so a file that is made later is opened the day it is made.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

import openpyxl
import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from waardewerk.testing import AddPerson, Cluster, SignIn, UnitOfWork
from waardewerk_procurement.award.awarding_file import FORMAT
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations import motivating, withdrawing
from waardewerk_procurement.queries.decisions import bids_of
from waardewerk_procurement.queries.letters import letter_facts
from waardewerk_procurement.views.documents import KINDS

from .deciding_on import decide, give_prices
from .setting_up import NOW, a_concept, a_scheme, assess, finish_quality, fix

FORMS = ("json", "html", "pdf", "docx", "odt", "xlsx", "csv", "pdf.zip", "docx.zip", "odt.zip")
#: In cents, below the ceiling of the scheme.
PRICES = {"A": 4_000_000, "B": 4_900_000, "C": 4_500_000}
#: What leaves of every dossier that was decided on, by the page that sends it.
SENT = {
    "document",
    "fixed_json",
    "award_file",
    "withdrawn_file",
    "letter_file",
    "letters_file",
    "procedure_report_file",
}


@pytest.fixture(scope="module")
def cluster(sqlite: Cluster) -> Cluster:
    """Walk on one database: what is in a file does not depend on it."""
    return sqlite


# Reading what was sent -------------------------------------------------------------------------


def _of_xml(data: bytes) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", data.decode()))


def _of_office(part: str) -> Callable[[bytes], str]:
    return lambda data: _of_xml(zipfile.ZipFile(BytesIO(data)).read(part))


def _of_pdf(data: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


def _of_sheets(data: bytes) -> str:
    book = openpyxl.load_workbook(BytesIO(data))
    return "\n".join(
        str(cell.value) for sheet in book.worksheets for row in sheet.rows for cell in row
    )


READERS: Mapping[str, Callable[[bytes], str]] = {
    "json": bytes.decode,
    "html": _of_xml,
    "docx": _of_office("word/document.xml"),
    "odt": _of_office("content.xml"),
    "pdf": _of_pdf,
    "xlsx": _of_sheets,
}


def texts_in(name: str, data: bytes) -> Iterator[str]:
    """Give what people read in a file, or in each file of a ZIP, without spaces."""
    form = name.rpartition(".")[2]
    if form == "zip":
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for inside in packed.namelist():
                yield from texts_in(inside, packed.read(inside))
    else:
        yield "".join(READERS[form](data).split())


# Walking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A dossier from which everything can leave."""

    dossier: int
    bid: int
    sha256: str
    officer: FlaskClient

    def addresses(self, app: Flask) -> Iterator[tuple[str, str]]:
        """Give every page and file about this dossier, with the name of what sends it."""
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            is_ours = rule.endpoint.startswith("procurement.") and "dossier_id" in rule.arguments
            if is_ours and "GET" in (rule.methods or ()):
                names = sorted(rule.arguments)
                for values in itertools.product(*(self._values(rule, name) for name in names)):
                    given = dict(zip(names, values, strict=True))
                    yield (
                        rule.endpoint.removeprefix("procurement."),
                        adapter.build(rule.endpoint, given),
                    )

    def _values(self, rule: Rule, name: str) -> tuple[object, ...]:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            return tuple(converter.items)
        known: dict[str, tuple[object, ...]] = {
            "dossier_id": (self.dossier,),
            "bid_id": (self.bid,),
            "lot": ("lot-1",),
            "lot_key": ("lot-1",),
            "bid_key": ("A",),
            "document": tuple(kind.slug for kind in KINDS),
            "form": FORMS,
        }
        return known.get(name, (1,) if name.endswith(("id", "number")) else ("explain",))


def decided(session: Session, dossier: Dossier) -> None:
    """Decide twice, because the first decision was withdrawn, and write every letter."""
    give_prices(session, dossier, PRICES)
    first = decide(session, dossier)
    withdrawing.withdraw_decision(
        session,
        dossier,
        dossier.lots[0],
        "There was a mistake in it.",
        seen=first.award_sha256,
        actor_id=None,
        now=NOW,
    )
    decide(session, dossier)
    for bid in bids_of(session, dossier.lots[0]):
        facts = letter_facts(session, dossier, bid.id)
        motivating.write_letter(
            session,
            dossier,
            facts,
            advantages={one.criterion.key: "The winner shows it." for one in facts.behind},
            closing="",
            revision=0,
            is_ready=True,
            actor_id=None,
            now=NOW,
        )


@pytest.fixture(params=[a_concept, a_scheme], ids=["tender", "scheme"])
def case(
    request: pytest.FixtureRequest, unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> Case:
    officer = a_person({"civil_servant"})
    with unit_of_work() as session:
        dossier: Dossier = request.param(session, officer.id)
        fix(session, dossier)
        sha256 = fix(session, dossier, number=2).sha256
        _people, bids = assess(session, dossier, ())
        finish_quality(session, dossier, bids)
        decided(session, dossier)
        number, bid = dossier.id, bids[0].id
    return Case(number, bid, sha256, sign_in(officer))


def test_every_file_of_a_fixed_dossier_carries_the_hash_of_its_version(
    app: Flask, case: Case
) -> None:
    sent = set()
    for endpoint, address in case.addresses(app):
        answer = case.officer.get(address)
        named = re.search(r'filename="([^"]+)"', answer.headers.get("Content-Disposition", ""))
        if answer.status_code != 200 or named is None:
            continue
        sent.add(endpoint)
        if endpoint == "fixed_json":
            # It is the version itself: what it hashes to is in its name and its header.
            assert hashlib.sha256(answer.data).hexdigest() in named[1]
            assert "Repr-Digest" in answer.headers
            continue
        texts = list(texts_in(named[1], answer.data))
        assert texts, address
        assert all(case.sha256 in text for text in texts), address
    assert sent == SENT


def test_an_award_file_names_the_version_in_a_member_of_its_own(case: Case) -> None:
    saved = case.officer.get(f"/procurement/{case.dossier}/lots/lot-1/award.json").json
    assert saved is not None
    assert saved["format"] == FORMAT
    assert saved["fixed"] == {"number": 2, "sha256": case.sha256}
