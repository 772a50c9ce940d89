import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from waardewerk.i18n import day_of
from waardewerk.questionnaires.models import Answer
from waardewerk.questionnaires.operations import answering, inquiring
from waardewerk.questionnaires.operations.answering import Filled
from waardewerk.questionnaires.question_types import InvalidAnswer
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import csrf_token, submit

NOW = datetime.now(UTC)
LEVEL = "rules.written:practice:"
WORDS = "rules.written::"
HTMX = {"HX-Request": "true"}
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden_in(page):
    """What a form sends beside what is filled in."""
    return dict(HIDDEN.findall(page))


def chosen_in(page, name):
    """The values of the inputs of this name that are ticked."""
    inputs = re.findall(rf'<input[^>]* name="{name}" value="([^"]*)"([^>]*)>', page)
    return [value for value, rest in inputs if " checked" in rest]


@pytest.fixture
def stored(unit_of_work):
    """What is stored of somebody's answer: state, value, reason, example, revision."""

    def read(asked, question, lens=""):
        with unit_of_work() as session:
            query = select(Answer).where(Answer.respondent_id == asked.id)
            for one in session.scalars(query):
                if (one.question, one.lens) == (question, lens):
                    return one.state, one.value, one.reason, one.example, one.revision
            return None

    return read


@pytest.fixture
def save(unit_of_work):
    def put(asked, **filled):
        with unit_of_work() as session:
            respondent = inquiring.get_respondent(session, asked.id)
            answering.save_answer(session, respondent, None, Filled(**filled), now=NOW)

    return put


@pytest.fixture
def browser(inquiries, anna):
    return inquiries.come_in(anna)


@pytest.fixture
def send(browser, anna):
    """Save one answer as htmx does."""

    def post(fields, question="rules.written", lens="practice", **options):
        token = csrf_token(browser, f"/answers/{anna.id}/rules")
        return browser.post(
            f"/answers/{anna.id}/save/{question}/{lens}",
            data={"csrf_token": token, **fields},
            headers=HTMX,
            **options,
        )

    return post


@pytest.fixture
def send_page(browser, anna):
    """Save a whole page as a browser without JavaScript does."""

    def post(fields, section="rules"):
        page = browser.get(f"/answers/{anna.id}/{section}").text
        hidden = hidden_in(page)
        return browser.post(f"/answers/{anna.id}/{section}", data={**hidden, **fields})

    return post


# Three states


def test_an_answer_is_a_value(save, stored, anna):
    save(anna, question="rules.written", lens="practice", raw=["3"])
    assert stored(anna, "rules.written", "practice") == ("value", 3, "", "", 1)


def test_an_answer_does_not_apply(save, stored, anna):
    save(anna, question="rules.written", lens="practice", raw=["na"])
    assert stored(anna, "rules.written", "practice") == ("not_applicable", None, "", "", 1)


def test_an_answer_that_is_taken_back_is_empty(save, stored, anna):
    save(anna, question="rules.written", lens="practice", raw=["3"])
    save(anna, question="rules.written", lens="practice", raw=[], revision=1)
    assert stored(anna, "rules.written", "practice") == ("empty", None, "", "", 2)


def test_a_question_that_was_never_answered_leaves_no_trace(save, stored, anna):
    save(anna, question="rules.written", lens="practice", raw=[" ", ""])
    assert stored(anna, "rules.written", "practice") is None


def test_where_a_question_always_applies_it_cannot_be_said_not_to(save, anna):
    with pytest.raises(InvalidAnswer):
        save(anna, question="background.trust", lens="", raw=["na"])


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        ("background.trust", ["0"], 0),
        ("background.since", ["2020-02-29"], "2020-02-29"),
        ("background.staff", ["12"], 12),
        ("background.who", ["many"], "many"),
        ("background.how", ["rules", "talks"], ["talks", "rules"]),
        ("background.story", ["It\r\nwent well. é 🦉"], "It\nwent well. é 🦉"),
    ],
)
def test_every_type_of_question_is_kept_as_it_was_meant(save, stored, anna, question, raw, value):
    save(anna, question=question, lens="", raw=raw)
    found = stored(anna, question)
    assert found[:2] == ("value", value)
    assert type(found[1]) is type(value)


