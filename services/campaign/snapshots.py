"""A template as the plain fields of the campaign row, and back.

A snapshot may come from a foreign file: whatever cannot be read is left out, never raised.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Final

from models.errors import Refused
from models.kinds import Value
from services.campaign.reading import build, silent
from services.campaign.shapes import Template

_NO_ID: Final = "campaign"
"""Id of a template whose snapshot names none."""

_IN_TAXONOMY: Final = ("groups", "other")


def snapshot(template: Template) -> dict[str, Value]:
    """The template as JSON without floats: one key a field of the campaign row.

    `template` holds its id and version, `taxonomy` the groups and what stands outside them,
    `forms` one object a form id. Inside the objects, what equals its default is left out.
    """
    plain: dict[str, Value] = {
        f.name: _plain(getattr(template, f.name))
        for f in fields(template)
        if f.name not in {"id", "version", "forms", *_IN_TAXONOMY}
    }
    plain["template"] = {"id": template.id, "version": template.version}
    plain["taxonomy"] = {name: _plain(getattr(template, name)) for name in _IN_TAXONOMY}
    plain["forms"] = {form.id: _plain(form) for form in template.forms}
    return plain


def from_snapshot(values: Mapping[str, Value]) -> Template:
    """The template that a campaign row holds; missing, unreadable and unknown parts are left out.

    Raises:
        Refused: `template_snapshot_bad` when `values` is no table at all.
    """
    if not isinstance(values, Mapping):
        raise Refused("template_snapshot_bad")
    raw: dict[str, object] = {name: values.get(name) for name in _top_names()}
    named, taxonomy, forms = values.get("template"), values.get("taxonomy"), values.get("forms")
    if isinstance(taxonomy, Mapping):
        raw.update((name, taxonomy.get(name)) for name in _IN_TAXONOMY)
    raw["id"] = named.get("id") if isinstance(named, Mapping) else None
    raw["version"] = named.get("version") if isinstance(named, Mapping) else None
    raw["forms"] = _forms(forms)
    built = build(Template, raw, "", silent) or build(Template, {**raw, "id": _NO_ID}, "", silent)
    if built is None:
        raise Refused("template_snapshot_bad")
    return built


def _top_names() -> list[str]:
    return [f.name for f in fields(Template)]


def _forms(forms: object) -> list[object]:
    """The forms in their order; forms of one place by their id."""
    if not isinstance(forms, Mapping):
        return []
    found: list[tuple[int, str, object]] = []
    for form_id, form in forms.items():
        if isinstance(form, Mapping):
            order = form.get("order", 0)
            place = order if isinstance(order, int) else 0
            found.append((place, str(form_id), {"id": form_id, **form}))
    return [form for _, _, form in sorted(found, key=lambda f: f[:2])]


def _plain(value: object) -> Value:
    """Shapes as tables, tuples as lists, enums as texts; defaults left out of tables."""
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(type(value))
    table: dict[str, Value] = {}
    for f in fields(value):
        held = getattr(value, f.name)
        default = f.default_factory() if f.default_factory is not MISSING else f.default
        if held != default:
            table[f.name] = _plain(held)
    return table
