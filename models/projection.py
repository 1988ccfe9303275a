"""From folded rows to the tables that screens read, in the transaction that wrote the changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter

import orjson
import sqlalchemy as sa

from models import bulk, search_index, tables
from models.base import dump, project, table, unproject
from models.catalogue import INTERNAL, KINDS
from models.inforce import IN_FORCE
from models.journal import Change, Folded, decode, fold
from models.kinds import ChangeId, Field, FieldType, ReplicaId, Tier, Uid, Value
from models.search_index import END
from models.stored import stored_rows

_UNSEARCHED = frozenset({"file", "digest", "certificate", "number_book", "letter"})
_ID_BYTES, _REPLICA_BYTES = 32, 16


def tier_of(scope: str) -> Tier:
    """The tier of a scope's name."""
    head = scope.partition("/")[0]
    return {"talk": Tier.TALK, "sealed": Tier.SEALED}.get(head, Tier.WORK)


@cache
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


@cache
def _projections() -> dict[tuple[str, Tier], sa.Table]:
    return {
        (kind.name, tier): table(kind.name, tier)
        for kind in KINDS.values()
        for tier in kind.tiers()
        if tier is not Tier.SEALED
    }


def projection_of(entity: str, tier: Tier) -> sa.Table:
    """The table of a kind's tier; that of unknown kinds where there is none."""
    return _projections().get((entity, tier), tables.foreign)


