"""待裁定: fields on which people's values stand against each other, and how each is settled."""

from services.conflicts.deciding import Decided, alike, settle_alike, take, write
from services.conflicts.marks import Settled, hand_back, listed, resolved, take_listed
from services.conflicts.reading import count, find, queue
from services.conflicts.shapes import Candidate, PathStep, Sort, Waiting, Wanted

__all__ = [
    "Candidate",
    "Decided",
    "PathStep",
    "Settled",
    "Sort",
    "Waiting",
    "Wanted",
    "alike",
    "count",
    "find",
    "hand_back",
    "listed",
    "queue",
    "resolved",
    "settle_alike",
    "take",
    "take_listed",
    "write",
]