# Nothing is overwritten unseen


def test_an_answer_that_changed_elsewhere_is_not_overwritten(save, stored, anna):
    save(anna, question="rules.written", lens="practice", raw=["3"])
    save(anna, question="rules.written", lens="practice", raw=["4"], revision=1)
    with pytest.raises(answering.StaleAnswers) as refused:
        save(anna, question="rules.written", lens="practice", raw=["5"], revision=1)
    assert refused.value.slots == {("rules.written", "practice")}
    assert stored(anna, "rules.written", "practice")[1] == 4


@pytest.mark.parametrize("revision", [0, 1, 99])
def test_saying_the_same_again_is_no_conflict_and_changes_nothing(save, stored, anna, revision):
    save(anna, question="rules.written", lens="", raw=[], reason="Since 2020.")
    save(anna, question="rules.written", lens="", raw=[], reason="Since 2021.", revision=1)
    save(anna, question="rules.written", lens="", raw=[], reason=" Since 2021.", revision=revision)
    assert stored(anna, "rules.written")[4] == 2


def test_two_devices_at_the_same_moment_do_not_overwrite_each_other(inquiries, anna, stored):
    def choose(level):
        def save(session):
            filled = Filled(question="rules.written", lens="practice", raw=[level])
            respondent = inquiring.get_respondent(session, anna.id)
            answering.save_answer(session, respondent, None, filled, now=NOW)

        return save

    refused = inquiries.meanwhile(choose("2"), choose("5"))
    assert isinstance(refused, answering.StaleAnswers)
    assert stored(anna, "rules.written", "practice")[1] == 2


def test_a_fragment_shows_both_texts_when_the_answer_changed_elsewhere(save, stored, send, anna):
    save(anna, question="rules.written", lens="", raw=[], reason="Said on the phone.")
    fields = {f"{WORDS}reason": "Typed <here>.", f"{WORDS}revision": "0"}
    response = send(fields, lens="")
    assert response.status_code == 409
    assert "Said on the phone." in response.text
    assert "Typed &lt;here&gt;." in response.text
    assert stored(anna, "rules.written")[2] == "Said on the phone."
    assert "<html" not in response.text


def test_after_seeing_both_the_own_text_can_be_kept(save, stored, send, anna):
    save(anna, question="rules.written", lens="", raw=[], reason="Said on the phone.")
    refused = send({f"{WORDS}reason": "Typed here.", f"{WORDS}revision": "0"}, lens="")
    shown = re.search(rf'name="{WORDS}revision" value="(\d+)"', refused.text)[1]
    # The page's own number travels too.
    fields = {f"{WORDS}reason": "Typed here.", f"{WORDS}revision": ["0", shown]}
    assert send(fields, lens="").status_code == 200
    assert stored(anna, "rules.written")[2] == "Typed here."


def test_the_button_that_keeps_the_own_text_leads_back_to_the_question(save, send_page, anna):
    save(anna, question="rules.written", lens="", raw=[], reason="Said on the phone.")
    response = send_page({f"{WORDS}reason": "Typed here.", f"{WORDS}keep": "mine"})
    assert response.status_code == 303
    assert response.location == f"/answers/{anna.id}/rules#q-rules-written"


