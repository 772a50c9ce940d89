"""Puts tiles in the order in which somebody wants to see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from waardewerk.contract import Tile


@dataclass(frozen=True)
class Dashboard:
    """What asks for the viewer now, and what else there is."""

    asks: tuple[Tile, ...]
    others: tuple[Tile, ...]


def arranged(tiles: Iterable[Tile]) -> Dashboard:
    """Separate what asks from the rest; the soonest date comes first."""
    ordered = sorted(tiles, key=_place)
    return Dashboard(
        asks=tuple(tile for tile in ordered if tile.asks),
        others=tuple(tile for tile in ordered if not tile.asks),
    )


def _place(tile: Tile) -> tuple[date, int, str]:
    return tile.due or date.max, tile.order, str(tile.title)
