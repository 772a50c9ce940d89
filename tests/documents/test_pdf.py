import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from waardewerk.documents import Column, Document, Figure, Note, Paragraph, Table, to_pdf, typeset
from waardewerk.documents.figures import FONTS


def read(document: Document) -> PdfReader:
    return PdfReader(BytesIO(to_pdf(document)))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def elements(node: Any) -> Iterator[Any]:
    """Walk the structure tree of a PDF."""
    node = node.get_object()
    if isinstance(node, list):
        for part in node:
            yield from elements(part)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def tags(reader: PdfReader) -> list[Any]:
    return list(elements(root_of(reader)["/StructTreeRoot"]))


def root_of(reader: PdfReader) -> Any:
    return reader.root_object


@pytest.fixture
def reader(a_report: Document) -> PdfReader:
    return read(a_report)


def test_the_pdf_is_tagged_and_says_its_language(reader: PdfReader) -> None:
    root = root_of(reader)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_pdf_claims_both_standards(reader: PdfReader) -> None:
    metadata = root_of(reader)["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata


def test_the_pdf_says_what_it_is_and_who_made_it(reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == "Volwassenheidsscan digitale ethiek"
    assert reader.metadata.author == "Provincie Voorbeeld"
    assert reader.metadata.subject == "De uitkomst van de scan"
    assert reader.metadata.creation_date == dt.datetime(2026, 10, 14, tzinfo=dt.UTC)


def test_headings_and_lists_are_tagged_as_such(reader: PdfReader) -> None:
    kinds = [tag["/S"] for tag in tags(reader)]
    assert kinds.count("/H1") == 2
    assert kinds.count("/H2") == 1
    assert kinds.count("/LI") == 2


def test_the_header_cells_of_a_table_say_their_scope(reader: PdfReader) -> None:
    heads = [tag for tag in tags(reader) if tag["/S"] == "/TH"]
    scopes = [str(attribute.get("/Scope")) for head in heads for attribute in head["/A"]]
    assert scopes.count("/Column") == 2


def test_a_figure_has_its_words(reader: PdfReader) -> None:
    (figure,) = (tag for tag in tags(reader) if tag["/S"] == "/Figure")
    assert figure["/Alt"] == "Drie staven van twee stappen"


def test_every_text_of_the_report_can_be_read_back(reader: PdfReader) -> None:
    text = text_of(reader)
    for words in (
        "Waar staan we nu?",
        "14 oktober 2026",
        "in gesprek",
        "Let op",
        "Inkoop",
        "1 / 2",
    ):
        assert words in text


def test_a_long_table_repeats_its_header_on_every_page(
    report_of: Callable[..., Document],
) -> None:
    rows = [[f"rij {number}"] for number in range(120)]
    reader = read(report_of([Table("Lang", [Column("Kolomkop")], rows)]))
    assert len(reader.pages) > 2
    assert all("Kolomkop" in page.extract_text() for page in reader.pages)


def test_a_row_longer_than_a_page_is_not_cut_off(report_of: Callable[..., Document]) -> None:
    words = " ".join(f"woord{number}" for number in range(3000))
    text = text_of(read(report_of([Table("Lang", [Column("A")], [[words]])])))
    assert "woord2999" in text


def test_hostile_text_stays_text(a_hostile_report: Document, hostile_text: str) -> None:
    text = text_of(read(a_hostile_report))
    assert "root:" not in text
    if hostile_text.isascii():
        assert re.sub(r"\s", "", text).count(re.sub(r"\s", "", hostile_text)) >= 7


def test_unprintable_characters_are_gone(
    an_unprintable_report: Document, printed_text: str
) -> None:
    assert printed_text in text_of(read(an_unprintable_report))


def test_characters_without_a_glyph_do_not_stop_the_report(
    report_of: Callable[..., Document],
) -> None:
    text = text_of(read(report_of([Paragraph("voor 😀 ✅\ufe0f 漢字 \ue000 na")])))
    assert re.search("voor \ufffd.* na", text)


def test_characters_without_a_glyph_in_a_figure_do_not_stop_the_report(
    report_of: Callable[..., Document],
) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20">'
        '<text x="0" y="15" font-family="Noto Sans">😀 漢</text></svg>'
    )
    assert len(read(report_of([Figure(svg, "Lach 😀", "😀")])).pages) == 1


@pytest.mark.parametrize("language", ["nl", "fy", "en", "nl-BE"])
def test_a_very_long_word_is_broken_before_the_margin(language: str, a_report: Document) -> None:
    word = "w" * 400
    blocks = (Paragraph(word), Note(word), Table("T", [Column("A"), Column("B")], [[word, word]]))
    report = Document(title="T", language=language, author="P", date=a_report.date, blocks=blocks)
    rightmost = []

    def note_where(text: str, *place: Any) -> None:
        rightmost.append(place[1][4])

    read(report).pages[0].extract_text(visitor_text=note_where)
    assert text_of(read(report)).count("w") == 1600
    assert max(rightmost) < 595 - 70


def test_the_same_report_gives_the_same_file(a_report: Document) -> None:
    assert to_pdf(a_report) == to_pdf(a_report)


def test_the_fonts_are_those_of_the_manifest() -> None:
    manifest = json.loads((FONTS / "MANIFEST.json").read_text())
    found = {file.name for file in FONTS.iterdir()} - {"MANIFEST.json"}
    assert found == set(manifest["files"])
    for name, listed in manifest["files"].items():
        content = (FONTS / name).read_bytes()
        assert sha256(content).hexdigest() == listed["sha256"]
        assert len(content) < 150_000


def test_a_layout_of_its_own_sets_what_people_wrote_as_text() -> None:
    template = b"""
        #let data = json(bytes(sys.inputs.data))
        #set document(title: "Letter")
        #set text(font: "Noto Sans", lang: "en")
        #data.words
    """
    made = typeset(
        template, {"words": '#read("/etc/hostname") \N{GRINNING FACE}'}, on=dt.date(2026, 1, 2)
    )
    reader = PdfReader(BytesIO(made))
    assert '#read("/etc/hostname")' in text_of(reader)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


MANY_LARGE_ONES = """
import datetime, pathlib, re, resource
from waardewerk.documents import Document, Paragraph, to_pdf

def most_held():
    # What Linux says by getrusage is also what the program held that started this one.
    status = pathlib.Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])

def peak(times):
    for number in range(times):
        blocks = [Paragraph(f"{number}.{place} " + "woorden " * 40) for place in range(1200)]
        day = datetime.date(2026, 1, 2)
        to_pdf(Document(title="Veel", language="nl", author="A", date=day, blocks=blocks))
    return most_held()

before, one = peak(0), peak(1)
print(one - before, peak(4) - one)
"""


def test_a_large_document_is_not_kept_in_memory() -> None:
    found = subprocess.run(
        [sys.executable, "-c", MANY_LARGE_ONES], check=True, capture_output=True, text=True
    )
    one, four_more = map(int, found.stdout.split())
    assert four_more < one