def test_a_page_shows_both_texts_and_saving_again_keeps_the_own(save, stored, browser, anna):
    page = browser.get(f"/answers/{anna.id}/rules").text
    hidden = hidden_in(page)
    save(anna, question="rules.written", lens="practice", raw=["2"])
    save(anna, question="rules.written", lens="", raw=[], reason="Said on the phone.")
    typed = {f"{LEVEL}value": "5", f"{WORDS}reason": "Typed here.", "go": "overview"}
    refused = browser.post(f"/answers/{anna.id}/rules", data={**hidden, **typed})
    assert refused.status_code == 409
    assert "Said on the phone." in refused.text
    assert "2 – Here and there" in refused.text
    assert refused.text.count("Typed here.") == 2
    assert stored(anna, "rules.written", "practice")[1] == 2
    again = hidden_in(refused.text)
    assert browser.post(f"/answers/{anna.id}/rules", data={**again, **typed}).status_code == 303
    assert stored(anna, "rules.written", "practice")[1] == 5
    assert stored(anna, "rules.written")[2] == "Typed here."


def test_what_was_not_shown_yet_is_not_overwritten_at_the_next_try(save, stored, browser, anna):
    """One answer is wrong and another is stale: mending the first must not hide the second."""
    page = browser.get(f"/answers/{anna.id}/background").text
    hidden = hidden_in(page)
    save(anna, question="background.story", lens="", raw=["Said on the phone."])
    typed = {"background.staff::value": "many", "background.story::value": "Typed here."}
    refused = browser.post(f"/answers/{anna.id}/background", data={**hidden, **typed})
    assert refused.status_code == 422
    again = hidden_in(refused.text)
    typed["background.staff::value"] = "12"
    response = browser.post(f"/answers/{anna.id}/background", data={**again, **typed})
    assert response.status_code == 409
    assert "Said on the phone." in response.text
    assert stored(anna, "background.story")[1] == "Said on the phone."


def test_a_page_that_was_left_open_does_not_empty_what_was_answered_since(
    save, stored, browser, anna
):
    page = browser.get(f"/answers/{anna.id}/rules").text
    hidden = hidden_in(page)
    save(anna, question="rules.written", lens="practice", raw=["4"])
    typed = {"rules.known:practice:value": "2"}
    response = browser.post(f"/answers/{anna.id}/rules", data={**hidden, **typed})
    assert response.status_code == 303
    assert stored(anna, "rules.written", "practice")[1] == 4
    assert stored(anna, "rules.known", "practice")[1] == 2


# Hostile input

HOSTILE = [
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\ufffe",
    "\ud800",
    "a\udfffb",
]


@pytest.mark.parametrize("place", ["raw", "reason", "example"])
def test_what_cannot_be_stored_is_refused_in_words(save, stored, anna, place):
    question = "background.story" if place == "raw" else "background.who"
    for text in [*HOSTILE, "x" * 10_001 if place == "raw" else "x" * 4001]:
        wrong = {"raw": ["many"], place: [text] if place == "raw" else text}
        with pytest.raises(InvalidAnswer):
            save(anna, question=question, lens="", **wrong)
        assert stored(anna, question) is None


@pytest.mark.parametrize(
    ("question", "lens"),
    [
        ("rules.unknown", ""),
        ("rules.written", "elsewhere"),
        ("background.trust", "policy"),
        ("rules.written\x00", "policy"),
        ("rules.written", "\ud800"),
        ("steering.told", ""),
        ("rules", ""),
        ("", ""),
    ],
)
def test_what_is_not_asked_is_not_stored(save, anna, question, lens):
    with pytest.raises(NotFound):
        save(anna, question=question, lens=lens, raw=["1"])


def test_words_go_with_the_question_and_levels_with_a_lens(save, anna):
    with pytest.raises(InvalidAnswer, match="lens"):
        save(anna, question="rules.written", lens="", raw=["3"])


def test_a_subject_of_another_inquiry_is_not_answered_about(inquiries, anna, unit_of_work):
    inquiries.open(
        inquiries.publish(inquiries.definition.replace("urn:example:trial", "urn:example:b"))
    )
    with unit_of_work() as session:
        subjects = session.scalars(select(inquiring.Subject.id)).all()
    filled = Filled(question="rules.written", lens="policy", raw=["1"])
    with unit_of_work() as session:
        respondent = inquiring.get_respondent(session, anna.id)
        with pytest.raises(NotFound):
            answering.save_answer(session, respondent, max(subjects), filled, now=NOW)


