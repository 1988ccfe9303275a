"""How a change is spelled in version 1: keys, types, ranges, and what a value may be.

What is refused here can neither be written nor read.
"""

import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import orjson

from models.errors import Refused

VERSION = 1
"""Version of the change format this program writes."""
MAX_BYTES = 4 * 1024 * 1024
"""Greatest size of one stored change."""
MAX_DEPTH = 32
"""Deepest nesting of values in one change."""
MAX_INTEGER = 2**63 - 1
MAX_AT = 253_402_300_799_999
"""Latest time a change may bear: the last millisecond of the year 9999, UTC."""

KEYS = frozenset(
    {"v", "replica", "scope", "seq", "prev", "at", "actor", "txn", "reason", "entity", "row"}
    | {"base", "fields"}
)
_TEXTS = ("replica", "actor", "txn", "row", "prev", "scope", "entity")
_PLAIN = frozenset({str, bool, type(None)})
"""Types that need no look of their own."""
_SIMPLE = _PLAIN | {int}
_is_hex16 = re.compile(r"[0-9a-f]{32}").fullmatch
_is_hex32 = re.compile(r"[0-9a-f]{64}").fullmatch
ESCAPED_NUL = rb"\u0000"


def is_well_formed(body: Mapping[str, object]) -> bool:
    """Whether a body has all keys of this version and nothing else, each of its type and range."""
    keys = body.keys()
    return (
        keys >= KEYS
        and keys <= KEYS | {"sig"}
        and all(type(body[name]) is int for name in ("seq", "at", "v"))
        and all(isinstance(body[name], str) for name in _TEXTS)
        and isinstance(body["reason"], str | None)
        and isinstance(body.get("sig", ""), str)
        and isinstance(body["base"], list)
        and isinstance(body["fields"], dict)
        and _is_in_range(body)
    )


def _is_in_range(body: Mapping[str, Any]) -> bool:
    base = body["base"]
    return bool(
        body["v"] == VERSION
        and body["seq"] >= 1
        and 0 <= body["at"] <= MAX_AT
        and body["scope"]
        and body["entity"]
        and _is_hex32(body["prev"])
        and all(_is_hex16(body[name]) for name in ("replica", "actor", "txn", "row"))
        and all(isinstance(one, str) and _is_hex32(one) for one in base)
        and len(set(base)) == len(base)
    )


def check_value(value: object, depth: int) -> None:
    """Refuse what the format does not hold; texts are left to the encoder, which refuses halves."""
    if depth > MAX_DEPTH:
        raise Refused("value_too_deep", limit=MAX_DEPTH)
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        _check_keys(value)
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    elif isinstance(value, int):
        inner = (int(value),)
    elif value is not None and not isinstance(value, str):
        raise Refused("value_not_storable", detail=type(value).__name__)
    for one in inner:
        if type(one) is int:
            if not -MAX_INTEGER - 1 <= one <= MAX_INTEGER:
                raise Refused("integer_too_large")
        elif type(one) not in _PLAIN:
            check_value(one, depth + 1)


def _check_keys(value: Mapping[object, object]) -> None:
    """All keys at once: nearly every change passes, and this runs for each of them."""
    try:
        joined = "".join(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise Refused("key_not_ascii", key=repr(list(value))[:80]) from error
    if not (joined.isascii() and joined.isprintable()):
        odd = next(k for k in value if not (str(k).isascii() and str(k).isprintable()))
        raise Refused("key_not_ascii", key=str(odd))


def holds_nul(value: object) -> bool:
    """Whether a text in a value, however deep, holds U+0000."""
    if isinstance(value, dict):
        return any(map(holds_nul, value.values()))
    if isinstance(value, list | tuple):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\0" in value


def is_usual(body: Mapping[str, Any], data: bytes) -> bool:
    """All that `decode` asks of the body that bytes were parsed to, for nearly all changes.

    False only means that the long way has to say what it is. This runs for every change of a
    merge, so that it asks of several things at once what can be asked so.
    """
    try:
        actor, replica, row, txn, prev, base, at, seq, v, scope, entity, why, fields = _parts(body)
        ids = "".join((actor, replica, row, txn, prev, *base))
    except (KeyError, TypeError):
        return False
    return bool(
        len(body) == len(KEYS)
        and type(at) is type(seq) is type(v) is int
        and type(scope) is type(entity) is str
        and type(base) is list
        and type(fields) is dict
        and (why is None or type(why) is str)
        and v == VERSION
        and 1 <= seq <= MAX_INTEGER
        and 0 <= at <= MAX_AT
        and scope
        and entity
        and len(actor) == len(replica) == len(row) == len(txn) == _SHORT_ID
        and len(prev) == _LONG_ID
        and len(ids) == _IDS + len(base) * _LONG_ID
        and (len(base) <= 1 or (len(set(base)) == len(base) and set(map(len, base)) == {_LONG_ID}))
        and not ids.encode().translate(None, _HEX)
        and _are_usual(fields)
        and (b"\\" not in data or ESCAPED_NUL not in data)
        and _is_canonical(body, data)
    )


_parts = itemgetter(
    *("actor", "replica", "row", "txn", "prev", "base"),
    *("at", "seq", "v", "scope", "entity", "reason", "fields"),
)
_SHORT_ID, _LONG_ID, _HEX = 32, 64, b"0123456789abcdef"
_IDS = 4 * _SHORT_ID + _LONG_ID


def _are_usual(fields: dict[str, Any]) -> bool:
    """Whether values and their names may be stored, but for the size of whole numbers."""
    names = "".join(fields)
    values = fields.values()
    if not _SIMPLE.issuperset(map(type, values)):
        for value in values:
            if type(value) in _SIMPLE:
                continue
            # One level down, as a state with its round and dates is.
            if type(value) is not dict or not _SIMPLE.issuperset(map(type, value.values())):
                return _may_be_stored(fields)
            names += "".join(value)
    return names.isascii() and names.isprintable()


def _is_canonical(body: Mapping[str, Any], data: bytes) -> bool:
    """Whether it is spelled as it should be, its numbers so small that nobody asks further."""
    try:
        return orjson.dumps(body, option=_CANONICAL) == data
    except orjson.JSONEncodeError:
        return False


_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def _may_be_stored(fields: Mapping[str, Any]) -> bool:
    try:
        check_value(fields, 1)
    except Refused:
        return False
    return True
