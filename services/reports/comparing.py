"""A document's data against the records as they stand now."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.base import table
from models.errors import Refused
from models.kinds import Uid
from services import attachments, records
from services.documents.orders import Period, Wanted
from services.reports import drafting
from services.workspace import Workspace

_MOST_DIFFERENCES = 50


@dataclass(frozen=True, slots=True)
class Comparison:
    """A document's data against the records as they stand now."""

    verdict: str
    """`match`, `differ`, or `unknown` when no line of the register bears this digest."""
    differing: tuple[str, ...] = ()
    """Paths of the data that are different now, at most 50."""
    expected_fields: tuple[str, ...] = ()
    """Signature fields that the register expects to be signed."""


def compare(workspace: Workspace, digest: str) -> Comparison:
    """Compare the data a document was made of (its `urn:sha256:` digest) with the records now."""
    wanted_digest = digest.removeprefix("urn:sha256:")
    target = table("report")
    with workspace.store.read() as connection:
        uid = connection.scalar(
            target.select().with_only_columns(target.c.uid).where(target.c.digest == wanted_digest)
        )
    if uid is None:
        return Comparison("unknown")
    values = records.get(workspace, "report", Uid(uid)).values
    signed = values.get("signed")
    expected = tuple(
        str(one["field"])
        for one in (signed if isinstance(signed, list) else ())
        if isinstance(one, dict) and "field" in one
    )
    said = {name: str(values.get(name) or "") for name in _NEEDED}
    wanted = Wanted(
        said["kind"],
        Uid(said["of"]) if said["of"] else None,
        Period(said["period_start"], said["period_end"]),
        said["about"],
    )
    try:
        now = drafting.draft(
            workspace,
            wanted,
            day=date.fromisoformat(said["issued_on"]),
            number=said["number"],
            edits=drafting.edits_of(values.get("edits")),
            supersedes=_number_of(workspace, said["supersedes"]),
        )
    except Refused:
        return Comparison("differ", ("",), expected)
    fresh = now.canonical
    if hashlib.sha256(fresh).hexdigest() == wanted_digest:
        return Comparison("match", (), expected)
    then = json.loads(attachments.content(workspace, wanted_digest))
    differing = tuple(_differences(then, json.loads(fresh), ""))[:_MOST_DIFFERENCES]
    return Comparison("differ", differing, expected)


_NEEDED = (
    *("kind", "of", "period_start", "period_end", "about", "issued_on", "number", "supersedes"),
)


def _number_of(workspace: Workspace, uid: str) -> str:
    if not uid:
        return ""
    values = records.get(workspace, "report", Uid(uid)).values
    return str(values.get("number") or values.get("title") or "")


def _differences(then: object, now: object, path: str) -> list[str]:
    """Paths at which two JSON values differ, deepest first met."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        names = sorted({*then, *now})
        return [d for n in names for d in _differences(then.get(n), now.get(n), f"{path}.{n}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True), start=1)
        return [d for i, (a, b) in pairs for d in _differences(a, b, f"{path}[{i}]")]
    return [] if then == now else [path.lstrip(".")]
