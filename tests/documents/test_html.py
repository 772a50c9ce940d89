import re
from collections.abc import Callable

import pytest
from lxml import html

from waardewerk.documents import Document, Heading, Paragraph, Run, body_html, to_html


@pytest.fixture
def page(a_report: Document) -> html.HtmlElement:
    return html.document_fromstring(to_html(a_report))


def test_the_page_says_its_language_and_title(page: html.HtmlElement) -> None:
    assert page.get("lang") == "nl"
    assert page.findtext(".//title") == "Volwassenheidsscan digitale ethiek"


def test_headings_stand_below_the_title(page: html.HtmlElement) -> None:
    headings = [(h.tag, h.text_content()) for h in page.xpath("//h1|//h2|//h3")]
    assert headings == [
        ("h1", "Volwassenheidsscan digitale ethiek"),
        ("h2", "Samenvatting"),
        ("h3", "Per thema"),
        ("h2", "Verantwoording"),
    ]


def test_a_table_has_a_caption_and_headers_with_a_scope(page: html.HtmlElement) -> None:
    (table,) = page.xpath("//table")
    assert table.findtext("caption") == "Niveau per thema"
    assert table.xpath("thead/tr/th/@scope") == ["col", "col"]
    assert table.xpath("tbody/tr/th[@scope='row']/text()")[0] == "Kennis en vaardigheden"
    assert table.xpath("tbody/tr/td/span/text()") == ["2", "2", "2"]
    assert set(table.xpath("tbody/tr/td/@data-title")) == {"Nu"}, "stacked, each says what it is"


def test_a_wide_table_can_be_scrolled_by_keyboard(page: html.HtmlElement) -> None:
    (region,) = page.xpath("//div[@role='region']")
    assert region.get("tabindex") == "0"
    assert page.get_element_by_id(region.get("aria-labelledby")).tag == "caption"


def test_a_figure_is_drawn_in_the_page_and_described(page: html.HtmlElement) -> None:
    (figure,) = page.xpath("//figure")
    assert figure.xpath("div[@role='img']/@aria-label") == ["Drie staven van twee stappen"]
    assert figure.xpath("div/svg")
    assert figure.findtext("figcaption") == "Verschil tussen nu en gewenst"


def test_the_appearance_and_the_line_breaks_of_text_stay(
    report_of: Callable[..., Document],
) -> None:
    runs = (Run("a "), Run("b", strong=True), Run(" c", emphasis=True), Run("\nd", True, True))
    written = str(body_html(report_of([Paragraph(runs)])))
    assert "<p>a <strong>b</strong><em> c</em><strong><em><br>d</em></strong></p>" in written


def test_the_page_passes_a_strict_content_security_policy(a_report: Document) -> None:
    written = to_html(a_report, stylesheet="/static/print.css")
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|javascript:", written)
    assert '<link rel="stylesheet" href="/static/print.css">' in written


def test_hostile_text_stays_text(a_hostile_report: Document, hostile_text: str) -> None:
    page = html.document_fromstring(to_html(a_hostile_report))
    assert page.xpath("//h2/text()") == [hostile_text]
    assert page.xpath("//th/text()") == [hostile_text]
    assert not page.xpath("//script")


def test_unprintable_characters_are_gone(
    an_unprintable_report: Document, printed_text: str
) -> None:
    page = html.document_fromstring(to_html(an_unprintable_report))
    assert page.xpath("//h2/text()") == [printed_text]


def test_the_body_can_stand_in_a_page_of_the_site(report_of: Callable[..., Document]) -> None:
    body = body_html(report_of([Heading(1, "Kop")]))
    assert body.startswith("<article")
    assert body.__html__() == body
