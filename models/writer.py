"""One write: changes chained into their streams, and the projection brought along, in one go."""

import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from models import tables
from models.closing import Closed, closed_scopes
from models.errors import Refused
from models.journal import GENESIS, MAX_AT, VERSION, encode, from_body, identify
from models.kinds import ChangeId, ReplicaId, Uid, Value
from models.projection import (
    RowState,
    insert_many,
    read_values,
    refold,
    state_of,
    tier_of,
    write_rows,
)

Sealer = Callable[[bytes], dict[str, Value]]
"""From the rest of the body (canonical bytes) to sealed fields."""
Signer = Callable[[bytes], str]
"""From the body without `sig` (canonical bytes) to a base64 CMS."""

_FIND_ROW = tables.row.select().where(
    tables.row.c.uid == sa.bindparam("of_uid"),
    tables.row.c.scope == sa.bindparam("of_scope"),
    tables.row.c.entity == sa.bindparam("of_entity"),
)
"""Built once: building it costs more than running it."""
_NS_PER_MS = 1_000_000
_is_uid = re.compile(r"[0-9a-f]{32}").fullmatch
_is_change_id = re.compile(r"[0-9a-f]{64}").fullmatch


def new_uid() -> Uid:
    """A random identity for a row."""
    return Uid(secrets.token_hex(16))


