"""Dumb widgets of which tabs are made."""
