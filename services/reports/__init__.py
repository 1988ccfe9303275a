"""Documents of a workspace: making a draft, issuing it with number and signatures, the register.

What a report was made of is kept beside it under its digest, so that a verifier can say later which
data have changed since. A document and its line in the register are written together or not at all.
"""

from services.documents.kinds import KINDS, Kind, Needs, Reader
from services.documents.orders import EVERYTHING, Period, Wanted, parse_period
from services.reports.batch import Made, batch, file_name
from services.reports.comparing import Comparison, compare
from services.reports.drafting import Draft, change, draft, kept_edits, take_back
from services.reports.issuing import Issued, Signature, Terms, issue
from services.reports.manuscripts import manuscript
from services.reports.registering import (
    ISSUED,
    Receipt,
    attach_scan,
    file_of,
    line,
    register,
    set_state,
    take_receipt,
)
from services.reports.talks import log_print, with_names

KINDS_OF_DOCUMENT = tuple(KINDS)
"""Ids of the documents this version makes."""

__all__ = [
    "EVERYTHING",
    "ISSUED",
    "KINDS",
    "KINDS_OF_DOCUMENT",
    "Comparison",
    "Draft",
    "Issued",
    "Kind",
    "Made",
    "Needs",
    "Period",
    "Reader",
    "Receipt",
    "Signature",
    "Terms",
    "Wanted",
    "attach_scan",
    "batch",
    "change",
    "compare",
    "draft",
    "file_name",
    "file_of",
    "issue",
    "kept_edits",
    "line",
    "log_print",
    "manuscript",
    "parse_period",
    "register",
    "set_state",
    "take_back",
    "take_receipt",
    "with_names",
]
