from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update

from waardewerk.audit import entries_about
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import DefinitionError
from waardewerk.questionnaires.models import (
    Inquiry,
    PublishedVersionChanged,
    Questionnaire,
    Version,
)
from waardewerk.questionnaires.operations import publishing
from waardewerk.refusal import Conflict, Refusal

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def bring_in(unit_of_work, inquiries):
    def bring(text=inquiries.definition, kind=inquiries.kind):
        with unit_of_work() as session:
            return publishing.bring_in(session, text, kind=kind, actor_id=None, now=NOW).id

    return bring


@pytest.fixture
def publish(unit_of_work):
    def put_out(version_id):
        with unit_of_work() as session:
            draft = publishing.get_version(session, version_id)
            publishing.publish(session, draft, actor_id=None, now=NOW)

    return put_out


@pytest.fixture
def renamed(inquiries):
    return inquiries.definition.replace("Are rules written down?", "Are all rules written down?")


def test_a_definition_comes_in_as_a_draft_that_no_inquiry_can_use(bring_in, inquiries):
    draft = bring_in()
    with pytest.raises(Refusal, match="Publish this version first"):
        inquiries.open(draft)


def test_another_draft_takes_the_place_of_the_first(bring_in, renamed, unit_of_work):
    first, second = bring_in(), bring_in(renamed)
    assert first == second
    with unit_of_work() as session:
        definition = registry.definition_of(publishing.get_version(session, second))
        assert definition.question("rules.written").title["en"] == "Are all rules written down?"


def test_versions_are_numbered_one_after_another(bring_in, publish, renamed, unit_of_work):
    publish(bring_in())
    second = bring_in(renamed)
    with unit_of_work() as session:
        assert publishing.get_version(session, second).number == 2
        assert [v.number for v in publishing.versions_of(session, "trial")] == [2, 1]


def test_what_was_published_is_not_brought_in_again(bring_in, publish, renamed):
    publish(bring_in())
    publish(bring_in(renamed))
    with pytest.raises(Conflict, match="published before"):
        bring_in()


def test_a_version_is_published_once(bring_in, publish):
    version_id = bring_in()
    publish(version_id)
    with pytest.raises(Conflict, match="published before"):
        publish(version_id)


def test_publishing_stands_in_the_audit_trail(bring_in, publish, unit_of_work):
    version_id = bring_in()
    publish(version_id)
    with unit_of_work() as session:
        actions = [entry.action for entry in entries_about(session, f"version:{version_id}")]
    assert actions == ["version.published", "version.drafted"]


def _change_text(version):
    version.content = version.content.replace("rules", "walls")


def _make_draft_again(version):
    version.published_at = None


def _make_draft_again_with_another_text(version):
    version.published_at, version.content = None, "something else"


def _renumber(version):
    version.number = 9


@pytest.mark.parametrize(
    "change",
    [_change_text, _make_draft_again, _make_draft_again_with_another_text, _renumber],
)
def test_a_published_version_cannot_be_changed(inquiries, unit_of_work, change):
    version_id = inquiries.publish()
    with unit_of_work() as session:
        version = session.get_one(Version, version_id)
        # What is not loaded must be guarded too.
        session.expire(version)
        change(version)
        with pytest.raises(PublishedVersionChanged):
            session.flush()
        session.rollback()


def test_a_published_version_cannot_be_deleted(inquiries, unit_of_work):
    version_id = inquiries.publish()
    with pytest.raises(PublishedVersionChanged), unit_of_work() as session:
        session.delete(session.get_one(Version, version_id))


@pytest.mark.parametrize("statement", [update(Version).values(content=""), delete(Version)])
def test_versions_cannot_be_changed_in_bulk(inquiries, unit_of_work, statement):
    inquiries.publish()
    with pytest.raises(PublishedVersionChanged), unit_of_work() as session:
        session.execute(statement)


def test_a_published_version_that_is_only_looked_at_is_left_alone(inquiries, unit_of_work):
    version_id = inquiries.publish()
    with unit_of_work() as session:
        version = session.get_one(Version, version_id)
        version.content = str(version.content)
    with unit_of_work() as session:
        assert session.get_one(Version, version_id).published_at is not None


