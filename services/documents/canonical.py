"""A document's data in one fixed spelling, under whose digest it is known for ever."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping

from services.documents.frame import Data


def canonical(data: Data, extra: Mapping[str, object] | None = None) -> bytes:
    """The data as sorted, compact JSON in UTF-8.

    Args:
        data: A frozen dataclass.
        extra: What the paper says beside them: words changed by hand, the number it corrects.
    """
    plain: dict[str, object] = {
        field.name: _plain(getattr(data, field.name)) for field in _fields(data)
    }
    plain |= {name: _plain(value) for name, value in (extra or {}).items()}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def digest(data: Data, extra: Mapping[str, object] | None = None) -> str:
    """SHA-256 of the canonical data, 64 hex characters."""
    return hashlib.sha256(canonical(data, extra)).hexdigest()


def _fields(value: object) -> tuple[dataclasses.Field[object], ...]:
    if not dataclasses.is_dataclass(value):
        raise TypeError(type(value).__name__)
    return dataclasses.fields(value)


def _plain(value: object) -> object:
    """Dataclasses as objects, tuples as lists."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in _fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    return value
