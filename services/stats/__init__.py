"""Counts over many records, worked out in SQL: for the tree, the charts and the documents."""

from services.stats.counts import Counts
from services.stats.figures import PAIRS, approvals, four_ratios, problem_map, progress, received
from services.stats.shapes import (
    ESTABLISHED,
    EVERYTHING,
    Approval,
    Behind,
    PairCount,
    Point,
    ProblemMap,
    Received,
    Scope,
    SubKindColumn,
    UnitRow,
)
from services.stats.waiting import WAITING, days_between, open_problems

__all__ = [
    "ESTABLISHED",
    "EVERYTHING",
    "PAIRS",
    "WAITING",
    "Approval",
    "Behind",
    "Counts",
    "PairCount",
    "Point",
    "ProblemMap",
    "Received",
    "Scope",
    "SubKindColumn",
    "UnitRow",
    "approvals",
    "days_between",
    "four_ratios",
    "open_problems",
    "problem_map",
    "progress",
    "received",
]