def test_a_draft_replaced_after_somebody_published_it_is_a_new_version(
    bring_in, publish, renamed, unit_of_work
):
    version_id = bring_in()
    with unit_of_work() as session:
        seen_as_draft = session.get_one(Version, version_id)
        content = seen_as_draft.content
    publish(version_id)
    assert bring_in(renamed) != version_id
    with unit_of_work() as session:
        assert session.get_one(Version, version_id).content == content


def test_the_preview_names_what_changes_and_what_still_runs(
    bring_in, publish, renamed, inquiries, unit_of_work
):
    first = bring_in()
    publish(first)
    inquiries.open(first)
    publish(bring_in(renamed))
    third = bring_in(renamed.replace("Do people have the skills?", "Can people do this?"))
    with unit_of_work() as session:
        preview = publishing.preview(session, publishing.get_version(session, third))
        inquiry = session.scalars(select(Inquiry)).one()
    assert preview.changes
    assert "Can people do this?" in str(preview.changes)
    assert "Are all rules" not in str(preview.changes)
    # It runs on the first version, which is not the one that was published last.
    assert preview.running == 1
    assert inquiry.version_id == first


def test_the_preview_of_a_first_version_has_nothing_to_compare(bring_in, unit_of_work):
    version_id = bring_in()
    with unit_of_work() as session:
        draft = publishing.get_version(session, version_id)
        assert publishing.preview(session, draft) == publishing.Preview((), 0)


def test_an_agreed_inquiry_runs_no_more(bring_in, renamed, inquiries, unit_of_work):
    inquiry_id = inquiries.open()
    inquiries.answer(*inquiries.ask(inquiry_id, [("Anna", "political")]))
    inquiries.move(inquiry_id, "spread", "conversation")
    inquiries.agree_on_everything(inquiry_id)
    inquiries.move(inquiry_id, "agreed")
    version_id = bring_in(renamed)
    with unit_of_work() as session:
        draft = publishing.get_version(session, version_id)
        assert publishing.preview(session, draft).running == 0


def test_a_running_inquiry_finishes_on_its_own_version(bring_in, publish, renamed, inquiries):
    inquiry_id = inquiries.open()
    anna = inquiries.ask(inquiry_id, [("Anna", "political")])[0]
    publish(bring_in(renamed))
    page = inquiries.come_in(anna).get(f"/answers/{anna.id}/rules").text
    assert "Are rules written down?" in page
    assert "Are all rules written down?" not in page


def test_a_new_inquiry_uses_the_version_published_last(bring_in, publish, renamed, unit_of_work):
    publish(bring_in())
    second = bring_in(renamed)
    publish(second)
    with unit_of_work() as session:
        newest = publishing.newest_published(session, "trial")
        assert newest is not None
        assert newest.id == second
        assert publishing.newest_published(session, "another") is None


def test_a_definition_of_another_kind_is_refused(bring_in):
    with pytest.raises(Refusal, match="another kind"):
        bring_in(kind="maturity")


def test_a_questionnaire_keeps_its_kind(bring_in, inquiries):
    bring_in()
    with pytest.raises(Refusal, match=r"another kind \(trial\)"):
        bring_in(inquiries.definition.replace('kind: "trial"', 'kind: "maturity"'), "maturity")


def test_another_urn_is_another_questionnaire(bring_in, inquiries, unit_of_work):
    bring_in()
    other = bring_in(inquiries.definition.replace("urn:example:trial", "urn:example:other"))
    with unit_of_work() as session:
        assert publishing.get_version(session, other).number == 1
        assert len(session.scalars(select(Questionnaire)).all()) == 2


@pytest.mark.parametrize("name", ["hand-in", "listen", "consent", "save"])
def test_a_section_cannot_be_called_like_a_page(bring_in, inquiries, name):
    with pytest.raises(Refusal, match=name):
        bring_in(inquiries.definition.replace('- id: "people"', f'- id: "{name}"'))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: &a [x]\nb: *a",
        "format: x\nformat: y",
        b"\xff\xfe\x00",
        "title: \x00",
        "[" * 5000,
        "a" * 6_000_000,
    ],
)
def test_a_broken_definition_stores_nothing(bring_in, unit_of_work, text):
    with pytest.raises(DefinitionError):
        bring_in(text)
    with unit_of_work() as session:
        assert session.scalars(select(Questionnaire)).all() == []
