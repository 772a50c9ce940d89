"""Charts as SVG: every text comes in translated, every chart stands beside its table."""

from waardewerk.documents.charts.dot_plot import DotRow, Point, dot_plot
from waardewerk.documents.charts.drawing import Series, Words
from waardewerk.documents.charts.gap_bars import GapRow, gap_bars
from waardewerk.documents.charts.radar import Axis, radar
from waardewerk.documents.charts.spread_strip import StripGroup, spread_strip
from waardewerk.documents.charts.trend import Moment, TrendRow, trend
from waardewerk.documents.charts.twice import COMPACT, WIDE, Drawing, drawn_twice

__all__ = [
    "COMPACT",
    "WIDE",
    "Axis",
    "DotRow",
    "Drawing",
    "GapRow",
    "Moment",
    "Point",
    "Series",
    "StripGroup",
    "TrendRow",
    "Words",
    "dot_plot",
    "drawn_twice",
    "gap_bars",
    "radar",
    "spread_strip",
    "trend",
]