def test_a_level_that_does_not_exist_is_refused_and_what_stood_there_stays(
    save, stored, send, anna
):
    save(anna, question="rules.written", lens="practice", raw=["3"])
    for value in ("0", "6", "-1", "1.5", "three", "1" * 400, "१", "\x00", "3 4"):
        response = send({f"{LEVEL}value": value, f"{LEVEL}revision": "1"})
        assert response.status_code == 422, value
        assert f'name="{LEVEL}revision" value="1"' in response.text
        assert stored(anna, "rules.written", "practice")[1] == 3


def test_a_revision_that_is_none_counts_as_older_than_everything(save, stored, send, anna):
    save(anna, question="rules.written", lens="practice", raw=["3"])
    for revision in ("", "-1", "x", "9" * 40, "\x00", "1.0"):
        response = send({f"{LEVEL}value": "4", f"{LEVEL}revision": revision})
        assert response.status_code == 409, revision
        assert stored(anna, "rules.written", "practice")[1] == 3


def test_a_save_without_a_revision_overwrites_nothing(save, stored, send, anna):
    save(anna, question="rules.written", lens="practice", raw=["3"])
    assert send({f"{LEVEL}value": "4"}).status_code == 409
    assert send({f"{LEVEL}value": "3"}).status_code == 200


def test_a_made_up_address_is_not_found(browser, anna):
    token = csrf_token(browser, f"/answers/{anna.id}/rules")
    data = {"csrf_token": token, f"{LEVEL}value": "1", f"{LEVEL}revision": "0"}
    for path in (
        "nothing/",
        "rules.written/elsewhere",
        "%00/",
        "rules.written%00/practice",
        "%ED%A0%80/",
        "%FF%FE/",
        "x" * 3000 + "/",
        "rules.written/practice?about=999999",
        "rules.written/practice?about=99999999999999999999",
    ):
        response = browser.post(f"/answers/{anna.id}/save/{path}", data=data, headers=HTMX)
        assert response.status_code == 404, path


def test_a_section_that_does_not_exist_is_not_found(browser, anna):
    for section in ("nothing", "%00", "%ED%A0%80", "x" * 3000, "rules%2F.."):
        assert browser.get(f"/answers/{anna.id}/{section}").status_code == 404, section


def test_a_number_that_nobody_has_is_not_found(browser):
    for number in ("0", "2147483647", "2147483648", "9" * 40, "-1", "1e3", "x"):
        for page in ("", "/rules", "/hand-in"):
            assert browser.get(f"/answers/{number}{page}").status_code == 404, number


@pytest.mark.parametrize("name", ["value", "reason", "example"])
def test_broken_bytes_in_any_field_of_a_page_are_answered_in_words(browser, anna, name):
    token = csrf_token(browser, f"/answers/{anna.id}/background")
    for junk in (b"%00", b"a%00b", b"%ED%A0%80", b"%FF%FE", b"%F0%9F%A6%89"):
        for question in ("trust", "since", "staff", "who", "how", "story"):
            prefix = f"background.{question}::"
            body = f"csrf_token={token}&{prefix}revision=0&{prefix}{name}=".encode() + junk
            for path in ("background", f"save/background.{question}/"):
                response = browser.post(
                    f"/answers/{anna.id}/{path}",
                    data=body,
                    content_type="application/x-www-form-urlencoded",
                )
                assert response.status_code in {303, 409, 422}, (question, junk)


def test_a_very_long_text_is_refused_and_shown_back(send_page, stored, anna):
    typed = {f"{WORDS}reason": "x" * 4001, f"{LEVEL}value": "2"}
    response = send_page(typed)
    assert response.status_code == 422
    assert "x" * 4001 in response.text
    assert stored(anna, "rules.written", "practice") is None


