"""Proving that a file is whole: pages, chains, and a projection that is what the journal says."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from models import schema, tables
from models.errors import AppError, Damaged
from models.journal import GENESIS, Change, decode, fold
from models.kinds import ReplicaId
from models.projection import RowState, stored_rows, text_of, tier_of, write_rows
from models.search_index import pairs
from models.witness import Newest

_BATCH = 500
_SPOT_CHECKED = 100
_SEARCHED = 20
"""Rows of each batch that are looked up in the search index."""
_TOKENS = 8
"""Pairs of a row's text that are asked for together."""


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
    lost = change.c.stream.not_in(
        sa.select(stream.c.n).join(scope, scope.c.n == stream.c.scope).scalar_subquery()
    )
    for (n,) in connection.execute(sa.select(change.c.stream).where(lost).distinct()).all():
        yield Finding("chain", f"changes of a stream that is not there: {n}")
    streams = connection.execute(
        sa.select(stream.c.n, stream.c.replica, scope.c.name, stream.c.seq, stream.c.tip).join(
            scope, scope.c.n == stream.c.scope
        )
    ).all()
    count = 0
    for n, replica, name, last_seq, tip in streams:
        ends: set[str] = {GENESIS}
        previous: set[str] = set()
        at_seq = 0
        query = (
            sa.select(change.c.seq, change.c.id, change.c.body)
            .where(change.c.stream == n)
            .order_by(change.c.seq)
        )
        for seq, stored_id, body in connection.execute(query):
            if seq != at_seq:
                previous, ends = ends, set()
                if seq != at_seq + 1:
                    yield Finding("chain", f"{replica} {name} #{seq}: gap")
                at_seq = seq
            change_id = bytes(stored_id).hex()
            yield from _change_findings(bytes(body), change_id, (replica, name, seq), previous)
            ends.add(change_id)
            count += 1
            if count % _BATCH == 0:
                yield count
        if last_seq != at_seq or bytes(tip).hex() not in ends:
            yield Finding("chain", f"{replica} {name}: tip #{last_seq}, journal #{at_seq}")
    yield count


def _change_findings(
    body: bytes, stored_id: str, place: tuple[str, str, int], previous: set[str]
) -> Iterator[Finding]:
    """What is wrong with one change that stands at (replica, scope, seq)."""
    where = "{} {} #{}".format(*place)
    if hashlib.sha256(body).hexdigest() != stored_id:
        yield Finding("change", f"{where}: id")
        return
    try:
        change = decode(body)
    except AppError as error:
        yield Finding("change", f"{where}: {error.code}")
        return
    if (change.replica, change.scope, change.seq) != place:
        yield Finding("change", f"{where}: place")
    elif change.prev not in previous:
        yield Finding("chain", f"{where}: prev")


def _state(n: int, changes: list[Change], scopes: dict[str, int]) -> RowState:
    first = changes[0]
    scope_n = scopes.get(first.scope, 0)
    state = RowState(n, first.row, first.entity, scope_n, tier_of(first.scope))
    state.take(fold(changes))
    return state


def _scopes(connection: sa.Connection) -> dict[str, int]:
    return {r.name: r.n for r in connection.execute(tables.scope.select())}


def projection(connection: sa.Connection) -> Iterator[Finding | int]:
    """Fold every row anew and compare it with what is stored; yields findings, and counts on."""
    scopes = _scopes(connection)
    expected = dict.fromkeys((t.name for t in schema.derived_tables()), 0)
    indexed = 0
    for bodies in _histories(connection):
        states = []
        for n, stored in bodies:
            try:
                states.append(_state(n, _one_row(n, stored), scopes))
            except AppError as error:
                yield Finding("row", f"row {n}: {error.code}")
        yield from _differences(connection, states)
        shown = [(s, text_of(s, s.projected())) for s in states if s.shown]
        searched = {s.n: text for s, text in shown if text}
        yield from _search_differences(connection, bodies[-1][0], searched)
        indexed += len(searched)
        expected["row"] += len(states)
        for state, _ in shown:
            expected[state.target.name] += 1
        yield expected["row"]
    for table in schema.derived_tables():
        have = connection.scalar(sa.select(sa.func.count()).select_from(table))
        if have != expected[table.name]:
            yield Finding("projection", f"{table.name}: {have} rows, not {expected[table.name]}")
    have = connection.exec_driver_sql("select count(*) from search").scalar_one()
    if have != indexed:
        yield Finding("search", f"{have} rows, not {indexed}")


