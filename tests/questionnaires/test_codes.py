import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk import throttle
from waardewerk.questionnaires import codes
from waardewerk.questionnaires.operations import inquiring
from waardewerk.testing import browser_of, csrf_token, submit

some_codes = st.builds(
    codes.code_for, st.just("secret"), st.integers(1, 10**6), st.integers(1, 1000)
)
#: What people put between the letters of a code that they copy from paper.
BETWEEN = st.text(" -–.\t_/", max_size=2).filter(str.isascii)


@given(some_codes, st.data())
def test_a_code_is_read_however_badly_it_was_typed(code, data):
    looks_alike = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(
        data.draw(st.sampled_from(looks_alike.get(c, c.lower() + c))) + data.draw(BETWEEN)
        for c in code
    )
    assert codes.as_typed(f" {typed} ") == code


@given(some_codes)
def test_what_is_printed_is_what_is_read(code):
    printed = codes.printed(code)
    assert codes.as_typed(printed) == code
    assert [len(part) for part in printed.split("-")] == [4, 4, 4]


@given(some_codes)
def test_a_code_holds_nothing_that_looks_like_something_else(code):
    assert len(code) == codes.LENGTH
    assert not set(code) & set("OILU")


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_any_text_is_a_code_or_is_none(text):
    read = codes.as_typed(text)
    assert read is None or (len(read) == codes.LENGTH and set(read) <= set(codes.ALPHABET))
    if read is not None:
        assert codes.as_typed(read) == read


@given(some_codes, st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_another_code(code, place, other):
    changed = code[:place] + other + code[place + 1 :]
    same_hash = codes.hash_of_code("s", changed) == codes.hash_of_code("s", code)
    assert same_hash == (changed == code)


def test_no_two_people_get_the_same_code():
    made = {codes.code_for("secret", n, number) for n in range(1, 5000) for number in (1, 2)}
    assert len(made) == 2 * 4999


def test_a_code_can_be_made_again_and_only_with_the_secret():
    assert codes.code_for("secret", 7, 1) == codes.code_for("secret", 7, 1)
    assert codes.code_for("secret", 7, 1) != codes.code_for("other", 7, 1)
    assert codes.hash_of_code("secret", "X" * 12) != codes.hash_of_code("other", "X" * 12)


def test_what_is_stored_is_not_the_code(anna, inquiries, unit_of_work):
    with unit_of_work() as session:
        stored = inquiring.get_respondent(session, anna.id).code_hash
    assert anna.code not in stored
    assert stored == codes.hash_of_code(inquiries.secret, anna.code)


# Coming in


def test_a_code_that_was_typed_badly_leads_on(client, anna):
    typed = f"{anna.code[:4].lower()} - {anna.code[4:]}"
    response = submit(client, "/a/", {"code": typed})
    assert response.location == f"/a/{anna.code}"


@pytest.mark.parametrize("typed", ["", "no", "x" * 5000, "AAAA-AAAA-AAAA", "a\x00b", "\ud800é"])
def test_an_unknown_code_is_shown_again_with_what_to_do(client, inquiry_id, typed):
    typed = typed.encode("utf-8", "replace").decode()
    response = submit(client, "/a/", {"code": typed})
    assert response.status_code == 404
    assert "This code is not known" in response.text
    assert 'id="code"' in response.text


def test_a_link_that_is_not_known_asks_for_the_code(client, inquiry_id):
    response = client.get("/a/AAAA-AAAA-AAAA")
    assert response.status_code == 404
    assert "This code is not known" in response.text
    assert 'value="AAAA-AAAA-AAAA"' in response.text


def test_looking_at_a_link_stores_nothing_and_sets_no_sign_in(client, anna):
    assert client.get(f"/a/{anna.code}").status_code == 200
    assert client.get(f"/answers/{anna.id}").status_code == 303


@pytest.fixture
def few_tries(monkeypatch):
    monkeypatch.setattr(throttle, "LINKS_PER_ADDRESS", throttle.RateLimitItemPerHour(3))


def guess(client, times):
    return [client.get(f"/a/{'ABCD'[n % 4] * 12}").status_code for n in range(times)]


def test_guessing_is_slowed_down_by_every_door(client, anna, few_tries):
    token = csrf_token(client, "/a/")
    assert guess(client, 4) == [404, 404, 404, 429]
    assert client.post("/a/", data={"csrf_token": token, "code": "x"}).status_code == 429
    # A guesser who happens on a code after all learns nothing either.
    assert client.get(f"/a/{anna.code}").status_code == 429
    assert client.post(f"/a/{anna.code}", data={"csrf_token": token}).status_code == 429


def test_who_guesses_does_not_keep_others_out(app, inquiries, anna, bram, few_tries):
    answering = inquiries.come_in(anna)
    guess(browser_of(app), 5)
    # At the same address: who is in stays in. At another one: a code works.
    assert answering.get(f"/answers/{anna.id}/rules").status_code == 200
    elsewhere = browser_of(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert elsewhere.get(f"/a/{bram.code}").status_code == 200


def test_using_a_code_that_is_right_counts_as_no_try(client, anna, few_tries):
    assert [client.get(f"/a/{anna.code}").status_code for _ in range(6)] == [200] * 6


def test_the_page_that_asks_for_a_code_knows_no_names(client, anna):
    assert "Anna" not in client.get("/a/").text
    assert "Anna" not in client.get("/a/AAAA-AAAA-AAAA").text
