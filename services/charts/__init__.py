"""Charts as one-page vector drawings in the document's fonts. The only home of matplotlib.

Import this package when a chart is wanted: matplotlib is slow to load. Which numbers a chart shows
is `services.stats`' business; which words, `services.pictures`'.
"""

from services.charts import ahead  # noqa: F401 -- it must come before what loads matplotlib
from services.charts.bars import (
    Amount,
    Rate,
    Ratio,
    amounts,
    amounts_height,
    rates,
    rates_height,
    ratios,
    ratios_height,
)
from services.charts.chart import Chart
from services.charts.heat import Head, HeatRow, heat_height, heat_map, slices
from services.charts.screen import Picture
from services.charts.sheet import PAPER, Faces, Look
from services.charts.stacks import HEIGHT as STACKS_HEIGHT
from services.charts.stacks import Stack, stacks

__all__ = [
    "PAPER",
    "STACKS_HEIGHT",
    "Amount",
    "Chart",
    "Faces",
    "Head",
    "HeatRow",
    "Look",
    "Picture",
    "Rate",
    "Ratio",
    "Stack",
    "amounts",
    "amounts_height",
    "heat_height",
    "heat_map",
    "rates",
    "rates_height",
    "ratios",
    "ratios_height",
    "slices",
    "stacks",
]