def test_one_wrong_answer_keeps_a_whole_page_from_being_saved_and_loses_nothing(
    send_page, stored, anna
):
    typed = {
        "background.staff::value": "a lot",
        "background.since::value": "yesterday",
        "background.how::value": "talks",
        "background.story::value": "007",
    }
    response = send_page(typed, "background")
    assert response.status_code == 422
    assert response.text.count("How many people work on this?: ") == 1
    assert "Since when?: Give a date" in response.text
    assert 'value="a lot"' in response.text
    assert chosen_in(response.text, "background.how::value") == ["talks"]
    assert ">\n007</textarea>" in response.text
    assert stored(anna, "background.story") is None


def test_markup_in_a_reason_is_shown_as_text(send_page, browser, anna):
    send_page({f"{WORDS}reason": "<script>alert(1)</script></textarea><b>"})
    page = browser.get(f"/answers/{anna.id}/rules").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/textarea&gt;" in page


# Whose answers


def test_somebody_elses_pages_do_not_exist(browser, anna, bram, inquiries):
    inquiries.answer(bram, hands_in=False)
    token = csrf_token(browser, f"/answers/{anna.id}/rules")
    for page in ("", "/rules", "/hand-in"):
        assert browser.get(f"/answers/{bram.id}{page}").status_code == 404
    for page in ("/rules", "/hand-in", "/listen", "/consent", "/save/rules.written/practice"):
        data = {"csrf_token": token, f"{LEVEL}value": "1", f"{LEVEL}revision": "0"}
        assert browser.post(f"/answers/{bram.id}{page}", data=data).status_code == 404


def test_an_administrator_cannot_open_somebodys_answers(sign_in_as, anna, inquiries):
    inquiries.answer(anna)
    administrator = sign_in_as({"administrator"})
    for page in ("", "/rules", "/hand-in"):
        assert administrator.get(f"/answers/{anna.id}{page}").status_code == 404


def test_without_a_link_or_sign_in_nothing_opens(client, anna):
    for page in ("", "/rules", "/hand-in"):
        response = client.get(f"/answers/{anna.id}{page}")
        assert response.status_code == 303
        assert response.location.startswith("/sign-in")


def test_a_tampered_cookie_opens_nothing(client, browser, anna):
    cookie = browser.get_cookie("session").value
    client.set_cookie("session", cookie[:-2] + ("aa" if cookie[-2:] != "aa" else "bb"))
    assert client.get(f"/answers/{anna.id}").status_code == 303


def test_a_form_from_another_site_saves_nothing(browser, anna, stored):
    data = {f"{LEVEL}value": "1", f"{LEVEL}revision": "0"}
    path = f"/answers/{anna.id}/save/rules.written/practice"
    assert browser.post(path, data=data).status_code == 400
    assert browser.post(path, data={**data, "csrf_token": "made.up"}).status_code == 400
    assert stored(anna, "rules.written", "practice") is None


def test_going_on_at_another_device_finds_everything(inquiries, anna, send):
    assert send({f"{LEVEL}value": "4", f"{LEVEL}revision": "0"}).status_code == 200
    page = inquiries.come_in(anna).get(f"/answers/{anna.id}/rules").text
    assert chosen_in(page, f"{LEVEL}value") == ["4"]


def test_a_section_for_another_level_of_the_organisation_does_not_exist(
    browser, anna, bram, inquiries
):
    assert browser.get(f"/answers/{anna.id}/steering").status_code == 404
    assert inquiries.come_in(bram).get(f"/answers/{bram.id}/steering").status_code == 200


# A page at a time


def test_a_whole_page_is_saved_without_javascript(send_page, stored, anna):
    typed = {f"{LEVEL}value": "2", f"{WORDS}reason": "Line one\r\nline two", "go": "on"}
    response = send_page(typed)
    assert response.location == f"/answers/{anna.id}/people"
    assert stored(anna, "rules.written", "practice") == ("value", 2, "", "", 1)
    assert stored(anna, "rules.written") == ("empty", None, "Line one\nline two", "", 1)
    assert stored(anna, "rules.known", "practice") is None


