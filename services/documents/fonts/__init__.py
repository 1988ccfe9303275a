"""Fonts of documents: which are there, which plays which role, their glyphs as TrueType."""

from services.documents.fonts.faces import Face, Fonts, Substitution, prepare
from services.documents.fonts.roles import Role

__all__ = ["Face", "Fonts", "Role", "Substitution", "prepare"]
