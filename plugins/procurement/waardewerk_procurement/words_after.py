"""What things after the award are called on screen."""

from __future__ import annotations

from collections.abc import Mapping

from waardewerk.i18n import lazy

KIND_TITLES: Mapping[str, str] = {
    "promise": lazy("Promise of the winner"),
    "condition": lazy("Contract condition"),
    "kpi": lazy("Performance indicator (KPI)"),
    "duty": lazy("Subsidy duty"),
    "remedy": lazy("Agreed after a broken promise"),
}
COLOUR_TITLES: Mapping[str, str] = {
    "green": lazy("Green"),
    "amber": lazy("Amber"),
    "red": lazy("Red"),
}
#: The word carries the meaning; the colour of the badge only helps.
COLOUR_BADGES: Mapping[str, str] = {"green": "green", "amber": "attention", "red": "red"}
#: How a promise stands, each with its badge: it is kept or broken only once somebody ended it.
STANDINGS: Mapping[str, tuple[str, str]] = {
    "": (lazy("Nobody looked yet"), "neutral"),
    "green": (lazy("Runs, green"), COLOUR_BADGES["green"]),
    "amber": (lazy("Runs, amber"), COLOUR_BADGES["amber"]),
    "red": (lazy("Runs, red"), COLOUR_BADGES["red"]),
    "kept": (lazy("Kept"), "green"),
    "broken": (lazy("Not kept"), "red"),
}
ANSWER_TITLES: Mapping[tuple[str, str], str] = {
    ("applies", "no"): lazy("No, this does not apply to us"),
    ("applies", "yes"): lazy("Yes, this applies to us"),
    ("meets", "yes"): lazy("Yes, we meet this"),
    ("meets", "no"): lazy("No, we do not meet this"),
    ("keeps", "yes"): lazy("Yes, we do what was promised"),
    ("keeps", "partly"): lazy("Partly"),
    ("keeps", "no"): lazy("No, not yet"),
}
