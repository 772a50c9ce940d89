"""The dossier: written per language, with files and links, read by everybody."""

from __future__ import annotations

import threading
import time
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from waardewerk import audit, db
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import SignInAs, submit
from waardewerk_participation.models import Attachment, RoundText
from waardewerk_participation.operations import dossier
from waardewerk_participation.operations.dossier import MOST_ATTACHMENTS, Texts

from .conftest import OwnRounds
from .setting_up import NOW

WORDS = {"actor_id": None, "now": NOW}
PDF = b"%PDF-1.7 a report"


def write(rounds: OwnRounds, language: str, texts: Texts, mark: str | None = None) -> RoundText:
    with rounds.work() as session:
        found = rounds.get(session)
        mark = dossier.mark_of_texts(found, language) if mark is None else mark
        return dossier.write_texts(session, found, language, texts, mark=mark, **WORDS)


def texts(**changes: str) -> Texts:
    given = {"title": "Cameras at the bus stop", "question": "What do you think of it?"}
    return Texts(**{**given, **changes})


def link(rounds: OwnRounds, url: str, title: str = "Register", language: str = "nl") -> Attachment:
    with rounds.work() as session:
        found = rounds.get(session)
        return dossier.add_link(session, found, title=title, language=language, url=url, **WORDS)


def test_texts_are_written_in_a_language_and_the_change_is_in_the_trail(
    own_rounds: OwnRounds,
) -> None:
    own_rounds.open(phase="prepare")
    write(own_rounds, "en", texts(title="Sensors", which_data="Only counts."))
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        assert found.title == "Sensors"
        entry = audit.entries_about(session, f"round:{found.id}")[0]
        assert entry.details == {"language": "en", "changed": ["title", "which_data"]}


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    with own_rounds.work() as session:
        seen = dossier.mark_of_texts(own_rounds.get(session), "en")
    write(own_rounds, "en", texts(which_data="Theirs."))
    with pytest.raises(Conflict, match="Somebody else"):
        write(own_rounds, "en", texts(which_data="Mine."), seen)
    assert write(own_rounds, "en", texts(which_data="Theirs."), seen), "saying the same is fine"


def test_title_and_question_stand_still_once_it_is_open_and_the_dossier_does_not(
    own_rounds: OwnRounds,
) -> None:
    own_rounds.open()
    write(own_rounds, "en", texts(about_whom="Everybody who waits."))
    with pytest.raises(Conflict, match="stand still"):
        write(own_rounds, "en", texts(question="Something else?"))


def test_in_the_rounds_own_language_there_is_always_a_title(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="prepare")
    with pytest.raises(Refusal, match="cannot be empty"):
        write(own_rounds, "en", texts(title=""))


def test_a_language_in_which_nobody_takes_part_has_no_texts(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="prepare")
    with pytest.raises(NotFound):
        write(own_rounds, "fy", texts())


def test_of_a_closed_round_no_text_changes(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="closed")
    with pytest.raises(Conflict, match="closed"):
        write(own_rounds, "en", texts(which_data="Later."))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "javascript:alert(1)",
        "https://",
        "https://nowhere",
        "https://user:secret@example.org/",
        "https://exam ple.org/",
        "https://[::1",
        "//example.org",
        "data:text/html,x",
    ],
)
def test_a_link_that_is_no_https_address_is_refused(own_rounds: OwnRounds, url: str) -> None:
    own_rounds.open()
    with pytest.raises(Refusal, match="https"):
        link(own_rounds, url)


