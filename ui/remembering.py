"""What a list keeps from one start to the next: its columns, and the filters a person named."""

import json
from functools import partial

from services.core import Filter
from ui import settings
from ui.parts.filters import FilterBar
from ui.parts.rows import RowsView


def remember(name: str, rows: RowsView, filters: FilterBar | None = None) -> None:
    """Let a list look as it was left, under a name of its own; its filters can be cleared."""
    state = settings.columns(name)
    if state:
        rows.set_columns_state(state)
    rows.columns_changed.connect(partial(_keep_columns, name, rows))
    if filters is not None:
        filters.set_saved(_read(settings.kept_filters(name)))
        filters.saved_changed.connect(partial(_keep_filters, name))
        rows.nothing.clear_clicked.connect(filters.clear)


def _keep_columns(name: str, rows: RowsView) -> None:
    settings.remember_columns(name, rows.columns_state())


def _keep_filters(name: str, saved: dict[str, Filter]) -> None:
    plain = {title: {"where": dict(one.where), "text": one.text} for title, one in saved.items()}
    settings.keep_filters(name, json.dumps(plain, ensure_ascii=False))


def _read(text: str) -> dict[str, Filter]:
    """Filters by name; those that cannot be read are left out."""
    try:
        return {
            str(title): Filter(where=dict(one["where"]), text=str(one["text"]))
            for title, one in dict(json.loads(text or "{}")).items()
        }
    except (ValueError, TypeError, KeyError):
        return {}
