"""The product as somebody starts it: a process of its own, with the worker inside and real mail."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from waardewerk.testing import SmtpServer, free_port

LINK = re.compile(r"https?://\S+")
SET_UP_LINK = re.compile(r"/link/[\w-]+")
#: In seconds, also on a busy machine.
PATIENCE = 60.0


@dataclass(frozen=True)
class Running:
    """A running installation, its mail, and the link that it printed."""

    url: str
    set_up_link: str
    smtp: SmtpServer

    def link_to(self, address: str) -> str:
        """Wait for the mail to an address and return the link in it."""
        found = LINK.search(self.letter_to(address).get_content())
        assert found, f"no link in the mail to {address}"
        return found[0]

    def letter_to(self, address: str) -> EmailMessage:
        """Wait for the mail to an address."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            for letter in list(self.smtp.letters):
                if letter["To"] == address:
                    return letter
            time.sleep(0.05)
        raise AssertionError(f"no mail for {address}; there is {self.smtp.letters}")


@contextmanager
def running(folder: Path, smtp: SmtpServer, database_url: str = "") -> Iterator[Running]:
    """Run ``waardewerk run`` until the block ends."""
    port = free_port()
    said = folder / "said"
    settings = {
        "VAR": str(folder / "var"),
        "DATABASE_URL": database_url,
        "SMTP_HOST": smtp.host,
        "SMTP_PORT": str(smtp.port),
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "scan@voorbeeld.example",
    }
    environment = {**os.environ, **{f"WAARDEWERK_{k}": v for k, v in settings.items()}}
    command = [sys.executable, "-m", "waardewerk", "run", "--port", str(port)]
    with (
        said.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            link = _wait_for_link(process, said)
            yield Running(f"http://127.0.0.1:{port}", link, smtp)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


def _wait_for_link(process: subprocess.Popen[bytes], said: Path) -> str:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        found = SET_UP_LINK.search(said.read_text(encoding="utf-8"))
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"it did not start: {said.read_text(encoding='utf-8')}")
