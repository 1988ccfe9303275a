"""From folded rows to the tables that screens read, in the transaction that wrote the changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson
import sqlalchemy as sa

from models import tables
from models.base import dump, project, table, unproject
from models.catalogue import INTERNAL, KINDS
from models.journal import Change, Folded, decode, fold
from models.kinds import ChangeId, Field, FieldType, Tier, Uid, Value
from models.search_index import END, pairs

_UNSEARCHED = frozenset({"file", "digest", "certificate", "number_book", "letter"})


def tier_of(scope: str) -> Tier:
    """The tier of a scope's name."""
    head = scope.partition("/")[0]
    return {"talk": Tier.TALK, "sealed": Tier.SEALED}.get(head, Tier.WORK)


def searched_fields(kind: str, tier: Tier) -> tuple[Field, ...]:
    """The text fields of a kind's tier that the search index holds, in order."""
    if kind in INTERNAL or kind not in KINDS:
        return ()
    return tuple(
        f
        for f in KINDS[kind].fields
        if f.tier is tier
        and f.type in {FieldType.TEXT, FieldType.LONG_TEXT}
        and f.name not in _UNSEARCHED
    )


@dataclass(slots=True)
class RowState:
    """One row while a transaction works on it."""

    n: int
    uid: Uid
    entity: str
    scope_n: int
    tier: Tier
    tips: tuple[ChangeId, ...] = ()
    deleted: bool = False
    listed: bool = True
    incomplete: bool = False
    conflicts: dict[str, list[str]] = field(default_factory=dict)
    """Field in conflict → ids of the changes standing."""
    values: dict[str, Value] | None = field(default_factory=dict)
    """Folded values; None while they are still to be read from the projection."""
    is_new: bool = True
    was_projected: bool = False

    def take(self, folded: Folded) -> None:
        """Adopt the result of a full fold."""
        sealed = self.tier is Tier.SEALED
        self.values = {} if sealed else folded.values
        self.tips, self.listed = folded.tips, folded.listed
        self.deleted = folded.deleted and not sealed
        self.incomplete = folded.incomplete
        self.conflicts = (
            {}
            if sealed
            else {f: [c.id for c in one.candidates] for f, one in folded.conflicts.items()}
        )

    def advance(self, change: Change) -> None:
        """Adopt a change whose author has seen all of this row: it replaces what it sets."""
        self.tips = (change.id,)
        if self.tier is Tier.SEALED or self.values is None:
            return
        for name, value in change.fields.items():
            if name == "deleted":
                self.deleted = value is True
            else:
                self.values[name] = value
            self.conflicts.pop(name, None)

    def columns(self) -> dict[str, object]:
        """The state as the `row` table stores it."""
        return {
            "n": self.n,
            "uid": self.uid,
            "entity": self.entity,
            "scope": self.scope_n,
            "tips": b"".join(bytes.fromhex(t) for t in self.tips),
            "deleted": int(self.deleted),
            "listed": int(self.listed),
            "incomplete": int(self.incomplete),
            "conflicts": dump(self.conflicts) if self.conflicts else None,
        }

    @property
    def shown(self) -> bool:
        """Whether the row has a place in the projection."""
        return self.listed and not self.deleted and self.tier is not Tier.SEALED

    def projected(self) -> dict[str, Value]:
        """The row's projection columns, `row_n` and `uid` included."""
        kind = KINDS.get(self.entity)
        values = self.values or {}
        if kind is None or self.tier not in kind.tiers():
            return {"row_n": self.n, "more": dump(values)}
        return {"row_n": self.n, "uid": self.uid, **project(kind, self.tier, values)}

    @property
    def target(self) -> sa.Table:
        """The projection table the row belongs in."""
        kind = KINDS.get(self.entity)
        if kind is None or self.tier not in kind.tiers():
            return tables.foreign
        return table(self.entity, self.tier)


def state_of(record: Mapping[str, object], scope: str) -> RowState:
    """A row state from its stored columns, its values not yet read."""
    tips = record["tips"]
    conflicts = record["conflicts"]
    raw = tips if isinstance(tips, bytes) else b""
    return RowState(
        n=int(str(record["n"])),
        uid=Uid(str(record["uid"])),
        entity=str(record["entity"]),
        scope_n=int(str(record["scope"])),
        tier=tier_of(scope),
        tips=tuple(ChangeId(raw[i : i + 32].hex()) for i in range(0, len(raw), 32)),
        deleted=bool(record["deleted"]),
        listed=bool(record["listed"]),
        incomplete=bool(record["incomplete"]),
        conflicts=orjson.loads(conflicts) if isinstance(conflicts, str) else {},
        values=None,
        is_new=False,
        was_projected=bool(record["listed"]) and not record["deleted"],
    )


def read_values(connection: sa.Connection, state: RowState) -> None:
    """Fill in a living row's values from its projection."""
    target = state.target
    found = connection.execute(target.select().where(target.c.row_n == state.n)).mappings().first()
    if found is None:
        state.values = {}
    elif target is tables.foreign:
        state.values = orjson.loads(str(found["more"]))
    else:
        state.values = unproject(KINDS[state.entity], state.tier, dict(found))


def history(connection: sa.Connection, row_n: int) -> list[Change]:
    """Every change in force of one row, in the order in which this file took them in."""
    change, stream = tables.change, tables.stream
    query = (
        sa.select(change.c.body)
        .join(stream, stream.c.n == change.c.stream)
        .where(change.c.row == row_n, change.c.seq <= stream.c.seq)
        .order_by(change.c.n)
    )
    return [decode(bytes(body)) for (body,) in connection.execute(query)]


def refold(connection: sa.Connection, state: RowState, pending: Iterable[Change] = ()) -> None:
    """Work a row out from its whole history."""
    state.take(fold([*history(connection, state.n), *pending]))


def write_rows(connection: sa.Connection, states: Iterable[RowState]) -> None:
    """Store fold state, projection and search index of the given rows."""
    states = list(states)
    fresh = [s for s in states if s.is_new]
    known = [s for s in states if not s.is_new]
    if fresh:
        connection.execute(tables.row.insert(), [s.columns() for s in fresh])
    for state in known:
        columns = state.columns()
        connection.execute(tables.row.update().where(tables.row.c.n == columns.pop("n")), columns)
        if state.was_projected:
            target = state.target
            connection.execute(target.delete().where(target.c.row_n == state.n))
            connection.exec_driver_sql("delete from search where rowid = ?", (state.n,))
    by_table: dict[str, list[dict[str, Value]]] = {}
    targets: dict[str, sa.Table] = {}
    searched: list[tuple[int, str]] = []
    for state in states:
        if state.shown:
            columns_of_row = state.projected()
            targets[state.target.name] = state.target
            by_table.setdefault(state.target.name, []).append(columns_of_row)
            text = _text_of(state, columns_of_row)
            if text:
                searched.append((state.n, text))
    for name, rows in by_table.items():
        connection.execute(targets[name].insert(), rows)
    if searched:
        connection.exec_driver_sql("insert into search(rowid, t) values (?, ?)", searched)


def _text_of(state: RowState, columns: Mapping[str, Value]) -> str:
    texts = [columns.get(f.name) for f in searched_fields(state.entity, state.tier)]
    joined = END.join(t for t in texts if isinstance(t, str) and t)
    return pairs(joined) if joined else ""