def _one_row(n: int, bodies: list[bytes]) -> list[Change]:
    changes = [decode(body) for body in bodies]
    if len({(c.row, c.entity, c.scope) for c in changes}) > 1:
        raise Damaged("row_mixed", row=n)
    return changes


def _differences(connection: sa.Connection, states: list[RowState]) -> Iterator[Finding]:
    rows = stored_rows(connection, tables.row, [s.n for s in states])
    by_target: dict[str, list[RowState]] = {}
    for state in states:
        if rows.get(state.n) != state.columns():
            yield Finding("row", f"{state.entity} {state.uid}")
        if state.shown:
            by_target.setdefault(state.target.name, []).append(state)
    for group in by_target.values():
        found = stored_rows(connection, group[0].target, [s.n for s in group])
        for state in group:
            have, wanted = found.get(state.n, {}), state.projected()
            names = [name for name, value in wanted.items() if have.get(name) != value]
            if names or not have:
                yield Finding("projection", f"{state.entity} {state.uid}: {' '.join(names)}")


def _search_differences(
    connection: sa.Connection, last: int, searched: dict[int, str]
) -> Iterator[Finding]:
    """Whether the index holds these rows and finds some of them by what they say."""
    first = min(searched, default=last)
    have = set(
        connection.exec_driver_sql(
            "select rowid from search where rowid between ? and ?", (first, last)
        ).scalars()
    )
    for n in sorted(have ^ searched.keys()):
        yield Finding("search", f"row {n}")
    for n in sorted(have & searched.keys())[:: max(1, len(searched) // _SEARCHED)]:
        tokens = pairs(searched[n]).split(" ")
        some = tokens[:: max(1, len(tokens) // _TOKENS)]
        terms = " AND ".join('"{}"'.format(t.replace('"', '""')) for t in some)
        query = "select 1 from search where search match ? and rowid = ?"
        if connection.exec_driver_sql(query, (terms, n)).first() is None:
            yield Finding("search", f"row {n}: text")


def rebuild(connection: sa.Connection) -> Iterator[int]:
    """Make the projection anew from the journal alone; yields how many rows are done.

    Raises:
        Damaged: a change is not what it was when it was written.
    """
    schema.drop_projection(connection)
    scopes = _scopes(connection)
    done = 0
    for bodies in _histories(connection):
        write_rows(connection, [_state(n, _one_row(n, stored), scopes) for n, stored in bodies])
        done += len(bodies)
        yield done


def _histories(connection: sa.Connection) -> Iterator[list[tuple[int, list[bytes]]]]:
    """Row numbers in batches, each with its history in force, so that writing between is safe."""
    change, stream = tables.change, tables.stream
    after: int | None = None
    while True:
        numbers = sa.select(change.c.row).distinct().order_by(change.c.row).limit(_BATCH)
        if after is not None:
            numbers = numbers.where(change.c.row > after)
        batch = list(connection.scalars(numbers))
        if not batch:
            return
        after = batch[-1]
        query = (
            sa.select(change.c.row, change.c.body)
            .join(stream, stream.c.n == change.c.stream)
            .where(change.c.seq <= stream.c.seq, change.c.row.between(batch[0], after))
            .order_by(change.c.row, change.c.n)
        )
        groups = groupby(connection.execute(query), key=lambda r: int(r.row))
        found = [(n, [bytes(r.body) for r in group]) for n, group in groups]
        if found:
            yield found


def newest_changes(connection: sa.Connection) -> None:
    """Spot check of the journal's end, at every opening.

    Raises:
        Damaged: one of the newest changes is not what its id says.
    """
    change = tables.change
    query = sa.select(change.c.id, change.c.body).order_by(change.c.n.desc()).limit(_SPOT_CHECKED)
    for stored_id, body in connection.execute(query):
        if hashlib.sha256(bytes(body)).digest() != bytes(stored_id):
            raise Damaged("journal_damaged", id=bytes(stored_id).hex()[:12])


def holds(connection: sa.Connection, replica: ReplicaId, newest: Newest) -> bool:
    """Whether the journal has this change of the replica in force."""
    change, stream, scope = tables.change, tables.stream, tables.scope
    query = (
        sa.select(change.c.n)
        .join(stream, stream.c.n == change.c.stream)
        .join(scope, scope.c.n == stream.c.scope)
        .where(
            stream.c.replica == replica,
            scope.c.name == newest.scope,
            change.c.seq == newest.seq,
            change.c.id == bytes.fromhex(newest.id),
            change.c.seq <= stream.c.seq,
        )
    )
    return connection.execute(query).first() is not None
