"""Says how long each kind of personal data is kept, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from waardewerk.contract import RetentionRule
from waardewerk.i18n import ngettext


@dataclass(frozen=True)
class KeptData:
    """One kind of personal data and how long it stays."""

    title: str
    how_long: str


def kept_data(rules: Iterable[tuple[str, RetentionRule]]) -> list[KeptData]:
    """Describe the retention rules, as the reader of the privacy page needs them."""
    return [KeptData(str(rule.title), _unbroken(period(rule.keep))) for _owner, rule in rules]


def _unbroken(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def period(keep: timedelta) -> str:
    """Write a period out: *2 years*, *90 days*."""
    if keep.days and keep.days % 365 == 0:
        return ngettext("%(count)s year", "%(count)s years", keep.days // 365)
    return ngettext("%(count)s day", "%(count)s days", keep.days)
