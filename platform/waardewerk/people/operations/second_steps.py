"""The second step when signing in: an app with codes, passkeys, and codes on paper.

Secrets of apps are sealed with the installation's secret; codes on paper are kept as hashes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from waardewerk import audit, db, sealing
from waardewerk.access import hash_of
from waardewerk.people import recovery, totp
from waardewerk.people.models import CodeApp, Passkey, Person, RecoveryCode
from waardewerk.people.operations import sign_ins
from waardewerk.refusal import NotFound, Refusal

#: An app counts from its first right code on.
HAS_APP = CodeApp.secret.is_not(None)


def refuse_without_password(person: Person) -> None:
    """Refuse a second step to who has no first one here."""
    if person.password_hash is None:
        raise Refusal(
            "You sign in with the account of your organisation. A second step is set up there."
        )


def has_any(session: Session, person_id: int) -> bool:
    """Tell whether somebody has a second step."""
    app = select(CodeApp.person_id).where(CodeApp.person_id == person_id, HAS_APP)
    passkey = select(Passkey.person_id).where(Passkey.person_id == person_id)
    return session.scalar(app.union_all(passkey).limit(1)) is not None


def has_app(session: Session, person_id: int) -> bool:
    """Tell whether somebody has an app that shows codes."""
    row = app_of(session, person_id)
    return row is not None and row.secret is not None


def app_of(session: Session, person_id: int) -> CodeApp | None:
    """Return somebody's app, also when it is still being set up."""
    return session.get(CodeApp, person_id)


def start_app(session: Session, person: Person, *, secret: str) -> None:
    """Make what a new app will share with this site; the one before works until it is confirmed."""
    db.hold(session, person)
    refuse_without_password(person)
    row = app_of(session, person.id) or CodeApp(person_id=person.id)
    row.new_secret = sealing.seal(secret, totp.new_secret(), about=_about(person.id))
    session.add(row)


def new_app_secret(session: Session, person_id: int, *, secret: str) -> str:
    """Return what the app that is being set up has to know."""
    row = app_of(session, person_id)
    if row is None or row.new_secret is None:
        raise NotFound("No app is being set up.")
    return _unsealed(secret, row.new_secret, person_id)


def _unsealed(secret: str, sealed: str, person_id: int) -> str:
    try:
        return sealing.unseal(secret, sealed, about=_about(person_id))
    except sealing.Unreadable:
        raise Refusal(
            "What your app shares with this site can no longer be read. Use a recovery code, "
            "or ask your administrator to take away your second step."
        ) from None


def confirm_app(
    session: Session, person: Person, code: str, *, secret: str, now: datetime
) -> list[str]:
    """Let a new app count from its first right code on; return codes on paper when they are new."""
    db.hold(session, person)
    shared = new_app_secret(session, person.id, secret=secret)
    step = totp.step_of(shared, code, now, after=None)
    if step is None:
        raise Refusal(
            "This code is not right. Look whether the clock of your phone is right, and try again."
        )
    codes = codes_for_the_first(session, person)
    row = session.get_one(CodeApp, person.id)
    row.secret, row.new_secret, row.last_step, row.since = row.new_secret, None, step, now
    changed(session, person, "person.second_step_added", "app", now=now)
    return codes


def check_code(session: Session, person: Person, code: str, *, secret: str, now: datetime) -> bool:
    """Tell whether a code of somebody's app is right; it then works no more."""
    # Two who send the same code at once: the second waits here and finds it used.
    query = select(CodeApp).where(CodeApp.person_id == person.id, HAS_APP)
    row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None or row.secret is None:
        return False
    shared = _unsealed(secret, row.secret, person.id)
    step = totp.step_of(shared, code, now, after=row.last_step)
    if step is None:
        return False
    row.last_step = step
    return True


def remove_app(session: Session, person: Person, *, must_keep_one: bool, now: datetime) -> None:
    """Stop asking for codes of an app."""
    # Two that are removed at once: the second waits here, and then is the last.
    db.hold(session, person)
    row = app_of(session, person.id)
    if row is None or row.secret is None:
        raise NotFound("There is no app to remove.")
    session.delete(row)
    session.flush()
    after_removal(session, person, "app", must_keep_one=must_keep_one, now=now)


def after_removal(
    session: Session, person: Person, kind: str, *, must_keep_one: bool, now: datetime
) -> None:
    """Refuse when somebody who must have a second step would have none; else write it down."""
    if not has_any(session, person.id):
        if must_keep_one:
            raise Refusal("You must have a second step. Set up another one first.")
        _forget_codes(session, person.id)
    changed(session, person, "person.second_step_removed", kind, now=now)


def renew_recovery_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Make ten new codes on paper; those before no longer work."""
    db.hold(session, person)
    if not has_any(session, person.id):
        raise Refusal("Set up an app or a passkey first.")
    codes = make_recovery_codes(session, person.id)
    subject = f"person:{person.id}"
    audit.record(session, "person.recovery_codes", subject, actor_id=person.id, now=now)
    sign_ins.end_sign_ins(session, person.id)
    return codes


def make_recovery_codes(session: Session, person_id: int) -> list[str]:
    """Make ten codes and keep their hashes."""
    _forget_codes(session, person_id)
    codes = [recovery.new_code() for _ in range(recovery.HOW_MANY)]
    session.add_all(RecoveryCode(code_hash=hash_of(c), person_id=person_id) for c in codes)
    session.flush()
    return codes


def recovery_codes_left(session: Session, person_id: int) -> int:
    """Count the codes on paper that still work."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def use_recovery_code(session: Session, person: Person, typed: str, *, now: datetime) -> bool:
    """Tell whether a code on paper is right; it then works no more."""
    fits = (
        RecoveryCode.person_id == person.id,
        RecoveryCode.code_hash == hash_of(recovery.normal(typed)),
        RecoveryCode.used_at.is_(None),
    )
    if db.changed(session, update(RecoveryCode).where(*fits).values(used_at=now)) == 0:
        return False
    subject = f"person:{person.id}"
    audit.record(session, "person.recovery_code_used", subject, actor_id=person.id, now=now)
    return True


def reset(session: Session, person: Person, *, actor_id: int, now: datetime) -> None:
    """Take away somebody's second step, who lost it; the password alone counts again."""
    db.hold(session, person)
    if not has_any(session, person.id):
        raise NotFound("This person has no second step.")
    forget(session, person.id)
    sign_ins.end_sign_ins(session, person.id)
    subject = f"person:{person.id}"
    audit.record(session, "person.second_step_reset", subject, actor_id=actor_id, now=now)


def forget(session: Session, person_id: int) -> None:
    """Erase somebody's app, passkeys and codes."""
    for table in (CodeApp, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.person_id == person_id))


def changed(session: Session, person: Person, action: str, kind: str, *, now: datetime) -> None:
    """Write down that a second step changed, and end every sign-in that began before."""
    sign_ins.end_sign_ins(session, person.id)
    subject = f"person:{person.id}"
    audit.record(session, action, subject, actor_id=person.id, now=now, details={"kind": kind})


def codes_for_the_first(session: Session, person: Person) -> list[str]:
    """Make codes on paper with somebody's first second step; the next ones share them."""
    return [] if has_any(session, person.id) else make_recovery_codes(session, person.id)


def _forget_codes(session: Session, person_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _about(person_id: int) -> str:
    return f"code app of person {person_id}"