def test_a_link_that_is_sent_twice_is_there_once(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    assert link(own_rounds, "https://a.example/x").id == link(own_rounds, "https://a.example/x").id


def test_a_dossier_has_no_more_than_people_read(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    for number in range(MOST_ATTACHMENTS):
        link(own_rounds, "https://a.example/x", f"Link {number}")
    with pytest.raises(Conflict, match="Fewer"):
        link(own_rounds, "https://a.example/x", "One more")


def test_an_attachment_is_not_removed_while_the_round_closes(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    number = link(own_rounds, "https://a.example/x").id
    has_begun = threading.Event()

    def close() -> None:
        with own_rounds.work() as session:
            found = own_rounds.get(session)
            db.hold(session, found)
            found.phase = "closed"
            has_begun.set()
            # Long enough for who removes it to read the round as it was.
            time.sleep(0.3)

    closing = threading.Thread(target=close)
    closing.start()
    has_begun.wait(5)
    with pytest.raises(Conflict, match="closed"), own_rounds.work() as session:
        dossier.remove_attachment(session, own_rounds.get(session), number, **WORDS)
    closing.join()


def test_an_attachment_of_another_round_is_not_removed(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.open("other")
    number = link(own_rounds, "https://a.example/x").id

    def remove(slug: str) -> None:
        with own_rounds.work() as session:
            found = own_rounds.get(session, slug)
            dossier.remove_attachment(session, found, number, **WORDS)

    with pytest.raises(NotFound):
        remove("other")
    remove("cameras")
    with own_rounds.work() as session:
        assert session.scalar(select(func.count(Attachment.id))) == 0


# Pages ---------------------------------------------------------------------------------------


def upload(browser: FlaskClient, content: bytes, name: str = "a.pdf", **more: Any) -> Any:
    fields = {"file-title": "The report", "file-language": "en", **more}
    fields["file-file"] = (BytesIO(content), name)
    return submit(
        browser,
        "/participation/cameras/dossier/file",
        fields,
        on="/participation/cameras/dossier",
        content_type="multipart/form-data",
    )


def test_a_file_is_sent_to_everybody_to_save_and_never_to_run(
    own_rounds: OwnRounds, sign_in_as: SignInAs, client: FlaskClient
) -> None:
    own_rounds.open()
    assert upload(sign_in_as("adviseur"), PDF, "../evil.html").status_code == 303
    page = client.get("/r/cameras/dossier")
    assert "The report" in page.text
    with own_rounds.work() as session:
        number = session.scalars(select(Attachment.id)).one()
    sent = client.get(f"/r/cameras/attachment/{number}")
    assert sent.data == PDF
    assert sent.mimetype == "application/pdf"
    assert sent.headers["Content-Disposition"] == "attachment; filename=the-report.pdf"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in sent.headers


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload=alert(1)>", "Only PDF"),
        (b"", "Only PDF"),
        (b"PK\x03\x04 half a document", "damaged"),
    ],
)
def test_a_file_that_is_something_else_is_refused_beside_the_field(
    own_rounds: OwnRounds, sign_in_as: SignInAs, content: bytes, words: str
) -> None:
    own_rounds.open()
    refused = upload(sign_in_as("adviseur"), content)
    assert refused.status_code == 422
    assert words in refused.text
    assert "The report" in refused.text, "what was typed is still there"


def test_without_a_file_the_form_says_so(own_rounds: OwnRounds, sign_in_as: SignInAs) -> None:
    own_rounds.open()
    sent = submit(
        sign_in_as("adviseur"),
        "/participation/cameras/dossier/file",
        {"file-title": "x", "file-language": "en"},
        on="/participation/cameras/dossier",
    )
    assert sent.status_code == 422
    assert "Choose a file" in sent.text


def test_the_dossier_is_read_in_ones_own_language_and_says_which_it_is(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open(languages=["nl", "en"])
    with own_rounds.work() as session:
        for text in own_rounds.get(session).texts:
            text.which_data = {"nl": "Alleen tellingen.", "en": "Only counts."}[text.language]
    assert "Only counts." in client.get("/r/cameras/dossier").text
    own_rounds.open("dutch", languages=["nl"])
    with own_rounds.work() as session:
        found = own_rounds.get(session, "dutch")
        found.texts = [text for text in found.texts if text.language == "nl"]
        found.texts[0].which_data = "Alleen tellingen."
    page = client.get("/r/dutch/dossier").text
    assert '<p class="ww-preserve" lang="nl">Alleen tellingen.</p>' in page


def test_what_is_typed_in_the_dossier_is_text_and_never_markup(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open()
    write(own_rounds, "en", texts(may_we="<script>alert(1)</script>"))
    page = client.get("/r/cameras/dossier").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_while_it_is_prepared_only_who_holds_rounds_reads_the_dossier(
    own_rounds: OwnRounds, client: FlaskClient, sign_in_as: SignInAs
) -> None:
    own_rounds.open(phase="prepare")
    assert client.get("/r/cameras/dossier").status_code == 404
    assert "Nobody but you" in sign_in_as("adviseur").get("/r/cameras/dossier").text


def test_reading_the_dossier_sets_no_cookie(own_rounds: OwnRounds, client: FlaskClient) -> None:
    own_rounds.open()
    page = client.get("/r/cameras/dossier")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    "path", ["/r/nothing/dossier", "/r/cameras/attachment/99", "/r/cameras/attachment/999999999999"]
)
def test_what_is_not_there_is_not_found(
    own_rounds: OwnRounds, client: FlaskClient, path: str
) -> None:
    own_rounds.open()
    assert client.get(path).status_code == 404


def test_texts_are_saved_on_their_page(own_rounds: OwnRounds, sign_in_as: SignInAs) -> None:
    own_rounds.open()
    browser = sign_in_as("adviseur")
    path = "/participation/cameras/texts/en"
    with own_rounds.work() as session:
        mark = dossier.mark_of_texts(own_rounds.get(session), "en")
    fields = {"title": "Cameras at the bus stop", "question": "What do you think of it?"}
    sent = {**fields, "mark": mark, "can_we": "A counter works too."}
    assert submit(browser, path, sent).status_code == 303
    refused = submit(browser, path, {**sent, "can_we": "Something else."})
    assert refused.status_code == 422
    assert "Somebody else changed this meanwhile" in refused.text
    assert "Something else." in refused.text
    assert browser.get("/participation/cameras/texts/de").status_code == 404
