"""待裁定: fields on which people's values stand against each other, and how each is settled."""

from services.conflicts.deciding import Decided, alike, settle_alike, take, write
from services.conflicts.marks import Settled, hand_back, listed, resolved, take_listed
from services.conflicts.reading import count, find, queue
from services.conflicts.renumbering import reletter, renumber
from services.conflicts.review import Finding, Found, findings
from services.conflicts.sealed import (
    OpenedSeal,
    find_sealed,
    is_sealed,
    open_sealed,
    sealed_apart,
    sealed_queue,
)
from services.conflicts.shapes import Candidate, PathStep, Sort, Waiting, Wanted
from services.conflicts.texts import Hunk, Merged, Origin, Piece, differences, merge_texts

__all__ = [
    "Candidate",
    "Decided",
    "Finding",
    "Found",
    "Hunk",
    "Merged",
    "OpenedSeal",
    "Origin",
    "PathStep",
    "Piece",
    "Settled",
    "Sort",
    "Waiting",
    "Wanted",
    "alike",
    "count",
    "differences",
    "find",
    "find_sealed",
    "findings",
    "hand_back",
    "is_sealed",
    "listed",
    "merge_texts",
    "open_sealed",
    "queue",
    "reletter",
    "renumber",
    "resolved",
    "sealed_apart",
    "sealed_queue",
    "settle_alike",
    "take",
    "take_listed",
    "write",
]
