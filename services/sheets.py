"""Text for spreadsheets: what another program must not take for a formula or a new cell."""

_FORMULA = ("=", "+", "-", "@")


def cell_text(text: str) -> str:
    """One cell's text: tabs and line ends become blanks, a leading formula sign is escaped."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(_FORMULA) and not _is_number(flat) else flat


def _is_number(text: str) -> bool:
    digits = text[1:].replace(".", "", 1)
    return text[:1] in "+-" and digits.isascii() and digits.isdecimal()