def test_a_page_that_is_sent_twice_is_saved_once(browser, stored, anna):
    page = browser.get(f"/answers/{anna.id}/rules").text
    hidden = hidden_in(page)
    typed = {**hidden, f"{LEVEL}value": "2"}
    for _ in range(2):
        assert browser.post(f"/answers/{anna.id}/rules", data=typed).status_code == 303
    assert stored(anna, "rules.written", "practice")[4] == 1


@pytest.mark.parametrize("button", [{"go": "overview"}, {}, {"go": "elsewhere"}])
def test_the_other_button_leads_back_to_the_overview(send_page, anna, button):
    assert send_page(button).location == f"/answers/{anna.id}"


def test_switching_language_keeps_what_was_filled_in(send_page, browser, stored, anna):
    response = send_page({f"{LEVEL}value": "2", f"{WORDS}reason": "Half a sent", "language": "nl"})
    assert response.location == f"/answers/{anna.id}/rules"
    page = browser.get(response.location).text
    assert "Staan regels op papier?" in page
    assert "Half a sent" in page
    assert stored(anna, "rules.written", "practice")[1] == 2


def test_an_unknown_language_changes_nothing(send_page, browser, anna):
    response = send_page({"language": "xx"})
    assert "Are rules written down?" in browser.get(response.location).text


def test_a_saved_answer_says_when(send, anna):
    response = send({f"{LEVEL}value": "2", f"{LEVEL}revision": "0"})
    assert re.search(r"Saved at \d\d:\d\d", response.text)
    assert f'name="{LEVEL}revision" value="1"' in response.text


def test_an_answer_of_any_type_can_be_said_not_to_apply(send_page, browser, stored, anna):
    does_not_apply = {
        f"background.{name}::value": "na" for name in ("since", "staff", "who", "story")
    }
    why = {
        f"background.{name}::reason": "We do not." for name in ("since", "staff", "who", "story")
    }
    response = send_page({**does_not_apply, **why}, "background")
    assert response.status_code == 303
    for name in ("since", "staff", "who", "story"):
        assert stored(anna, f"background.{name}")[:3] == ("not_applicable", None, "We do not.")
    page = browser.get(f"/answers/{anna.id}/background").text
    for name in ("since", "staff", "who", "story"):
        assert chosen_in(page, f"background.{name}::value") == ["na"]
    assert 'type="text" value="na"' not in page


# Handing in


@pytest.fixture
def hand_in(unit_of_work):
    def deliver(asked):
        with unit_of_work() as session:
            answering.hand_in(session, inquiring.get_respondent(session, asked.id), now=NOW)

    return deliver


def test_handing_in_needs_an_answer(hand_in, inquiries, anna, browser):
    with pytest.raises(Refusal, match="not answered anything"):
        hand_in(anna)
    inquiries.save(anna, Filled(question="rules.written", lens="", raw=[], reason="Only words."))
    with pytest.raises(Refusal, match="not answered anything"):
        hand_in(anna)
    assert "Hand in my answers" not in browser.get(f"/answers/{anna.id}/hand-in").text


def test_handing_in_needs_the_reasons_that_are_asked(hand_in, inquiries, anna, browser):
    inquiries.answer(anna, reason="", hands_in=False)
    with pytest.raises(Refusal, match="Staan regels op papier"):
        hand_in(anna)
    page = browser.get(f"/answers/{anna.id}/hand-in").text
    assert f'href="/answers/{anna.id}/rules#q-rules-written"' in page
    assert "Hand in my answers" not in page


def test_what_does_not_apply_needs_a_reason(hand_in, save, inquiries, anna):
    inquiries.answer(anna, hands_in=False)
    save(anna, question="background.since", lens="", raw=["na"])
    with pytest.raises(Refusal, match="Sinds wanneer"):
        hand_in(anna)
    save(anna, question="background.since", lens="", raw=["na"], reason="Never.", revision=1)
    hand_in(anna)


