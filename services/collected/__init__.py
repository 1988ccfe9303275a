"""收齐情况: whose work of which day is here, what is missing, and who was heard of when.

A group sees people (laptops) × days, the office sees groups × units × days. Days are those of the
authors' clocks, in this laptop's time zone. Within a stream clocks are taken to run forward: then
the days of a million changes are found by looking at a few of them.
"""

from services.collected.chart import missing, of_group, of_groups
from services.collected.shapes import (
    Cell,
    Collected,
    Forked,
    Laptop,
    Line,
    Missing,
    State,
    Why,
)

__all__ = [
    "Cell",
    "Collected",
    "Forked",
    "Laptop",
    "Line",
    "Missing",
    "State",
    "Why",
    "missing",
    "of_group",
    "of_groups",
]
