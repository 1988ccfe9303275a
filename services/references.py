"""Records as people name them: finding the one that is meant, and naming many at once."""

import re
from collections.abc import Collection, Iterator

import sqlalchemy as sa

from models import tables
from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import RecordKind, Tier, Uid
from services import linking, records
from services.directory import Lookup
from services.workspace import Workspace

_UID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BEGINNING = re.compile(r"[0-9a-f]{6,31}", re.ASCII)
_NUMBERS = ("number", "provisional_number")
"""Fields that hold a record's number on paper."""
_SHOWN_DIGITS = 8
_MOST = 500
"""Most uids of one question to the file."""


def resolve(workspace: Workspace, kind: str, text: str) -> Uid:
    """The living record that `text` means: its uid, the first digits of it, a name or a number.

    A whole uid is taken as it is; whoever uses it refuses one that does not exist.

    Raises:
        Refused: an unknown kind, no such record, or several.
    """
    spec = records.kind_named(kind)
    if _UID.fullmatch(text):
        return Uid(text)
    found = set() if _only_sealed(spec) else set(_found(workspace, spec, text))
    if len(found) > 1:
        raise Refused("reference_ambiguous", text=text[:60], count=len(found))
    if not found:
        raise Refused("record_unknown", kind=kind, uid=text[:60])
    return found.pop()


def titles(workspace: Workspace, uids: Collection[str]) -> dict[Uid, str]:
    """Uid → title of those of the records that this file holds and that bear one in clear."""
    known: dict[Uid, str] = {}
    row = tables.row
    with workspace.store.read() as connection:
        for some in _portions(sorted(uids)):
            query = sa.select(row.c.uid, row.c.entity).where(row.c.uid.in_(some)).distinct()
            by_kind: dict[str, list[str]] = {}
            for uid, kind in connection.execute(query):
                by_kind.setdefault(kind, []).append(uid)
            for kind, of_kind in by_kind.items():
                known |= _titles(connection, kind, of_kind)
    return known


def units_of(workspace: Workspace, found: Collection[tuple[str, Uid]]) -> dict[Uid, Uid]:
    """Uid → uid of the unit it belongs to, of those (kind, uid) that belong to one."""
    known: dict[Uid, Uid] = {}
    by_kind: dict[str, list[str]] = {}
    for kind, uid in found:
        if records.kind_named(kind).field("unit") is not None:
            by_kind.setdefault(kind, []).append(uid)
    with workspace.store.read() as connection:
        for kind, uids in by_kind.items():
            target = table(kind, records.kind_named(kind).tiers()[0])
            for some in _portions(uids):
                query = sa.select(target.c.uid, target.c.unit).where(
                    target.c.uid.in_(some), target.c.unit.is_not(None)
                )
                known |= {Uid(uid): Uid(unit) for uid, unit in connection.execute(query)}
    return known


def newest(workspace: Workspace, kinds: Collection[str], most: int) -> dict[str, str]:
    """Uid → title of the newest records of these kinds, `most` in all, to choose from.

    Records without a title in clear bear the beginning of their uid.
    """
    found: dict[str, str] = {}
    with workspace.store.read() as connection:
        for kind in kinds:
            spec = records.kind_named(kind)
            field = spec.field(spec.title)
            if field is None or field.tier is Tier.SEALED:
                continue
            titled = table(kind, field.tier)
            query = (
                sa.select(titled.c.uid, titled.c[field.name])
                .order_by(titled.c.row_n.desc())
                .limit(max(1, most // len(kinds)))
            )
            found |= {str(u): str(t or u[:_SHOWN_DIGITS]) for u, t in connection.execute(query)}
        if "unit" in kinds:
            for gone in linking.joined(connection).heads:
                found.pop(gone, None)
    return found


def _portions(uids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(uids), _MOST):
        yield uids[start : start + _MOST]


def _titles(connection: sa.Connection, kind: str, uids: list[str]) -> dict[Uid, str]:
    spec = KINDS.get(kind)
    field = spec.field(spec.title) if spec else None
    if field is None or field.tier is Tier.SEALED:
        return {}
    heads = {Uid(uid): Uid(uid) for uid in uids}
    if kind == "unit":
        same = linking.joined(connection)
        heads = {uid: same.head(uid) for uid in heads}
    titled = table(kind, field.tier)
    wanted = sorted(set(heads.values()))
    query = sa.select(titled.c.uid, titled.c[field.name]).where(titled.c.uid.in_(wanted))
    titles = {Uid(uid): title for uid, title in connection.execute(query) if title}
    return {uid: titles[head] for uid, head in heads.items() if head in titles}


def _only_sealed(spec: RecordKind) -> bool:
    return spec.tiers() == (Tier.SEALED,)


def _found(workspace: Workspace, spec: RecordKind, text: str) -> Iterator[Uid]:
    work = table(spec.name, spec.tiers()[0])
    wanted = [work.c[name] == text for name in _NUMBERS if name in work.c]
    if _BEGINNING.fullmatch(text):
        wanted.append(work.c.uid.startswith(text))
    with workspace.store.read() as connection:
        for uid in Lookup(workspace, connection).find((spec.name,), text):
            yield Uid(uid)
        if wanted:
            query = sa.select(work.c.uid).where(sa.or_(*wanted)).limit(3)
            yield from (Uid(uid) for uid in connection.scalars(query))