def test_a_high_level_asks_for_an_example_and_does_not_demand_it(inquiries, anna, browser):
    inquiries.answer(anna, 4, hands_in=False)
    page = browser.get(f"/answers/{anna.id}/hand-in").text
    assert "Is there an example?" in page
    assert "Hand in my answers" in page


def test_questions_may_stay_open(inquiries, anna, unit_of_work):
    inquiries.answer(anna, questions=["rules.written"], lenses=["practice"])
    with unit_of_work() as session:
        assert inquiring.get_respondent(session, anna.id).handed_in_at is not None


def test_what_is_handed_in_is_locked(save, hand_in, inquiries, anna, browser, send_page, stored):
    page = browser.get(f"/answers/{anna.id}/rules").text
    hidden = hidden_in(page)
    inquiries.answer(anna, 3)
    with pytest.raises(Conflict, match="handed in"):
        save(anna, question="rules.written", lens="practice", raw=["5"], revision=1)
    with pytest.raises(Conflict, match="handed in"):
        hand_in(anna)
    typed = {**hidden, f"{LEVEL}value": "5", f"{WORDS}reason": "Too late, but not lost."}
    late = browser.post(f"/answers/{anna.id}/rules", data=typed)
    assert late.status_code == 409
    assert "Too late, but not lost." in late.text
    assert stored(anna, "rules.written", "practice")[1] == 3
    locked = browser.get(f"/answers/{anna.id}/rules").text
    assert "cannot change any more" in locked
    assert "3 – Shared" in locked
    assert "<textarea" not in locked


def test_handing_in_twice_is_handing_in_once(inquiries, anna, browser):
    inquiries.answer(anna, hands_in=False)
    token = csrf_token(browser, f"/answers/{anna.id}/hand-in")
    for _ in range(2):
        response = browser.post(f"/answers/{anna.id}/hand-in", data={"csrf_token": token})
        assert response.location == f"/answers/{anna.id}"


def test_nothing_can_be_answered_before_the_first_day(inquiries, save):
    begins = day_of(datetime.now(UTC)) + timedelta(3)
    inquiry_id = inquiries.open(opens_on=begins, closes_on=begins)
    early = inquiries.ask(inquiry_id, [("Early", "political")])[0]
    with pytest.raises(Conflict, match="You can answer from"):
        save(early, question="rules.written", lens="practice", raw=["3"])


def test_who_comes_too_early_is_told_when(inquiries, sign_in_as, client):
    begins = day_of(datetime.now(UTC)) + timedelta(3)
    inquiry_id = inquiries.open(opens_on=begins, closes_on=begins)
    browser = sign_in_as(name="Early Bird")
    asked = inquiries.ask(inquiry_id, [("Early Bird", "civil_servant")])[0]
    assert "You can answer from" in client.get(f"/a/{asked.code}").text
    page = browser.get(f"/answers/{asked.id}").text
    assert "You can answer from" in page
    assert "Rules" not in page
    response = browser.get(f"/answers/{asked.id}/rules")
    assert response.location == f"/answers/{asked.id}"


def test_after_the_last_day_answering_goes_on_until_the_chair_opens_the_spread(
    inquiries, save, hand_in
):
    yesterday = day_of(datetime.now(UTC)) - timedelta(3)
    inquiry_id = inquiries.open(opens_on=yesterday, closes_on=yesterday)
    late, later = inquiries.ask(inquiry_id, [("Late", "political"), ("Later", "political")])
    page = inquiries.come_in(late).get(f"/answers/{late.id}").text
    assert "You can still hand in, until the chair opens the spread." in page
    inquiries.answer(late)
    inquiries.move(inquiry_id, "spread")
    with pytest.raises(Conflict, match="The spread is open"):
        save(later, question="rules.written", lens="practice", raw=["3"])


