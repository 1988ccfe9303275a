"""Proving that a file is whole: pages, chains, and a projection that is what the journal says."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa

from models import coding, inforce, schema, tables
from models.errors import AppError, Damaged
from models.journal import GENESIS, Change, decode, fold
from models.kinds import ReplicaId
from models.projection import RowState, text_of, tier_of, write_rows
from models.search_index import pairs
from models.stored import stored_rows
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
    """Verify every change's id, place and predecessor; yields findings, and counts as it goes.

    Numbers that nothing covers may be missing: what follows them is held. Everything that was
    written here, or that a merge carried, undone or not, must be there.
    """
    stream, scope, change = tables.stream, tables.scope, tables.change
    lost = change.c.stream.not_in(
        sa.select(stream.c.n).join(scope, scope.c.n == stream.c.scope).scalar_subquery()
    )
    for (n,) in connection.execute(sa.select(change.c.stream).where(lost).distinct()).all():
        yield Finding("chain", f"changes of a stream that is not there: {n}")
    streams = list(_streams(connection))
    standing, stored = _covers(connection, streams)
    count = 0
    for one in streams:
        walk = _Chain(one.replica, one.name, bool(one.forked), stored[one.n])
        query = (
            sa.select(change.c.seq, change.c.id, change.c.body)
            .where(change.c.stream == one.n)
            .order_by(change.c.seq)
        )
        for seq, stored_id, body in connection.execute(query):
            yield from walk.step(seq, bytes(stored_id).hex(), bytes(body))
            count += 1
            if count % _BATCH == 0:
                yield count
        yield from walk.end()
        yield from _tip_findings(connection, one, standing[one.n])
    yield count


class _Stream(NamedTuple):
    """A stream as the table has it."""

    n: int
    replica: str
    name: str
    seq: int
    tip: bytes
    forked: int


_Covers = Mapping[int, Sequence[inforce.Run]]


def _streams(connection: sa.Connection) -> Iterator[_Stream]:
    stream, scope = tables.stream, tables.scope
    # A file of the first version is looked at too, before it is brought to this one.
    forked = stream.c.forked if _merges(connection) else sa.literal(0)
    query = sa.select(
        *(stream.c.n, stream.c.replica, scope.c.name),
        *(stream.c.seq, stream.c.tip, forked),
    ).join(scope, scope.c.n == stream.c.scope)
    for row in connection.execute(query).all():
        yield _Stream(*row)


def _merges(connection: sa.Connection) -> bool:
    """Whether the file's version knows merging; before, everything was written in the file."""
    return schema.version_of(connection) > 1


def _covers(connection: sa.Connection, streams: Sequence[_Stream]) -> tuple[_Covers, _Covers]:
    """What covers the streams, and what also did before a merge was undone."""
    if not _merges(connection):
        whole = {s.n: [inforce.Run(1, s.seq, bytes(s.tip))] for s in streams}
        return whole, whole
    numbers = [s.n for s in streams]
    return inforce.covers(connection, numbers), inforce.covers(connection, numbers, undone=True)


class _Chain:
    """One stream's changes, by number."""

    def __init__(
        self, replica: str, name: str, is_forked: bool, runs: Sequence[inforce.Run]
    ) -> None:
        self._place = (replica, name)
        self._is_forked = is_forked
        self._runs = runs
        self._ids: dict[int, set[str]] = {}
        """Ids of the ends of runs that were met, by number."""
        self._wanted = {run.last for run in runs}
        self._at_seq = 0
        self._ends: set[str] = {GENESIS}
        self._previous: set[str] | None = set()
        """What the changes of this number may follow; None after a gap, where nobody knows."""

    def step(self, seq: int, change_id: str, body: bytes) -> Iterator[Finding]:
        """Look at the next change."""
        if seq != self._at_seq:
            whole = seq == self._at_seq + 1
            if not whole and self._is_covered(self._at_seq + 1, seq - 1):
                yield Finding("chain", "{} {} #{}: gap".format(*self._place, seq))
            self._previous = self._ends if whole else None
            self._ends, self._at_seq = set(), seq
        may_follow = None if self._is_forked else self._previous
        yield from _change_findings(body, change_id, (*self._place, seq), may_follow)
        self._ends.add(change_id)
        if seq in self._wanted:
            self._ids.setdefault(seq, set()).add(change_id)

    def _is_covered(self, first: int, last: int) -> bool:
        return any(run.first <= last and run.last >= first for run in self._runs)

    def end(self) -> Iterator[Finding]:
        """See whether every run ends in the change it names."""
        for run in self._runs:
            if run.last_id.hex() not in self._ids.get(run.last, set()):
                where = "{} {}".format(*self._place)
                yield Finding("chain", f"{where}: end #{run.last} is not there")


