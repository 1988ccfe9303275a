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
    set_genre,
    settle,
    switch,
)
from services.briefings.material import Found, named, usable
from services.briefings.naming import Named
from services.briefings.paper import FIELD
from services.briefings.reading import Line, about, briefings, heading_key, load
from services.briefings.shapes import (
    Briefing,
    Genre,
    Paragraph,
    Part,
    Section,
    Usable,
    counted,
    genre_name,
)

__all__ = [
    "FIELD",
    "Briefing",
    "Found",
    "Genre",
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
    "counted",
    "draft",
    "edit",
    "edit_heading",
    "genre_name",
    "heading_key",
    "issue",
    "load",
    "named",
    "new",
    "refresh",
    "set_facts",
    "set_genre",
    "settle",
    "switch",
    "usable",
]
