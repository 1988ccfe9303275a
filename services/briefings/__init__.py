"""Briefings (简报): drafted from the period's records, kept, edited, refreshed, issued."""

from services.briefings.issuing import Issued, draft, issue
from services.briefings.keeping import (
    Refreshed,
    arrange,
    clear_units,
    edit,
    edit_heading,
    new,
    refresh,
    set_facts,
    settle,
    switch,
)
from services.briefings.material import Found, named, usable
from services.briefings.naming import Named
from services.briefings.paper import FIELD
from services.briefings.reading import Line, about, briefings, load
from services.briefings.shapes import (
    GENERAL_LIMIT,
    SPECIAL_LIMIT,
    Briefing,
    Paragraph,
    Part,
    Section,
    Usable,
)

__all__ = [
    "FIELD",
    "GENERAL_LIMIT",
    "SPECIAL_LIMIT",
    "Briefing",
    "Found",
    "Issued",
    "Line",
    "Named",
    "Paragraph",
    "Part",
    "Refreshed",
    "Section",
    "Usable",
    "about",
    "arrange",
    "briefings",
    "clear_units",
    "draft",
    "edit",
    "edit_heading",
    "issue",
    "load",
    "named",
    "new",
    "refresh",
    "set_facts",
    "settle",
    "switch",
    "usable",
]