def _tip_findings(
    connection: sa.Connection, stored: _Stream, runs: Sequence[inforce.Run]
) -> Iterator[Finding]:
    """Whether a stream's end in force is what its runs come to."""
    where = f"{stored.replica} {stored.name}"
    if stored.forked:
        seq, tip = inforce.Branches.read(connection, stored.n).end(runs)
    else:
        seq = inforce.reach(runs)
        change = tables.change
        query = sa.select(change.c.id).where(change.c.stream == stored.n, change.c.seq == seq)
        tip = connection.scalar(query) or bytes.fromhex(GENESIS)
    if (stored.seq, bytes(stored.tip)) != (seq, bytes(tip)):
        yield Finding("chain", f"{where}: tip #{stored.seq}, journal #{seq}")


def _change_findings(
    body: bytes, stored_id: str, place: tuple[str, str, int], previous: set[str] | None
) -> Iterator[Finding]:
    """What is wrong with one change at (replica, scope, seq) that follows one of `previous`."""
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
    elif previous is not None and change.prev not in previous:
        yield Finding("chain", f"{where}: prev")


def _state(n: int, stored: "Sequence[_Stored]", scopes: dict[str, int]) -> RowState:
    """A row as its changes in force make it, whose number even one that is held keeps taken."""
    changes = _one_row(n, [body for body, _ in stored])
    first = changes[0]
    scope_n = scopes.get(first.scope, 0)
    state = RowState(n, first.row, first.entity, scope_n, tier_of(first.scope))
    pairs = zip(changes, stored, strict=True)
    state.take(fold(change for change, (_, in_force) in pairs if in_force))
    return state


def _scopes(connection: sa.Connection) -> dict[str, int]:
    return {r.name: r.n for r in connection.execute(tables.scope.select())}


def projection(connection: sa.Connection) -> Iterator[Finding | int]:
    """Fold every row anew and compare it with what is stored; yields findings, and counts on."""
    scopes = _scopes(connection)
    waiting = set(connection.scalars(sa.select(tables.unindexed.c.row_n)))
    expected = dict.fromkeys((t.name for t in schema.derived_tables()), 0)
    indexed = 0
    for bodies in _histories(connection):
        states = []
        for n, stored in bodies:
            try:
                states.append(_state(n, stored, scopes))
            except AppError as error:
                yield Finding("row", f"row {n}: {error.code}")
        yield from _differences(connection, states)
        shown = [(s, text_of(s.entity, s.tier, s.projected())) for s in states if s.shown]
        searched = {s.n: text for s, text in shown if text and s.n not in waiting}
        yield from _search_differences(connection, bodies[-1][0], searched, waiting)
        indexed += len(searched)
        expected["row"] += len(states)
        for state, _ in shown:
            expected[state.target.name] += 1
        yield expected["row"]
    for table in schema.derived_tables():
        have = connection.scalar(sa.select(sa.func.count()).select_from(table))
        if have != expected[table.name]:
            yield Finding("projection", f"{table.name}: {have} rows, not {expected[table.name]}")
    for kind in coding.NARROW:
        if wrong := coding.misfits(connection, kind):
            yield Finding("projection", f"narrow_{kind}: {wrong} rows")
    have = connection.exec_driver_sql(
        "select count(*) from search where rowid not in unindexed"
    ).scalar_one()
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
    connection: sa.Connection, last: int, searched: dict[int, str], waiting: set[int]
) -> Iterator[Finding]:
    """Whether the index holds these rows and finds some of them by what they say."""
    first = min(searched, default=last)
    between = "select rowid from search where rowid between ? and ?"
    have = set(connection.exec_driver_sql(between, (first, last)).scalars()) - waiting
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
        write_rows(connection, [_state(n, stored, scopes) for n, stored in bodies])
        done += len(bodies)
        yield done


_Stored = tuple[bytes, bool]
"""A change's body, and whether it is in force."""


def _histories(connection: sa.Connection) -> Iterator[list[tuple[int, list[_Stored]]]]:
    """Row numbers in batches, each with its changes, so that writing between is safe."""
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
            sa.select(change.c.row, change.c.body, inforce.IN_FORCE.label("in_force"))
            .join(stream, stream.c.n == change.c.stream)
            .where(change.c.row.between(batch[0], after))
            .order_by(change.c.row, change.c.n)
        )
        groups = groupby(connection.execute(query), key=lambda r: int(r.row))
        found = [(n, [(bytes(r.body), bool(r.in_force)) for r in group]) for n, group in groups]
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
            inforce.IN_FORCE,
        )
    )
    return connection.execute(query).first() is not None
