"""Filing a record under another unit: a copy there, a delete with `moved_to` here, children too."""

from collections.abc import Mapping

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import RecordKind, Tier, Uid, Value
from models.writer import Writer, new_uid
from services import rows
from services.core import Row
from services.workspace import Workspace


def moves(spec: RecordKind, row: Row, after: Mapping[str, Value]) -> bool:
    """Whether the change of `unit` takes the record into another scope."""
    return (
        spec.field("unit") is not None
        and not spec.common
        and spec.name != "identity"
        and row.values.get("unit") != after.get("unit")
    )


def refile(
    workspace: Workspace, writer: Writer, spec: RecordKind, row: Row, fields: Mapping[str, Value]
) -> Uid:
    """Write the copy and its children under the new unit; returns the copy's uid.

    Raises:
        Refused: a part is sealed, and can be copied only by who can read it.
    """
    if Tier.SEALED in row.base:
        raise Refused("refile_sealed")
    unit = fields["unit"]
    scope = f"unit/{unit}" if unit else f"group/{workspace.group}"
    return _copy(workspace, writer, spec, row.uid, scope, fields)


def _copy(
    workspace: Workspace,
    writer: Writer,
    spec: RecordKind,
    uid: Uid,
    scope: str,
    fields: Mapping[str, Value],
) -> Uid:
    old_scope = rows.work_scope_of(writer.connection, spec, uid)
    row = rows.read(writer.connection, spec, uid)
    copied: dict[str, Value] = {}
    for tier in row.base:
        copied |= writer.values(spec.name, uid, rows.in_tier(old_scope, tier))
    fresh = new_uid()
    rows.write_row(writer, spec, fresh, scope, {**copied, **fields}, new=True)
    for tier in row.base:
        gone: dict[str, Value] = {"deleted": True, "moved_to": fresh}
        writer.put(spec.name, uid, rows.in_tier(old_scope, tier), gone)
    writer.flush()
    for child, parent_field in _children(writer.connection, uid, spec.name):
        kind, child_uid = child
        _copy(workspace, writer, KINDS[kind], child_uid, scope, {parent_field: fresh})
    return fresh


def _children(connection: sa.Connection, uid: Uid, kind: str) -> list[tuple[tuple[str, Uid], str]]:
    found = []
    for spec in KINDS.values():
        field = spec.field(spec.parent) if spec.parent else None
        if field is None or (field.refers and kind not in field.refers) or field.name == "of":
            continue
        target = table(spec.name, spec.tiers()[0])
        query = sa.select(target.c.uid).where(target.c[field.name] == uid)
        found += [((spec.name, Uid(u)), field.name) for u in connection.scalars(query)]
    return found
