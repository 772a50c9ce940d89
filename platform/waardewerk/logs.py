"""The log: one JSON object a line for machines, plain lines for somebody at a terminal."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from waardewerk.config import Config


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON; what was done, never with personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def init(config: Config) -> None:
    """Send the log to standard error, from the chosen level up."""
    handler = logging.StreamHandler()
    if not sys.stderr.isatty():
        handler.setFormatter(JsonLines())
    logging.basicConfig(level=config.log_level, handlers=[handler], force=True)
    # Every statement of a migration is not news.
    logging.getLogger("alembic").setLevel(logging.WARNING)
