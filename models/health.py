"""Proving that a file is whole: pages, chains, and that the projection is what the journal amounts to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from models import schema, tables
from models.errors import AppError, Damaged
from models.journal import GENESIS, Change, decode, fold
from models.kinds import ChangeId
from models.projection import RowState, tier_of, write_rows

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    """Which check failed: pages, change, chain, row, projection, search."""
    detail: str
    """Where, for the person who helps (a stream, a row, a column)."""


def pages(connection: sa.Connection) -> list[Finding]:
    """Verify every page's code and the database's structure."""
    bad = [str(r[0]) for r in connection.exec_driver_sql("pragma cipher_integrity_check")]
    if bad:
        return [Finding("pages", detail) for detail in bad]
    said = [str(r[0]) for r in connection.exec_driver_sql("pragma quick_check(20)")]
    return [Finding("pages", detail) for detail in said if detail != "ok"]


def chains(connection: sa.Connection) -> Iterator[Finding | int]:
    """Verify every change's id, place and predecessor; yields findings, and counts as it goes."""
    stream, scope, change = tables.stream, tables.scope, tables.change
    streams = connection.execute(
        sa.select(stream.c.n, stream.c.replica, scope.c.name, stream.c.seq, stream.c.tip).join(
            scope, scope.c.n == stream.c.scope
        )
    ).all()
    for n, replica, name, last_seq, tip in streams:
        tips: set[str] = {GENESIS}
        at_seq = 0
        previous: set[str] = set()
        query = (
            sa.select(change.c.seq, change.c.id, change.c.body)
            .where(change.c.stream == n)
            .order_by(change.c.seq)
        )
        for count, (seq, stored_id, body) in enumerate(connection.execute(query)):
            if seq != at_seq:
                previous, tips = tips, set()
                if seq != at_seq + 1:
                    yield Finding("chain", f"{replica} {name} #{seq}: gap")
                at_seq = seq
            finding = _change_finding(
                bytes(body), bytes(stored_id).hex(), replica, name, seq, previous
            )
            if finding is not None:
                yield finding
            tips.add(bytes(stored_id).hex())
            if count % _BATCH == 0:
                yield count
        if last_seq != at_seq or bytes(tip).hex() not in tips:
            yield Finding("chain", f"{replica} {name}: tip #{last_seq}, journal #{at_seq}")


def _change_finding(
    body: bytes, stored_id: str, replica: str, scope: str, seq: int, previous: set[str]
) -> Finding | None:
    where = f"{replica} {scope} #{seq}"
    if hashlib.sha256(body).hexdigest() != stored_id:
        return Finding("change", f"{where}: id")
    try:
        change = decode(body)
    except AppError as error:
        return Finding("change", f"{where}: {error.code}")
    if (change.replica, change.scope, change.seq) != (replica, scope, seq):
        return Finding("change", f"{where}: place")
    if change.prev not in previous:
        return Finding("chain", f"{where}: prev")
    return None


def _state(n: int, changes: list[Change], scopes: dict[str, int]) -> RowState:
    first = changes[0]
    state = RowState(n, first.row, first.entity, scopes[first.scope], tier_of(first.scope))
    state.take(fold(changes))
    return state


def _scopes(connection: sa.Connection) -> dict[str, int]:
    return {r.name: r.n for r in connection.execute(tables.scope.select())}


def projection(connection: sa.Connection) -> Iterator[Finding | int]:
    """Fold every row anew and compare it with what is stored; yields findings, and counts as it goes."""
    scopes = _scopes(connection)
    expected = dict.fromkeys((t.name for t in schema.derived_tables()), 0)
    for start, group in _ranges(connection):
        states = []
        for n, changes in group:
            if len({(c.row, c.entity, c.scope) for c in changes}) > 1:
                yield Finding("row", f"row {n}: changes of several rows")
            states.append(_state(n, changes, scopes))
        yield from _differences(connection, start, states)
        expected["row"] += len(states)
        for state in states:
            if state.shown:
                expected[state.target.name] += 1
        yield expected["row"]
    for table in schema.derived_tables():
        have = connection.scalar(sa.select(sa.func.count()).select_from(table))
        if have != expected[table.name]:
            yield Finding("projection", f"{table.name}: {have} rows, not {expected[table.name]}")


def _differences(
    connection: sa.Connection, start: int, states: list[RowState]
) -> Iterator[Finding]:
    rows = _stored(connection, tables.row, tables.row.c.n, start)
    projected: dict[str, dict[int, dict[str, object]]] = {}
    for state in states:
        if rows.get(state.n) != state.columns():
            yield Finding("row", f"{state.entity} {state.uid}")
        if not state.shown:
            continue
        target = state.target
        if target.name not in projected:
            projected[target.name] = _stored(connection, target, target.c.row_n, start)
        found = projected[target.name].get(state.n, {})
        wanted = state.projected()
        names = [name for name, value in wanted.items() if found.get(name) != value]
        if names or not found:
            yield Finding("projection", f"{state.entity} {state.uid}: {' '.join(names)}")


def _stored(
    connection: sa.Connection, table: sa.Table, key: sa.Column[int], start: int
) -> dict[int, dict[str, object]]:
    query = table.select().where(key.between(start, start + _BATCH - 1))
    return {r[key.name]: dict(r) for r in connection.execute(query).mappings()}


def rebuild(connection: sa.Connection) -> Iterator[int]:
    """Make the projection anew from the journal alone; yields how many rows are done."""
    schema.drop_projection(connection)
    scopes = _scopes(connection)
    done = 0
    for _start, group in _ranges(connection):
        write_rows(connection, [_state(n, changes, scopes) for n, changes in group])
        done += len(group)
        yield done


def _ranges(connection: sa.Connection) -> Iterator[tuple[int, list[tuple[int, list[Change]]]]]:
    """Row numbers in ranges, each with its rows' histories, so that writing between is safe."""
    change, stream = tables.change, tables.stream
    last = connection.scalar(sa.select(sa.func.max(change.c.row))) or 0
    for start in range(0, last + 1, _BATCH):
        query = (
            sa.select(change.c.row, change.c.body)
            .join(stream, stream.c.n == change.c.stream)
            .where(change.c.seq <= stream.c.seq, change.c.row.between(start, start + _BATCH - 1))
            .order_by(change.c.row, change.c.n)
        )
        groups = groupby(connection.execute(query).all(), key=lambda r: int(r.row))
        yield start, [(n, [decode(bytes(r.body)) for r in group]) for n, group in groups]


def newest_changes(connection: sa.Connection, count: int) -> None:
    """Spot check of the chain's end, at every opening.

    Raises:
        Damaged: one of the newest changes is not what its id says.
    """
    change = tables.change
    query = sa.select(change.c.id, change.c.body).order_by(change.c.n.desc()).limit(count)
    for stored_id, body in connection.execute(query):
        if hashlib.sha256(bytes(body)).digest() != bytes(stored_id):
            raise Damaged("journal_damaged", id=bytes(stored_id).hex()[:12])


def is_change(connection: sa.Connection, change_id: ChangeId) -> bool:
    """Whether the journal holds this change."""
    change = tables.change
    wanted = bytes.fromhex(change_id)
    newest = sa.select(change.c.id).order_by(change.c.n.desc()).limit(1000)
    if any(bytes(row.id) == wanted for row in connection.execute(newest)):
        return True
    return (
        connection.execute(sa.select(change.c.n).where(change.c.id == wanted)).first() is not None
    )
