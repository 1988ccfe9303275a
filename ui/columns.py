"""Words of list cells: what a reference names, what a choice is called, days as people write."""

from collections.abc import Callable
from functools import partial

from services.core import Row
from ui.context import Context
from ui.naming import Names, day, word


def named(names: Names, field: str) -> Callable[[Row], str]:
    """The title of the record that a field refers to."""
    return partial(_named, names, field)


def worded(context: Context, listed: str, field: str) -> Callable[[Row], str]:
    """The word of a choice, or of several."""
    return partial(_worded, context, listed, field)


def dated(field: str) -> Callable[[Row], str]:
    """A date, 5月6日."""
    return partial(_dated, field)


def _named(names: Names, field: str, row: Row) -> str:
    return names.of(row.values.get(field))


def _worded(context: Context, listed: str, field: str, row: Row) -> str:
    value = row.values.get(field)
    several = value if isinstance(value, list) else [value]
    return "、".join(word(context, listed, one) for one in several if one)


def _dated(field: str, row: Row) -> str:
    return day(row.values.get(field))
