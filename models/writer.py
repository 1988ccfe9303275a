"""One write: changes chained into their streams and the projection brought along, in one transaction."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from models import tables
from models.errors import Refused
from models.journal import GENESIS, VERSION, Change, encode, from_body, identify
from models.kinds import ChangeId, ReplicaId, Uid, Value
from models.projection import RowState, read_values, refold, state_of, tier_of, write_rows

Sealer = Callable[[bytes], dict[str, Value]]
"""From the rest of the body (canonical bytes) to sealed fields."""
Signer = Callable[[bytes], str]
"""From the body without `sig` (canonical bytes) to a base64 CMS."""


def new_uid() -> Uid:
    """A random identity for a row."""
    return Uid(secrets.token_hex(16))


class Writer:
    """Collects the changes of one user action; `models.store` opens, commits and rolls back."""

    def __init__(
        self, connection: sa.Connection, replica: ReplicaId, actor: Uid, reason: str | None
    ) -> None:
        """Start a transaction's worth of changes under one `txn`."""
        self.connection = connection
        self.actor = actor
        self.reason = reason
        self.last_id: ChangeId | None = None
        self.replica = replica
        self._txn = secrets.token_hex(16)
        self._scopes: dict[str, int] = {}
        self._streams: dict[int, tuple[int, int, ChangeId]] = {}
        self._rows: dict[tuple[Uid, int, str], RowState] = {}
        self._pending: dict[int, list[Change]] = {}
        self._changes: list[dict[str, object]] = []
        self._next_row = 0
        self._counters: dict[str, int] = {}
        self.memo: dict[str, int] = {}
        """Facts that services look up once a transaction."""

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

        `new` promises that no such row exists (its id was just drawn), which saves looking. `base` is what the author had in view (see `tips`); None means all of it, as it stands now.
        `seal` writes a sealed scope's fields (then `fields` are ignored), `sign` adds the actor's signature.

        Raises:
            Refused: a value the format cannot hold, or clear fields for a sealed scope.
        """
        if scope.startswith("sealed/") != (seal is not None):
            raise Refused("scope_needs_seal", scope=scope)
        scope_n = self._scope(scope)
        state = self._row(uid, scope_n, entity, scope, new=new)
        stream_n, seq, tip = self._stream(scope_n)
        body: dict[str, object] = {
            "v": VERSION,
            "replica": self.replica,
            "scope": scope,
            "seq": seq + 1,
            "prev": tip,
            "at": time.time_ns() // 1_000_000,
            "actor": self.actor,
            "txn": self._txn,
            "reason": None if seal else self.reason,
            "entity": entity,
            "row": uid,
            "base": sorted(state.tips if base is None else base),
        }
        body["fields"] = seal(encode(body)) if seal else dict(fields)
        if sign is not None:
            body["sig"] = sign(encode(body))
        data = encode(body)
        change_id = identify(data)
        self._streams[scope_n] = (stream_n, seq + 1, change_id)
        self._changes.append(
            {
                "stream": stream_n,
                "seq": seq + 1,
                "id": bytes.fromhex(change_id),
                "row": state.n,
                "body": data,
            }
        )
        self._apply(state, from_body(change_id, body))
        self.last_id = change_id
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
        """The next number of a counter of this laptop.

        Never one given before, nor below `at_least` + 1.
        """
        last = self._counters.get(name)
        if last is None:
            counter = tables.counter
            query = sa.select(counter.c.last).where(counter.c.name == name)
            last = self.connection.scalar(query) or 0
        self._counters[name] = max(last, at_least) + 1
        return self._counters[name]

    def flush(self) -> None:
        """Store the collected changes and the rows they touched (also called on commit)."""
        for name, last in self._counters.items():
            self.connection.execute(tables.counter.delete().where(tables.counter.c.name == name))
            self.connection.execute(tables.counter.insert().values(name=name, last=last))
        self._counters.clear()
        if not self._changes:
            return
        self.connection.execute(tables.change.insert(), self._changes)
        for stream_n, seq, tip in self._streams.values():
            self.connection.execute(
                tables.stream.update().where(tables.stream.c.n == stream_n),
                {"seq": seq, "tip": bytes.fromhex(tip)},
            )
        touched = [s for s in self._rows.values() if s.n in self._pending]
        write_rows(self.connection, touched)
        for state in touched:
            state.is_new, state.was_projected = False, state.shown
        self._changes.clear()
        self._pending.clear()

    def _apply(self, state: RowState, change: Change) -> None:
        pending = self._pending.setdefault(state.n, [])
        pending.append(change)
        in_view = set(change.base) == set(state.tips)
        if in_view and not state.deleted:
            if state.values is None:
                read_values(self.connection, state)
            state.advance(change)
        else:
            refold(self.connection, state, pending)

    def _scope(self, name: str) -> int:
        n = self._scopes.get(name)
        if n is None:
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
            state = None if new else self._stored_row(uid, scope_n, entity, scope)
            state = state or RowState(self._new_row_n(), uid, entity, scope_n, tier_of(scope))
            self._rows[uid, scope_n, entity] = state
        return state

    def _stored_row(self, uid: Uid, scope_n: int, entity: str, scope: str) -> RowState | None:
        table = tables.row
        query = table.select().where(
            table.c.uid == uid, table.c.scope == scope_n, table.c.entity == entity
        )
        found = self.connection.execute(query).mappings().first()
        return None if found is None else state_of(dict(found), scope)

    def _new_row_n(self) -> int:
        if not self._next_row:
            last = self.connection.scalar(sa.select(sa.func.max(tables.row.c.n)))
            self._next_row = (last or 0) + 1
        else:
            self._next_row += 1
        return self._next_row


def _inserted(result: sa.CursorResult[tuple[object]]) -> int:
    key = result.inserted_primary_key
    if key is None:
        raise RuntimeError("insert returned no key")
    return int(key[0])