def test_who_is_too_late_can_listen_and_that_is_final(inquiries, inquiry_id, anna, bram, save):
    inquiries.answer(anna)
    inquiries.answer(bram, hands_in=False)
    browser = inquiries.come_in(bram)
    inquiries.move(inquiry_id, "spread")
    assert browser.get(f"/inquiries/{inquiry_id}/spread").status_code == 403
    response = submit(browser, f"/answers/{bram.id}/listen", on=f"/answers/{bram.id}")
    assert response.status_code == 303
    assert browser.get(f"/inquiries/{inquiry_id}/spread").status_code == 200
    with pytest.raises(Conflict):
        save(bram, question="rules.written", lens="practice", raw=["3"])


def test_nobody_listens_only_while_answering_is_possible(inquiries, anna, unit_of_work):
    with pytest.raises(Conflict, match="You can still answer"), unit_of_work() as session:
        answering.withdraw(session, inquiring.get_respondent(session, anna.id), now=NOW)


# Consent


@pytest.fixture
def carla(inquiries, confidential_id):
    return inquiries.ask(confidential_id, [("Carla", "civil_servant")])[0]


def test_nobody_answers_under_their_name_without_agreeing_to_it(
    inquiries, carla, save, hand_in, stored
):
    with pytest.raises(answering.ConsentNeeded):
        save(carla, question="rules.written", lens="practice", raw=["3"])
    with pytest.raises(answering.ConsentNeeded):
        hand_in(carla)
    assert stored(carla, "rules.written", "practice") is None


def test_a_link_asks_for_consent_before_it_lets_anybody_in(client, carla):
    response = submit(client, f"/a/{carla.code}")
    assert response.status_code == 422
    assert "Tick that you agree" in response.text
    assert client.get(f"/answers/{carla.id}").status_code == 303
    assert submit(client, f"/a/{carla.code}", {"consent": "yes"}).status_code == 303
    assert client.get(f"/answers/{carla.id}/rules").status_code == 200


def test_an_account_asks_for_consent_too(inquiries, confidential_id, a_person, sign_in):
    browser = sign_in(a_person(name="Dirk"))
    asked = inquiries.ask(confidential_id, [("Dirk", "civil_servant")])[0]
    own = f"/answers/{asked.id}"
    page = browser.get(own).text
    assert "the people who take part see who said what" in page
    assert "Rules" not in page
    assert browser.get(f"{own}/rules").location == own
    assert browser.get(f"{own}/hand-in").location == own
    assert submit(browser, f"{own}/consent", on=own).status_code == 422
    assert submit(browser, f"{own}/consent", {"consent": "yes"}, on=own).status_code == 303
    assert browser.get(f"{own}/rules").status_code == 200


def test_who_comes_too_late_to_answer_need_not_agree_to_show_a_name(
    inquiries, confidential_id, carla, client
):
    late = inquiries.ask(confidential_id, [("Late", "political")])[0]
    inquiries.answer(carla)
    inquiries.move(confidential_id, "spread")
    assert submit(client, f"/a/{late.code}").status_code == 303


# More than one subject


def test_each_subject_has_its_own_answers(inquiries, unit_of_work):
    inquiry_id = inquiries.open(subjects=["Bid A", "Bid B"])
    asked = inquiries.ask(inquiry_id, [("Anna", "political")])[0]
    browser = inquiries.come_in(asked)
    page = browser.get(f"/answers/{asked.id}").text
    addresses = re.findall(rf'href="(/answers/{asked.id}/rules\?about=\d+)"', page)
    assert len(addresses) == 2
    for level, address in zip("25", addresses, strict=True):
        form = browser.get(address).text
        hidden = hidden_in(form)
        response = browser.post(address, data={**hidden, f"{LEVEL}value": level, "go": "on"})
        assert response.location == address.replace("rules", "people")
    for level, address in zip("25", addresses, strict=True):
        assert chosen_in(browser.get(address).text, f"{LEVEL}value") == [level]
