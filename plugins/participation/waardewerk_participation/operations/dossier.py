"""Write what people can read before they vote: texts per language, files and links."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import NotFound, NotNow, Refusal
from waardewerk.wording import tidy_texts, tidy_words
from waardewerk_participation import attached
from waardewerk_participation.models import Attachment, Round, RoundText
from waardewerk_participation.operations.preparing import (
    LONGEST_QUESTION,
    LONGEST_TEXT,
    LONGEST_TITLE,
    text_to_write,
)
from waardewerk_participation.operations.trail import check_not_closed, log
from waardewerk_participation.seen import check_unchanged, mark_of

MOST_ATTACHMENTS = 20
LONGEST_URL = 400


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What people read about a round in one language."""

    title: str
    question: str
    introduction: str = ""
    which_data: str = ""
    which_technology: str = ""
    about_whom: str = ""
    what_may_go_wrong: str = ""
    can_we: str = ""
    may_we: str = ""
    do_we_want_to: str = ""


NAMES = tuple(field.name for field in fields(Texts))
#: The parts of the dossier, in the order in which they are read.
PARTS = NAMES[3:]


def mark_of_texts(found: Round, language: str) -> str:
    """Return the mark of the texts as they are now, for the form that changes them."""
    written = next((text for text in found.texts if text.language == language), None)
    return mark_of(written or RoundText(language=language, title=""), NAMES)


def write_texts(
    session: Session,
    found: Round,
    language: str,
    texts: Texts,
    *,
    mark: str,
    actor_id: int | None,
    now: datetime,
) -> RoundText:
    """Write what people read in one language; title and question stand still once it is open."""
    texts = tidy_texts(texts, LONGEST_TEXT)
    db.hold(session, found)
    check_not_closed(found)
    if language not in found.languages:
        raise NotFound("People cannot take part in this language.")
    written = text_to_write(found, language)
    changed = [name for name, value in asdict(texts).items() if getattr(written, name) != value]
    if not changed:
        return written
    check_unchanged(written, NAMES, mark)
    if len(texts.title) > LONGEST_TITLE or len(texts.question) > LONGEST_QUESTION:
        raise Refusal("The title or the question is too long.")
    if found.phase != "prepare" and {"title", "question"} & set(changed):
        raise NotNow("The round is open: its title and question stand still.")
    for name in changed:
        setattr(written, name, getattr(texts, name))
    if language == found.languages[0]:
        _keep_the_title(found, texts)
    session.flush()
    log(session, "round.texts", found, actor_id, now, {"language": language, "changed": changed})
    return written


def add_link(
    session: Session,
    found: Round,
    *,
    title: str,
    language: str,
    url: str,
    actor_id: int | None,
    now: datetime,
) -> Attachment:
    """Add a link to the dossier."""
    url = tidy_words(url, LONGEST_URL)
    if not _is_address(url):
        raise Refusal("A link begins with https:// and names a site.")
    added = Attachment(title=title, language=language, url=url)
    return _add(session, found, added, actor_id, now)


def add_file(
    session: Session,
    found: Round,
    *,
    title: str,
    language: str,
    content: bytes,
    actor_id: int | None,
    now: datetime,
) -> Attachment:
    """Add a file to the dossier, if it is what its content says and no more."""
    kind = attached.kind_of(content)
    added = Attachment(
        title=title,
        language=language,
        file_name=attached.file_name(title, kind),
        media_type=kind.media_type,
        content=content,
    )
    return _add(session, found, added, actor_id, now)


def remove_attachment(
    session: Session, found: Round, attachment_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Take a file or link out of the dossier."""
    db.hold(session, found)
    check_not_closed(found)
    row = session.get(Attachment, attachment_id)
    if row is None or row.round_id != found.id:
        raise NotFound("This file is not in the dossier.")
    session.delete(row)
    session.flush()
    log(session, "round.attachment_removed", found, actor_id, now, {"attachment": attachment_id})


def _add(
    session: Session, found: Round, added: Attachment, actor_id: int | None, now: datetime
) -> Attachment:
    db.hold(session, found)
    check_not_closed(found)
    added.title = tidy_words(added.title, LONGEST_TITLE)
    if not added.title:
        raise Refusal("Give it a title: people read that first.")
    if added.language not in found.languages:
        raise Refusal("Choose the language it is in.")
    of_it = Attachment.round_id == found.id
    same = (Attachment.title == added.title, Attachment.language == added.language)
    for one in session.scalars(select(Attachment).where(of_it, *same)):
        if (one.url, one.content) == (added.url or "", added.content):
            return one
    if (session.scalar(select(func.count(Attachment.id)).where(of_it)) or 0) >= MOST_ATTACHMENTS:
        raise NotNow("There are %(most)s already. Fewer are read more.", most=MOST_ATTACHMENTS)
    added.round_id = found.id
    session.add(added)
    session.flush()
    log(session, "round.attachment", found, actor_id, now, {"attachment": added.id})
    return added


def _is_address(url: str) -> bool:
    if any(c.isspace() for c in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return False


def _keep_the_title(found: Round, texts: Texts) -> None:
    if not texts.title or not texts.question:
        raise Refusal("In the round's own language title and question cannot be empty.")
    found.title = texts.title
