"""What people said, in a sentence, with the figures as they were shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waardewerk.i18n import gettext as _
from waardewerk_participation.showing import is_most
from waardewerk_participation.small_cells import Share


def said_of(kind: str, group: str, figures: Mapping[str, Any]) -> str:
    """Say what people made of a statement, from the figures that a point keeps."""
    everyone = figures.get("everyone", {})
    if kind == "objection":
        against = share_of(figures.get("groups", {}).get(group, {}), "disagree")
        return _objects(group, against, share_of(everyone, "agree"))
    if kind == "split":
        return _divides(figures.get("groups", {}), everyone)
    if kind == "consensus":
        return _shares(everyone, has_groups=bool(figures.get("groups")))
    return _("No figure asks for this answer. We think that it deserves one.")


def share_of(figures: Mapping[str, Any], side: str) -> Share:
    """Read a share from the figures of some people; hidden when it is not there."""
    return Share(**figures.get(side, {"kind": "hidden"}))


def in_words(share: Share) -> str:
    """Write a share in a sentence: *82 %*, *fewer than 10 %*."""
    words = {
        "about": _("%(percent)s%%", percent=share.percent),
        "below": _("less than %(percent)s%%", percent=share.percent),
        "above": _("more than %(percent)s%%", percent=share.percent),
        "hidden": _("an unknown share"),
    }
    return words[share.kind]


def _shares(everyone: Mapping[str, Any], *, has_groups: bool) -> str:
    agree, disagree = share_of(everyone, "agree"), share_of(everyone, "disagree")
    if not is_most(agree) and not is_most(disagree):
        return _(
            "People clearly share a view of this. We cannot show figures: the groups are too small."
        )
    if is_most(agree):
        share = in_words(agree)
        if has_groups:
            return _("All groups agree with this: %(share)s of everybody.", share=share)
        return _("Most people agree with this: %(share)s of everybody.", share=share)
    share = in_words(disagree)
    if has_groups:
        return _("All groups disagree with this: %(share)s of everybody.", share=share)
    return _("Most people disagree with this: %(share)s of everybody.", share=share)


def _divides(groups: Mapping[str, Mapping[str, Any]], everyone: Mapping[str, Any]) -> str:
    parts = [
        _("in group %(group)s %(share)s agree", group=letter, share=in_words(share))
        for letter, figures in sorted(groups.items())
        if (share := share_of(figures, "agree")).kind != "hidden"
    ]
    if parts:
        return _("The groups differ about this: %(parts)s.", parts=", ".join(parts))
    return _divided(share_of(everyone, "agree"), share_of(everyone, "disagree"), groups)


def _divided(agree: Share, disagree: Share, groups: Mapping[str, Any]) -> str:
    """Say that people are divided, with the figures of everybody or with none."""
    if "hidden" in (agree.kind, disagree.kind):
        if groups:
            return _("Groups differ about this. They are too small to show figures.")
        return _("People are divided about this. They are too few to show figures.")
    figures = {"agree": in_words(agree), "disagree": in_words(disagree)}
    if groups:
        return _(
            "Groups differ about this, and are too small to show. Of everybody %(agree)s agree"
            " and %(disagree)s disagree.",
            **figures,
        )
    return _("People are divided: %(agree)s agree, %(disagree)s disagree.", **figures)


def _objects(group: str, against: Share, agreement: Share) -> str:
    if not is_most(against) or not is_most(agreement):
        return _(
            "Group %(group)s objects to what most people agree with. The groups are too small to"
            " show figures.",
            group=group,
        )
    return _(
        "Group %(group)s objects: %(against)s of them disagree,"
        " while %(agreement)s of everybody agree.",
        group=group,
        against=in_words(against),
        agreement=in_words(agreement),
    )
