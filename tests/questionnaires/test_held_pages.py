"""What is drawn once for everybody never shows one person's answer to another."""

import re

import pytest

from waardewerk.testing import submit

CHECKED = re.compile(r'name="([^"]+)value" value="([^"]+)"(?: data-asks-example)? checked')
LEVEL = "rules.written:policy:"


@pytest.fixture
def browsers(inquiries, anna, bram):
    """Two people, each with a browser of their own."""
    return {
        asked.name: (inquiries.come_in(asked), f"/answers/{asked.id}") for asked in (anna, bram)
    }


def chosen(page):
    return dict(CHECKED.findall(page.text))


def test_everybody_sees_their_own_levels(inquiries, browsers, anna, bram):
    inquiries.answer(anna, 2, hands_in=False)
    inquiries.answer(bram, 4, hands_in=False)
    for _ in range(2):
        for name, level in (("Anna", "2"), ("Bram", "4")):
            browser, own = browsers[name]
            assert set(chosen(browser.get(f"{own}/rules")).values()) == {level}


def test_a_page_is_the_same_whether_it_was_drawn_before_or_not(browsers):
    (anna, own), (bram, other) = browsers["Anna"], browsers["Bram"]
    first, second = anna.get(f"{own}/rules").text, bram.get(f"{other}/rules").text
    assert without_person(first) == without_person(second)


def without_person(page):
    page = re.sub(r'nonce="[^"]+"|value="I[^"]{60,}"|Part 1 of \d', "", page)
    return re.sub(r"/answers/\d+", "/answers/1", page)


def test_what_was_wrongly_posted_is_shown_and_not_held(browsers):
    (anna, own), (bram, other) = browsers["Anna"], browsers["Bram"]
    before = chosen(anna.get(f"{own}/rules"))
    address = f"{own}/rules"
    wrong = {f"{LEVEL}value": "77", f"{LEVEL}revision": "0", "rules.written::revision": "0"}
    refused = submit(anna, address, wrong)
    assert refused.status_code == 422
    assert "ww-field--invalid" in refused.text
    assert "ww-field--invalid" not in bram.get(f"{other}/rules").text
    assert chosen(anna.get(address)) == before


def test_the_other_language_is_not_taken_from_the_shelf(browsers):
    browser, own = browsers["Anna"]
    assert "On paper" in browser.get(f"{own}/rules").text
    browser.post("/language", data={"language": "nl"})
    assert "Stap 1 hiervan" in browser.get(f"{own}/rules").text
    assert "Step 1 of this" not in browser.get(f"{own}/rules").text