@dataclass(slots=True)
class RowState:
    """One row while a transaction works on it."""

    n: int
    uid: Uid
    entity: str
    scope_n: int
    tier: Tier
    tips: tuple[ChangeId, ...] = ()
    """Each replica's last change of the row, sorted; see `models.journal.Folded.tips`."""
    authors: tuple[ReplicaId, ...] = ()
    """Who wrote each of them."""
    deleted: bool = False
    listed: bool = True
    incomplete: bool = False
    conflicts: dict[str, list[str]] = field(default_factory=dict)
    """Field in conflict → ids of the changes standing."""
    values: dict[str, Value] | None = field(default_factory=dict)
    """Folded values; None while they are still to be read from the projection."""
    is_new: bool = True
    was_projected: bool = False
    had_conflicts: bool = False
    """Fields in conflict are stored for it."""

    def take(self, folded: Folded) -> None:
        """Adopt the result of a full fold."""
        sealed = self.tier is Tier.SEALED
        self.values = {} if sealed else folded.values
        self.tips, self.authors = folded.tips, folded.authors
        self.listed = folded.listed
        self.deleted = folded.deleted and not sealed
        self.incomplete = folded.incomplete
        self.conflicts = (
            {}
            if sealed
            else {f: [c.id for c in one.candidates] for f, one in folded.conflicts.items()}
        )

    def advance(self, change_id: ChangeId, fields: Mapping[str, Value], replica: ReplicaId) -> None:
        """Adopt a change whose author has seen all of this living row: it replaces what it sets.

        It follows on its own replica's tip. The tips of other replicas stay, for nobody has seen
        them through this change.
        """
        tips, authors = followed(self.tips, self.authors, change_id, replica)
        self.follow(tips, authors, fields)

    def follow(
        self,
        tips: tuple[ChangeId, ...],
        authors: tuple[ReplicaId, ...],
        fields: Mapping[str, Value],
    ) -> None:
        """Adopt what one or several changes come to of which each had all before it in view."""
        self.tips, self.authors = tips, authors
        for name in self.conflicts.keys() & fields.keys():
            del self.conflicts[name]
        if self.tier is Tier.SEALED or self.values is None:
            return
        self.values.update(fields)
        self.deleted = self.values.pop("deleted", None) is True

    def read(
        self,
        tips: bytes,
        authors: bytes,
        deleted: int,
        listed: int,
        incomplete: int,
        conflicts: str | None,
    ) -> None:
        """Take on what the `row` table has of it."""
        self.tips = tuple(map(ChangeId, _cut(tips, _ID_BYTES)))
        self.authors = tuple(map(ReplicaId, _cut(authors, _REPLICA_BYTES)))
        self.deleted, self.listed = bool(deleted), bool(listed)
        self.incomplete = bool(incomplete)
        self.conflicts = orjson.loads(conflicts) if conflicts else {}
        self.was_projected, self.had_conflicts = self.shown, bool(self.conflicts)

    def columns(self) -> dict[str, object]:
        """The state as the `row` table stores it."""
        return {
            "n": self.n,
            "uid": self.uid,
            "entity": self.entity,
            "scope": self.scope_n,
            "tips": bytes.fromhex("".join(self.tips)),
            "authors": bytes.fromhex("".join(self.authors)),
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
        values = self.values or {}
        if self.target is tables.foreign:
            return {"row_n": self.n, "more": dump(values)}
        columns = project(KINDS[self.entity], self.tier, values)
        columns["row_n"] = self.n
        columns["uid"] = self.uid
        return columns

    @property
    def target(self) -> sa.Table:
        """The projection table the row belongs in."""
        return projection_of(self.entity, self.tier)


def followed(
    tips: tuple[ChangeId, ...],
    authors: tuple[ReplicaId, ...],
    change_id: ChangeId,
    replica: ReplicaId,
) -> tuple[tuple[ChangeId, ...], tuple[ReplicaId, ...]]:
    """Tips and their authors after a replica that has seen all of them wrote another change."""
    if not tips or (len(tips) == 1 and authors[0] == replica):
        return (change_id,), (replica,)
    kept = [one for one in zip(tips, authors, strict=True) if one[1] != replica]
    pairs = sorted([*kept, (change_id, replica)])
    return tuple(tip for tip, _ in pairs), tuple(author for _, author in pairs)


def _cut(raw: bytes, size: int) -> list[str]:
    """Hex of the pieces that are stored together."""
    text = raw.hex()
    return [text[i : i + 2 * size] for i in range(0, len(text), 2 * size)]


def state_of(record: Mapping[str, object], scope: str) -> RowState:
    """A row state from its stored columns, its values not yet read."""
    state = RowState(
        n=int(str(record["n"])),
        uid=Uid(str(record["uid"])),
        entity=str(record["entity"]),
        scope_n=int(str(record["scope"])),
        tier=tier_of(scope),
        values=None,
        is_new=False,
    )
    state.read(*(record[name] for name in _STANDING))  # type: ignore[arg-type]
    return state


_STANDING = ("tips", "authors", "deleted", "listed", "incomplete", "conflicts")


def read_values(connection: sa.Connection, state: RowState) -> None:
    """Fill in a living row's values from its projection."""
    target = state.target
    found = connection.execute(_one_of(target), {"wanted": state.n}).mappings().first()
    if found is None:
        state.values = {}
    elif target is tables.foreign:
        state.values = orjson.loads(str(found["more"]))
    else:
        state.values = unproject(KINDS[state.entity], state.tier, dict(found))


@cache
def _one_of(target: sa.Table) -> sa.Select[tuple[object, ...]]:
    """Built once a table: building it costs more than running it."""
    return target.select().where(target.c.row_n == sa.bindparam("wanted"))


def history(connection: sa.Connection, row_n: int) -> list[Change]:
    """Every change in force of one row, in the order in which this file took them in."""
    change, stream = tables.change, tables.stream
    query = (
        sa.select(change.c.body)
        .join(stream, stream.c.n == change.c.stream)
        .where(change.c.row == row_n, IN_FORCE)
        .order_by(change.c.n)
    )
    return [decode(bytes(body)) for (body,) in connection.execute(query)]


def refold(connection: sa.Connection, state: RowState, pending: Iterable[Change] = ()) -> None:
    """Work a row out from its whole history."""
    state.take(fold([*history(connection, state.n), *pending]))


def write_rows(connection: sa.Connection, states: Iterable[RowState]) -> None:
    """Store fold state, projection and search index of the given rows."""
    states = list(states)
    bulk.run(connection, states_written(states))
    texts: dict[int, str] = {}
    known: set[int] = set()
    by_target: dict[str, list[RowState]] = {}
    for state in states:
        if state.shown or state.was_projected:
            by_target.setdefault(state.target.name, []).append(state)
    for group in by_target.values():
        target = group[0].target
        before = stored_rows(connection, target, [s.n for s in group if s.was_projected])
        every = ((s, before.get(s.n), s.projected() if s.shown else None) for s in group)
        moves = [move for move in every if move[1] != move[2]]
        bulk.run(connection, moves_written(target, moves))
        for state, _, new in said_otherwise(moves):
            texts[state.n] = "" if new is None else text_of(state.entity, state.tier, new)
            known |= {state.n} if state.was_projected else set()
    search_index.put(connection, texts, known)


def states_written(states: Iterable[RowState]) -> bulk.Statements:
    """What stores the fold state of the given rows, nothing of their projection."""
    states = list(states)
    fresh = [tuple(s.columns().values()) for s in states if s.is_new]
    known = [s for s in states if not s.is_new]
    statements: bulk.Statements = []
    if fresh:
        statements += bulk.insert("row", tables.row.columns.keys(), fresh)
    if known:
        statements += bulk.update("row", _SET, "n", [_standing(s) for s in known])
    # Setting what an index holds writes the index again, and few rows are ever in conflict.
    disputed = [s for s in known if s.conflicts or s.had_conflicts]
    if disputed:
        values: list[tuple[object, ...]] = [
            (dump(s.conflicts) if s.conflicts else None, s.n) for s in disputed
        ]
        statements.append(("update row set conflicts = ? where n = ?", values))
    for state in states:
        state.had_conflicts = bool(state.conflicts)
    return statements


_SET = ("tips", "authors", "deleted", "listed", "incomplete")


def _standing(state: RowState) -> tuple[object, ...]:
    tips, authors = bytes.fromhex("".join(state.tips)), bytes.fromhex("".join(state.authors))
    return tips, authors, state.deleted, state.listed, state.incomplete, state.n


Columns = Mapping[str, object]
"""What a projection table holds of one row."""
Move = tuple[RowState, Columns | None, Columns | None]
"""A row, what its projection holds of it and what it should hold."""


def moves_written(target: sa.Table, moves: Sequence[Move]) -> bulk.Statements:
    """What brings one projection table from what stands there to what should."""
    statements: bulk.Statements = []
    removed = [state.n for state, _, new in moves if state.was_projected and not new]
    if removed:
        statements += bulk.delete(target.name, "row_n", removed)
    added = [new for _, old, new in moves if new is not None and old is None]
    if added:
        names = target.columns.keys()
        statements += bulk.insert(target.name, names, [[new[n] for n in names] for new in added])
    changed: dict[tuple[str, ...], list[list[object]]] = {}
    for state, old, new in moves:
        if old is not None and new is not None:
            other = tuple([n for n in new if new[n] is not old[n] and new[n] != old[n]])
            changed.setdefault(other, []).append([*(new[n] for n in other), state.n])
    # Only these columns: an index is written again for each column of it that is set.
    for columns, values in changed.items():
        statements += bulk.update(target.name, columns, "row_n", values)
    return statements


def said_otherwise(moves: Iterable[Move]) -> Iterator[Move]:
    """Those that the search index has to follow.

    Cutting a text into pairs is a dear step, so a row whose text stayed is left alone.
    """
    for move in moves:
        state, old, new = move
        if old is None or new is None or _text_differs(state, old, new):
            yield move


def _text_differs(state: RowState, old: Columns, new: Columns) -> bool:
    fields = searched_fields(state.entity, state.tier)
    return any(old[f.name] != new[f.name] for f in fields)


def insert_many(
    connection: sa.Connection, target: sa.Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows that each have a value for every column, past the per-value work of an insert.

    That work would be a third of what a long import costs.
    """
    insert = target.insert().compile(dialect=connection.dialect)
    names = insert.positiontup
    if names is None:
        connection.execute(target.insert(), rows)
    else:
        values = itemgetter(*names)
        connection.exec_driver_sql(str(insert), [values(row) for row in rows])


def text_of(entity: str, tier: Tier, columns: Columns) -> str:
    """The text by which a projected row is found; empty when it has none."""
    texts = [columns.get(f.name) for f in searched_fields(entity, tier)]
    return END.join(t for t in texts if isinstance(t, str) and t)
