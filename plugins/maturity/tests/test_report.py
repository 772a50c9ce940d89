from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping

import openpyxl
import pypdf
import pytest

from waardewerk import access
from waardewerk.contract import Viewer
from waardewerk.documents import to_json
from waardewerk.documents.tree import Document, Figure, Heading, Table, plain_text
from waardewerk.refusal import Conflict, NotAllowed
from waardewerk.testing import UnitOfWork
from waardewerk_maturity.exporters import document_of, exporters
from waardewerk_maturity.queries import figures_for

from .conftest import AGREED, Province

FORMATS = {one.format: one for one in exporters()}
PEOPLE = {"political": (2, 2), "executive": (6, 5), "civil_servant": (6, 2)}


@pytest.fixture
def finished(province: Province) -> int:
    """Run a scan with two groups that can be shown and one that is too small."""
    scan_id = province.open(title="Scan with a report")
    asked = [
        (f"{level}{number}", level)
        for level, (count, _) in PEOPLE.items()
        for number in range(count)
    ]
    for number, (_name, level) in zip(province.ask(scan_id, asked), asked, strict=True):
        high = PEOPLE[level][1]
        province.answer(number, {"policy": high, "practice": high - 1, "result": high - 1})
    province.move(scan_id, "spread", "conversation")
    province.agree(scan_id, dict.fromkeys(province.themes(scan_id), AGREED))
    province.move(scan_id, "agreed")
    province.want(scan_id, "governance", 4)
    province.plan(scan_id, direction="build_down", hindrance="Two lists say two things.")
    return scan_id


def written(document: Document) -> str:
    return json.dumps(json.loads(to_json(document)), ensure_ascii=False)


def report(work: UnitOfWork, scan_id: int, language: str = "en") -> Document:
    with work() as session:
        return document_of(session, scan_id, language)


def tables(document: Document) -> Mapping[str, Table]:
    return {block.caption: block for block in document.blocks if isinstance(block, Table)}


def test_the_report_begins_with_what_stands_out(finished: int, unit_of_work: UnitOfWork) -> None:
    document = report(unit_of_work, finished)
    first = [b for b in document.blocks if not isinstance(b, Figure)][:3]
    assert isinstance(first[0], Heading)
    said = [plain_text(item) for item in first[2].items]  # type: ignore[union-attr]
    assert "executive 5, civil servants 2" in said[0]
    assert any("what is on paper is 2 levels ahead of what people do" in text for text in said)
    assert any("from 2 to 4, that is 2 levels up" in text for text in said)


def test_the_report_says_who_wants_what_why_and_by_whom(
    finished: int, unit_of_work: UnitOfWork
) -> None:
    text = written(report(unit_of_work, finished))
    for words in (
        "Why we agreed on governance.",
        "The board and three civil servants",
        "One of us sees it lower.",
        "People outside must be able to follow us.",
        "Head of policy",
        "Talk with the departments.",
        "Two lists say two things.",
        "Each plan names somebody.",
    ):
        assert words in text


def test_a_group_that_is_too_small_is_not_in_the_report(
    finished: int, unit_of_work: UnitOfWork
) -> None:
    shown = tables(report(unit_of_work, finished))
    spread = shown["Who takes responsibility for digital ethics?"]
    policy = {row[1]: row[2:] for row in spread.rows if row[0] == "On paper"}
    assert policy["Politics"] == ("–", "–", "–", "–", "–", "not shown")
    # The small group can be subtracted from the whole, so a second one is hidden with it.
    hidden = [who for who, counts in policy.items() if counts[-1] == "not shown"]
    assert len(hidden) == 2


def test_the_report_has_no_percentage_and_no_tick(finished: int, unit_of_work: UnitOfWork) -> None:
    for language in ("nl", "en"):
        text = written(report(unit_of_work, finished, language))
        assert not re.search(r"\d\s?%|✓|✔|☑", text)


def test_the_report_is_in_the_language_that_is_asked_for(
    finished: int, unit_of_work: UnitOfWork
) -> None:
    dutch, english = (report(unit_of_work, finished, one) for one in ("nl", "en"))
    assert (dutch.language, english.language) == ("nl", "en")
    assert dutch.title == "Data-ethiek: waar wij staan en wat wij willen"
    assert len(dutch.blocks) == len(english.blocks)
    both = zip(dutch.blocks, english.blocks, strict=True)
    same = [one.text for one, other in both if isinstance(one, Heading) and one == other]
    assert same == ["Privacy"]


def test_every_format_holds_the_same_report(finished: int, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        files = {form: one.write(session, finished, "nl") for form, one in FORMATS.items()}
    assert set(files) == {"html", "pdf", "docx", "odt", "xlsx", "csv", "json"}
    text = {
        "pdf": " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(files["pdf"])).pages),
        "docx": _part(files["docx"], "word/document.xml"),
        "odt": _part(files["odt"], "content.xml"),
        "html": files["html"].decode(),
        "json": files["json"].decode(),
    }
    for form, content in text.items():
        assert "Two lists say two things." in re.sub(r"\s+", " ", content), form
    sheets = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert [sheet.max_row for sheet in sheets] == [7, 7, 2, 2]
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert rows[1][1:4] == ["4", "2", "1"]


def _part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_a_report_before_the_agreement_is_called_a_concept(
    province: Province, unit_of_work: UnitOfWork
) -> None:
    scan_id = province.open()
    with pytest.raises(Conflict):
        report(unit_of_work, scan_id)
    province.in_conversation(scan_id)
    province.agree(scan_id, {"governance": AGREED})
    assert "(concept)" in report(unit_of_work, scan_id).subtitle
    province.agree(scan_id, dict.fromkeys(province.themes(scan_id), AGREED))
    province.move(scan_id, "agreed")
    assert "concept" not in report(unit_of_work, scan_id).subtitle


def test_the_exporters_check_the_viewer_themselves(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan_id = province.open()
    province.in_conversation(scan_id)
    reader = Viewer(person_id=999, permissions=frozenset({"maturity.read", access.ANSWER}))
    with province.work() as session, pytest.raises(NotAllowed):
        figures_for(session, scan_id, reader)


def test_a_re_scan_report_says_what_was_promised(
    province: Province, unit_of_work: UnitOfWork
) -> None:
    first = province.agreed(title="The first scan")
    province.want(first, "culture", 4, intended_result="Doubts are welcome.")
    second = province.agreed(previous_scan_id=first)
    text = written(report(unit_of_work, second))
    assert "Doubts are welcome." in text
    assert "The first scan" in text