class Writer:
    """Collects the changes of one user action; `models.store` opens, commits and rolls back."""

    def __init__(
        self, connection: sa.Connection, replica: ReplicaId, actor: Uid, reason: str | None
    ) -> None:
        """Start a transaction's worth of changes under one `txn`.

        Raises:
            Refused: `actor` is not a uid.
        """
        _need(_is_uid(actor), actor)
        self.connection = connection
        self.actor = actor
        self.reason = reason
        self.replica = replica
        self.memo: dict[str, int] = {}
        """What its callers need only once a transaction, by names of their own."""
        self.last: tuple[ChangeId, str, int] | None = None
        """The newest change: its id, scope and number in its stream."""
        self._txn = secrets.token_hex(16)
        self._closed: Closed | None = None
        self._scopes: dict[str, int] = {}
        self._streams: dict[int, tuple[int, int, ChangeId]] = {}
        self._rows: dict[tuple[Uid, int, str], RowState] = {}
        self._pending: dict[int, list[tuple[ChangeId, dict[str, object]]]] = {}
        self._changes: list[dict[str, object]] = []
        self._counters: dict[str, int] = {}
        self._next_row = 0

    def put(
        self,
        entity: str,
        uid: Uid,
        scope: str,
        fields: Mapping[str, Value],
        *,
        base: Sequence[ChangeId] | None = None,
        seal: Sealer | None = None,
        sign: Signer | None = None,
        new: bool = False,
    ) -> ChangeId:
        """Write one change of one row; a row not seen before begins here.

        `new` promises that no such row exists (its id was just drawn), which saves looking. `base`
        is what the author had in view (see `tips`); None means all of it, as it stands now. `seal`
        writes a sealed scope's fields (then `fields` are ignored), `sign` adds the actor's
        signature.

        Raises:
            Refused: a value the format cannot hold, clear fields for a sealed scope, or a scope
                that was purged.
        """
        if scope.startswith("sealed/") != (seal is not None):
            raise Refused("scope_needs_seal", scope=scope)
        if self._closed is None:
            self._closed = closed_scopes(self.connection)
        if scope in self._closed:
            raise Refused("scope_purged")
        scope_n = self._scope(scope)
        state = self._row(uid, scope_n, entity, scope, new=new)
        stream_n, seq, tip = self._stream(scope_n)
        body: dict[str, object] = {
            **self._stamp(scope, seq + 1, tip),
            "entity": entity,
            "row": uid,
            "base": list(state.tips) if base is None else _checked(base),
        }
        if seal is None:
            body |= {"reason": self.reason, "fields": dict(fields)}
        else:
            body |= {"reason": None}
            body |= {"fields": seal(encode(body))}
        if sign is not None:
            body["sig"] = sign(encode(body))
        return self._add(state, stream_n, body)

    def _stamp(self, scope: str, seq: int, tip: ChangeId) -> dict[str, object]:
        """Where a change stands and who wrote it when."""
        return {
            "v": VERSION,
            "replica": self.replica,
            "scope": scope,
            "seq": seq,
            "prev": tip,
            "at": min(max(time.time_ns() // _NS_PER_MS, 0), MAX_AT),
            "actor": self.actor,
            "txn": self._txn,
        }

    def _add(self, state: RowState, stream_n: int, body: dict[str, object]) -> ChangeId:
        """Collect a finished change."""
        data = encode(body)
        change_id = identify(data)
        self._apply(state, change_id, body)
        seq = int(str(body["seq"]))
        self._streams[state.scope_n] = (stream_n, seq, change_id)
        self._changes.append(
            {
                "n": None,
                "stream": stream_n,
                "seq": seq,
                "id": bytes.fromhex(change_id),
                "row": state.n,
                "body": data,
            }
        )
        self.last = (change_id, str(body["scope"]), seq)
        return change_id

    def tips(self, entity: str, uid: Uid, scope: str) -> tuple[ChangeId, ...]:
        """What someone who looks at the row now has in view: the `base` of their later change."""
        return self._row(uid, self._scope(scope), entity, scope).tips

    def values(self, entity: str, uid: Uid, scope: str) -> Mapping[str, Value]:
        """The row's folded values, this transaction's changes included."""
        state = self._row(uid, self._scope(scope), entity, scope)
        if state.values is None:
            read_values(self.connection, state)
        return state.values or {}

    def next_number(self, name: str, at_least: int = 0) -> int:
        """The next number of a counter of this laptop; never one given before.

        It is greater than `at_least`, the highest number known from elsewhere.
        """
        last = self._counters.get(name)
        if last is None:
            counter = tables.counter
            last = self.connection.scalar(sa.select(counter.c.last).where(counter.c.name == name))
            if last is None:
                last = 0
                self.connection.execute(counter.insert().values(name=name, last=last))
        self._counters[name] = max(last, at_least) + 1
        return self._counters[name]

    def flush(self) -> None:
        """Store the collected changes and the rows they touched (also called on commit)."""
        counter = tables.counter
        for name, last in self._counters.items():
            stored = counter.update().where(counter.c.name == name).values(last=last)
            self.connection.execute(stored)
        self._counters.clear()
        if not self._changes:
            return
        insert_many(self.connection, tables.change, self._changes)
        for stream_n, seq, tip in self._streams.values():
            end = bytes.fromhex(tip)
            self.connection.execute(
                tables.stream.update().where(tables.stream.c.n == stream_n),
                {"seq": seq, "written": seq, "tip": end, "written_id": end},
            )
        touched = [s for s in self._rows.values() if s.n in self._pending]
        write_rows(self.connection, touched)
        for state in touched:
            state.is_new, state.was_projected = False, state.shown
        self._changes.clear()
        self._pending.clear()

    def _apply(self, state: RowState, change_id: ChangeId, body: dict[str, object]) -> None:
        """Bring the row's state along, by the short way when its author had all of it in view."""
        pending = self._pending.get(state.n, [])
        # A row of which nothing was in force begins with this change: that takes a whole fold.
        begun = state.is_new or state.tips
        if begun and body["base"] == list(state.tips) and not state.deleted:
            if state.values is None:
                read_values(self.connection, state)
            fields = body["fields"]
            state.advance(change_id, fields if isinstance(fields, dict) else {}, self.replica)
        else:
            changes = (from_body(*one) for one in [*pending, (change_id, body)])
            refold(self.connection, state, changes)
        self._pending.setdefault(state.n, []).append((change_id, body))

    def _scope(self, name: str) -> int:
        n = self._scopes.get(name)
        if n is None:
            _need(name, name)
            table = tables.scope
            n = self.connection.scalar(sa.select(table.c.n).where(table.c.name == name))
            if n is None:
                n = _inserted(self.connection.execute(table.insert().values(name=name)))
            self._scopes[name] = n
        return n

    def _stream(self, scope_n: int) -> tuple[int, int, ChangeId]:
        found = self._streams.get(scope_n)
        if found is None:
            table = tables.stream
            row = self.connection.execute(
                sa.select(table.c.n, table.c.seq, table.c.tip).where(
                    table.c.replica == self.replica, table.c.scope == scope_n
                )
            ).first()
            if row is None:
                values = {"replica": self.replica, "scope": scope_n, "seq": 0}
                result = self.connection.execute(
                    table.insert().values(**values, tip=bytes.fromhex(GENESIS))
                )
                found = (_inserted(result), 0, GENESIS)
            else:
                found = (row.n, row.seq, ChangeId(bytes(row.tip).hex()))
            self._streams[scope_n] = found
        return found

    def _row(
        self, uid: Uid, scope_n: int, entity: str, scope: str, *, new: bool = False
    ) -> RowState:
        state = self._rows.get((uid, scope_n, entity))
        if state is None:
            _need(_is_uid(uid) and entity, uid)
            state = None if new else self._stored_row(uid, scope_n, entity, scope)
            state = state or RowState(self._new_row_n(), uid, entity, scope_n, tier_of(scope))
            self._rows[uid, scope_n, entity] = state
        return state

    def _stored_row(self, uid: Uid, scope_n: int, entity: str, scope: str) -> RowState | None:
        wanted = {"of_uid": uid, "of_scope": scope_n, "of_entity": entity}
        found = self.connection.execute(_FIND_ROW, wanted).mappings().first()
        return None if found is None else state_of(dict(found), scope)

    def _new_row_n(self) -> int:
        if not self._next_row:
            last = self.connection.scalar(sa.select(sa.func.max(tables.row.c.n)))
            self._next_row = last or 0
        self._next_row += 1
        return self._next_row


def _checked(base: Sequence[ChangeId]) -> list[ChangeId]:
    for one in base:
        _need(_is_change_id(one), one)
    return sorted(set(base))


def _need(fulfilled: object, what: str) -> None:
    """What is written must read back: an id, scope or kind that is not one is refused here."""
    if not fulfilled:
        raise Refused("identity_malformed", text=what[:40])


def _inserted(result: sa.CursorResult[tuple[object]]) -> int:
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0
