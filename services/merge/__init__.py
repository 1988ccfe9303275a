"""Merging: sources are proven, previewed, taken in, listed, and taken back."""

from services.merge.forcing import Forced, force_waiting
from services.merge.merging import (
    AnySource,
    apply,
    close_all,
    find,
    merges,
    open_all,
    prepare,
)
from services.merge.naming import fields_of, hidden
from services.merge.shapes import (
    Collision,
    Figures,
    Fork,
    Line,
    MergeLine,
    Outcome,
    Plan,
    Remark,
    Report,
    Sample,
    Standing,
    Tally,
    Turn,
    Verdict,
)
from services.merge.taking import Unreadable
from services.merge.undoing import undo

__all__ = [
    "AnySource",
    "Collision",
    "Figures",
    "Forced",
    "Fork",
    "Line",
    "MergeLine",
    "Outcome",
    "Plan",
    "Remark",
    "Report",
    "Sample",
    "Standing",
    "Tally",
    "Turn",
    "Unreadable",
    "Verdict",
    "apply",
    "close_all",
    "fields_of",
    "find",
    "force_waiting",
    "hidden",
    "merges",
    "open_all",
    "prepare",
    "undo",
]
