"""Briefings (简报): drafted from the period's records, kept, edited, refreshed, issued."""

from services.briefings.keeping import (
    Refreshed,
    arrange,
    clear_units,
    edit,
    new,
    refresh,
    set_facts,
    settle,
    switch,
)
from services.briefings.material import Found, named, usable
from services.briefings.naming import Named
from services.briefings.reading import Line, briefings, load
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
    "GENERAL_LIMIT",
    "SPECIAL_LIMIT",
    "Briefing",
    "Found",
    "Line",
    "Named",
    "Paragraph",
    "Part",
    "Refreshed",
    "Section",
    "Usable",
    "arrange",
    "briefings",
    "clear_units",
    "edit",
    "load",
    "named",
    "new",
    "refresh",
    "set_facts",
    "settle",
    "switch",
    "usable",
]
