"""Mail leaves through a durable outbox: the job queue.

A message exists when the transaction that caused it commits, and its row, address included,
disappears when the server has taken it. A server that is down delays mail and nothing else.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from sqlalchemy.orm import Session

from waardewerk import contract, jobs
from waardewerk.config import Config

JOB = "core.send_mail"
TIMEOUT = 20
#: Words with dots between them, as in practice; what RFC 5322 allows beyond that nobody uses.
WORD = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
ADDRESS = re.compile(rf"(?=.{{1,64}}@){WORD}(?:\.{WORD})*@(?:{LABEL}\.)+[a-zA-Z]{LABEL}")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message to one person, in plain text."""

    to: str
    subject: str
    body: str


def post(session: Session, letter: Letter, *, now: datetime) -> None:
    """Put a letter in the outbox, in the caller's transaction."""
    payload = {"to": letter.to, "subject": " ".join(letter.subject.split()), "body": letter.body}
    jobs.enqueue(session, JOB, payload, now=now)


def is_address(text: str) -> bool:
    """Tell whether ``text`` can be the address of one person: ``name@host.tld``."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


def sender(config: Config) -> contract.Job:
    """Make the job that hands one letter to the mail server."""

    def send(_session: Session, payload: Mapping[str, Any]) -> None:
        if not config.smtp_host:
            raise jobs.Retry("no mail server is set: WAARDEWERK_SMTP_HOST")
        _deliver(config, _message(config, payload))

    return contract.Job(name=JOB, run=send, holds_lock=False)


def _message(config: Config, payload: Mapping[str, Any]) -> EmailMessage:
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = payload["to"]
    message["Subject"] = payload["subject"]
    message["Message-ID"] = make_msgid(domain=config.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(payload["body"])
    return message


def _deliver(config: Config, message: EmailMessage) -> None:
    # A verifying context: a stranger's server gets neither the password nor the letter.
    context = ssl.create_default_context()
    host, port = config.smtp_host, config.smtp_port
    if config.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    with server:
        if config.smtp_security == "starttls":
            server.starttls(context=context)
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password.get_secret_value())
        server.send_message(message)
