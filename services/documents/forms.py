"""Tables for ink: facts in two columns, and rows of places to sign by hand."""

from collections.abc import Sequence

from services.documents.blocks import Column, Table


def facts(names: Sequence[str], values: Sequence[str], blank: str = "—") -> Table:
    """Names at the left, values at the right; an empty value prints `blank`."""
    rows = tuple((name, value or blank) for name, value in zip(names, values, strict=True))
    return Table((Column("", 34), Column("", 122, left=True)), rows)


def places(names: Sequence[str], values: Sequence[str] = ()) -> Table:
    """Rows high enough to write in by hand."""
    filled = [*values, *[""] * (len(names) - len(values))]
    rows = tuple(zip(names, filled, strict=True))
    columns = (Column("", 34), Column("", 122, left=True))
    return Table(columns, rows, least_lines=3, is_signed=True)
