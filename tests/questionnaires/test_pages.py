"""The whole way of a respondent and a chair by plain forms, and what each page costs."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from waardewerk import db
from waardewerk.questionnaires.operations.answering import Filled
from waardewerk.testing import browser_of, csrf_token, submit

HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
HTMX = {"HX-Request": "true"}


def follow(browser, response):
    assert response.status_code == 303, response.text
    return browser.get(response.location)


def fill_in(browser, address, level, reason):
    """Fill in a page of ladders and press the first button."""
    page = browser.get(address).text
    form = dict(HIDDEN.findall(page))
    for name in set(re.findall(r'name="([^"]+:(?:policy|practice|result):)value"', page)):
        form[f"{name}value"] = level
    for name in set(re.findall(r'name="([^"]+::)reason"', page)):
        form[f"{name}reason"] = reason
    return follow(browser, browser.post(address, data={**form, "go": "on"}))


def test_the_whole_way_without_javascript(app, inquiries, inquiry_id, chair_browser):
    """Code, consent or promise, sections, hand in, spread, conversation, agreement, agreed."""
    people = inquiries.ask_group(inquiry_id, political=6)
    for one in people[1:]:
        inquiries.answer(one, 2)
    anna, browser = people[0], browser_of(app)

    landing = follow(browser, submit(browser, "/a/", {"code": anna.code.lower()}))
    assert "Who sees what you say?" in landing.text
    overview = follow(browser, submit(browser, f"/a/{anna.code}"))
    assert "0 of 9 questions answered" in overview.text
    own = f"/answers/{anna.id}"
    assert "People" in fill_in(browser, f"{own}/rules", "5", "I saw it.").text
    assert "Background" in fill_in(browser, f"{own}/people", "4", "I know them.").text
    overview = browser.get(own)
    assert "3 of 9 questions answered" in overview.text
    check = browser.get(f"{own}/hand-in")
    assert "Not answered yet" not in check.text
    assert "Is there an example?" in check.text
    done = follow(browser, submit(browser, f"{own}/hand-in"))
    assert "Your answers are in" in done.text
    assert "You will hear from the chair" in done.text

    inquiry = f"/inquiries/{inquiry_id}"
    assert browser.get(f"{inquiry}/spread").status_code == 403
    for phase in ("spread", "conversation"):
        moved = submit(chair_browser, f"{inquiry}/phase", {"to": phase}, on=inquiry)
        assert follow(chair_browser, moved).status_code == 200
    assert "See how answers are spread" in browser.get(own).text
    spread = browser.get(f"{inquiry}/spread").text
    assert "6 people answered, from 2 to 5; half say 2 or lower." in spread
    talk = f"{inquiry}/talk/rules.written"
    assert "I saw it." in browser.get(talk).text

    agreed = {
        "level_policy": "3",
        "level_practice": "2",
        "level_result": "2",
        "reason": "Heard everybody.",
        "present": "All six",
    }
    for section in ("rules", "people"):
        page = f"{inquiry}/talk/{section}"
        submit(chair_browser, f"{page}/note", {"text": "Well said.", "revision": "0"}, on=page)
        submit(chair_browser, f"{page}/agree", agreed, on=page)
    background = f"{inquiry}/talk/background"
    only = {"level": "7", "reason": "Enough.", "present": "All six"}
    submit(chair_browser, f"{background}/agree", only, on=background)
    closed = submit(chair_browser, f"{inquiry}/phase", {"to": "agreed"}, on=inquiry)
    assert "The group has agreed." in follow(chair_browser, closed).text

    assert "See what you agreed on" in browser.get(own).text
    assert "Heard everybody." in browser.get(f"{inquiry}/talk/rules").text
    assert "Well said." in browser.get(f"{inquiry}/talk/rules").text


def test_pages_speak_the_chosen_language(inquiries, anna, browser_in_dutch):
    page = browser_in_dutch.get(f"/answers/{anna.id}/rules").text
    assert '<html lang="nl">' in page
    assert "Staan regels op papier?" in page
    assert "Are rules written down?" not in page


@pytest.fixture
def browser_in_dutch(inquiries, anna):
    browser = inquiries.come_in(anna)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    return browser


def test_an_inquiry_that_nobody_has_is_not_found(chair_browser):
    for number in ("0", "999999", "2147483648", "9" * 40, "-1", "x"):
        for page in ("", "/spread", "/talk/rules"):
            assert chair_browser.get(f"/inquiries/{number}{page}").status_code == 404


def test_the_dashboard_asks_who_can_answer_now(inquiries, inquiry_id, a_person, sign_in):
    browser = sign_in(a_person(name="Dirk"))
    assert "You are asked to answer" not in browser.get("/").text
    asked = inquiries.ask(inquiry_id, [("Dirk", "civil_servant")])[0]
    page = browser.get("/").text
    assert "You are asked to answer" in page
    assert f'href="/answers/{asked.id}"' in page
    inquiries.answer(asked)
    assert "You are asked to answer" not in browser.get("/").text


# What a page costs


@contextmanager
def statements(app):
    """Gather what is sent to the database, without the begin and end of transactions."""
    sent = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    engine = app.extensions[db.EXTENSION].engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def answering(app, inquiries, anna):
    """A browser on its way, with the process warm."""
    browser = inquiries.come_in(anna)
    browser.get(f"/answers/{anna.id}/rules")
    return browser


def count(app, act):
    with statements(app) as sent:
        response = act()
    assert response.status_code == 200, response.text
    return len(sent), sent


def test_a_section_costs_five_statements_at_most(app, answering, inquiries, anna):
    for section in ("rules", "people", "background"):
        number, sent = count(app, lambda page=section: answering.get(f"/answers/{anna.id}/{page}"))
        assert number <= 5, sent
    inquiries.answer(anna, hands_in=False)
    number, sent = count(app, lambda: answering.get(f"/answers/{anna.id}/rules"))
    assert number <= 5, sent


def test_a_save_costs_six_statements_at_most(app, answering, anna):
    token = csrf_token(answering, f"/answers/{anna.id}/rules")
    slot = "rules.written:practice:"

    def save(level, revision):
        return answering.post(
            f"/answers/{anna.id}/save/rules.written/practice",
            data={"csrf_token": token, f"{slot}value": level, f"{slot}revision": revision},
            headers=HTMX,
        )

    for level, revision in (("2", "0"), ("3", "1"), ("3", "2")):
        number, sent = count(app, lambda a=level, b=revision: save(a, b))
        assert number <= 6, sent


def without_new_rows(sent):
    """SQLite is sent each new row by itself, inside its own process; PostgreSQL all at once."""
    return [statement for statement in sent if not statement.startswith("INSERT")]


def test_saving_a_page_reads_no_more_than_saving_one_answer(app, answering, anna):
    page = answering.get(f"/answers/{anna.id}/rules").text
    form = dict(HIDDEN.findall(page))
    for name in set(re.findall(r'name="([^"]+:(?:policy|practice|result):)value"', page)):
        form[f"{name}value"] = "2"
    assert len(form) > 12
    with statements(app) as sent:
        response = answering.post(f"/answers/{anna.id}/rules", data=form)
    assert response.status_code == 303
    assert len(without_new_rows(sent)) <= 6, sent


def test_an_account_costs_one_statement_more(app, inquiries, inquiry_id, a_person, sign_in):
    browser = sign_in(a_person(name="Dirk"))
    asked = inquiries.ask(inquiry_id, [("Dirk", "civil_servant")])[0]
    browser.get(f"/answers/{asked.id}/rules")
    number, sent = count(app, lambda: browser.get(f"/answers/{asked.id}/rules"))
    assert number <= 6, sent


@pytest.fixture
def many(inquiries, inquiry_id):
    """Ask and hand in for so many people at once."""

    def answer(number):
        for one in inquiries.ask_group(inquiry_id, political=number, executive=number):
            inquiries.answer(one, 1 + one.id % 5, reason=f"Reason {one.id}.")

    return answer


def test_a_spread_costs_the_same_for_few_and_for_many(app, inquiries, chair_browser, many):
    def cost():
        inquiry_id = inquiries.open()
        people = inquiries.ask_group(inquiry_id, political=cost.size, executive=cost.size)
        for one in people:
            inquiries.answer(one, 1 + one.id % 5, reason=f"Reason {one.id}.")
        inquiries.move(inquiry_id, "spread", "conversation")
        counted = []
        for page in ("spread", "talk/rules.written", "talk/rules"):
            address = f"/inquiries/{inquiry_id}/{page}"
            chair_browser.get(address)
            counted.append(count(app, lambda to=address: chair_browser.get(to))[0])
        return counted

    cost.size = 5
    few = cost()
    cost.size = 15
    assert cost() == few
    assert max(few) <= 14


def test_asking_many_people_does_not_ask_the_database_for_each(app, inquiries, inquiry_id):
    def cost(names):
        with statements(app) as sent:
            inquiries.ask(inquiry_id, [(name, "political") for name in names])
        return len(without_new_rows(sent))

    inquiries.ask(inquiry_id, [("Warm", "political")])
    assert cost(["A1", "A2"]) == cost([f"B{n}" for n in range(40)])


def test_the_overview_of_two_subjects_costs_as_much_as_of_one(app, inquiries):
    def cost(subjects):
        inquiry_id = inquiries.open(subjects=subjects)
        asked = inquiries.ask(inquiry_id, [("Anna", "political")])[0]
        inquiries.save(asked, Filled(question="rules.written", lens="policy", raw=["1"]))
        browser = inquiries.come_in(asked)
        browser.get(f"/answers/{asked.id}")
        return count(app, lambda: browser.get(f"/answers/{asked.id}"))[0]

    assert cost(["One"]) == cost(["One", "Two", "Three"])
