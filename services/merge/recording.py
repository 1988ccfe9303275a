"""Merge records (合并记录): what was carried, by whom it was packed, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import orjson
import sqlalchemy as sa

from models import tables
from models.inforce import Gap, Run
from models.journal import MAX_AT
from models.kinds import Uid
from models.parcels import Manifest
from models.writer import new_uid
from services.merge.shapes import (
    Collision,
    Figures,
    Fork,
    Line,
    MergeLine,
    Remark,
    Sample,
    Tally,
    Turn,
)
from services.package import Source

_LOOKED_AT = 50
"""Latest records of workspace files that are compared with one merged again."""


def earlier(connection: sa.Connection, source: Source) -> tuple[int, str] | None:
    """Number and id of a record, not undone, of a merge that carried exactly this."""
    merge = tables.merge
    query = (
        sa.select(merge.c.n, merge.c.uid, merge.c.manifest)
        .where(merge.c.package == source.manifest.package, merge.c.undone_at.is_(None))
        .order_by(merge.c.n.desc())
        .limit(_LOOKED_AT)
    )
    for n, uid, manifest in connection.execute(query):
        told = Manifest.decode(manifest.encode())
        # A workspace file's time is that of the file, which copying may change.
        same = told if source.is_package else replace(told, made_at=source.manifest.made_at)
        if same == source.manifest:
            return n, uid
    return None


def begin(connection: sa.Connection, source: Source, actor: Uid, now: int) -> tuple[int, str]:
    """A new merge record without its figures; its number and id."""
    uid = new_uid()
    values = {
        "uid": uid,
        "at": min(max(now, 0), MAX_AT),
        "actor": actor,
        "source": source.name,
        "package": source.manifest.package,
        "manifest": source.manifest_bytes.decode(),
        "signature": source.signature_bytes,
        "result": "{}",
    }
    made = connection.execute(tables.merge.insert().values(values)).inserted_primary_key
    return (int(made[0]) if made is not None else 0), uid


def carry(connection: sa.Connection, n: int, runs: Iterable[tuple[int, Run]]) -> None:
    """Note what a merge's source held."""
    rows = [
        {"merge": n, "stream": stream, "first": r.first, "last": r.last, "last_id": r.last_id}
        for stream, r in runs
    ]
    if rows:
        connection.execute(tables.carried.insert(), rows)


def finish(connection: sa.Connection, n: int, figures: Figures, source: Source) -> None:
    """Keep what came of it, and what was thought of its signature."""
    result: dict[str, object] = asdict(figures)
    result["signature"] = {"state": source.signature.state, "signer": source.signature.signer}
    merge = tables.merge
    text = orjson.dumps(result, option=orjson.OPT_SORT_KEYS).decode()
    connection.execute(merge.update().where(merge.c.n == n).values(result=text))


def lines(connection: sa.Connection, uid: str | None = None) -> tuple[MergeLine, ...]:
    """All merge records, or the one of that id; newest first."""
    merge = tables.merge
    query = merge.select().order_by(merge.c.n.desc())
    if uid is not None:
        query = query.where(merge.c.uid == uid)
    return tuple(_line(dict(r)) for r in connection.execute(query).mappings())


def _line(row: Mapping[str, Any]) -> MergeLine:
    result = orjson.loads(row["result"])
    signature = result.get("signature", {})
    return MergeLine(
        uid=row["uid"],
        at=row["at"],
        actor=Uid(row["actor"]),
        source=row["source"],
        manifest=Manifest.decode(row["manifest"].encode()),
        figures=_figures(result),
        signature=signature.get("state", ""),
        signer=signature.get("signer", ""),
        undone_at=row["undone_at"],
        undone_by=Uid(row["undone_by"]) if row["undone_by"] else None,
        undone_reason=result.get("undone_reason", ""),
    )


_Body = Mapping[str, Any]


def _figures(body: _Body) -> Figures:
    counted = ("applied", "known", "held")
    return Figures(
        **{name: body.get(name, 0) for name in counted},
        tally=_tally(body.get("tally", {})),
        gaps=tuple(Gap(**one) for one in body.get("gaps", ())),
        forks=tuple(Fork(**one) for one in body.get("forks", ())),
        remarks=tuple(Remark(**one) for one in body.get("remarks", ())),
        collisions=tuple(
            Collision(**{**one, "uids": tuple(one["uids"])}) for one in body.get("collisions", ())
        ),
    )


def _tally(body: _Body) -> Tally:
    if not body:
        return Tally()
    samples = tuple(
        Sample(**{**one, "turn": Turn(one["turn"]), "fields": tuple(one["fields"])})
        for one in body["samples"]
    )
    counted = ("new", "changed", "deleted", "parallel", "conflict", "conflicts")
    return Tally(
        **{name: body[name] for name in counted},
        kinds=_lines(body["kinds"]),
        units=_lines(body["units"]),
        people=_lines(body["people"]),
        samples=samples,
    )


def _lines(bodies: Sequence[_Body]) -> tuple[Line, ...]:
    return tuple(Line(**{**one, "top": tuple(one["top"])}) for one in bodies)


def note_undone(connection: sa.Connection, uid: str, actor: Uid, now: int, reason: str) -> None:
    """Mark a merge as undone; what it carried stays known."""
    merge = tables.merge
    stored = connection.scalar(sa.select(merge.c.result).where(merge.c.uid == uid))
    result = orjson.dumps(
        orjson.loads(stored or "{}") | {"undone_reason": reason}, option=orjson.OPT_SORT_KEYS
    ).decode()
    values = {"undone_at": now, "undone_by": actor, "result": result}
    connection.execute(merge.update().where(merge.c.uid == uid).values(values))


def note_peer(connection: sa.Connection, manifest: Manifest) -> None:
    """Keep what a sender says they have, if nothing newer of theirs was read before."""
    sender, peer, tip = manifest.sender, tables.peer, tables.peer_tip
    known = connection.scalar(sa.select(peer.c.at).where(peer.c.replica == sender.replica))
    if not sender.replica or (known is not None and known > manifest.made_at):
        return
    connection.execute(peer.delete().where(peer.c.replica == sender.replica))
    connection.execute(
        peer.insert().values(
            {
                "replica": sender.replica,
                "person": sender.person,
                "name": sender.name,
                "letter": sender.letter,
                "group": sender.group,
                "is_office": int(sender.is_office),
                "at": manifest.made_at,
                "package": manifest.package,
            }
        )
    )
    _replace_tips(connection, tip, manifest)


def _replace_tips(connection: sa.Connection, tip: sa.Table, manifest: Manifest) -> None:
    """What was said of scopes that this package does not speak of stays."""
    replica = manifest.sender.replica
    scopes = sorted({one.scope for one in manifest.tips})
    for start in range(0, len(scopes), _LOOKED_AT):
        some = scopes[start : start + _LOOKED_AT]
        connection.execute(tip.delete().where(tip.c.peer == replica, tip.c.scope.in_(some)))
    rows = [
        {"peer": replica, "replica": t.replica, "scope": t.scope, "seq": t.seq, "id": t.id}
        for t in manifest.tips
    ]
    if rows:
        connection.execute(tip.insert(), rows)
